"""A small operator's fleet with some weeks of history, made through the API.

Routes North (driver dora), South (driver oscar) and West (nobody). Twelve
machines T-1000 to T-1011: audits every third day over four weeks, ending
yesterday, with these exceptions:

    T-1003  low: nearly everything sold since it was filled
    T-1005  silent: its last audit is nine days old
    T-1007  an active fault: a jammed motor
    T-1009  charges another price than the planogram says for A1
    T-1011  never reported: counted only

One more audit is unassigned (asset Z-9), one is damaged (T-1001), one upload was refused.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.kit.factories import (
    make_cabinet_type,
    make_device_type,
    make_location,
    make_product,
    make_route,
    send_audit,
)
from tests.kit.machine import Machine
from tests.kit.people import Person

ZONE = ZoneInfo("Europe/Berlin")
ROWS, COLUMNS = 4, 6
CAPACITY, PAR = 12, 10
AUDITS, DAYS_BETWEEN = 9, 3
DAMAGED = "T-1001"
LOW = "T-1003"
SILENT = "T-1005"
FAULTY = "T-1007"
OVERPRICED = "T-1009"
NEVER_REPORTED = "T-1011"

PRODUCTS = (
    ("Cola 0.33 l", "Drinks", 180),
    ("Cola Zero 0.33 l", "Drinks", 180),
    ("Orange soda 0.33 l", "Drinks", 170),
    ("Sparkling water 0.5 l", "Drinks", 150),
    ("Still water 0.5 l", "Drinks", 150),
    ("Iced tea peach 0.5 l", "Drinks", 220),
    ("Energy drink 0.25 l", "Drinks", 260),
    ("Apple juice 0.33 l", "Drinks", 190),
    ("Salted crisps 40 g", "Snacks", 140),
    ("Paprika crisps 40 g", "Snacks", 140),
    ("Roasted peanuts 50 g", "Snacks", 160),
    ("Pretzel sticks 45 g", "Snacks", 120),
    ("Trail mix 60 g", "Snacks", 210),
    ("Chocolate bar 50 g", "Sweets", 150),
    ("Caramel wafer 45 g", "Sweets", 150),
    ("Hazelnut bar 43 g", "Sweets", 160),
    ("Fruit gums 75 g", "Sweets", 190),
    ("Mint drops 34 g", "Sweets", 110),
    ("Oat cookie 35 g", "Sweets", 130),
    ("Protein bar 60 g", "Sweets", 290),
)
PLACES = ("Town hall, lobby", "City hospital, ward 3", "Hall of sports", "Station, platform 2")


@dataclass
class Fleet:
    """What was made, as the API answered it; `machines` can go on selling and reporting."""

    products: list[Any] = field(default_factory=list)
    locations: list[Any] = field(default_factory=list)
    routes: dict[str, Any] = field(default_factory=dict)
    devices: dict[str, Any] = field(default_factory=dict)
    machines: dict[str, Machine] = field(default_factory=dict)
    unassigned: Any = None
    damaged: Any = None

    def device(self, asset: str = "T-1000") -> Any:
        return self.devices[asset]

    def cabinet_id(self, asset: str = "T-1000") -> int:
        cabinet: int = self.devices[asset]["cabinets"][0]["id"]
        return cabinet


def make_fleet(manager: Person, driver: Person, other_driver: Person) -> Fleet:
    """The fleet, made by `manager`."""
    fleet = Fleet()
    chance = random.Random(7)
    fleet.products = [
        make_product(manager, name=name, category=category, price_cents=price, case_size=12)
        for name, category, price in PRODUCTS
    ]
    fleet.locations = [make_location(manager, name=name) for name in PLACES]
    for name, by in (("North", driver), ("South", other_driver), ("West", None)):
        fleet.routes[name] = make_route(manager, name=name, driver=by)
    kinds = {
        "device_type_id": make_device_type(manager, name="Combi", max_cabinets=2)["id"],
        "cabinets": [
            {
                "cabinet_type_id": make_cabinet_type(
                    manager, name="Spirals 4 x 6", rows=ROWS, columns=COLUMNS
                )["id"]
            }
        ],
    }
    for number in range(12):
        _add_machine(fleet, manager, f"T-{1000 + number}", number, kinds)
    for asset in fleet.devices:
        _live(fleet, manager, asset, chance)
    _trouble(fleet, manager)
    return fleet


def noon(days_ago: int) -> datetime:
    """Local time of a machine's clock, some days back."""
    now = datetime.now(ZONE).replace(tzinfo=None, minute=5, second=0, microsecond=0)
    return now.replace(hour=min(now.hour, 12)) - timedelta(days=days_ago)


