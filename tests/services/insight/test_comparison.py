"""Machines side by side: what each sold, held and lost in a period, against those of its kind."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from db import Engine
from services.insight import similar_machines
from settings import Settings
from tests.kit.factories import make_device_type, make_location, make_product, make_route
from tests.kit.imports import run, send, worked
from tests.kit.people import Person
from tests.kit.sellers import BEGIN, Seller, in_their_time, make_seller, patient

FIRST, LAST = "2026-01-05", "2026-01-25"
PERIOD = {"from": FIRST, "to": LAST}
LATER = BEGIN + timedelta(days=14)


@pytest.fixture(autouse=True)
def _in_their_time() -> Iterator[None]:
    with in_their_time():
        yield


@pytest.fixture
def settings(database_url: str) -> Settings:
    return patient(database_url)


@pytest.fixture
def kind(manager: Person) -> int:
    return int(make_device_type(manager, name="Snack 40")["id"])


def compare(person: Person, *sellers: Seller, **query: Any) -> Any:
    ids = ",".join(str(seller.device_id) for seller in sellers)
    answer = person.get("/api/comparison", query_string={"device_ids": ids, **PERIOD, **query})
    assert answer.status == 200, answer.text
    return answer.json


def machine(person: Person, seller: Seller, **query: Any) -> Any:
    (found,) = compare(person, seller, **query)["machines"]
    return found


def sold(person: Person, units: int, *, days: int = 14, **more: Any) -> Seller:
    """A machine that sold so many units at 1.50 within so many days."""
    seller = make_seller(person, quantities=(20,), capacity=200, **more)
    seller.report(BEGIN)
    seller.report(BEGIN + timedelta(days=days), A1=units)
    return seller


def test_it_works(manager: Person, viewer: Person) -> None:
    """18 units in 14 days beside 7: both as asked for, by the day."""
    cola, water = (make_product(manager, name=name)["id"] for name in ("Cola", "Water"))
    busy = make_seller(manager, asset="M1", products=[cola, water])
    busy.report(BEGIN)
    busy.report(BEGIN + timedelta(days=7), A1=10, A2=4)
    busy.report(LATER, A1=4)
    quiet = sold(manager, 7, asset="M2", products=[cola], price_cents=200)
    found = compare(viewer, quiet, busy)
    assert [each["asset"] for each in found["machines"]] == ["M2", "M1"]
    second, first = found["machines"]
    assert (first["days"], first["is_enough"]) == (14.0, True)
    assert (first["units"], first["amount_cents"]) == (18, 2700)
    assert (first["units_per_day"], first["cents_per_day"]) == (1.29, 193)
    assert (second["units_per_day"], second["cents_per_day"]) == (0.5, 100)
    names = [product["name"] for product in found["products"]]
    assert names == ["Cola", "Water"]
    of_cola, of_water = (product["sold"] for product in found["products"])
    assert [each["units"] for each in of_cola] == [7, 14]
    assert [each["share_percent"] for each in of_cola] == [100.0, 77.8]
    assert [each["lowest_price_cents"] for each in of_cola] == [200, 150]
    assert [each["lowest_price_cents"] for each in of_water] == [None, 150]
    assert [each["share_percent"] for each in of_water] == [0.0, 22.2]


def test_each_figure_is_the_one_that_its_own_page_shows(manager: Person, driver: Person) -> None:
    route = make_route(manager, driver=driver)["id"]
    seller = make_seller(manager, quantities=(4, 20), route_id=route)
    seller.report(BEGIN)
    for day in (1, 2):
        seller.report(BEGIN + timedelta(days=day), A1=2)
    seller.report(BEGIN + timedelta(days=4), A2=3)
    order = {"route_id": route, "cabinet_ids": [seller.cabinet_id], "driver_id": driver.id}
    made = manager.post("/api/service-orders", json=order).json
    fills = [
        {"slot_id": seller.slots[0], "added": 16, "counted": 0},
        {"slot_id": seller.slots[1], "added": 5, "counted": 15},
    ]
    path = f"/api/service-orders/{made['id']}/visits"
    answer = driver.post(path, json={"cabinet_id": seller.cabinet_id, "fills": fills})
    assert answer.status == 201, answer.text
    broken = {"kind": "fault", "text": "Dark", "device_id": seller.device_id}
    broken["down_since"] = "2026-01-06T07:00:00Z"
    broken["up_since"] = "2026-01-07T07:00:00Z"
    assert manager.post("/api/tickets", json=broken).status == 201

    found = machine(manager, seller)
    period = {**PERIOD, "device_id": seller.device_id}
    (sales,) = manager.get("/api/sales", query_string={"group_by": "device", **period}).json[
        "items"
    ]
    for name in ("units", "amount_cents", "lost_units", "lost_cents", "days"):
        assert found[name] == sales[name], name
    assert found["lost_units"] > 0
    (up,) = manager.get("/api/availability", query_string=period).json["items"]
    assert (found["up_percent"], found["down_seconds"]) == (up["up_percent"], 86_400)
    counts = manager.get("/api/shrinkage", query_string={"group_by": "device", **PERIOD}).json
    assert (found["missing"], found["surplus"]) == (2, 0)
    assert counts["total"]["missing"] == 2
    assert (found["visits"], found["filled_units"], found["units_per_visit"]) == (1, 21, 21.0)


def test_sold_out_time_is_a_share_of_the_days_of_all_selections(manager: Person) -> None:
    """A1 of two is empty for two of four days: a quarter."""
    seller = make_seller(manager, quantities=(4, 20))
    for day, units in enumerate((0, 2, 2, 0, 0)):
        seller.report(BEGIN + timedelta(days=day), A1=units)
    found = machine(manager, seller)
    assert (found["slots"], found["sold_out_days"], found["sold_out_percent"]) == (2, 2.0, 25.0)


def test_imported_sales_are_in_it_as_in_the_sums_of_sales(manager: Person, engine: Engine) -> None:
    """Of the days of an import nobody knows what was sold out: still a quarter."""
    seller = make_seller(manager, asset="M-1", quantities=(4, 20))
    for day, units in enumerate((0, 2, 2, 0, 0)):
        seller.report(BEGIN + timedelta(days=day), A1=units)
    name = manager.get(f"/api/products/{seller.products[1]}").json["name"]
    sent = send(
        manager,
        "Machine ID,Date,Product,Selection,Qty,Amount,Payment\n"
        f"M-1,2026-01-01,{name},A2,6,9.00,\nM-1,2026-01-02,{name},A2,1,1.50,\n",
    )
    worked(engine)
    run(manager, engine, manager.get(f"/api/imports/{sent['id']}").json)
    period = {"from": "2026-01-01", "to": LAST}
    found = compare(manager, seller, **period)
    (of_it,) = found["machines"]
    assert (of_it["units"], of_it["days"], of_it["read_days"]) == (11, 6.0, 4.0)
    assert (of_it["sold_out_days"], of_it["sold_out_percent"]) == (2.0, 25.0)
    asked = {"group_by": "product", "device_id": seller.device_id, **period}
    sales = manager.get("/api/sales", query_string=asked).json["items"]
    shown = [
        (str(each["product_id"]), each["sold"][0]["units"], each["sold"][0]["amount_cents"])
        for each in found["products"]
    ]
    assert shown == [(each["key"], each["units"], each["amount_cents"]) for each in sales]
    shares = [each["sold"][0]["share_percent"] for each in found["products"]]
    assert shares == [63.6, 36.4]


def test_a_visit_that_was_taken_back_is_none(manager: Person) -> None:
    route = make_route(manager)["id"]
    seller = make_seller(manager, quantities=(4,), route_id=route)
    order = {"route_id": route, "cabinet_ids": [seller.cabinet_id]}
    made = manager.post("/api/service-orders", json=order).json
    body = {"cabinet_id": seller.cabinet_id, "fills": [{"slot_id": seller.slots[0], "added": 9}]}
    visit = manager.post(f"/api/service-orders/{made['id']}/visits", json=body).json
    assert machine(manager, seller)["visits"] == 1
    reversal = manager.post(f"/api/visits/{visit['id']}/reversal", json={"reason": "Wrong one"})
    assert reversal.status in (200, 201), reversal.text
    found = machine(manager, seller)
    assert (found["visits"], found["filled_units"], found["units_per_visit"]) == (0, 0, None)


def test_it_is_compared_with_the_mean_of_others_of_its_type(manager: Person, kind: int) -> None:
    """18 units in a fortnight, where three others sold 7, 14 and 21: 1.29 against 1 a day."""
    one = sold(manager, 18, device_type_id=kind)
    for units in (7, 14, 21):
        sold(manager, units, device_type_id=kind)
    sold(manager, 200)  # of another type
    found = machine(manager, one)["kind"]
    assert (found["basis"], found["machines"], found["units_per_day"]) == ("type", 3, 1.0)
    assert (found["cents_per_day"], found["units_percent"]) == (150, 28.6)
    assert found["cents_percent"] == 28.6


def test_where_there_are_three_it_is_compared_with_those_at_its_kind_of_location(
    manager: Person, kind: int
) -> None:
    office = make_location(manager, kind="workplace")["id"]
    school = make_location(manager, kind="education")["id"]
    one = sold(manager, 14, device_type_id=kind, location_id=office)
    for _ in range(3):
        sold(manager, 28, device_type_id=kind, location_id=office)
        sold(manager, 140, device_type_id=kind, location_id=school)
    found = machine(manager, one)["kind"]
    assert (found["basis"], found["machines"]) == ("type_and_location", 3)
    assert (found["units_per_day"], found["units_percent"]) == (2.0, -50.0)


def test_machines_that_say_too_little_are_in_no_mean(
    admin: Person, manager: Person, kind: int
) -> None:
    one = sold(manager, 14, device_type_id=kind)
    for _ in range(2):
        sold(manager, 14, device_type_id=kind)
    sold(manager, 90, device_type_id=kind, days=13)
    gone = sold(manager, 90, device_type_id=kind)
    version = admin.get(f"/api/devices/{gone.device_id}").json["version"]
    archived = {"version": version, "archived": True}
    assert admin.patch(f"/api/devices/{gone.device_id}", json=archived).status == 200
    assert machine(manager, one)["kind"] is None
    sold(manager, 14, device_type_id=kind)
    assert machine(manager, one)["kind"]["machines"] == 3


def test_machines_that_came_later_do_not_stand_in_the_way_of_those_that_sold(
    manager: Person, kind: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many the newest count that were read, not those that were read out of the newest."""
    monkeypatch.setattr(similar_machines, "MOST", 3)
    sold(manager, 140, device_type_id=kind)
    one = sold(manager, 14, device_type_id=kind)
    for units in (7, 14, 21):
        sold(manager, units, device_type_id=kind)
    for _ in range(5):
        make_seller(manager, device_type_id=kind)
    found = machine(manager, one)["kind"]
    assert (found["machines"], found["units_per_day"]) == (3, 1.0)


