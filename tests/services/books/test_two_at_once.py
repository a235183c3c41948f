"""Two people, one thing: whoever comes second is told, and the books stay right."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

import clock
from db import Engine
from services.books import book_checks
from tests.kit.factories import (
    make_device,
    make_dex_read,
    make_machine,
    make_planogram,
    make_product,
    make_route,
    send_audit,
)
from tests.kit.people import Answer, Person
from tests.kit.stops import fill, make_stop, order, visit
from tests.services.books.sums_by_day import check_sums
from tests.state.books_checks import check_device_counts

NOW = clock.to_datetime(clock.now())


def at_once(*requests: Callable[[], Answer]) -> list[int]:
    """The statuses of requests that start at the same moment, lowest first."""
    start = Barrier(len(requests))

    def run(request: Callable[[], Answer]) -> int:
        start.wait()
        return request().status

    with ThreadPoolExecutor(len(requests)) as threads:
        return sorted(threads.map(run, requests))


@pytest.mark.parametrize("attempt", range(3))
def test_an_audit_goes_to_one_of_two_machines(
    admin: Person, manager: Person, engine: Engine, attempt: int
) -> None:
    devices = [make_device(admin)["id"] for _ in range(2)]
    read = make_dex_read(admin, make_machine(asset="", serial="NOBODYS"))
    path = f"/api/dex-reads/{read['id']}/assignment"
    assert at_once(
        lambda: admin.post(path, json={"device_id": devices[0]}),
        lambda: manager.post(path, json={"device_id": devices[1]}),
    ) == [200, 409]


@pytest.mark.parametrize("attempt", range(3))
def test_a_damaged_audit_is_accepted_once(admin: Person, manager: Person, attempt: int) -> None:
    device = make_device(admin)
    audit = make_machine(device).audit((NOW - timedelta(hours=2)).replace(tzinfo=None))
    read = send_audit(admin, audit.replace(b"*150*", b"*151*", 1)).json
    assert read["status"] == "damaged"
    path = f"/api/dex-reads/{read['id']}/acceptance"
    assert at_once(lambda: admin.post(path), lambda: manager.post(path)) == [200, 409]


@pytest.mark.parametrize("attempt", range(5))
def test_files_with_audits_of_the_same_machines_arrive_at_once(
    admin: Person, manager: Person, engine: Engine, attempt: int
) -> None:
    machines = [make_machine(make_device(admin)) for _ in range(4)]
    first, second = (
        [machine.audit((NOW - timedelta(hours=hours)).replace(tzinfo=None)) for machine in machines]
        for hours in (3, 2)
    )
    again = b"".join(reversed(first))
    assert at_once(
        lambda: send_audit(admin, b"".join(first)),
        lambda: send_audit(manager, again),
        lambda: send_audit(admin, b"".join(reversed(second))),
    ) == [200, 201, 201]
    with engine.reading() as db:
        check_sums(db)


def test_machines_that_sold_the_same_products_report_at_once(admin: Person, engine: Engine) -> None:
    products = [make_product(admin)["id"] for _ in range(3)]
    audits = []
    for number in range(8):
        device = make_device(admin, rows=1, columns=3)
        # In another order each, so that the sums are not met in the same order by chance.
        arranged = [*products[number % 3 :], *products[: number % 3]]
        make_planogram(admin, device["cabinets"][0]["id"], products=arranged)
        machine = make_machine(device)
        make_dex_read(admin, machine, at=NOW - timedelta(days=3), device_id=device["id"])
        machine.sell_some(20)
        audits.append((device["id"], machine.audit((NOW - timedelta(days=1)).replace(tzinfo=None))))

    def sending(device_id: int, audit: bytes) -> Callable[[], Answer]:
        return lambda: send_audit(admin, audit, device_id=device_id)

    assert at_once(*(sending(*audit) for audit in audits)) == [201] * len(audits)
    with engine.reading() as db:
        check_sums(db)
        total: Any = db.execute(
            "SELECT sum(units) FROM daily_product_sales WHERE product_id > 0"
        ).fetchone()[0]
    assert total == 20 * len(audits)


@pytest.mark.parametrize("attempt", range(5))
def test_devices_are_counted_once_while_they_report_and_are_changed(
    admin: Person, manager: Person, engine: Engine, attempt: int
) -> None:
    devices = [make_device(admin) for _ in range(4)]
    for device in devices:
        make_planogram(admin, device["cabinets"][0]["id"], quantity=attempt)
    audits = [
        make_machine(device).audit((NOW - timedelta(hours=2)).replace(tzinfo=None))
        for device in devices
    ]
    first, last = devices[0], devices[-1]
    kind = admin.post("/api/device-types", json={"name": "Other", "max_cabinets": 3}).json
    assert at_once(
        lambda: send_audit(manager, b"".join(audits)),
        lambda: admin.patch(
            f"/api/devices/{first['id']}", json={"version": 1, "device_type_id": kind["id"]}
        ),
        lambda: admin.delete(f"/api/devices/{last['id']}"),
        lambda: manager.post("/api/devices", json={"asset": "NEW", "device_type_id": kind["id"]}),
    ) == [200, 201, 201, 204]
    with engine.reading() as db:
        check_device_counts(db)
        check_sums(db)


@pytest.mark.parametrize("attempt", range(5))
def test_two_orders_of_one_day_never_hold_one_cabinet(
    admin: Person, manager: Person, attempt: int
) -> None:
    route_id = make_route(admin)["id"]
    stops = [make_stop(admin, route_id) for _ in range(2)]
    today, later = (
        order(admin, route_id, stop, scheduled_on=day)
        for stop, day in zip(stops, ("2026-03-02", "2026-03-03"), strict=True)
    )

    def add(person: Person, made: Any, **changes: Any) -> Callable[[], Answer]:
        path = f"/api/service-orders/{made['id']}"
        return lambda: person.patch(path, json={"version": made["version"], **changes})

    both = [stop.cabinet_id for stop in stops]
    statuses = at_once(
        add(admin, today, cabinet_ids=both),
        add(manager, later, scheduled_on="2026-03-02"),
    )
    assert statuses == [200, 409]


@pytest.mark.parametrize("attempt", range(5))
def test_a_stop_that_is_visited_and_skipped_at_once_is_visited(
    admin: Person, manager: Person, attempt: int
) -> None:
    route_id = make_route(admin)["id"]
    stop = make_stop(admin, route_id)
    made = order(admin, route_id, stop)
    later = order(admin, route_id, stop, scheduled_on="2026-03-03")
    body = {"cabinet_ids": [stop.cabinet_id], "reason": "no_time"}
    path = f"/api/service-orders/{made['id']}"
    statuses = at_once(
        lambda: visit(admin, made, stop, fill(stop, 0, 7)),
        lambda: manager.post(f"{path}/skips", json=body),
        lambda: manager.post(f"/api/service-orders/{later['id']}/loading"),
    )
    assert statuses in ([200, 200, 201], [200, 201, 409])
    found = admin.get(path).json
    assert found["status"] == "completed"
    assert (found["cabinets"][0]["skip"], len(found["cabinets"][0]["visits"])) == (None, 1)


def check_books(engine: Engine) -> None:
    """What `flask check` says of the books."""
    wrong = {outcome.name: outcome.wrong for outcome in book_checks.run(engine, ignore)}
    assert not any(wrong.values()), wrong


def ignore(*_: object) -> None:
    pass


@pytest.mark.parametrize("attempt", range(5))
def test_an_order_that_is_changed_visited_skipped_and_cancelled_at_once(
    admin: Person, manager: Person, engine: Engine, attempt: int
) -> None:
    route_id = make_route(admin)["id"]
    stops = [make_stop(admin, route_id) for _ in range(3)]
    made = order(admin, route_id, *stops[:2])
    path = f"/api/service-orders/{made['id']}"
    both = [stops[0].cabinet_id, stops[2].cabinet_id]
    skip = {"cabinet_ids": [stops[1].cabinet_id], "reason": "no_time"}
    statuses = at_once(
        lambda: visit(admin, made, stops[0], fill(stops[0], 0, 7)),
        lambda: manager.patch(path, json={"version": made["version"], "cabinet_ids": both}),
        lambda: manager.post(f"{path}/skips", json=skip),
        lambda: admin.post(f"{path}/cancellation", json={"reason": "Snow"}),
        lambda: admin.post(f"{path}/loading"),
    )
    assert set(statuses) <= {200, 201, 404, 409, 422}
    found = admin.get(path).json
    visited = [each for each in found["cabinets"] if each["visits"]]
    quantity = admin.get(f"/api/cabinets/{stops[0].cabinet_id}/planogram").json["slots"][0]
    assert quantity["quantity"] == (10 if visited else 3)
    check_books(engine)


@pytest.mark.parametrize("attempt", range(5))
def test_two_who_change_one_order_never_lose_what_the_other_did(
    admin: Person, manager: Person, attempt: int
) -> None:
    route_id = make_route(admin)["id"]
    made = order(admin, route_id, make_stop(admin, route_id))
    path = f"/api/service-orders/{made['id']}"
    assert at_once(
        lambda: admin.patch(path, json={"version": made["version"], "notes": "Back door"}),
        lambda: (
            manager.patch(path, json={"version": made["version"], "scheduled_on": None})
            if attempt % 2
            else manager.patch(path, json={"version": made["version"], "notes": "Front door"})
        ),
    ) in ([200, 409], [200, 422])


@pytest.mark.parametrize("attempt", range(5))
def test_slots_that_are_changed_from_a_product_and_on_a_planogram_at_once(
    admin: Person, manager: Person, engine: Engine, attempt: int
) -> None:
    product = make_product(admin, price_cents=150)
    stop = make_stop(admin, make_route(admin)["id"], product_id=product["id"], quantities=(3, 4))
    path = f"/api/cabinets/{stop.cabinet_id}/planogram"
    planogram = admin.get(path).json
    slots = [{"id": slot, "par_level": 6} for slot in stop.slots]
    chosen = {"device_id": stop.device_id, "slot_ids": stop.slots}
    change = {**chosen, "kind": "price", "price_cents": 175}
    statuses = at_once(
        lambda: admin.put(path, json={"version": planogram["version"], "slots": slots}),
        lambda: manager.post(f"/api/products/{product['id']}/slot-changes", json=change),
    )
    assert set(statuses) <= {200, 201, 409}, statuses
    after = admin.get(path).json["slots"]
    saved, changed = (
        {slot["par_level"] for slot in after} == {6},
        {slot["price_cents"] for slot in after} == {175},
    )
    # Nothing that was acknowledged is undone by the other.
    assert saved + changed == len([status for status in statuses if status < 300])
    check_books(engine)


@pytest.mark.parametrize("attempt", range(3))
def test_an_audit_that_is_accepted_and_given_to_another_machine_at_once(
    admin: Person, manager: Person, engine: Engine, attempt: int
) -> None:
    device, other = make_device(admin), make_device(admin)
    audit = make_machine(device).audit((NOW - timedelta(hours=2)).replace(tzinfo=None))
    read = send_audit(admin, audit.replace(b"PA1*", b"PA1 *", 1)).json
    path = f"/api/dex-reads/{read['id']}"
    statuses = at_once(
        lambda: admin.post(f"{path}/acceptance", json={"device_id": device["id"]}),
        lambda: manager.post(f"{path}/assignment", json={"device_id": other["id"]}),
    )
    assert set(statuses) <= {200, 409, 422}, statuses
    check_books(engine)