def _add_machine(
    fleet: Fleet, manager: Person, asset: str, number: int, kinds: dict[str, Any]
) -> None:
    made = manager.post(
        "/api/devices",
        json={
            "asset": asset,
            "name": f"{PLACES[number % 4].partition(',')[0]} {number // 4 + 1}",
            "serial": f"VS{40000 + number}",
            "location_id": fleet.locations[number % 4]["id"],
            "route_id": fleet.routes[("North", "South", "West")[number % 3]]["id"],
            **kinds,
        },
    )
    assert made.status == 201, made.text
    fleet.devices[asset] = made.json
    prices = {
        f"{'ABCD'[row]}{column + 1}": fleet.products[_product(number, row, column)]["price_cents"]
        for row in range(ROWS)
        for column in range(COLUMNS)
    }
    machine = Machine(serial=f"VS{40000 + number}", asset=asset, selections=prices, seed=number)
    fleet.machines[asset] = machine


def _product(number: int, row: int, column: int) -> int:
    return (number + row * COLUMNS + column) % len(PRODUCTS)


def _live(fleet: Fleet, manager: Person, asset: str, chance: random.Random) -> None:
    """Stock the machine, then sell and report for four weeks."""
    begin = noon(1 + AUDITS * DAYS_BETWEEN)
    machine = fleet.machines[asset]
    number = int(asset.removeprefix("T-")) - 1000
    _count(fleet, manager, asset, number, begin)
    if asset == NEVER_REPORTED:
        return
    for audit in range(AUDITS + 1):
        at = begin + timedelta(days=audit * DAYS_BETWEEN, minutes=1)
        if asset == SILENT and audit > AUDITS - 3:
            return
        if audit in (4, 7) and asset != LOW:
            _count(fleet, manager, asset, number, at)
        if audit:
            machine.sell_some(chance.randint(14, 40) + (20 if asset == LOW else 0), at=at)
        if asset == FAULTY and audit == AUDITS:
            machine.fault("EJB", at - timedelta(hours=3), active=True)
        if asset == OVERPRICED and audit == AUDITS:
            machine.price("A1", 250)
        _send(manager, machine.audit(at + timedelta(minutes=5)), f"{asset}-{audit}.dex")


def _count(fleet: Fleet, manager: Person, asset: str, number: int, at: datetime) -> None:
    path = f"/api/cabinets/{fleet.cabinet_id(asset)}/planogram"
    planogram = manager.get(path).json
    slots = [
        {
            "id": slot["id"],
            "product_id": fleet.products[_product(number, slot["row"] - 1, slot["column"] - 1)][
                "id"
            ],
            "capacity": CAPACITY,
            "par_level": PAR,
            "price_cents": fleet.products[_product(number, slot["row"] - 1, slot["column"] - 1)][
                "price_cents"
            ],
            "quantity": PAR,
        }
        for slot in planogram["slots"]
    ]
    as_of = f"{at.replace(tzinfo=ZONE).astimezone(ZoneInfo('UTC')):%Y-%m-%dT%H:%M:%SZ}"
    saved = manager.put(
        path, json={"version": planogram["version"], "as_of": as_of, "slots": slots}
    )
    assert saved.status == 200, saved.text


def _send(manager: Person, content: bytes, filename: str) -> Any:
    sent = send_audit(manager, content, filename=filename)
    assert sent.status == 201, sent.text
    return sent.json


def _trouble(fleet: Fleet, manager: Person) -> None:
    """What waits for a person on the DEX page."""
    stranger = Machine(serial="ZX77", asset="Z-9", selections={"A1": 150, "A2": 180, "B1": 200})
    stranger.sell_some(9)
    fleet.unassigned = _send(manager, stranger.audit(noon(1)), "stranger.dex")
    content = fleet.machines[DAMAGED].audit(noon(0))
    fleet.damaged = _send(manager, content.replace(b"PA2*", b"PA2*1", 1), "damaged.dex")
    assert send_audit(manager, b"<html>not an audit</html>", filename="page.html").status == 422
