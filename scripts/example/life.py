"""Sixty days of the example operator, through the same functions that serve requests.

The days are fixed and the clock of the program is set to each event, so what is
built is the same every time. Local time is UTC here; loading moves it into the
operator's zone (services/example_service.py).

Route 1 was served the day before yesterday, route 2 is due today, route 3 is half
served since yesterday. 1007 still runs at the old prices, 2006 is silent, 1001 and 3003
have faults, 1004 never reports and is counted by hand.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import auth
import clock
from console import Console
from contract.results import Upload
from db import Engine
from errors import Invalid
from scripts.example.catalogue import FLEET, KINDS, PLACES, PRODUCTS, ROUTES, Site
from scripts.example.machine import Machine, par_of
from services import product_service

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = 60
VISITED_EVERY = 7
# The last visits of the routes, in days before the end: 0 is due, not done.
LAST_VISITS = (2, 0, 1)
LEAST_WORTH_A_STOP = 10
OLD_PRICES, SILENT, COUNTED = "1007", "2006", "1004"
FAULTS = {"1001": "EJB", "3003": "ENE"}
LEFT_FOR_LATER = 2
PRICES_RISE_ON = 44
NEW_PRICES = {"SW-301": 165, "CR-101": 160}


class Life:
    """The operator's days, written into one empty, migrated database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._console = Console(engine)
        self._now = BEGIN
        self._machines: dict[str, Machine] = {}
        self._devices: dict[str, dict[str, Any]] = {}
        self._orders: dict[int, dict[str, Any]] = {}
        self._routes: list[int] = []
        self._products: dict[str, int] = {}

    def run(self) -> None:
        """Live through all of it."""
        with patch.object(clock, "now", side_effect=lambda: clock.to_text(self._now)):
            self._open_business()
            for day in range(1, DAYS + 1):
                self._live(day)
            self._leave_open_ends()

    # The first day

    def _open_business(self) -> None:
        self._set(0, 7)
        self._routes = [self._id("route", name=name) for name in ROUTES]
        self._products = {
            product.sku: self._id(
                "product",
                sku=product.sku,
                name=product.name,
                category=product.category,
                price_cents=product.price_cents,
                cost_cents=product.cost_cents,
                case_size=product.case_size,
            )
            for product in PRODUCTS
        }
        places = [
            self._id(
                "location",
                name=place.name,
                kind=place.kind,
                address=place.address,
                latitude=place.latitude,
                longitude=place.longitude,
                notes=place.notes,
            )
            for place in PLACES
        ]
        types = self._types()
        for number, site in enumerate(FLEET):
            self._set(0, 8, number * 5)
            self._install(number, site, places, types)

    def _types(self) -> dict[str, int]:
        types = {}
        for kind in KINDS.values():
            types[kind.device_type] = self._id(
                "device_type", name=kind.device_type, max_cabinets=len(kind.cabinets)
            )
            for cabinet in kind.cabinets:
                if cabinet.type_name not in types:
                    types[cabinet.type_name] = self._id(
                        "cabinet_type",
                        name=cabinet.type_name,
                        rows=cabinet.rows,
                        columns=cabinet.columns,
                    )
        return types

    def _install(
        self,
        number: int,
        site: Site,
        places: list[int],
        types: dict[str, int],
    ) -> None:
        machine = Machine(site, PLACES[site.place], seed=number)
        kind = KINDS[site.kind]
        device = self._console.call(
            "device_service.create_device",
            asset=site.asset,
            name=site.name,
            serial=machine.odometers.serial,
            device_type_id=types[kind.device_type],
            location_id=places[site.place],
            route_id=self._routes[site.route],
            cabinets=[{"cabinet_type_id": types[each.type_name]} for each in kind.cabinets],
        )
        self._machines[site.asset], self._devices[site.asset] = machine, device
        for plan, cabinet in zip(machine.plan, device["cabinets"], strict=True):
            planogram = self._planogram(cabinet["id"])
            slots = [
                {
                    "id": slot["id"],
                    "selection": code,
                    "product_id": self._products[product.sku],
                    "capacity": product.depth,
                    "par_level": par_of(product),
                    "price_cents": product.price_cents,
                    "quantity": par_of(product),
                }
                for slot, (code, product) in zip(planogram["slots"], plan, strict=False)
            ]
            self._console.call(
                "planogram_service.update_planogram",
                cabinet_id=cabinet["id"],
                version=planogram["version"],
                slots=slots,
            )
        self._read(site.asset)

    # Every day

    def _live(self, day: int) -> None:
        for machine in self._machines.values():
            machine.live(BEGIN + timedelta(days=day - 1))
        if day == DAYS:
            self._break_things()
        if day == PRICES_RISE_ON:
            self._raise_prices(day)
        for number, site in enumerate(FLEET):
            if _reports(number, site, day):
                self._set(day, 0, 10 + number)
                self._read(site.asset, day)
        for route in range(len(ROUTES)):
            if self._is_due(route, day) and day < DAYS:
                self._serve(route, day)
            if self._is_due(route, day + 1):
                self._set(day, 16, route)
                self._plan(route, day + 1)

    def _is_due(self, route: int, day: int) -> bool:
        return (DAYS - LAST_VISITS[route] - day) % VISITED_EVERY == 0

    def _raise_prices(self, day: int) -> None:
        """In the list, in the planograms, and in every machine but one."""
        self._set(day, 15)
        risen = [
            (product, NEW_PRICES[product.sku]) for product in PRODUCTS if product.sku in NEW_PRICES
        ]
        with self._engine.writing() as db:
            for product, cents in risen:
                product_service.update_product(
                    db,
                    auth.console(),
                    product_id=self._products[product.sku],
                    version=1,
                    changes={"price_cents": cents},
                )
        prices = {self._products[product.sku]: cents for product, cents in risen}
        for asset, machine in self._machines.items():
            for product, cents in risen:
                if asset != OLD_PRICES:
                    machine.price(product, cents)
            for cabinet in self._devices[asset]["cabinets"]:
                self._reprice(cabinet["id"], prices)

    def _reprice(self, cabinet_id: int, prices: dict[int, int]) -> None:
        planogram = self._planogram(cabinet_id)
        slots = [
            {"id": slot["id"], "price_cents": prices[slot["product_id"]]}
            for slot in planogram["slots"]
            if slot["product_id"] in prices
        ]
        if slots:
            self._console.call(
                "planogram_service.update_planogram",
                cabinet_id=cabinet_id,
                version=planogram["version"],
                slots=slots,
            )

    def _break_things(self) -> None:
        for asset, code in FAULTS.items():
            self._machines[asset].fault(code, BEGIN + timedelta(days=DAYS - 1, hours=19))

    def _read(self, asset: str, day: int = 0) -> None:
        site = self._machines[asset].site
        if asset == COUNTED or (asset == SILENT and day > DAYS - VISITED_EVERY - 2):
            return
        content = self._machines[asset].audit(self._now.replace(tzinfo=None))
        self._send(f"{site.asset}.dex", content)

    def _send(self, filename: str, content: bytes) -> None:
        self._console.call(
            "dex_read_service.create_dex_read", file=Upload(filename=filename, content=content)
        )

    # Work

    def _plan(self, route: int, day: int) -> None:
        assets = [site.asset for site in FLEET if site.route == route]
        cabinet_ids = [each["id"] for asset in assets for each in self._devices[asset]["cabinets"]]
        preview = self._console.call(
            "service_order_service.create_service_order_preview", cabinet_ids=cabinet_ids
        )
        counted = {each["id"] for each in self._devices[COUNTED]["cabinets"]}
        worth = [
            cabinet["cabinet_id"]
            for cabinet in preview["cabinets"]
            if sum(item["quantity"] for item in cabinet["items"]) >= LEAST_WORTH_A_STOP
            or cabinet["cabinet_id"] in counted
        ]
        self._orders[route] = self._console.call(
            "service_order_service.create_service_order",
            route_id=self._routes[route],
            cabinet_ids=worth,
            scheduled_on=f"{BEGIN + timedelta(days=day):%Y-%m-%d}",
        )

    def _serve(self, route: int, day: int) -> None:
        order = self._orders.get(route)
        if order is None:
            return
        stops = order["cabinets"]
        if day == DAYS - 1:
            stops = stops[:-LEFT_FOR_LATER]
        for number, cabinet in enumerate(stops):
            asset = next(
                asset
                for asset, device in self._devices.items()
                if cabinet["cabinet_id"] in {each["id"] for each in device["cabinets"]}
            )
            self._set(day, 8, number * 25)
            self._read(asset, day)
            self._set(day, 8, number * 25 + 15)
            self._visit(order, cabinet, asset)

    def _visit(self, order: dict[str, Any], cabinet: dict[str, Any], asset: str) -> None:
        machine = self._machines[asset]
        planned = {item["slot_id"]: item["quantity"] for item in cabinet["items"]}
        fills = []
        for slot in self._planogram(cabinet["cabinet_id"])["slots"]:
            if slot["product_id"] is None:
                continue
            code = slot["selection"]
            found = machine.stock[code]
            lacking = max(0, slot["par_level"] - found)
            # What the plan has too much, because it was an estimate, stays in the van.
            fill = {"slot_id": slot["id"], "added": min(planned.get(slot["id"], 0), lacking)}
            # A driver counts what looks wrong, and everything where no audit tells.
            if asset == COUNTED or found != slot["quantity"]:
                fill["counted"] = found
                fill["added"] = lacking
            if fill["added"] or "counted" in fill:
                machine.load(code, fill["added"], self._now.replace(tzinfo=None))
                fills.append(fill)
        self._console.call(
            "visit_service.create_visit",
            service_order_id=order["id"],
            cabinet_id=cabinet["cabinet_id"],
            fills=fills,
            started_at=clock.to_text(self._now - timedelta(minutes=15)),
            finished_at=clock.to_text(self._now),
        )

    # What waits for a person

    def _leave_open_ends(self) -> None:
        self._set(DAYS, 0, 45)
        stranger = Machine(
            Site("9001", "Unknown machine", "snack", 0, 0, 1), PLACES[0], seed=len(FLEET)
        )
        for code, product in stranger.plan[0]:
            stranger.odometers.selections[code].product = product.name
        self._send("unknown-machine.dex", stranger.audit(self._now.replace(tzinfo=None)))
        sound = self._machines["3006"].audit(self._now.replace(tzinfo=None))
        self._send("3006-torn.dex", sound.replace(b"PA2*", b"PA2*1", 1))
        try:
            self._send("page.html", b"<html><body>Not an audit</body></html>")
        except Invalid:
            return

    # Small things

    def _set(self, day: int, hour: int, minute: int = 0) -> None:
        self._now = BEGIN + timedelta(days=day, hours=hour, minutes=minute)

    def _id(self, noun: str, **properties: Any) -> int:
        created: int = self._console.call(f"{noun}_service.create_{noun}", **properties)["id"]
        return created

    def _planogram(self, cabinet_id: int) -> dict[str, Any]:
        planogram: dict[str, Any] = self._console.call(
            "planogram_service.get_planogram", cabinet_id=cabinet_id
        )
        return planogram


def _reports(number: int, site: Site, day: int) -> bool:
    """Whether a machine reports by itself in the night to `day`; in the last one most do."""
    if site.reads_every == 0:
        return False
    is_its_night = (day + number) % site.reads_every == 0
    return is_its_night or (day == DAYS and site.reads_every < VISITED_EVERY)