def test_with_less_than_a_fortnight_it_is_shown_and_not_compared(
    manager: Person, kind: int
) -> None:
    new = sold(manager, 5, device_type_id=kind, days=13)
    for _ in range(3):
        sold(manager, 14, device_type_id=kind)
    found = machine(manager, new)
    assert (found["units"], found["days"], found["is_enough"]) == (5, 13.0, False)
    assert found["kind"] is None


def test_a_machine_that_never_reported_has_no_rate(manager: Person) -> None:
    found = machine(manager, make_seller(manager))
    assert (found["units"], found["days"], found["units_per_day"]) == (0, 0.0, None)
    assert (found["cents_per_day"], found["sold_out_percent"], found["kind"]) == (None, None, None)


def test_a_machine_that_is_named_twice_is_shown_once(manager: Person) -> None:
    one, other = make_seller(manager), make_seller(manager)
    found = compare(manager, one, other, one)["machines"]
    assert [each["device_id"] for each in found] == [one.device_id, other.device_id]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"device_ids": "999999"}, 404),
        ({"device_ids": "1,2,3,4,5,6,7"}, 422),
        ({"device_ids": "1,x"}, 422),
        ({"device_ids": ""}, 422),
        ({"from": "2026-01-26"}, 422),
        ({"from": "2024-01-01"}, 422),
    ],
)
def test_what_cannot_be_compared_is_refused(
    manager: Person, query: dict[str, str], status: int
) -> None:
    one = make_seller(manager)
    asked = {"device_ids": str(one.device_id), **PERIOD, **query}
    assert manager.get("/api/comparison", query_string=asked).status == status


