"""Orders that live: edited in place, planned beside others, loaded again, skipped in part."""

import pytest

from tests.kit.factories import make_route
from tests.kit.stops import fill, make_stop, order, visit

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

TODAY, TOMORROW = "2026-03-02", "2026-03-03"


@pytest.fixture
def route(manager, driver):
    """A route with its driver."""
    return make_route(manager, driver=driver)


@pytest.fixture
def stops(manager, route):
    """Three machines that lack 7, 8 and 9 of 10."""
    return [make_stop(manager, route["id"], quantities=[held]) for held in (3, 2, 1)]


@pytest.fixture
def planned(manager, route, stops):
    return order(manager, route["id"], *stops, scheduled_on=TODAY)


def path_of(service_order):
    return f"/api/service-orders/{service_order['id']}"


def now(person, service_order):
    return person.get(path_of(service_order)).json


def edit(person, service_order, **changes):
    version = now(person, service_order)["version"]
    return person.patch(path_of(service_order), json={"version": version, **changes})


def skip(person, service_order, *stops, reason="closed", **more):
    ids = [stop.cabinet_id for stop in stops]
    body = {"cabinet_ids": ids, "reason": reason, **more}
    return person.post(f"{path_of(service_order)}/skips", json=body)


def ids(service_order):
    return [cabinet["cabinet_id"] for cabinet in service_order["cabinets"]]


def at(service_order, stop):
    (found,) = [c for c in service_order["cabinets"] if c["cabinet_id"] == stop.cabinet_id]
    return found


def quantities(service_order):
    return [sum(i["quantity"] for i in each["items"]) for each in service_order["cabinets"]]


# Edited in place


def test_day_driver_and_notes_of_an_open_order_are_changed(
    admin, manager, driver, other_driver, planned
):
    answer = edit(manager, planned, scheduled_on=TOMORROW, driver_id=other_driver.id, notes="Van 2")
    assert answer.status == 200
    changed = answer.json
    assert (changed["scheduled_on"], changed["notes"]) == (TOMORROW, "Van 2")
    assert (changed["driver_id"], changed["version"] > planned["version"]) == (
        other_driver.id,
        True,
    )
    assert driver.get(path_of(planned)).status == 404
    entry = admin.get("/api/audit-entries?noun=service_order").json["items"][0]
    assert entry["action"] == "service_order.updated"
    assert {change["field"] for change in entry["changes"]} == {
        "scheduled_on",
        "driver_id",
        "notes",
    }


def test_stops_are_put_into_another_order(manager, planned):
    turned = ids(planned)[::-1]
    changed = edit(manager, planned, cabinet_ids=turned).json
    assert (ids(changed), changed["units"]) == (turned, planned["units"])
    assert ids(now(manager, planned)) == turned


def test_a_stop_is_added_loaded_and_another_taken_out(manager, route, stops, planned):
    added = make_stop(manager, route["id"], quantities=[4])
    changed = edit(
        manager, planned, cabinet_ids=[added.cabinet_id, stops[2].cabinet_id, stops[0].cabinet_id]
    ).json
    assert ids(changed) == [added.cabinet_id, stops[2].cabinet_id, stops[0].cabinet_id]
    assert (quantities(changed), changed["units"]) == ([6, 9, 7], 22)
    assert order(manager, route["id"], stops[1], scheduled_on=TODAY)["status"] == "planned"


@pytest.mark.both
def test_other_quantities_are_loaded(manager, stops, planned):
    items = [
        {"slot_id": stops[0].slots[0], "quantity": 4},
        {"slot_id": stops[1].slots[0], "quantity": 0},
    ]
    changed = edit(manager, planned, items=items).json
    assert (quantities(changed), changed["units"]) == ([4, 0, 9], 13)
    pick_list = manager.get(f"{path_of(planned)}/pick-list").json
    assert (pick_list["units"], len(pick_list["items"])) == (13, 2)


