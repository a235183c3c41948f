"""Counts that differ from the books: kept, shown, seen, and explained by late audits."""

from datetime import UTC, datetime, timedelta

import pytest

import clock
from tests.kit.factories import make_dex_read, make_machine, make_product, make_route
from tests.kit.stops import fill, make_stop, order, visit

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

TODAY = f"from={clock.later(clock.now(), days=-5)[:10]}&to={clock.later(clock.now(), days=1)[:10]}"


@pytest.fixture
def route(manager, driver):
    return make_route(manager, driver=driver)


@pytest.fixture
def stop(manager, route):
    cola = make_product(manager, name="Cola", price_cents=150)
    return make_stop(manager, route["id"], quantities=(5, 5), product_id=cola["id"], asset="M1")


@pytest.fixture
def visited(manager, route, stop):
    """A visit that found 3 of 5, took one out for a reason and put 6 in."""
    made = order(manager, route["id"], stop)
    taken = fill(stop, 0, added=6, counted=3, removed=1, removed_reason="Expired")
    return visit(manager, made, stop, taken, fill(stop, 1, counted=5)).json


def today(person):
    return person.get("/api/dashboard").json["attention"]["count_differences"]


def differences(person, query=""):
    return person.get(f"/api/count-differences?{TODAY}{query}").json["items"]


def seen(person, visited):
    return person.post(f"/api/visits/{visited['id']}/count-acknowledgement")


def test_a_visit_says_what_it_found_against_the_books(visited):
    first, second = visited["fills"]
    assert (first["counted"], first["difference"], first["removed_reason"]) == (3, -2, "Expired")
    assert (second["counted"], second["expected"], second["difference"]) == (5, 5, 0)


@pytest.mark.both
def test_today_names_the_visit_until_somebody_has_seen_it(manager, viewer, visited):
    (item,) = today(viewer)["items"]
    assert (item["visit_id"], item["missing"], item["surplus"]) == (visited["id"], 2, 0)
    assert seen(manager, visited).json["missing"] == 2
    assert today(viewer)["count"] == 0
    (kept,) = differences(viewer)
    assert kept["seen_by"] == "max"
    assert differences(viewer, "&unseen=true") == []


@pytest.mark.both
def test_what_was_seen_by_mistake_is_news_again(manager, visited):
    seen(manager, visited)
    path = f"/api/visits/{visited['id']}/count-acknowledgement"
    assert manager.delete(path).status == 204
    assert today(manager)["count"] == 1


@pytest.mark.both
def test_all_of_them_are_listed_with_books_and_value(viewer, visited, stop):
    (found,) = differences(viewer)
    assert (found["counted"], found["expected"], found["difference"]) == (3, 5, -2)
    assert (found["value_cents"], found["removed"], found["asset"]) == (-300, 1, "M1")
    assert differences(viewer, f"&device_id={stop.device_id}") == [found]
    assert differences(viewer, "&device_id=999999") == []


@pytest.mark.both
@pytest.mark.parametrize(("group", "label"), [("device", "M1"), ("product", "Cola")])
def test_shrinkage_is_summed_by_machine_and_product(viewer, visited, group, label):
    found = viewer.get(f"/api/shrinkage?group_by={group}&{TODAY}").json
    (row,) = found["items"]
    assert (row["label"], row["missing"], row["value_cents"]) == (label, 2, -300)
    assert found["total"] == {"missing": 2, "surplus": 0, "value_cents": -300}


@pytest.mark.both
def test_a_visit_that_is_reversed_differs_in_nothing(manager, visited):
    manager.post(f"/api/visits/{visited['id']}/reversal", json={"reason": "Wrong machine"})
    assert today(manager)["count"] == 0
    assert differences(manager) == []


@pytest.mark.both
def test_an_audit_that_comes_late_explains_its_part(manager, route):
    """5 in the books, 2 sold, 3 counted: nothing is missing, once the audit is here."""
    at = datetime.now(UTC).replace(microsecond=0)
    days_ago = (at - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    stop = make_stop(manager, route["id"], quantities=(5,), as_of=days_ago)
    device = manager.get(f"/api/devices/{stop.device_id}").json
    machine = make_machine(device, selections={"A1": 150})
    berlin = timedelta(hours=1)
    make_dex_read(manager, machine, at=at - timedelta(days=1) + berlin, device_id=device["id"])
    made = order(manager, route["id"], stop)
    hour_ago = (at - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    visited = visit(manager, made, stop, fill(stop, 0, counted=3), finished_at=hour_ago).json
    assert visited["fills"][0]["difference"] == -2
    assert seen(manager, visited).status == 200
    machine.sell("A1", 1)
    make_dex_read(manager, machine, at=at - timedelta(minutes=30) + berlin, device_id=device["id"])
    now = manager.get(f"/api/visits/{visited['id']}").json
    assert now["fills"][0]["difference"] == -1
    (item,) = today(manager)["items"]
    assert item["missing"] == 1, "another figure than the one that was seen is news"
    (listed,) = differences(manager, "&unseen=true")
    assert (listed["difference"], listed["seen_at"]) == (-1, None)


def test_the_first_count_of_a_slot_differs_from_nothing(manager, route):
    stop = make_stop(manager, route["id"], quantities=(None,))
    made = order(manager, route["id"], stop)
    visited = visit(manager, made, stop, fill(stop, 0, counted=4)).json
    assert (visited["fills"][0]["difference"], visited["fills"][0]["expected"]) == (0, None)
    assert today(manager)["count"] == 0


def test_there_must_be_something_to_see(manager, route):
    stop = make_stop(manager, route["id"])
    visited = visit(manager, order(manager, route["id"], stop), stop, fill(stop, 0, added=1)).json
    assert seen(manager, visited).status == 409


@pytest.mark.parametrize(
    "query", ["from=2026-02-01&to=2026-01-01", "from=2020-01-01&to=2026-01-01"]
)
def test_a_period_that_cannot_be_is_refused(manager, query):
    assert manager.get(f"/api/count-differences?{query}").status == 422
    assert manager.get(f"/api/shrinkage?group_by=device&{query}").status == 422
