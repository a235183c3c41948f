"""Installations: a new machine from its audit, in one step.

Creates what is missing (types, products, the device, its planogram), says what
is in it at the time of the audit, and books the audit as its baseline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from auth import Actor
from contract.types import (
    CreateInstallationCabinet,
    CreateInstallationCabinetSlot,
    SlotChange,
)
from db import Database, Row, one
from errors import Invalid
from services.catalogue import product_service
from services.fleet import (
    cabinet_type_service,
    device_service,
    device_type_service,
    planogram_service,
)
from services.reads import dex_arrivals, dex_read_service, dex_strangers
from services.reads.dex_strangers import Stated

FULL = "full"
PAR = "par"
UNKNOWN = "unknown"
MOST_CABINETS = 3

Stock = str | dict[str, int]


def create_installation(
    db: Database,
    actor: Actor,
    *,
    dex_read_id: int,
    asset: str,
    cabinets: Sequence[CreateInstallationCabinet],
    stock: Stock,
    name: str | None = None,
    location_id: int | None = None,
    route_id: int | None = None,
    with_others: bool = False,
    despite_serial: bool = False,
) -> dict[str, Any]:
    """The new device. `stock` is full, par, unknown, or quantities by selection.

    `with_others` gives it the other unassigned reads that state the same serial.
    Raises NotFound (the read), Conflict (it has a device already; the asset is
    taken; it states another machine, and is not to be one `despite_serial`) and
    Invalid (slots that do not fit the grid, counts of unknown selections).
    """
    reads = dex_read_service.free_reads(db, dex_read_id, with_others=with_others)
    read = next(each for each in reads if each["id"] == dex_read_id)
    if not despite_serial:
        dex_strangers.check(db, actor, [Stated(each["serial"], each["asset"]) for each in reads])
    _check(cabinets, stock)
    device = device_service.create_device(
        db,
        actor,
        asset=asset,
        name=name or asset,
        device_type_id=_device_type(db, actor, len(cabinets)),
        location_id=location_id,
        route_id=route_id,
        serial=_free_serial(db, read["serial"]),
        cabinets=[
            {"cabinet_type_id": _cabinet_type(db, actor, each["rows"], each["columns"])}
            for each in cabinets
        ],
    )
    products: dict[str, int] = {}
    named = {slot["selection"] for each in cabinets for slot in each["slots"]}
    for number, (stated, cabinet) in enumerate(zip(cabinets, device["cabinets"], strict=True)):
        with _pointing_into(f"/cabinets/{number}"):
            _arrange(db, actor, cabinet, stated, stock, read["read_at"], products, named)
    dex_arrivals.assign(db, actor, reads=reads, device_id=device["id"])
    return device_service.get_device(db, actor, device_id=device["id"])


def _free_serial(db: Database, serial: str | None) -> str | None:
    """The audit's serial, unless a device has it: two would make every audit ambiguous."""
    if serial is None or len(serial) > 40:
        return None
    taken = one(db, "SELECT id FROM devices WHERE serial = :serial", {"serial": serial})
    return None if taken else serial


def _check(cabinets: Sequence[CreateInstallationCabinet], stock: Stock) -> None:
    errors = []
    seen: set[str] = set()
    for number, cabinet in enumerate(cabinets):
        size = cabinet["rows"] * cabinet["columns"]
        if len(cabinet["slots"]) > size:
            errors.append(
                {
                    "pointer": f"/cabinets/{number}/slots",
                    "message": f"{len(cabinet['slots'])} slots do not fit a grid of {size}",
                }
            )
        for index, slot in enumerate(cabinet["slots"]):
            seen.add(slot["selection"])
            errors += _slot_errors(f"/cabinets/{number}/slots/{index}", cabinet, slot, stock)
    if isinstance(stock, dict):
        errors += [
            {"pointer": f"/stock/{selection}", "message": "is not a selection of a slot here"}
            for selection in stock
            if selection not in seen
        ]
    if errors:
        raise Invalid(errors)


def _slot_errors(
    place: str,
    cabinet: CreateInstallationCabinet,
    slot: CreateInstallationCabinetSlot,
    stock: Stock,
) -> list[dict[str, str]]:
    errors = []
    if slot.get("product_id") is not None and "product" in slot:
        errors.append({"pointer": f"{place}/product", "message": "either product or product_id"})
    for name, at, most in (
        ("row", slot.get("row", 1), cabinet["rows"]),
        ("column", slot.get("column", 1), cabinet["columns"]),
    ):
        if at > most:
            errors.append({"pointer": f"{place}/{name}", "message": f"must be at most {most}"})
    if ("row" in slot) != ("column" in slot):
        errors.append({"pointer": place, "message": "row and column go together"})
    if isinstance(stock, dict) and stock.get(slot["selection"], 0) > slot["capacity"]:
        errors.append(
            {
                "pointer": f"/stock/{slot['selection']}",
                "message": f"only {slot['capacity']} fit",
            }
        )
    return errors