@pytest.mark.both
@pytest.mark.parametrize(
    ("item", "name"), [({"quantity": 11}, "quantity"), ({"slot_id": 999_999}, "slot_id")]
)
def test_a_quantity_that_cannot_be_loaded_is_named(manager, stops, planned, item, name):
    item = {"slot_id": stops[0].slots[0], "quantity": 1, **item}
    answer = edit(manager, planned, items=[item])
    assert (answer.status, answer.pointers) == (422, [f"/items/0/{name}"])
    assert now(manager, planned) == planned


def test_a_stop_of_another_route_is_named_and_nothing_changes(manager, planned):
    elsewhere = make_stop(manager, make_route(manager)["id"])
    answer = edit(
        manager, planned, notes="x", cabinet_ids=[*ids(planned), elsewhere.cabinet_id, 999_999]
    )
    assert (answer.status, answer.pointers) == (422, ["/cabinet_ids/4"])
    answer = edit(manager, planned, notes="x", cabinet_ids=[*ids(planned), elsewhere.cabinet_id])
    assert (answer.status, answer.pointers) == (422, ["/cabinet_ids/3"])
    assert now(manager, planned) == planned


def test_a_stale_change_says_what_holds_now(manager, planned):
    edit(manager, planned, notes="First")
    answer = manager.patch(
        path_of(planned), json={"version": planned["version"], "notes": "Second"}
    )
    assert (answer.status, answer.json["current"]["notes"]) == (409, "First")


def test_what_was_done_stays_in_the_order(manager, stops, planned):
    visit(manager, planned, stops[0], fill(stops[0], 0, 7))
    skip(manager, planned, stops[1])
    for gone in stops[:2]:
        left = [each for each in ids(planned) if each != gone.cabinet_id]
        answer = edit(manager, planned, cabinet_ids=left)
        assert (answer.status, "stays in it" in answer.json["detail"]) == (409, True)


def test_an_order_whose_last_open_stop_is_taken_out_is_completed(manager, stops, planned):
    visit(manager, planned, stops[0])
    changed = edit(manager, planned, cabinet_ids=[stops[0].cabinet_id]).json
    assert changed["status"] == "completed"


def test_an_order_that_ended_is_not_edited(manager, planned):
    manager.post(f"{path_of(planned)}/cancellation", json={"reason": "Snow"})
    answer = edit(manager, planned, notes="x")
    assert (answer.status, answer.json["current"]["status"]) == (409, "cancelled")


def test_an_order_without_a_stop_is_refused(manager, planned):
    assert edit(manager, planned, cabinet_ids=[]).status == 422


# One day beside another


@pytest.mark.both
def test_tomorrow_is_planned_beside_today_with_a_warning(manager, route, stops, planned):
    chosen = {"cabinet_ids": [stops[0].cabinet_id]}
    preview = manager.post("/api/service-order-previews", json=chosen).json
    assert preview["in_open_orders"] == [
        {
            "cabinet_id": stops[0].cabinet_id,
            "asset": stops[0].asset,
            "position": 1,
            "service_order_id": planned["id"],
            "scheduled_on": TODAY,
        }
    ]
    later = order(manager, route["id"], stops[0], scheduled_on=TOMORROW)
    other = {"service_order_id": planned["id"], "scheduled_on": TODAY}
    assert at(later, stops[0])["other_orders"] == [other]
    (row, *_) = manager.get(f"/api/routes/{route['id']}/devices?sort=asset").json["items"]
    assert {(c["open_service_order_id"], c["open_service_order_on"]) for c in row["cabinets"]} == {
        (planned["id"], TODAY)
    }


def test_of_one_day_a_cabinet_is_in_one_open_order(manager, route, stops, planned):
    body = {"route_id": route["id"], "cabinet_ids": [stops[0].cabinet_id], "scheduled_on": TODAY}
    answer = manager.post("/api/service-orders", json=body)
    assert (answer.status, answer.json["current"]["service_order_id"]) == (409, planned["id"])
    later = order(manager, route["id"], stops[0], scheduled_on=TOMORROW)
    answer = edit(manager, later, scheduled_on=TODAY)
    assert (answer.status, answer.json["current"]["service_order_id"]) == (409, planned["id"])
    assert now(manager, later) == later


