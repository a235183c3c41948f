"""The figures of the home page."""

import json
from datetime import date, timedelta

import pytest

import auth
import clock
from services.books import device_counts
from services.insight import dashboard_service
from services.orders import order_summaries
from tests.kit.factories import (
    make_device,
    make_dex_read,
    make_location,
    make_machine,
    make_planogram,
    make_route,
    make_service_order,
)
from tests.kit.people import COOKIE
from tests.kit.stops import make_stop, order, visit
from tests.state.books_checks import check_device_counts

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

PATH = "/api/dashboard"


@pytest.fixture
def route(manager, driver):
    """A route with its driver."""
    return make_route(manager, driver=driver)


@pytest.fixture
def today(settings):
    return clock.today(settings.time_zone)


def set_metrics(engine, stop, **figures):
    """Figures of a device as if they had been measured."""
    with engine.writing() as db:
        for name, value in figures.items():
            db.execute(
                f"UPDATE device_metrics SET {name} = :value WHERE device_id = :id",
                {"value": value, "id": stop.device_id},
            )
        device_counts.count(db)


def shown(person, what):
    """(count, [(asset, detail)]) of one list of what needs attention."""
    found = person.get(PATH).json["attention"][what]
    return found["count"], [(item["asset"], item["detail"]) for item in found["items"]]


def days_from(today, days):
    return (date.fromisoformat(today) + timedelta(days=days)).isoformat()


def test_an_empty_installation_needs_nothing(viewer, today):
    home = viewer.get(PATH).json
    assert (home["today"], home["devices"]) == (today, 0)
    assert home["orders"] == {"count": 0, "completed": 0, "more": False, "items": []}
    assert all((found["count"], found["items"]) == (0, []) for found in home["attention"].values())
    assert home["sales"]["total"] == {"units": 0, "amount_cents": 0}


def test_a_driver_has_no_home_page_of_figures(driver, visitor):
    assert driver.get(PATH).status == 403
    assert visitor.get(PATH).status == 401


def test_sold_out_devices_come_worst_first(manager, route):
    place = make_location(manager, name="Lobby")
    make_stop(manager, route["id"], asset="one", quantities=[0, 5], location_id=place["id"])
    make_stop(manager, route["id"], asset="two", quantities=[0, 0])
    make_stop(manager, route["id"], asset="none", quantities=[5])
    assert shown(manager, "sold_out") == (
        2,
        [("two", "2 slots sold out"), ("one", "1 slot sold out")],
    )
    item = manager.get(PATH).json["attention"]["sold_out"]["items"][1]
    assert (item["location_name"], item["route_id"]) == ("Lobby", route["id"])


def planned_visits(person, what):
    """{asset: open order} of one list of what needs attention."""
    items = person.get(PATH).json["attention"][what]["items"]
    return {item["asset"]: item["open_service_order_id"] for item in items}


@pytest.mark.both
def test_a_device_that_waits_for_an_order_says_which(manager, route, engine):
    ordered = make_stop(manager, route["id"], asset="ordered", quantities=[0])
    make_stop(manager, route["id"], asset="free", quantities=[0])
    low = make_stop(manager, route["id"], asset="low", quantities=[1])
    set_metrics(engine, low, days_of_inventory=1.0)
    made = order(manager, route["id"], ordered, low)
    assert planned_visits(manager, "sold_out") == {"ordered": made["id"], "free": None}
    assert planned_visits(manager, "running_out") == {"low": made["id"]}
    cancelled = manager.post(
        f"/api/service-orders/{made['id']}/cancellation", json={"reason": "Another day"}
    )
    assert cancelled.status == 200
    assert planned_visits(manager, "sold_out") == {"ordered": None, "free": None}


def test_a_visit_can_be_planned_while_a_cabinet_in_need_is_in_no_order(manager, route):
    device = make_device(manager, asset="double", route_id=route["id"], cabinets=2)
    first, second = (cabinet["id"] for cabinet in device["cabinets"])
    for cabinet_id in (first, second):
        make_planogram(manager, cabinet_id, quantity=0)
    one = make_service_order(manager, route_id=route["id"], cabinet_ids=[first])
    assert planned_visits(manager, "sold_out") == {"double": None}
    make_service_order(manager, route_id=route["id"], cabinet_ids=[second])
    assert planned_visits(manager, "sold_out") == {"double": one["id"]}


