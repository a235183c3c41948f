"""Slot rules: what cannot be of a slot, whoever arranges it and however many at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from db import Database, json_list

UNUSABLE, PAR, QUANTITY, NOTHING, IGNORED = "unusable", "par", "quantity", "nothing", "ignored"


class Broken(NamedTuple):
    """A rule that does not hold: which, by which field, and a sentence without its subject."""

    rule: str
    field: str
    message: str


def broken(
    stands: Mapping[str, Any],
    named: Mapping[str, Any],
    *,
    products: Collection[int],
    ignored: Collection[str],
) -> Iterator[Broken]:
    """What is wrong with a slot as it `stands` once the `named` fields are set.

    `products` are those in use, of all that are named; `ignored` the selections that its
    device ignores. A slot with another product holds nothing yet.
    """
    slot = {**stands, **named}
    product_id = slot["product_id"]
    emptied = product_id is None or product_id != stands["product_id"]
    quantity = named.get("quantity", 0 if emptied else stands["quantity"]) or 0
    if named.get("product_id") is not None and named["product_id"] not in products:
        yield Broken(UNUSABLE, "product_id", "is not a product in use")
    if slot["par_level"] > slot["capacity"]:
        yield Broken(
            PAR,
            "par_level" if "par_level" in named else "capacity",
            f"par level {slot['par_level']} is more than the {slot['capacity']} that fit",
        )
    if quantity > slot["capacity"]:
        yield Broken(
            QUANTITY,
            "quantity" if "quantity" in named else "capacity",
            f"{quantity} are in the slot, {slot['capacity']} fit: name the quantity that is left",
        )
    if product_id is None and quantity:
        yield Broken(NOTHING, "quantity", "a slot without a product holds nothing")
    if product_id is not None and slot["selection"] in ignored:
        yield Broken(
            IGNORED,
            "selection" if "selection" in named else "product_id",
            f"this machine ignores selection {slot['selection']}, so nothing would be "
            "sold: take it off the device's ignored selections first",
        )


def in_use(db: Database, product_ids: Iterable[int | None]) -> set[int]:
    """Those of the products that are not archived."""
    return {
        row["id"]
        for row in db.query(
            """
            SELECT id FROM products WHERE archived_at IS NULL
              AND id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
            """,
            {"ids": json_list(set(product_ids) - {None})},
        )
    }