def test_a_cabinet_is_free_as_soon_as_its_visit_is_recorded(manager, route, stops, planned):
    visit(manager, planned, stops[0], fill(stops[0], 0, 7))
    again = order(manager, route["id"], stops[0], scheduled_on=TODAY)
    assert at(again, stops[0])["other_orders"] == []
    assert now(manager, planned)["status"] == "in_progress"


def test_a_visit_makes_the_load_of_a_later_order_stale_until_it_is_loaded_again(
    manager, route, stops, planned
):
    later = order(manager, route["id"], *stops[:2], scheduled_on=TOMORROW)
    visit(manager, planned, stops[0], fill(stops[0], 0, 5))
    stale = now(manager, later)
    assert [each["stale_at"] is not None for each in stale["cabinets"]] == [True, False]
    assert quantities(stale) == [7, 8]
    answer = manager.post(f"{path_of(later)}/loading")
    assert answer.status == 200
    assert (quantities(answer.json), answer.json["units"]) == ([2, 8], 10)
    assert [each["stale_at"] for each in answer.json["cabinets"]] == [None, None]
    assert [each["stale_at"] for each in now(manager, planned)["cabinets"]] == [None] * 3


# Skipped


def test_a_driver_says_why_a_stop_could_not_be_done(admin, driver, manager, route, stops, planned):
    answer = skip(driver, planned, stops[1], reason="no_access", notes="New lock")
    assert (answer.status, answer.json["status"]) == (200, "in_progress")
    skipped = at(answer.json, stops[1])["skip"]
    assert (skipped["reason"], skipped["notes"], skipped["username"]) == (
        "no_access",
        "New lock",
        "dora",
    )
    assert order(manager, route["id"], stops[1], scheduled_on=TODAY)["status"] == "planned"
    assert admin.get("/api/audit-entries?noun=skip").json["items"][0]["action"] == "skip.created"


def test_an_order_is_finished_with_stops_skipped(manager, stops, planned):
    visit(manager, planned, stops[0], fill(stops[0], 0, 7))
    finished = skip(manager, planned, *stops[1:], reason="no_time").json
    assert finished["status"] == "completed"
    (row,) = manager.get("/api/service-orders").json["items"]
    assert (row["cabinets"], row["cabinets_visited"], row["cabinets_skipped"]) == (3, 1, 2)
    assert stops[0].quantities(manager) == [10]


@pytest.mark.both
def test_a_skip_is_taken_back(driver, stops, planned):
    skipped = skip(driver, planned, *stops).json
    assert skipped["status"] == "completed"
    path = f"/api/skips/{at(skipped, stops[0])['skip']['id']}/reversal"
    back = driver.post(path)
    assert (back.status, back.json["status"]) == (200, "in_progress")
    assert at(back.json, stops[0])["skip"] is None
    assert driver.post(path).status == 409


@pytest.mark.both
def test_a_skip_is_not_taken_back_when_another_order_of_the_day_has_the_cabinet(
    manager, route, stops, planned
):
    skipped = skip(manager, planned, stops[0]).json
    again = order(manager, route["id"], stops[0], scheduled_on=TODAY)
    answer = manager.post(f"/api/skips/{at(skipped, stops[0])['skip']['id']}/reversal")
    assert (answer.status, answer.json["current"]["service_order_id"]) == (409, again["id"])


def test_a_skipped_stop_is_visited_all_the_same(driver, manager, stops, planned):
    """The phone sends what was done before the office gave the stop up."""
    skip(manager, planned, *stops)
    answer = visit(driver, planned, stops[0], fill(stops[0], 0, 7))
    assert (answer.status, answer.json["service_order_status"]) == (201, "completed")
    assert at(now(manager, planned), stops[0])["skip"] is None
    assert stops[0].quantities(manager) == [10]


