"""Histories: what machines sold before their first read, each row some of it.

Machines and products have to be there: a file of single sales brings them as a list of slots
first. Rows are summed by machine, day, selection, product and way to pay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import clock
from auth import Actor
from db import Database, Row, json_list, scalar
from errors import Conflict
from records import company
from services.books import past_sales
from services.books.past_sales import Sold
from services.transfer import plans
from services.transfer.plans import CREATES, Effect, Look, Told, Wrong

ANY_OF = """
    SELECT 1 FROM devices
    WHERE lower(asset) IN (SELECT value ->> 'asset' FROM json_each(:assets)) LIMIT 1
"""
DEVICES = "SELECT id, asset FROM devices ORDER BY id"
# Those in use come last, and are found where an archived one has the same name.
PRODUCTS = "SELECT id, name, sku, archived_at FROM products ORDER BY archived_at IS NULL, id"
# Of the time before the first read the first arrangement holds, as in the books.
ARRANGED = """
    SELECT a.selection, a.product_id, p.name FROM slot_arrangements a
    JOIN products p ON p.id = a.product_id
    WHERE a.device_id = :device_id AND a.selection IS NOT NULL
    ORDER BY a.from_at, a.id
"""
EARLIEST = "1970-01-01"
LONGEST_SELECTION = 20
# So that the sums of all rows of a file are within the bounds of the contract.
MOST_UNITS = 10_000
MOST_AMOUNT = 100_000_000_000
# A device, a day, a selection, a product and a way to pay.
Key = tuple[int, str, str, int, str | None]


@dataclass(eq=False, slots=True)
class Machine:
    """A device that rows name; `reads_begin` is the day from which reads say what it sold."""

    id: int
    asset: str
    reads_begin: str
    # Days that are kept already, with the files that brought them.
    kept: dict[str, str]
    # Products by selection, casefolded: id and name.
    arranged: dict[str, tuple[int, str]] = field(default_factory=dict)


class HistoryPlan:
    """The rows of a file of past sales."""

    def __init__(self, db: Database, _actor: Actor, _kind: str, decimals: int) -> None:
        self._db = db
        self._decimals = decimals
        self._today = clock.today(company.time_zone(db))
        self._zones = company.zones(db)
        self._devices = {row["asset"].casefold(): row for row in db.query(DEVICES)}
        self._machines: dict[str, Machine] = {}
        self._by_sku: dict[str, Row] = {}
        self._by_name: dict[str, list[Row]] = {}
        for row in db.query(PRODUCTS):
            self._know(row)
        self._sums: dict[Key, list[int]] = {}
        self._units = {"counted": 0, "held": 0}

    def look(self, _line: int, values: dict[str, Any]) -> Look:
        """What a row would do. Raises Wrong."""
        for name in ("asset", "sold_on"):
            if name not in values:
                raise Wrong(name, "is missing")
        machine = self._machine(values["asset"])
        sold_on = self._day(machine, values["sold_on"])
        selection = values.get("selection", "")
        if len(selection) > LONGEST_SELECTION:
            raise Wrong("selection", f"has more than {LONGEST_SELECTION} characters")
        product_id, name = self._product(machine, values, selection)
        units = _units(values)
        amount = self._amount(values, units)
        key = (machine.id, sold_on, selection, product_id, values.get("payment"))
        sums = self._sums.setdefault(key, [0, 0])
        sums[0] += units
        sums[1] += amount
        is_held = sold_on >= machine.reads_begin
        self._units["held" if is_held else "counted"] += units
        money = plans.said("amount_cents", amount, self._decimals)
        says = [f"{machine.asset}, {sold_on}: {units} of {name}, {money}"]
        if is_held:
            begin = machine.reads_begin
            says = [f"{says[0]}.", f"Held, not counted: reads say what it sold from {begin} on."]
        return Look(CREATES, says)

    def creates(self) -> dict[str, int]:
        """How many units would be counted, and how many held."""
        return {"sold_unit": self._units["counted"], "held_unit": self._units["held"]}

    def apply(self, db: Database, _actor: Actor, told: Told, import_id: int) -> Iterable[Effect]:
        """Keep them, marked with their import. Raises Conflict for days that came since."""
        self._hold(db)
        sold = (Sold(*key, *sums) for key, sums in self._sums.items())
        for done in past_sales.add(db, import_id=import_id, sold=sold):
            told(done, len(self._sums))
        return ()

    def _hold(self, db: Database) -> None:
        """Let nobody else bring days of these machines meanwhile."""
        days: dict[int, set[str]] = {}
        for device_id, sold_on, *_ in self._sums:
            days.setdefault(device_id, set()).add(sold_on)
        for device_id in sorted(days):
            db.lock("device", device_id)
            if twice := days[device_id] & past_sales.days_of(db, device_id).keys():
                raise Conflict(
                    f"Something changed since the file was read: sales of {min(twice)} were"
                    " imported from another file."
                )

    def _machine(self, asset: str) -> Machine:
        key = asset.casefold()
        if key not in self._machines:
            device = self._devices.get(key)
            if device is None:
                raise Wrong("asset", "is no machine here: import your machines, or this file as"
                            " a list of slots, first")  # fmt: skip
            named = {"device_id": device["id"]}
            machine = Machine(
                device["id"],
                device["asset"],
                past_sales.cut(self._db, device["id"], self._zones),
                past_sales.days_of(self._db, device["id"]),
            )
            for row in self._db.query(ARRANGED, named):
                machine.arranged.setdefault(
                    row["selection"].casefold(), (row["product_id"], row["name"])
                )
            self._machines[key] = machine
        return self._machines[key]

    def _day(self, machine: Machine, sold_on: str) -> str:
        if sold_on > self._today:
            raise Wrong("sold_on", "is in the future")
        if sold_on < EARLIEST:
            raise Wrong("sold_on", f"is before {EARLIEST}")
        if sold_on in machine.kept:
            raise Wrong("sold_on", f"has sales of this machine already, from"
                        f" {machine.kept[sold_on]}: leave the row out, or take that import back"
                        " first")  # fmt: skip
        return sold_on

    def _product(self, machine: Machine, values: Row, selection: str) -> tuple[int, str]:
        """The id and name of what a row sold: by its SKU, its name, else its selection."""
        sku, name = values.get("sku"), values.get("product")
        if sku and (found := self._by_sku.get(sku.casefold())):
            return found["id"], found["name"]
        if name:
            return self._named(name)
        if sku:
            raise Wrong("sku", "is that of no product, and the row names none")
        if not selection:
            raise Wrong("product", "is missing, and the row names no selection")
        arranged = machine.arranged.get(selection.casefold())
        if arranged is None:
            raise Wrong("selection", f"is none of machine {machine.asset} that held a product, and"
                        " the row names no product")  # fmt: skip
        return arranged

    def _named(self, name: str) -> tuple[int, str]:
        found = self._by_name.get(name.casefold(), [])
        if not found:
            raise Wrong("product", "is no product here: import your products, or this file as a"
                        " list of slots, first")  # fmt: skip
        if len(found) > 1 and found[-2]["archived_at"] is None:
            raise Wrong("product", "is the name of several products: tell them apart by the SKU")
        return found[-1]["id"], found[-1]["name"]

    def _amount(self, values: Row, units: int) -> int:
        """What a row took, in minor units. Raises Wrong where it contradicts itself."""
        amount, price = values.get("amount_cents"), values.get("price_cents")
        for name, value in (("amount_cents", amount), ("price_cents", price)):
            if value is not None and value < 0:
                raise Wrong(name, "must not be negative: what was given back is no sale")
            if value is not None and value * units > MOST_AMOUNT:
                raise Wrong(name, "is too large")
        if price is None:
            if amount is None:
                raise Wrong("amount_cents", "is missing, and so is a price")
            return int(amount)
        if amount is not None and amount != units * price:
            each, all_of_it = (
                plans.said("price_cents", value, self._decimals) for value in (price, units * price)
            )
            raise Wrong("amount_cents", f"is not {units} times {each}, which is {all_of_it}")
        return int(units * price)

    def _know(self, row: Row) -> None:
        if row["sku"]:
            self._by_sku[row["sku"].casefold()] = row
        self._by_name.setdefault(row["name"].casefold(), []).append(row)


def knows_any(db: Database, assets: Collection[str]) -> bool:
    """Whether one of these machines is there."""
    named = {"assets": json_list({"asset": each.casefold()} for each in assets)}
    return scalar(db, ANY_OF, named) is not None


def _units(values: Row) -> int:
    """A row without units is one sale. Raises Wrong."""
    units: int = values.get("units", 1)
    if units < 1:
        raise Wrong("units", "must be 1 or more: what was given back is no sale")
    if units > MOST_UNITS:
        raise Wrong("units", "is too large")
    return units
