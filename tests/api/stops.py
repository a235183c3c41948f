"""Stops: machines whose stock is known, for tests of orders, visits and the board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import clock
from tests.factories import make_device, make_product
from tests.people import Person


@dataclass(frozen=True)
class Stop:
    """One machine with one cabinet: a slot for each quantity it was made with."""

    device_id: int
    asset: str
    cabinet_id: int
    slots: list[int]
    products: list[int]

    def quantities(self, person: Person) -> list[int | None]:
        """What is in its slots now."""
        planogram = person.get(f"/api/cabinets/{self.cabinet_id}/planogram").json
        now = {slot["id"]: slot["quantity"] for slot in planogram["slots"]}
        return [now[slot] for slot in self.slots]


def make_stop(
    person: Person,
    route_id: int | None,
    *,
    quantities: Sequence[int | None] = (3,),
    capacity: int = 10,
    par_level: int = 10,
    product_id: int | None = None,
    as_of: str | None = None,
    **more: Any,
) -> Stop:
    """Slots A1, A2… with these quantities (None: unknown), as counted an hour ago.

    They hold `product_id`, or a product of its own each.
    """
    device = make_device(person, route_id=route_id, rows=1, columns=len(quantities), **more)
    cabinet_id = device["cabinets"][0]["id"]
    path = f"/api/cabinets/{cabinet_id}/planogram"
    planogram = person.get(path).json
    slots, products = [], []
    for slot, quantity in zip(planogram["slots"], quantities, strict=True):
        product = product_id or make_product(person)["id"]
        products.append(product)
        slots.append(
            {
                "id": slot["id"],
                "product_id": product,
                "selection": slot["label"],
                "capacity": capacity,
                "par_level": par_level,
                "price_cents": 150,
                **({} if quantity is None else {"quantity": quantity}),
            }
        )
    body = {"version": planogram["version"], "slots": slots, "as_of": as_of or _an_hour_ago()}
    answer = person.put(path, json=body)
    assert answer.status == 200, answer.text
    return Stop(
        device_id=device["id"],
        asset=device["asset"],
        cabinet_id=cabinet_id,
        slots=[slot["id"] for slot in slots],
        products=products,
    )


def order(person: Person, route_id: int | None, *stops: Stop, **more: Any) -> Any:
    """A service order over these stops."""
    body = {"route_id": route_id, "cabinet_ids": [stop.cabinet_id for stop in stops], **more}
    answer = person.post("/api/service-orders", json=body)
    assert answer.status == 201, answer.text
    return answer.json


def visit(person: Person, service_order: Any, stop: Stop, *fills: Any, **more: Any) -> Any:
    """The answer to a visit, whatever its status."""
    body = {"cabinet_id": stop.cabinet_id, "fills": list(fills), **more}
    return person.post(f"/api/service-orders/{service_order['id']}/visits", json=body)


def fill(stop: Stop, slot: int = 0, added: int = 0, **more: Any) -> Any:
    """One fill of a stop's slot, by its place in the row."""
    return {"slot_id": stop.slots[slot], "added": added, **more}


def _an_hour_ago() -> str:
    return clock.later(clock.now(), hours=-1)
