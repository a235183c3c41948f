"""Mass products: the list price and the category of many products, and whether they are in use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import clock
from auth import Actor
from db import Database, Row, json_list, one
from domain import repricing
from services.catalogue import product_service
from services.fleet import mass_selection, mass_words
from services.fleet.mass_parts import Part, Plan, with_refusals

NOUN = "product"
PRICE, CATEGORY, ARCHIVED = "product_price", "product_category", "product_archived"
KINDS = frozenset({PRICE, CATEGORY, ARCHIVED})
COLUMNS = ("price_cents", "category", "archived_at")
MOST_CENTS = 100_000_000
LOOK = """
    SELECT p.id, p.name, p.version, p.price_cents, p.category, p.archived_at
    FROM products p
    WHERE p.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
    ORDER BY p.id
"""
HELD = """
    SELECT count(*) AS slots, count(DISTINCT s.device_id) AS machines,
           count(s.price_cents) AS own_prices
    FROM slots s
    JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
    JOIN devices d ON d.id = s.device_id AND d.archived_at IS NULL
    WHERE s.product_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
VERSIONS = """
    SELECT id, version FROM products
    WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""


def plan(
    db: Database, actor: Actor, change: Mapping[str, Any], selection: Mapping[str, Any]
) -> Plan:
    """What the change would do. Raises Invalid."""
    ids = mass_selection.ids_of(db, actor, NOUN, selection)
    rows = list(db.query(LOOK, {"ids": json_list(ids)}))
    mass_selection.check_found(selection, (row["id"] for row in rows), NOUN)
    if change["kind"] == PRICE:
        return _repricing(db, rows, change["price"])
    if change["kind"] == CATEGORY:
        return _sorting(rows, change["category"])
    return _archiving(db, rows, wanted=change["archived"])


def hold(db: Database, parts: Sequence[Part]) -> None:
    """Nothing is held: `write` compares the versions."""


def refusals(db: Database, parts: Sequence[Part]) -> dict[int, str]:
    """Why parts cannot become what they are to become, by their id."""
    return {
        part.noun_id: price_refusal(part.after["price_cents"])
        for part in parts
        if not 0 <= part.after["price_cents"] <= MOST_CENTS
    }


def price_refusal(cents: int) -> str:
    """Why a price cannot be."""
    return "would cost less than nothing" if cents < 0 else "would cost more than a price may be"


def versions(db: Database, ids: Iterable[int]) -> dict[int, int]:
    """The versions of these products as they stand."""
    rows = db.query(VERSIONS, {"ids": json_list(ids)})
    return {row["id"]: row["version"] for row in rows}


def write(db: Database, actor: Actor, parts: Sequence[Part]) -> None:
    """Let the products become what they are to become. Raises Conflict."""
    rows = [{**part.after, "id": part.noun_id, "version": part.version} for part in parts]
    product_service.save_many(db, rows)


def _repricing(db: Database, rows: Sequence[Row], how: Mapping[str, Any]) -> Plan:
    parts = []
    for row in rows:
        cents = repricing.price_after(row["price_cents"], how)
        parts.append(_part(row, {"price_cents": cents}, row["price_cents"], cents))
    parts = with_refusals(parts, refusals(db, parts))
    said = mass_words.sizes(parts, NOUN, up="dearer", down="cheaper")
    said += mass_words.unchanged(parts, "at this price already")
    held = _held(db, parts)
    if own := held["own_prices"]:
        said.append(
            f"{mass_words.counted(own, 'slot')} with {'its' if own == 1 else 'their'} own price "
            f"{mass_words.verb(own, 'keep')} it."
        )
    return Plan(NOUN, "price_cents", None, parts, said)


def _sorting(rows: Sequence[Row], category: str) -> Plan:
    parts = [_part(row, {"category": category}, row["category"], category) for row in rows]
    said = mass_words.moves(parts, NOUN, "category", "category", category)
    said += mass_words.unchanged(parts, "there already" if category else "in none already")
    return Plan(NOUN, "category", category or None, parts, said)


def _archiving(db: Database, rows: Sequence[Row], *, wanted: bool) -> Plan:
    now = clock.now()
    parts = [
        _part(
            row,
            {"archived_at": (row["archived_at"] or now) if wanted else None},
            row["archived_at"] is not None,
            wanted,
        )
        for row in rows
    ]
    changed = sum(part.is_changed for part in parts)
    done = "archived" if wanted else "offered again"
    said = []
    if changed:
        said.append(
            f"{mass_words.counted(changed, NOUN)} {mass_words.verb(changed, 'are', 'is')} {done}."
        )
    said += mass_words.unchanged(parts, "archived already" if wanted else "in use already")
    held = _held(db, parts)
    if wanted and held["slots"]:
        said.append(
            f"{mass_words.counted(held['slots'], 'slot')} of "
            f"{mass_words.counted(held['machines'], 'machine')} "
            f"{mass_words.verb(held['slots'], 'go', 'goes')} on being filled with what is "
            "archived: replace it there, or let it sell out."
        )
    return Plan(NOUN, "archived", "archived" if wanted else "in use", parts, said)


def _held(db: Database, parts: Sequence[Part]) -> Row:
    ids = json_list([part.noun_id for part in parts if part.is_changed])
    return one(db, HELD, {"ids": ids}) or {}


def _part(row: Row, change: Row, was: Any, becomes: Any) -> Part:
    before = {name: row[name] for name in COLUMNS}
    return Part(
        noun_id=row["id"],
        name=row["name"],
        holder_id=row["id"],
        version=row["version"],
        before=before,
        after={**before, **change},
        was=was,
        becomes=becomes,
    )