def test_a_skipped_stop_of_a_cancelled_order_is_not_visited(driver, manager, stops, planned):
    skipped = skip(manager, planned, stops[0]).json
    manager.post(f"{path_of(planned)}/cancellation", json={"reason": "Snow"})
    answer = visit(driver, planned, stops[0], fill(stops[0], 0, 7))
    assert (answer.status, answer.json["current"]["status"]) == (409, "cancelled")
    assert at(now(manager, planned), stops[0])["skip"] == at(skipped, stops[0])["skip"]
    assert stops[0].quantities(manager) == [3]
    unreadable = visit(driver, planned, stops[0], {"slot_id": "?"})
    assert unreadable.status == 409, "what is decided first is answered first"


def test_another_reason_needs_words(driver, stops, planned):
    answer = skip(driver, planned, stops[0], reason="other", notes=" ")
    assert (answer.status, answer.pointers) == (422, ["/notes"])
    assert skip(driver, planned, stops[0], reason="other", notes="Flood").status == 200


def test_what_was_done_is_not_skipped(driver, stops, planned):
    visit(driver, planned, stops[0])
    skip(driver, planned, stops[1])
    for done in stops[:2]:
        assert skip(driver, planned, done).status == 409


def test_a_driver_skips_in_their_own_orders_only(other_driver, manager, stops, planned):
    assert skip(other_driver, planned, stops[0]).status == 404
    skipped = at(skip(manager, planned, stops[0]).json, stops[0])["skip"]
    assert other_driver.post(f"/api/skips/{skipped['id']}/reversal").status == 404


def test_a_cancellation_frees_what_is_not_done(manager, route, stops, planned):
    visited = visit(manager, planned, stops[0], fill(stops[0], 0, 7)).json
    manager.post(f"{path_of(planned)}/cancellation", json={"reason": "Snow"})
    assert manager.get(f"/api/visits/{visited['id']}").json["reversed_at"] is None
    assert order(manager, route["id"], *stops, scheduled_on=TODAY)["units"] == 8 + 9


# Without an order


def unplanned(person, stop, *fills, **more):
    body = {"cabinet_id": stop.cabinet_id, "fills": list(fills), **more}
    return person.post("/api/visits", json=body)


def test_a_driver_visits_a_machine_of_their_route_without_an_order(driver, manager, stops, planned):
    answer = unplanned(driver, stops[0], fill(stops[0], 0, 7), notes="Was nearby")
    assert (answer.status, answer.json["service_order_status"]) == (201, "completed")
    made = driver.get(f"/api/service-orders/{answer.json['service_order_id']}").json
    assert (made["origin"], made["purpose"], made["driver_id"]) == ("unplanned", "fill", driver.id)
    assert stops[0].quantities(manager) == [10]
    assert at(now(manager, planned), stops[0])["stale_at"] is not None


@pytest.mark.parametrize("purpose", ["count", "repair"])
def test_a_visit_to_count_or_to_repair_needs_no_fill(manager, stops, purpose):
    answer = unplanned(manager, stops[0], purpose=purpose)
    assert answer.status == 201
    made = manager.get(f"/api/service-orders/{answer.json['service_order_id']}").json
    assert (made["purpose"], made["driver_id"], made["units"]) == (purpose, None, 0)


def test_a_driver_visits_no_machine_of_another_route(manager, other_driver, stops):
    answer = unplanned(other_driver, stops[0])
    assert (answer.status, answer.pointers) == (422, ["/cabinet_id"])
    absent = other_driver.post("/api/visits", json={"cabinet_id": 999_999, "fills": []})
    assert (
        absent.json["detail"].replace("999999", str(stops[0].cabinet_id)) == (answer.json["detail"])
    )


def test_an_unplanned_visit_that_is_reversed_leaves_nothing_to_do(manager, stops):
    visited = unplanned(manager, stops[0], fill(stops[0], 0, 7)).json
    answer = manager.post(f"/api/visits/{visited['id']}/reversal", json={"reason": "Wrong one"})
    assert (answer.status, answer.json["service_order_status"]) == (200, "cancelled")
    assert stops[0].quantities(manager) == [3]