def test_a_list_shows_the_worst_few_and_counts_all(manager, route):
    for number in range(10):
        make_stop(manager, route["id"], quantities=[0] * (1 + number % 2))
    count, items = shown(manager, "sold_out")
    assert (count, len(items)) == (10, 8)


@pytest.mark.both
def test_running_out_is_less_than_two_days_and_not_sold_out(manager, route, engine):
    soon = make_stop(manager, route["id"], asset="soon")
    set_metrics(engine, soon, days_of_inventory=1.24)
    later = make_stop(manager, route["id"], asset="later")
    set_metrics(engine, later, days_of_inventory=2.0)
    out = make_stop(manager, route["id"], asset="out", quantities=[0])
    set_metrics(engine, out, days_of_inventory=0.0)
    assert shown(manager, "running_out") == (1, [("soon", "1.2 days of inventory")])


@pytest.mark.both
def test_running_out_by_an_estimate_says_so(manager, route, engine):
    new = make_stop(manager, route["id"], asset="new")
    set_metrics(engine, new, days_of_inventory=1.24, estimated_slots=3)
    words = "≈ 1.2 days of inventory, 3 slots are estimates"
    assert shown(manager, "running_out") == (1, [("new", words)])


@pytest.mark.both
def test_silent_is_a_device_that_used_to_report(manager, route, engine):
    silent = make_stop(manager, route["id"], asset="silent")
    set_metrics(engine, silent, last_read_at=clock.later(clock.now(), days=-5.5))
    fresh = make_stop(manager, route["id"], asset="fresh")
    set_metrics(engine, fresh, last_read_at=clock.later(clock.now(), days=-1))
    make_stop(manager, route["id"], asset="never reported")
    assert shown(manager, "silent") == (1, [("silent", "no audit for 5 days")])


@pytest.mark.both
def test_silent_devices_are_counted_up_to_a_thousand(manager, route, engine, monkeypatch):
    monkeypatch.setattr(dashboard_service, "MOST_COUNTED", 2)
    for number, more in ((1, False), (2, False), (3, True)):
        stop = make_stop(manager, route["id"])
        set_metrics(engine, stop, last_read_at=clock.later(clock.now(), days=-5))
        silent = manager.get(PATH).json["attention"]["silent"]
        assert (silent["count"], silent["more"]) == (min(number, 2), more)


@pytest.mark.both
def test_the_figures_of_an_archived_device_come_back_with_it(admin, manager, route, engine):
    stop = make_stop(manager, route["id"], asset="back", quantities=[0])
    worst = shown(manager, "sold_out")
    admin.delete(f"/api/devices/{stop.device_id}")
    for sort in ("need", "last_read_at", "product_level_percent"):
        assert manager.get(f"/api/devices?sort={sort}").json["items"] == []
        path = f"/api/devices?sort={sort}&archived=true"
        assert [item["asset"] for item in manager.get(path).json["items"]] == ["back"]
    admin.post(f"/api/devices/{stop.device_id}/restoration")
    assert shown(manager, "sold_out") == worst == (1, [("back", "1 slot sold out")])
    with engine.reading() as db:
        check_device_counts(db)


@pytest.mark.both
def test_faults_are_told_in_words(manager, route, engine):
    stop = make_stop(manager, route["id"], asset="broken")
    faults = [
        {"code": "EAR", "meaning": "Coin mech lost"},
        {"code": "EJJ", "meaning": "Not cooling"},
    ]
    set_metrics(engine, stop, faults=json.dumps(faults), fault_count=2)
    assert shown(manager, "faults") == (1, [("broken", "Coin mech lost; Not cooling")])


@pytest.mark.both
def test_prices_that_differ_are_counted(manager, route, engine):
    stop = make_stop(manager, route["id"], asset="dear")
    set_metrics(engine, stop, price_difference_count=3)
    assert shown(manager, "price_differences") == (1, [("dear", "3 prices are not the machine's")])