@pytest.mark.parametrize("path", ["/api/comparison", "/api/shrinkage", "/api/count-differences"])
def test_the_last_days_of_the_calendar_are_days_like_any(manager: Person, path: str) -> None:
    of_path = {
        "/api/comparison": {"device_ids": str(make_seller(manager).device_id)},
        "/api/shrinkage": {"group_by": "device"},
    }.get(path, {})
    query = {"from": "9999-12-01", "to": "9999-12-31", **of_path}
    assert manager.get(path, query_string=query).status == 200


def test_a_key_needs_the_scope_of_sales(admin: Person, manager: Person) -> None:
    query = {"device_ids": str(make_seller(manager).device_id), **PERIOD}
    for scope, status in (("insight:read", 403), ("fleet:read", 403), ("books:read", 200)):
        program = admin.with_key([scope])
        assert program.get("/api/comparison", query_string=query).status == status, scope


def test_a_driver_may_not(driver: Person, manager: Person) -> None:
    one = make_seller(manager)
    query = {"device_ids": str(one.device_id), **PERIOD}
    assert driver.get("/api/comparison", query_string=query).status == 403


def test_the_spreadsheet_says_the_same_in_the_companys_way(
    admin: Person, manager: Person, kind: int
) -> None:
    assert admin.patch("/api/settings", json={"version": 1, "locale": "de-DE"}).status == 200
    one = sold(manager, 18, asset="M1", device_type_id=kind)
    for units in (7, 14, 21):
        sold(manager, units, device_type_id=kind)
    query = {"device_ids": str(one.device_id), **PERIOD, "format": "csv"}
    answer = manager.get("/api/comparison", query_string=query)
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "comparison-2026-01-05--2026-01-25.csv" in answer.headers["Content-Disposition"]
    text = answer.body.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text), delimiter=";")
    assert (row["Machine"], row["Type"], row["Units"]) == ("M1", "Snack 40", "18")
    assert (row["Amount"], row["Currency"], row["Amount a day"]) == ("27,00", "USD", "1,93")
    assert (row["Machines of its kind"], row["Units more, %"]) == ("3", "28,6")


def test_it_is_had_as_a_file_as_lists_are(manager: Person) -> None:
    query = {"device_ids": str(make_seller(manager).device_id), **PERIOD}
    asked = {"operation": "comparison_service.get_comparison", "query": query}
    answer = manager.post("/api/export-previews", json=asked)
    assert (answer.status, answer.json["rows"]) == (200, 1)
    assert manager.get(answer.json["address"]).body.count(b"\r\n") == 2
