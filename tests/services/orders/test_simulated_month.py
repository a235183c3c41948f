"""A month of a fleet whose demand is known, through the API: what CVD says beside what is so.

A third of the machines report daily, a third weekly, a third never. Each morning a planner
sends somebody to what the route board calls in need; the driver fills to par, and counts
where they are asked to or feel like it. CVD_SIMULATED_WEEKS and CVD_SIMULATED_MACHINES make
it longer and larger.
"""

from __future__ import annotations

import math
import os
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import clock
from settings import Settings
from tests.kit.factories import make_device, make_device_type, make_product, make_route, send_audit
from tests.kit.machine import Machine
from tests.kit.moving_clock import MovingClock, reach
from tests.kit.people import Person
from tests.kit.sellers import ZONE, patient

WEEKS = int(os.environ.get("CVD_SIMULATED_WEEKS", "5"))
MACHINES = int(os.environ.get("CVD_SIMULATED_MACHINES", "24"))
BEGIN = datetime(2026, 3, 2, 5, tzinfo=UTC)
REPORTS_EVERY_DAYS = {"daily": 1, "weekly": 7, "never": 0}
SLOTS = 6
PRICE, COST = 150, 90
# The first fortnight nobody knows much: it is lived through, not judged.
JUDGED_FROM_DAY = 14
COUNTS_SHARE = 0.3
# Nobody is left unvisited so long that sells something.
LONGEST_UNVISITED_DAYS = 21

pytestmark = [
    pytest.mark.slow,
    pytest.mark.spared("what is estimated is reckoned above the database"),
]


@dataclass
class Truth:
    """One machine as it is: what is in its slots and how fast people buy."""

    kind: str
    device_id: int
    cabinet_id: int
    slots: list[int]
    rates: list[float]
    pars: list[int]
    machine: Machine
    stock: list[int]
    report_day: int
    visited_day: int = 0

    def sell(self, chance: random.Random, days: float) -> None:
        for place, rate in enumerate(self.rates):
            out = min(self.stock[place], poisson(chance, rate * days))
            self.stock[place] -= out
            if out:
                self.machine.sell(f"A{place + 1}", out)

    def reports_on(self, day: int) -> bool:
        every = REPORTS_EVERY_DAYS[self.kind]
        return every > 0 and day % every == self.report_day % every


@dataclass
class Judged:
    """Sums of what CVD said and what was so, of the machines of one kind."""

    said: float = 0.0
    so: float = 0.0
    off: list[float] = field(default_factory=list)
    kit: int = 0
    lacked: int = 0

    def note(self, said: float, so: float) -> None:
        self.said += said
        self.so += so
        self.off.append(abs(said - so))

    @property
    def bias(self) -> float:
        return self.said / self.so - 1

    @property
    def error(self) -> float:
        return sum(self.off) / self.so