def test_an_archived_device_needs_nobody(admin, manager, route):
    stop = make_stop(manager, route["id"], quantities=[0])
    admin.delete(f"/api/devices/{stop.device_id}")
    assert shown(manager, "sold_out") == (0, [])
    assert manager.get(PATH).json["devices"] == 0


def test_an_unassigned_audit_waits_for_a_person(manager):
    read = make_dex_read(manager, make_machine(asset="nobody's", serial="SN404"))
    audits = manager.get(PATH).json["attention"]["audits"]
    assert (audits["count"], [item["id"] for item in audits["items"]]) == (1, [read["id"]])
    assert audits["items"][0]["status"] == "unassigned"


def test_audits_that_wait_are_counted_up_to_a_thousand(manager, monkeypatch):
    monkeypatch.setattr(dashboard_service, "MOST_COUNTED", 2)
    monkeypatch.setattr(dashboard_service, "WORST_FEW", 2)
    for number, more in ((1, False), (2, False), (3, True)):
        read = make_dex_read(manager, make_machine(asset=f"nobody's {number}", serial="SN404"))
        audits = manager.get(PATH).json["attention"]["audits"]
        few = min(number, 2)
        assert (audits["count"], audits["more"], len(audits["items"])) == (few, more, few)
        assert audits["items"][0]["id"] == read["id"]


def test_orders_are_those_of_today_and_without_a_day(manager, route, today):
    late, now, some_day, later = (make_stop(manager, route["id"]) for _ in range(4))
    late_order = order(manager, route["id"], late, scheduled_on=days_from(today, -1))
    of_today = order(manager, route["id"], now, scheduled_on=today)
    undated = order(manager, route["id"], some_day)
    order(manager, route["id"], later, scheduled_on=days_from(today, 1))
    home = manager.get(PATH).json
    assert [o["id"] for o in home["orders"]["items"]] == [of_today["id"], undated["id"]]
    late_orders = home["attention"]["late_orders"]
    assert (late_orders["count"], late_orders["items"][0]["id"]) == (1, late_order["id"])


def completed(person, route_id, **more):
    """An order that was carried out just now."""
    stop = make_stop(person, route_id)
    made = order(person, route_id, stop, **more)
    assert visit(person, made, stop).status == 201
    return made["id"]


def orders_of_today(person):
    found = person.get(PATH).json["orders"]
    shown = [(order["id"], order["status"]) for order in found["items"]]
    done = [status for _, status in shown if status == "completed"]
    assert (found["count"], found["completed"], found["more"]) == (len(shown), len(done), False)
    return shown


def test_an_order_completed_today_stays_behind_the_open_ones(manager, route, today):
    undated = completed(manager, route["id"])
    dated = completed(manager, route["id"], scheduled_on=today)
    completed(manager, route["id"], scheduled_on=days_from(today, 1))
    cancelled = order(manager, route["id"], make_stop(manager, route["id"]), scheduled_on=today)
    refused = manager.post(
        f"/api/service-orders/{cancelled['id']}/cancellation", json={"reason": "Another day"}
    )
    assert refused.status == 200
    still_open = order(manager, route["id"], make_stop(manager, route["id"]))["id"]
    assert orders_of_today(manager) == [
        (still_open, "planned"),
        (undated, "completed"),
        (dated, "completed"),
    ]


def test_an_order_without_a_day_is_of_the_local_day_it_was_completed(
    manager, route, today, monkeypatch, settings, engine
):
    begin = clock.day_begin(today, settings.time_zone)

    def set_clock(seconds):
        monkeypatch.setattr(clock, "now", lambda: clock.later(begin, seconds=seconds))

    set_clock(-60)
    with engine.writing() as db:
        # A session of later is none yet.
        manager.client.set_cookie(COOKIE, auth.open_session(db, manager.id))
    stops = [make_stop(manager, route["id"]) for _ in range(2)]
    before, after = (order(manager, route["id"], stop) for stop in stops)
    for made, stop, seconds in zip((before, after), stops, (-1, 0), strict=True):
        set_clock(seconds)
        assert visit(manager, made, stop).status == 201
    assert orders_of_today(manager) == [(after["id"], "completed")]
    set_clock(-1)
    assert orders_of_today(manager) == [(before["id"], "completed")]