def _device_type(db: Database, actor: Actor, cabinets: int) -> int:
    """A device type that has room for so many cabinets; a new one where there is none."""
    row = one(
        db,
        "SELECT id FROM device_types WHERE max_cabinets >= :n ORDER BY max_cabinets, id LIMIT 1",
        {"n": cabinets},
    )
    if row is not None:
        return int(row["id"])
    created = device_type_service.create_device_type(
        db, actor, name=f"Machine, up to {MOST_CABINETS} cabinets", max_cabinets=MOST_CABINETS
    )
    return int(created["id"])


def _cabinet_type(db: Database, actor: Actor, rows: int, columns: int) -> int:
    row = one(
        db,
        'SELECT id FROM cabinet_types WHERE "rows" = :rows AND "columns" = :columns ORDER BY id',
        {"rows": rows, "columns": columns},
    )
    if row is not None:
        return int(row["id"])
    created = cabinet_type_service.create_cabinet_type(
        db, actor, name=f"Grid {rows} x {columns}", rows=rows, columns=columns
    )
    return int(created["id"])


@contextmanager
def _pointing_into(place: str) -> Iterator[None]:
    """What a cabinet's planogram refuses, at the place where this request names it."""
    try:
        yield
    except Invalid as refused:
        raise Invalid(
            [{**error, "pointer": place + error["pointer"]} for error in refused.errors]
        ) from refused


def _arrange(
    db: Database,
    actor: Actor,
    cabinet: Row,
    stated: CreateInstallationCabinet,
    stock: Stock,
    as_of: str,
    products: dict[str, int],
    named: set[str],
) -> None:
    """Set the slots of one cabinet, counted at the time of the audit.

    `named` are the selections of all cabinets, `products` those created on the way.
    """
    planogram = planogram_service.get_planogram(db, actor, cabinet_id=cabinet["id"])
    places = _places(stated, planogram["slots"])
    changes: list[SlotChange] = [
        _change(db, actor, place, slot, stock, products)
        for place, slot in zip(places, stated["slots"], strict=True)
    ]
    # An empty place must not keep the selection of its label: another slot may have it.
    used = {change["id"] for change in changes}
    changes += [
        {"id": place["id"], "selection": None}
        for place in planogram["slots"]
        if place["id"] not in used and place["selection"] in named
    ]
    if changes:
        planogram_service.update_planogram(
            db,
            actor,
            cabinet_id=cabinet["id"],
            version=planogram["version"],
            slots=changes,
            as_of=as_of,
        )


def _places(stated: CreateInstallationCabinet, slots: list[Row]) -> list[Row]:
    """A place of the grid for each stated slot: its own row and column, else the next free one."""
    by_place = {(slot["row"], slot["column"]): slot for slot in slots}
    taken = {(s["row"], s["column"]) for s in stated["slots"] if "row" in s}
    if len(taken) < sum("row" in slot for slot in stated["slots"]):
        raise Invalid.at("/slots", "two slots have the same row and column")
    free = iter([slot for place, slot in by_place.items() if place not in taken])
    return [
        by_place[slot["row"], slot["column"]] if "row" in slot else next(free)
        for slot in stated["slots"]
    ]


def _change(
    db: Database,
    actor: Actor,
    place: Row,
    slot: CreateInstallationCabinetSlot,
    stock: Stock,
    products: dict[str, int],
) -> SlotChange:
    product_id = _product(db, actor, slot, products)
    change: SlotChange = {
        "id": place["id"],
        "selection": slot["selection"],
        "product_id": product_id,
        "capacity": slot["capacity"],
        "par_level": slot["par_level"],
    }
    if "price_cents" in slot or "product" in slot:
        change["price_cents"] = slot.get("price_cents", slot.get("product", {}).get("price_cents"))
    quantity = _quantity(slot, stock)
    if quantity is not None and product_id is not None:
        change["quantity"] = quantity
    return change


def _quantity(slot: CreateInstallationCabinetSlot, stock: Stock) -> int | None:
    if isinstance(stock, dict):
        return stock.get(slot["selection"])
    if stock == UNKNOWN:
        return None
    return int(slot["capacity"] if stock == FULL else slot["par_level"])


def _product(
    db: Database, actor: Actor, slot: CreateInstallationCabinetSlot, products: dict[str, int]
) -> int | None:
    """The slot's product; a new one is created once, however many slots name it."""
    if "product" not in slot:
        product_id: int | None = slot.get("product_id")
        return product_id
    name, price = slot["product"]["name"], slot["product"]["price_cents"]
    if name not in products:
        known = one(
            db,
            "SELECT id FROM products WHERE lower(name) = lower(:name) AND archived_at IS NULL",
            {"name": name},
        )
        created = known or product_service.create_product(db, actor, name=name, price_cents=price)
        products[name] = int(created["id"])
    return products[name]