class Month:
    """The fleet, its planner and its driver."""

    def __init__(self, manager: Person, seed: int) -> None:
        self.manager = manager
        self.chance = random.Random(seed)
        self.route_id = make_route(manager)["id"]
        kind = make_device_type(manager)["id"]
        products = [
            make_product(manager, price_cents=PRICE, cost_cents=COST)["id"] for _ in range(SLOTS)
        ]
        base = [self.chance.uniform(0.4, 1.4) for _ in products]
        self.fleet = [
            self.install(list(REPORTS_EVERY_DAYS)[number % 3], kind, products, base, number)
            for number in range(MACHINES)
        ]
        self.judged: dict[str, Judged] = defaultdict(Judged)
        self.inexact: list[str] = []
        # Machines that report are installed from an audit: sales are known from then on.
        for truth in self.fleet:
            if truth.kind != "never":
                self.report(truth, 0, BEGIN)

    def install(
        self, kind: str, type_id: int, products: list[int], base: list[float], number: int
    ) -> Truth:
        factor = math.exp(self.chance.gauss(0, 0.25))
        rates = [rate * factor * math.exp(self.chance.gauss(0, 0.15)) for rate in base]
        pars = [max(6, math.ceil(rate * 11)) for rate in rates]
        device = make_device(
            self.manager, rows=1, columns=SLOTS, route_id=self.route_id, device_type_id=type_id
        )
        cabinet_id = device["cabinets"][0]["id"]
        planogram = self.manager.get(f"/api/cabinets/{cabinet_id}/planogram").json
        named = [
            {
                "id": slot["id"],
                "product_id": product,
                "selection": f"A{place + 1}",
                "capacity": par + (4 if place % 2 else 0),
                "par_level": par,
                "price_cents": PRICE,
                "quantity": par,
            }
            for place, (slot, product, par) in enumerate(
                zip(planogram["slots"], products, pars, strict=True)
            )
        ]
        body = {"version": planogram["version"], "slots": named}
        answer = self.manager.put(f"/api/cabinets/{cabinet_id}/planogram", json=body)
        assert answer.status == 200, answer.text
        return Truth(
            kind=kind,
            device_id=device["id"],
            cabinet_id=cabinet_id,
            slots=[slot["id"] for slot in named],
            rates=rates,
            pars=pars,
            machine=Machine(
                serial=f"SN{number}",
                asset=device["asset"],
                selections={f"A{place + 1}": PRICE for place in range(SLOTS)},
            ),
            stock=list(pars),
            report_day=number,
        )

    def live(self, days: int) -> None:
        """Each day: audits at six, the planner at seven, the driver at eight, then people buy."""
        for day in range(days):
            dawn = BEGIN + timedelta(days=day)
            reach(dawn + timedelta(hours=1))
            for truth in self.fleet:
                if truth.reports_on(day):
                    self.report(truth, day, dawn + timedelta(hours=1))
            reach(dawn + timedelta(hours=2))
            board = self.board()
            for truth in self.fleet:
                self.judge(truth, day)
            self.plan(board, day, dawn + timedelta(hours=3))
            for truth in self.fleet:
                truth.sell(self.chance, 1.0)

    def report(self, truth: Truth, day: int, at: datetime) -> None:
        audit = truth.machine.audit(at.astimezone(ZONE).replace(tzinfo=None))
        assert send_audit(self.manager, audit).status == 201
        self.check_exact(truth, "an audit", set(truth.slots))

    def board(self) -> list[Any]:
        answer = self.manager.get(f"/api/routes/{self.route_id}/devices?limit=200")
        assert answer.status == 200, answer.text
        rows: list[Any] = answer.json["items"]
        return rows

    def judge(self, truth: Truth, day: int) -> None:
        """Set what CVD says of the machine's stock beside what it is, where it estimates."""
        figures = self.manager.get(f"/api/devices/{truth.device_id}/metrics").json
        if day < JUDGED_FROM_DAY or not figures["estimated_stock_slots"]:
            return
        said = sum(best(slot) for slot in figures["slots"])
        self.judged[truth.kind].note(said, sum(truth.stock))

    def plan(self, board: list[Any], day: int, at: datetime) -> None:
        needy = {
            row["device_id"]
            for row in board
            if row["sold_out_slots"]
            or (row["product_level_percent"] or 0) < 50
            or (row["days_of_inventory"] is not None and row["days_of_inventory"] < 2)
        }
        chosen = [truth for truth in self.fleet if truth.device_id in needy]
        if not chosen:
            return
        ids = [truth.cabinet_id for truth in chosen]
        preview = self.manager.post("/api/service-order-previews", json={"cabinet_ids": ids}).json
        order = self.manager.post(
            "/api/service-orders", json={"route_id": self.route_id, "cabinet_ids": ids}
        ).json
        assert order["units"] == preview["units"]
        kits = {cabinet["cabinet_id"]: cabinet["items"] for cabinet in order["cabinets"]}
        reach(at)
        for truth in chosen:
            self.visit(truth, order["id"], kits[truth.cabinet_id], day)

    def visit(self, truth: Truth, order_id: int, kit: list[Any], day: int) -> None:
        """Fill to par from the van, counting where it is asked for."""
        lacked = [par - left for par, left in zip(truth.pars, truth.stock, strict=True)]
        if day >= JUDGED_FROM_DAY:
            self.judged[truth.kind].kit += sum(item["quantity"] for item in kit)
            self.judged[truth.kind].lacked += sum(lacked)
        counts = self.chance.random() < COUNTS_SHARE
        path = f"/api/service-orders/{order_id}/visits"
        answer = self.manager.post(path, json=self.visit_of(truth, lacked, counts))
        if answer.status == 422:
            answer = self.manager.post(path, json=self.visit_of(truth, lacked, True))
        assert answer.status == 201, answer.text
        told = {fill["slot_id"] for fill in answer.json["fills"]}
        truth.stock = list(truth.pars)
        truth.visited_day = day
        self.check_exact(truth, "a visit", told)

    def visit_of(self, truth: Truth, lacked: list[int], counts: bool) -> Any:
        fills = [
            {"slot_id": slot, "added": added, **({"counted": left} if counts else {})}
            for slot, added, left in zip(truth.slots, lacked, truth.stock, strict=True)
        ]
        return {"cabinet_id": truth.cabinet_id, "fills": fills}

    def check_exact(self, truth: Truth, after: str, told: set[int]) -> None:
        """Of the slots that an audit or a visit told of, CVD knows the stock."""
        figures = self.manager.get(f"/api/devices/{truth.device_id}/metrics").json
        for slot, so in zip(figures["slots"], truth.stock, strict=True):
            if slot["slot_id"] in told and best(slot) != so:
                self.inexact.append(f"{truth.kind} after {after}: {best(slot)} instead of {so}")


def best(slot: Any) -> int:
    estimated = slot["estimated_quantity"]
    quantity: int = slot["quantity"] if estimated is None else estimated
    return quantity


def poisson(chance: random.Random, mean: float) -> int:
    number, product, limit = 0, chance.random(), math.exp(-mean)
    while product > limit:
        number += 1
        product *= chance.random()
    return number


@pytest.fixture(autouse=True)
def in_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", MovingClock(BEGIN).now)


@pytest.fixture
def settings(database_url: str) -> Settings:
    return patient(database_url)


@pytest.fixture
def month(in_march: None, manager: Person) -> Month:
    lived = Month(manager, seed=7)
    lived.live(WEEKS * 7)
    return lived


def test_what_is_estimated_is_what_is_so_on_average(month: Month, note: Any) -> None:
    for kind, judged in sorted(month.judged.items()):
        note(f"{kind}: estimates", len(judged.off))
        if judged.off:
            note(f"{kind}: bias", f"{judged.bias:+.1%}")
            note(f"{kind}: mean error", f"{judged.error:.1%}")
        note(f"{kind}: kits", f"{judged.kit} of {judged.lacked} units")
    assert month.inexact == []
    estimating = [each for each in month.judged.values() if each.off]
    assert sum(len(each.off) for each in estimating) > 50
    for each in estimating:
        assert each.error < 0.15
        assert abs(each.bias) < 0.05
    whole = WEEKS * 7
    assert [t.kind for t in month.fleet if whole - t.visited_day > LONGEST_UNVISITED_DAYS] == []
    for each in month.judged.values():
        assert each.kit > 0.85 * each.lacked