def test_the_first_orders_are_shown_and_all_are_counted(manager, route, monkeypatch):
    monkeypatch.setattr(dashboard_service, "FIRST_ORDERS", 2)
    monkeypatch.setattr(dashboard_service, "MOST_COUNTED", 2)
    for number, more in ((1, False), (2, False), (3, True)):
        completed(manager, route["id"])
        still_open = order(manager, route["id"], make_stop(manager, route["id"]))
        found = manager.get(PATH).json["orders"]
        few = min(number, 2)
        assert (found["count"], found["completed"], found["more"]) == (2 * few, few, more)
        assert len(found["items"]) == 2
    assert [item["status"] for item in found["items"]] == ["planned", "planned"]
    assert still_open["id"] not in [item["id"] for item in found["items"]]


@pytest.mark.both
def test_late_orders_are_counted_up_to_a_thousand(manager, route, today, monkeypatch):
    monkeypatch.setattr(dashboard_service, "MOST_COUNTED", 2)
    monkeypatch.setattr(dashboard_service, "WORST_FEW", 1)
    for ago, more in ((3, False), (4, False), (2, True)):
        day = days_from(today, -ago)
        order(manager, route["id"], make_stop(manager, route["id"]), scheduled_on=day)
        late = manager.get(PATH).json["attention"]["late_orders"]
        assert (len(late["items"]), late["more"]) == (1, more)
    assert late["count"] == 2
    assert late["items"][0]["scheduled_on"] == days_from(today, -4)


def test_an_order_whose_visit_is_reversed_is_open_again(manager, route, today, engine):
    stop = make_stop(manager, route["id"])
    made = order(manager, route["id"], stop)
    done = visit(manager, made, stop)
    reversal = manager.post(
        f"/api/visits/{done.json['id']}/reversal", json={"reason": "Another machine"}
    )
    assert reversal.status == 200, reversal.text
    assert orders_of_today(manager) == [(made["id"], "planned")]
    with engine.reading() as db:
        tomorrow = days_from(today, 1)
        late = order_summaries.late_orders(db, today=tomorrow, limit=1, most=1)
        assert late["count"] == 0


@pytest.mark.both
def test_sales_are_fourteen_days_beside_the_fourteen_before(manager, engine, today):
    with engine.writing() as db:
        for ago, units in ((0, 3), (13, 4), (14, 5), (27, 6), (28, 100)):
            db.execute(
                """
                INSERT INTO daily_sales (sold_on, units, amount_cents, lost_units_e6,
                    lost_cents_e6)
                VALUES (:sold_on, :units, :amount_cents, 0, 0)
                """,
                {
                    "sold_on": days_from(today, -ago),
                    "units": 2 * units,
                    "amount_cents": 2 * units * 150,
                },
            )
    sales = manager.get(PATH).json["sales"]
    assert [day["date"] for day in sales["days"]] == [days_from(today, n) for n in range(-13, 1)]
    assert [day["units"] for day in sales["days"]] == [8, *[0] * 12, 6]
    assert [day["units"] for day in sales["previous"]] == [12, *[0] * 12, 10]
    assert sales["total"] == {"units": 14, "amount_cents": 2100}
    assert sales["previous_total"] == {"units": 22, "amount_cents": 3300}


def test_fill_levels_are_devices_by_tenths_of_par(manager, route):
    for quantity in (0, 1, 2, 9, 10):
        make_stop(manager, route["id"], quantities=[quantity])
    make_stop(manager, route["id"], quantities=[12], capacity=12)
    make_stop(manager, route["id"], quantities=[None])
    levels = manager.get(PATH).json["fill_levels"]
    assert [level["devices"] for level in levels] == [1, 1, 1, 0, 0, 0, 0, 0, 0, 3]
    assert (levels[0]["from_percent"], levels[9]["to_percent"]) == (0, 100)
