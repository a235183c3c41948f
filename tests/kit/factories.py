"""Factories: things to test with, made through the API, every argument defaulted.

    device = make_device(admin, route_id=make_route(admin)["id"])

`person` is whoever makes it, and must be allowed to. Answers are what the API
answered: the noun as the contract shows it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from tests.kit.machine import Machine
from tests.kit.people import Person

_numbers = count(1)


def make_product(
    person: Person, *, name: str | None = None, price_cents: int = 150, **more: Any
) -> Any:
    name = name or f"Product {next(_numbers)}"
    return _made(person, "/api/products", {"name": name, "price_cents": price_cents, **more})


def make_location(person: Person, *, name: str | None = None, **more: Any) -> Any:
    return _made(person, "/api/locations", {"name": name or f"Place {next(_numbers)}", **more})


def make_route(
    person: Person, *, name: str | None = None, driver: Person | None = None, **more: Any
) -> Any:
    body = {"name": name or f"Route {next(_numbers)}", **more}
    if driver is not None:
        body["driver_id"] = driver.id
    return _made(person, "/api/routes", body)


def make_device_type(
    person: Person, *, name: str | None = None, max_cabinets: int = 3, **more: Any
) -> Any:
    body = {"name": name or f"Type {next(_numbers)}", "max_cabinets": max_cabinets, **more}
    return _made(person, "/api/device-types", body)


def make_cabinet_type(
    person: Person, *, name: str | None = None, rows: int = 2, columns: int = 3, **more: Any
) -> Any:
    body = {"name": name or f"Cabinet {next(_numbers)}", "rows": rows, "columns": columns, **more}
    return _made(person, "/api/cabinet-types", body)


def make_device(
    person: Person,
    *,
    asset: str | None = None,
    rows: int = 2,
    columns: int = 3,
    cabinets: int = 1,
    **more: Any,
) -> Any:
    """A device with `cabinets` empty cabinets of `rows` x `columns`."""
    body = {"asset": asset or f"M{next(_numbers)}", **more}
    if "device_type_id" not in body:
        body["device_type_id"] = make_device_type(person)["id"]
    if "cabinets" not in body:
        kind = make_cabinet_type(person, rows=rows, columns=columns)
        body["cabinets"] = [{"cabinet_type_id": kind["id"]}] * cabinets
    return _made(person, "/api/devices", body)


def make_planogram(
    person: Person,
    cabinet_id: int,
    *,
    products: Sequence[int] | None = None,
    selections: Sequence[str] | None = None,
    capacity: int = 10,
    par_level: int = 8,
    price_cents: int | None = 150,
    quantity: int | None = 5,
    **more: Any,
) -> Any:
    """Stock the cabinet: a product to a slot (its own product each unless given), counted.

    The first slots sell by `selections`, and then no other one. What is None is left out:
    `quantity` as unknown. `as_of` says when it was counted.
    """
    path = f"/api/cabinets/{cabinet_id}/planogram"
    planogram = person.get(path).json
    slots = planogram["slots"]
    codes = selections if selections is not None else [slot["selection"] for slot in slots]
    if products is None:
        products = [make_product(person)["id"] for _ in codes]
    arranged: list[dict[str, Any]] = [
        {
            "id": slot["id"],
            "selection": code,
            "product_id": product,
            "capacity": capacity,
            "par_level": par_level,
            **({} if price_cents is None else {"price_cents": price_cents}),
            **({} if quantity is None else {"quantity": quantity}),
        }
        for slot, code, product in zip(slots, codes, products, strict=False)
    ]
    rest = slots[len(codes) :]
    arranged += [{"id": slot["id"], "selection": None} for slot in rest if slot["selection"]]
    answer = person.put(path, json={"version": planogram["version"], "slots": arranged, **more})
    assert answer.status == 200, answer.text
    return answer.json


def make_stocked_device(person: Person, *, quantity: int | None = 5, **more: Any) -> Any:
    """A device whose cabinets all hold products; `more` as for `make_device`."""
    device = make_device(person, **more)
    for cabinet in device["cabinets"]:
        make_planogram(person, cabinet["id"], quantity=quantity)
    return device


def make_service_order(
    person: Person,
    *,
    route_id: int | None = None,
    cabinet_ids: Sequence[int] | None = None,
    driver: Person | None = None,
    **more: Any,
) -> Any:
    """A planned order over a stocked device of its own, unless given cabinets."""
    if cabinet_ids is None:
        route_id = route_id or make_route(person, driver=driver)["id"]
        device = make_stocked_device(person, route_id=route_id)
        cabinet_ids = [cabinet["id"] for cabinet in device["cabinets"]]
    body = {
        "route_id": route_id or make_route(person, driver=driver)["id"],
        "cabinet_ids": list(cabinet_ids),
        **more,
    }
    if driver is not None:
        body["driver_id"] = driver.id
    return _made(person, "/api/service-orders", body)


def make_visit(
    person: Person, order: Any, *, cabinet: int = 0, fills: list[Any] | None = None, **more: Any
) -> Any:
    """Carry out the order at one of its cabinets: by default what it says is loaded."""
    stop = order["cabinets"][cabinet]
    if fills is None:
        fills = [{"slot_id": i["slot_id"], "added": i["quantity"]} for i in stop["items"]]
    body = {"cabinet_id": stop["cabinet_id"], "fills": fills, **more}
    return _made(person, f"/api/service-orders/{order['id']}/visits", body)


def make_machine(device: Any = None, **more: Any) -> Machine:
    """A machine that reports as `device` (its asset and serial) and sells A1 to A3."""
    named = (
        {"asset": device["asset"], "serial": device["serial"] or f"SN{device['id']}"}
        if device
        else {}
    )
    prices = {"selections": {"A1": 150, "A2": 150, "A3": 150}}
    return Machine(**{"asset": "M0", "serial": "SN0", **prices, **named, **more})


def send_audit(
    person: Person,
    content: bytes,
    *,
    filename: str = "audit.dex",
    device_id: int | None = None,
    **more: str,
) -> Any:
    """Upload an audit; the answer, whatever its status."""
    form: dict[str, Any] = {"file": (io.BytesIO(content), filename), **more}
    if device_id is not None:
        form["device_id"] = str(device_id)
    return person.post("/api/dex-reads", data=form)


def make_dex_read(
    person: Person,
    machine: Machine | None = None,
    *,
    at: datetime = datetime(2026, 1, 31, 8, 0, tzinfo=UTC),
    device_id: int | None = None,
) -> Any:
    """The read of an audit that `machine` (its own unless given) wrote at local time `at`."""
    audit = (machine or make_machine()).audit(at.replace(tzinfo=None))
    answer = send_audit(person, audit, device_id=device_id)
    assert answer.status in (200, 201), answer.text
    return answer.json


def make_ticket(
    person: Person, *, kind: str = "fault", text: str = "The coin slot is jammed", **more: Any
) -> Any:
    """A ticket, of a new device unless it says of what."""
    if not {"device_id", "location_id", "service_order_id"} & more.keys():
        more["device_id"] = make_device(person)["id"]
    return _made(person, "/api/tickets", {"kind": kind, "text": text, **more})


def _made(person: Person, path: str, body: dict[str, Any]) -> Any:
    answer = person.post(path, json=body)
    assert answer.status == 201, answer.text
    return answer.json
