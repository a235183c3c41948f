"""The machine of this folder: machines sell and report while people order, visit, count and undo.

Times only move forward at the machines; what people did, and what machines
reported, also arrives late and in another order.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import clock
from db import Engine
from services.books import rebuild
from tests.kit.factories import make_route, send_audit
from tests.kit.machine import Machine
from tests.kit.people import Person
from tests.kit.stops import Stop, make_stop, visit
from tests.state.books_checks import (
    check_device_counts,
    check_orders,
    check_reversals,
    check_sales,
    check_stock,
    snapshot,
)

CAPACITY = 10
SLOTS = 2
OPEN = ("planned", "in_progress")

stops = st.integers(0, 2)
slots = st.integers(0, SLOTS - 1)
few = st.integers(0, CAPACITY + 2)
delays = st.sampled_from([0, 0, 1, 90, 900])
days = st.sampled_from([None, None, "2026-03-02", "2026-03-03"])
mostly = st.sampled_from([True, True, True, False])
fills = st.fixed_dictionaries(
    {"added": few, "removed": st.sampled_from([0, 0, 0, 1, 4])},
    optional={"counted": st.integers(0, CAPACITY)},
)


@dataclass
class Place:
    """One machine in the world: what stands there, and what it really sold up to each audit."""

    stop: Stop
    machine: Machine
    on_the_way: list[tuple[str, int, bytes]] = field(default_factory=list)
    reported: dict[str, int] = field(default_factory=dict)

    @property
    def sold(self) -> int:
        return sum(tally.count_init for tally in self.machine.sold.values())


@dataclass
class Order:
    """What the model knows of an order."""

    noun: Any
    places: list[int]
    day: str | None = None
    cancelled: bool = False
    visited: set[int] = field(default_factory=set)
    skipped: dict[int, int] = field(default_factory=dict)

    @property
    def to_do(self) -> set[int]:
        return set() if self.cancelled else set(self.places) - self.visited - set(self.skipped)

    @property
    def status(self) -> str:
        if self.cancelled:
            return "cancelled"
        if not self.visited and not self.skipped:
            return "planned"
        return "in_progress" if self.to_do else "completed"


@dataclass
class Visit:
    """What the model knows of a visit that stands."""

    noun: Any
    order: Order
    place: int

    @property
    def when(self) -> tuple[str, int]:
        return self.noun["finished_at"], self.noun["id"]


class BooksMachine(RuleBasedStateMachine):
    """Three machines on a route of their own; a subclass names the engine and the manager."""

    engine: Engine
    manager: Person

    @initialize()
    def install(self) -> None:
        self.now = clock.later(clock.now(), days=-40)
        self.route_id = make_route(self.manager)["id"]
        self.places = [self._place(start) for start in ((3, None), (0, 10), (7, 7))]
        self.orders: list[Order] = []
        self.visits: dict[int, list[Visit]] = defaultdict(list)

    # What machines do

    @rule(place=stops, slot=slots, units=st.integers(1, 6))
    def sell(self, place: int, slot: int, units: int) -> None:
        self.places[place].machine.sell(f"A{slot + 1}", units)

    @rule(place=stops, at_once=st.booleans())
    def report(self, place: int, at_once: bool) -> None:
        self._pass(30)
        there = self.places[place]
        audit = there.machine.audit(clock.to_datetime(self.now).replace(tzinfo=None))
        there.on_the_way.append((self.now, there.sold, audit))
        if at_once:
            self._receive(there, len(there.on_the_way) - 1)

    @precondition(lambda self: any(place.on_the_way for place in self.places))
    @rule(data=st.data())
    def receive_late(self, data: st.DataObject) -> None:
        there = data.draw(st.sampled_from([p for p in self.places if p.on_the_way]))
        self._receive(there, data.draw(st.integers(0, len(there.on_the_way) - 1)))

    # What people do

    @rule(place=stops, slot=slots, quantity=st.integers(0, CAPACITY), delay=delays)
    def count(self, place: int, slot: int, quantity: int, delay: int) -> None:
        stop = self.places[place].stop
        path = f"/api/cabinets/{stop.cabinet_id}/planogram"
        version = self.manager.get(path).json["version"]
        body = {
            "version": version,
            "as_of": self._some_time(delay),
            "slots": [{"id": stop.slots[slot], "quantity": quantity}],
        }
        assert self.manager.put(path, json=body).status == 200

    @rule(chosen=st.sets(stops, min_size=1), of_free_ones=mostly, day=days)
    def order(self, chosen: set[int], of_free_ones: bool, day: str | None) -> None:
        busy = {place for order in self.orders if order.day == day for place in order.to_do}
        if of_free_ones:
            chosen = (chosen - busy) or chosen
        ids = [self.places[place].stop.cabinet_id for place in sorted(chosen)]
        preview = self.manager.post("/api/service-order-previews", json={"cabinet_ids": ids}).json
        body = {"route_id": self.route_id, "cabinet_ids": ids, "scheduled_on": day}
        answer = self.manager.post("/api/service-orders", json=body)
        if chosen & busy:
            assert answer.status == 409, answer.text
            return
        assert answer.status == 201, answer.text
        assert answer.json["units"] == preview["units"]
        self.orders.append(Order(answer.json, sorted(chosen), day))

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), wanted=st.lists(fills, min_size=SLOTS, max_size=SLOTS), delay=delays)
    def visit(self, data: st.DataObject, wanted: list[Any], delay: int) -> None:
        order = self._some_order(data)
        place = data.draw(st.sampled_from(order.places))
        stop = self.places[place].stop
        named = [{"slot_id": slot, **one} for slot, one in zip(stop.slots, wanted, strict=True)]
        self._visit(order, place, named, delay)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), delay=delays)
    def visit_as_ordered(self, data: st.DataObject, delay: int) -> None:
        order = self._some_order(data)
        place = data.draw(st.sampled_from(order.places))
        self._visit(order, place, self._as_ordered(order, place), delay)

    @rule(place=stops, quantity=st.integers(0, CAPACITY - 1))
    def serve(self, place: int, quantity: int) -> None:
        """A whole round: a slot is counted, the place ordered and visited as ordered."""
        self.count(place, 0, quantity, 0)
        self.order({place}, of_free_ones=False, day=None)
        newest = self.orders[-1] if self.orders else None
        if newest is not None and newest.status == "planned" and newest.places == [place]:
            self._visit(newest, place, self._as_ordered(newest, place), 0)

    @precondition(lambda self: any(self.visits.values()))
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        every = [visited for there in self.visits.values() for visited in there]
        visited = data.draw(st.sampled_from(every))
        path = f"/api/visits/{visited.noun['id']}/reversal"
        answer = self.manager.post(path, json={"reason": "Mistake"})
        there = self.visits[visited.place]
        if visited is not max(there, key=lambda each: each.when) or (
            not visited.order.cancelled and self._would_clash(visited.order, visited.place)
        ):
            assert answer.status == 409, answer.text
            return
        assert answer.status == 200, answer.text
        there.remove(visited)
        visited.order.visited.discard(visited.place)
        assert self.manager.post(path, json={"reason": "Again"}).status == 409

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), after_all_not=mostly)
    def cancel(self, data: st.DataObject, after_all_not: bool) -> None:
        if after_all_not:
            return
        order = self._some_order(data)
        path = f"/api/service-orders/{order.noun['id']}/cancellation"
        answer = self.manager.post(path, json={"reason": "Snow"})
        assert answer.status == (200 if order.status in OPEN else 409), answer.text
        order.cancelled = order.cancelled or answer.status == 200

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def skip(self, data: st.DataObject) -> None:
        order = self._some_order(data)
        place = data.draw(st.sampled_from(order.places))
        cabinet_id = self.places[place].stop.cabinet_id
        answer = self.manager.post(
            f"/api/service-orders/{order.noun['id']}/skips",
            json={"cabinet_ids": [cabinet_id], "reason": "closed"},
        )
        if place not in order.to_do:
            assert answer.status == 409, answer.text
            return
        assert answer.status == 200, answer.text
        (skip,) = [
            each["skip"] for each in answer.json["cabinets"] if each["cabinet_id"] == cabinet_id
        ]
        order.skipped[place] = skip["id"]

    @precondition(lambda self: any(order.skipped for order in self.orders))
    @rule(data=st.data())
    def take_skip_back(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from([order for order in self.orders if order.skipped]))
        place = data.draw(st.sampled_from(sorted(order.skipped)))
        answer = self.manager.post(f"/api/skips/{order.skipped[place]}/reversal")
        if order.cancelled or self._would_clash(order, place):
            assert answer.status == 409, answer.text
            return
        assert answer.status == 200, answer.text
        del order.skipped[place]

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), day=days)
    def move(self, data: st.DataObject, day: str | None) -> None:
        order = self._some_order(data)
        path = f"/api/service-orders/{order.noun['id']}"
        version = self.manager.get(path).json["version"]
        answer = self.manager.patch(path, json={"version": version, "scheduled_on": day})
        busy = {
            place
            for other in self.orders
            if other is not order and other.day == day
            for place in other.to_do
        }
        if order.status not in OPEN or (day != order.day and order.to_do & busy):
            assert answer.status == 409, answer.text
            return
        assert answer.status == 200, answer.text
        order.day = day

    # What holds at every moment

    @invariant()
    def books_are_right(self) -> None:
        device_ids = [place.stop.device_id for place in self.places]
        with self.engine.reading() as db:
            check_stock(db, device_ids)
            check_reversals(db, device_ids)
            check_orders(db, {order.noun["id"]: order.status for order in self.orders})
            for place in self.places:
                check_sales(db, place.stop.device_id, place.reported)
            check_device_counts(db)

    def teardown(self) -> None:
        """Everything derived again from the first event on is what already stood."""
        if not hasattr(self, "places"):
            return
        for place in self.places:
            with self.engine.writing() as db:
                before = snapshot(db, place.stop.device_id)
                rebuild.rebuild(db, device_id=place.stop.device_id, since="2000-01-01T00:00:00Z")
                assert snapshot(db, place.stop.device_id) == before

    # Private

    def _place(self, quantities: tuple[int | None, ...]) -> Place:
        stop = make_stop(
            self.manager, self.route_id, quantities=quantities, capacity=CAPACITY, as_of=self.now
        )
        prices = {f"A{number + 1}": 150 for number in range(SLOTS)}
        return Place(stop, Machine(serial=f"SN{stop.device_id}", selections=prices))

    def _pass(self, minutes: int) -> None:
        self.now = clock.later(self.now, minutes=minutes)

    def _some_time(self, delay_minutes: int) -> str:
        """Now, or in the past: it was not told at once."""
        self._pass(7)
        return clock.later(self.now, minutes=-delay_minutes)

    def _some_order(self, data: st.DataObject) -> Order:
        """Mostly one that is open."""
        still_open = [order for order in self.orders if order.status in OPEN]
        of_open_ones = data.draw(mostly) and bool(still_open)
        return data.draw(st.sampled_from(still_open if of_open_ones else self.orders))

    def _receive(self, there: Place, index: int) -> None:
        at, sold, audit = there.on_the_way.pop(index)
        answer = send_audit(self.manager, audit, device_id=there.stop.device_id)
        assert answer.status == 201, answer.text
        there.reported[at] = sold

    def _as_ordered(self, order: Order, place: int) -> list[Any]:
        cabinet = next(
            each
            for each in order.noun["cabinets"]
            if each["cabinet_id"] == self.places[place].stop.cabinet_id
        )
        return [{"slot_id": i["slot_id"], "added": i["quantity"]} for i in cabinet["items"]]

    def _visit(self, order: Order, place: int, named: list[Any], delay: int) -> None:
        stop = self.places[place].stop
        held = dict(zip(stop.slots, stop.quantities(self.manager), strict=True))
        answer = visit(self.manager, order.noun, stop, *named, finished_at=self._some_time(delay))
        if order.cancelled or place in order.visited:
            assert answer.status == 409, answer.text
            return
        assert answer.status in (201, 422), answer.text
        if answer.status == 201:
            order.skipped.pop(place, None)
            order.visited.add(place)
            if not delay:
                self._check_filled(stop, held, named)
            self.visits[place].append(Visit(answer.json, order, place))

    def _check_filled(self, stop: Stop, held: dict[int, int | None], named: list[Any]) -> None:
        """The latest visit leaves in each slot just what it says."""
        now = dict(zip(stop.slots, stop.quantities(self.manager), strict=True))
        for one in named:
            if one["added"] or one.get("removed") or "counted" in one:
                found = one.get("counted", held[one["slot_id"]] or 0)
                left = max(0, found - one.get("removed", 0))
                after = min(CAPACITY, left + one["added"])
                assert now[one["slot_id"]] == after, (held, named, now)

    def _would_clash(self, order: Order, place: int) -> bool:
        """Whether its stop would be to do again beside another order of the day."""
        others = [o for o in self.orders if o is not order and o.day == order.day]
        return any(place in other.to_do for other in others)


def _that_fits(fill: Any, held: int | None) -> Any:
    """The same fill, taking out and putting in no more than can be."""
    found = fill.get("counted", held or 0)
    removed = min(fill["removed"], found)
    return {**fill, "removed": removed, "added": min(fill["added"], CAPACITY - found + removed)}
