"""The ledger: stock moves as posted, append-only; their sum is the quantity of a slot.

A replay says what the moves should be; `post` appends the difference between
that and what stands. What a reversed visit had moved is taken back as one
`reversal`. Nothing is edited or deleted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import clock
from db import Database, Row
from stock.replay import DEX_READ, VISIT, Outcome

REVERSAL = "reversal"

# What makes two moves the same: slot, product, reason, time, source.
Key = tuple[int, int | None, str, str, str, int]


@dataclass(frozen=True, slots=True)
class Begin:
    """Where a replay begins: behind the read at `place`, or at `at` when the two are equal."""

    at: str
    place: str


def quantities_at(db: Database, *, device_id: int, begin: Begin) -> dict[int, int]:
    """What the moves before the beginning sum up to, by slot in slot order.

    That is the last balance less what was moved behind the beginning.
    """
    quantities = _balances(db, device_id)
    for row in _moves_behind(db, device_id, begin):
        quantities[row["slot_id"]] -= row["quantity"]
    return quantities


def post(db: Database, *, device_id: int, begin: Begin, outcome: Outcome) -> None:
    """Append the difference between the replay and what stands, and set the quantities."""
    wanted: dict[Key, int] = {}
    for move in outcome.moves:
        key = (
            move.slot_id,
            move.product_id,
            move.reason,
            move.at,
            move.source_kind,
            move.source_id,
        )
        wanted[key] = wanted.get(key, 0) + move.quantity
    reversed_visits = _reversed_visits(db, device_id, begin)
    differences = dict(wanted)
    for row in _moves_behind(db, device_id, begin):
        key = _key(row)
        if row["source_kind"] == VISIT and row["source_id"] in reversed_visits:
            key = (key[0], key[1], REVERSAL, *key[3:])
        differences[key] = differences.get(key, 0) - row["quantity"]
    _append(db, device_id, {key: left for key, left in differences.items() if left})
    _set_quantities(db, device_id, outcome)


def _balances(db: Database, device_id: int) -> dict[int, int]:
    """The last balance of each slot, in slot order."""
    return {
        row["id"]: row["balance"]
        for row in db.query(
            """
            SELECT s.id, COALESCE((
                SELECT m.balance FROM stock_moves m WHERE m.slot_id = s.id
                ORDER BY m.id DESC LIMIT 1
            ), 0) AS balance
            FROM slots s
            WHERE s.device_id = :device_id
            ORDER BY s.position
            """,
            {"device_id": device_id},
        )
    }


def _key(row: Row) -> Key:
    return (
        row["slot_id"],
        row["product_id"],
        row["reason"],
        row["occurred_at"],
        row["source_kind"],
        row["source_id"],
    )


def _moves_behind(db: Database, device_id: int, begin: Begin) -> list[Row]:
    """The moves behind the beginning; those of reads up to it lie before, also in its second."""
    before = {
        row["id"]
        for row in db.query(
            """
            SELECT id FROM dex_reads
            WHERE device_id = :device_id AND position <= :place AND read_at = :at
            """,
            {"device_id": device_id, "place": begin.place, "at": begin.at},
        )
    }
    rows = db.query(
        """
        SELECT id, slot_id, product_id, reason, quantity, occurred_at, source_kind, source_id
        FROM stock_moves
        WHERE device_id = :device_id AND occurred_at >= :at
        ORDER BY id
        """,
        {"device_id": device_id, "at": begin.at},
    )
    return [row for row in rows if row["source_kind"] != DEX_READ or row["source_id"] not in before]


def _reversed_visits(db: Database, device_id: int, begin: Begin) -> set[int]:
    return {
        row["visit_id"]
        for row in db.query(
            """
            SELECT DISTINCT visit_id FROM slot_facts
            WHERE device_id = :device_id AND occurred_at >= :at AND reversed_at IS NOT NULL
            """,
            {"device_id": device_id, "at": begin.at},
        )
    }


def _append(db: Database, device_id: int, differences: dict[Key, int]) -> None:
    if not differences:
        return
    balances = _balances(db, device_id)
    recorded_at = clock.now()
    db.executemany(
        """
        INSERT INTO stock_moves (slot_id, device_id, product_id, reason, quantity, balance,
            occurred_at, recorded_at, source_kind, source_id)
        VALUES (:slot_id, :device_id, :product_id, :reason, :quantity, :balance,
            :occurred_at, :recorded_at, :source_kind, :source_id)
        """,
        [
            {
                "slot_id": key[0],
                "device_id": device_id,
                "product_id": key[1],
                "reason": key[2],
                "quantity": quantity,
                "balance": balance,
                "occurred_at": key[3],
                "recorded_at": recorded_at,
                "source_kind": key[4],
                "source_id": key[5],
            }
            for key, quantity, balance in _ordered(differences, balances)
        ],
    )


def _ordered(
    differences: dict[Key, int], balances: dict[int, int]
) -> Iterable[tuple[Key, int, int]]:
    """By time; within a slot, what would go below zero waits until something came in."""
    waiting = sorted(differences.items(), key=lambda item: (item[0][3], item[0][0]))
    while waiting:
        chosen = next((item for item in waiting if balances[item[0][0]] + item[1] >= 0), waiting[0])
        waiting.remove(chosen)
        key, quantity = chosen
        balances[key[0]] += quantity
        yield key, quantity, balances[key[0]]


def _set_quantities(db: Database, device_id: int, outcome: Outcome) -> None:
    stands: dict[int, Any] = {
        row["id"]: row["quantity"]
        for row in db.query(
            "SELECT id, quantity FROM slots WHERE device_id = :device_id", {"device_id": device_id}
        )
    }
    changed = [
        {"id": slot_id, "quantity": quantity}
        for slot_id, quantity in outcome.quantities.items()
        if stands[slot_id] != quantity
    ]
    if changed:
        db.executemany("UPDATE slots SET quantity = :quantity WHERE id = :id", changed)
