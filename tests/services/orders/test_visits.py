"""Visits: what a driver did at a cabinet, what it does to stock and order, and undoing it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import clock
from tests.kit.factories import make_product, make_route
from tests.kit.stops import fill, make_stop, order, visit

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


@pytest.fixture
def route(manager, driver):
    """A route with its driver."""
    return make_route(manager, driver=driver)


@pytest.fixture
def stop(manager, route):
    """A1 holds 3 of 10, A2 holds 6 of 10."""
    return make_stop(manager, route["id"], quantities=[3, 6])


@pytest.fixture
def planned(manager, route, stop):
    return order(manager, route["id"], stop)


def reverse(person, visited, reason="Wrong machine"):
    return person.post(f"/api/visits/{visited['id']}/reversal", json={"reason": reason})


def status_of(person, service_order):
    return person.get(f"/api/service-orders/{service_order['id']}").json["status"]


def moves(person, slot):
    """(reason, quantity) of a slot's ledger, oldest first."""
    items = person.get(f"/api/slots/{slot}/stock-moves").json["items"]
    return [(move["reason"], move["quantity"]) for move in reversed(items)]


def test_it_works(manager, driver, stop, planned):
    answer = visit(driver, planned, stop, fill(stop, 0, 7), fill(stop, 1, 4), notes="Door sticks")
    assert answer.status == 201
    made = answer.json
    assert (made["username"], made["notes"], made["units_added"]) == ("dora", "Door sticks", 11)
    assert [(f["label"], f["added"]) for f in made["fills"]] == [("A1", 7), ("A2", 4)]
    assert stop.quantities(manager) == [10, 10]
    assert driver.get(f"/api/visits/{made['id']}").json == made
    (cabinet,) = manager.get(f"/api/service-orders/{planned['id']}").json["cabinets"]
    assert (cabinet["visited_at"], cabinet["visits"]) == (made["finished_at"], [made])


def test_the_first_visit_starts_the_order_and_the_last_completes_it(manager, route):
    stops = [make_stop(manager, route["id"]) for _ in range(3)]
    made = order(manager, route["id"], *stops)
    statuses = [visit(manager, made, s).json["service_order_status"] for s in stops]
    assert statuses == ["in_progress", "in_progress", "completed"]
    assert order(manager, route["id"], *stops)["status"] == "planned"


def test_a_visit_without_fills_is_a_visit(manager, stop, planned):
    assert visit(manager, planned, stop).json["fills"] == []
    assert stop.quantities(manager) == [3, 6]
    assert status_of(manager, planned) == "completed"


def test_fills_that_say_nothing_are_not_kept(manager, stop, planned):
    made = visit(manager, planned, stop, fill(stop, 0, 0), fill(stop, 1, 1)).json
    assert [f["label"] for f in made["fills"]] == ["A2"]


def test_a_count_sets_what_was_found_before_filling(manager, stop, planned):
    visit(manager, planned, stop, fill(stop, 0, 8, counted=2))
    assert stop.quantities(manager) == [10, 6]
    assert moves(manager, stop.slots[0])[1:] == [("unexplained", -1), ("fill", 8)]


def test_what_is_taken_out_is_a_removal(manager, stop, planned):
    spoiled = fill(stop, 1, 5, removed=6, removed_reason="Past its date")
    made = visit(manager, planned, stop, spoiled).json
    assert made["fills"][0]["removed_reason"] == "Past its date"
    assert stop.quantities(manager) == [3, 5]
    assert moves(manager, stop.slots[1])[1:] == [("removal", -6), ("fill", 5)]


def test_the_first_fill_of_an_uncounted_slot_makes_it_known(manager, route):
    stop = make_stop(manager, route["id"], quantities=[None])
    made = order(manager, route["id"], stop)
    assert visit(manager, made, stop, fill(stop, 0, 4)).status == 201
    assert stop.quantities(manager) == [4]


def test_what_the_books_have_no_room_for_is_taken(manager, stop, planned):
    assert visit(manager, planned, stop, fill(stop, 1, 8)).status == 201
    assert stop.quantities(manager) == [3, 10]
    assert moves(manager, stop.slots[1])[1:] == [("fill", 8), ("unexplained", -4)]


@pytest.mark.both
def test_more_removed_than_the_books_hold_is_taken(manager, stop, planned):
    assert visit(manager, planned, stop, fill(stop, 0, 0, removed=5)).status == 201
    assert stop.quantities(manager) == [0, 6]
    assert sorted(moves(manager, stop.slots[0])[1:]) == [("removal", -5), ("unexplained", 2)]


def test_what_no_slot_can_hold_is_asked_about_and_taken_when_it_is_confirmed(
    manager, stop, planned
):
    impossible = fill(stop, 1, 8, counted=10)
    answer = visit(manager, planned, stop, fill(stop, 0, 7), impossible)
    assert answer.status == 422
    assert answer.json["errors"] == [
        {
            "pointer": "/fills/1/added",
            "message": "A2 holds 10: 10 found plus 8 added would be 18. Is that so?",
            "may_confirm": True,
        }
    ]
    assert stop.quantities(manager) == [3, 6]
    assert status_of(manager, planned) == "planned"
    assert visit(manager, planned, stop, {**impossible, "confirmed": True}).status == 201
    assert stop.quantities(manager) == [3, 10]


def test_what_was_taken_out_makes_room(manager, stop, planned):
    assert visit(manager, planned, stop, fill(stop, 1, 8, removed=4)).status == 201
    assert stop.quantities(manager) == [3, 10]


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"removed": 11}, "removed"),
        ({"removed": 3, "counted": 2}, "removed"),
        ({"counted": 11}, "counted"),
        ({"added": 6, "counted": 5}, "added"),
        ({"added": 10_000}, "added"),
    ],
)
def test_a_fill_that_cannot_be_is_named(manager, stop, planned, wrong, name):
    wrong = {"slot_id": stop.slots[0], "added": 0, **wrong}
    answer = visit(manager, planned, stop, wrong)
    assert (answer.status, answer.pointers) == (422, [f"/fills/0/{name}"])
    assert visit(manager, planned, stop, {**wrong, "confirmed": True}).status == 201
    assert 0 <= stop.quantities(manager)[0] <= 10


@pytest.mark.both
def test_a_negative_number_is_refused(manager, stop, planned):
    answer = visit(manager, planned, stop, fill(stop, 0, -1))
    assert (answer.status, answer.pointers) == (422, ["/fills/0/added"])


def test_a_slot_of_another_cabinet_is_refused(manager, route, stop, planned):
    other = make_stop(manager, route["id"])
    answer = visit(manager, planned, stop, fill(stop, 0, 1), fill(other, 0, 1))
    assert (answer.status, answer.pointers) == (422, ["/fills/1/slot_id"])
    assert stop.quantities(manager) + other.quantities(manager) == [3, 6, 3]


def test_a_slot_is_filled_once_in_a_visit(manager, stop, planned):
    answer = visit(manager, planned, stop, fill(stop, 0, 1), fill(stop, 0, 1))
    assert (answer.status, answer.pointers) == (422, ["/fills/1/slot_id"])


def test_a_slot_without_a_product_takes_nothing(manager, stop, planned):
    path = f"/api/cabinets/{stop.cabinet_id}/planogram"
    version = manager.get(path).json["version"]
    emptied = {"id": stop.slots[0], "product_id": None}
    manager.put(path, json={"version": version, "slots": [emptied]})
    answer = visit(manager, planned, stop, fill(stop, 0, 1))
    assert (answer.status, answer.pointers) == (422, ["/fills/0/added"])
    assert visit(manager, planned, stop, fill(stop, 0, 0, counted=0)).status == 201


def test_a_cabinet_of_another_order_is_refused(manager, route, planned):
    other = make_stop(manager, route["id"])
    answer = visit(manager, planned, other)
    assert (answer.status, answer.pointers) == (422, ["/cabinet_id"])


def test_a_second_visit_is_refused_before_its_fills_are_looked_at(manager, route, stop):
    made = order(manager, route["id"], stop, make_stop(manager, route["id"]))
    visit(manager, made, stop)
    answer = visit(manager, made, stop, {"slot_id": 999_999, "added": 9_999})
    assert answer.status == 409
    assert "was already visited" in answer.json["detail"]


def test_an_order_that_ended_is_not_visited(manager, stop, planned):
    manager.post(f"/api/service-orders/{planned['id']}/cancellation", json={"reason": "Snow"})
    answer = visit(manager, planned, stop, fill(stop, 0, 9_999))
    assert answer.status == 409
    assert answer.json["current"]["status"] == "cancelled"


def test_of_many_visits_at_once_one_wins(manager, stop, planned):
    with ThreadPoolExecutor(6) as threads:
        answers = list(
            threads.map(lambda _: visit(manager, planned, stop, fill(stop, 0, 7)), range(6))
        )
    assert sorted(answer.status for answer in answers) == [201, *[409] * 5]
    assert stop.quantities(manager) == [10, 6]


@pytest.mark.both
def test_visits_to_the_cabinets_of_one_order_at_once_complete_it(manager, route):
    stops = [make_stop(manager, route["id"]) for _ in range(5)]
    made = order(manager, route["id"], *stops)
    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(lambda s: visit(manager, made, s, fill(s, 0, 7)), stops))
    assert [answer.status for answer in answers] == [201] * 5
    assert status_of(manager, made) == "completed"
    assert [s.quantities(manager) for s in stops] == [[10]] * 5


def test_another_s_order_is_not_there(manager, other_driver, driver, stop, planned):
    assert visit(other_driver, planned, stop).status == 404
    assert visit(other_driver, planned, stop, {"slot_id": "x"}).status == 404
    made = visit(driver, planned, stop).json
    assert other_driver.get(f"/api/visits/{made['id']}").status == 404
    assert manager.get("/api/visits/999999").status == 404


def test_a_viewer_looks_and_touches_nothing(manager, viewer, stop, planned):
    assert visit(viewer, planned, stop).status == 403
    made = visit(manager, planned, stop).json
    assert viewer.get(f"/api/visits/{made['id']}").status == 200
    assert reverse(viewer, made).status == 403


def test_the_times_of_a_visit_make_sense(manager, stop, planned):
    now = clock.now()

    def refused(**times):
        return visit(manager, planned, stop, **times).pointers

    assert refused(finished_at=clock.later(now, hours=1)) == ["/finished_at"]
    assert refused(started_at=now, finished_at=clock.later(now, hours=-1)) == ["/started_at"]
    assert refused(finished_at=clock.later(now, days=-400)) == ["/finished_at"]
    long_ago = clock.later(now, days=-400)
    assert refused(started_at=long_ago, finished_at=now) == ["/started_at"]


def test_a_phone_s_clock_may_run_ahead(manager, stop, planned):
    now = clock.now()
    ahead = clock.later(now, minutes=3)
    made = visit(manager, planned, stop, started_at=now, finished_at=ahead).json
    assert made["finished_at"] < ahead
    assert made["started_at"] == now


@pytest.mark.both
def test_a_reversal_restores_stock_and_order(manager, stop, planned):
    made = visit(manager, planned, stop, fill(stop, 0, 7), fill(stop, 1, 2, counted=5)).json
    assert status_of(manager, planned) == "completed"
    answer = reverse(manager, made)
    assert (answer.status, answer.json["service_order_status"]) == (200, "planned")
    assert answer.json["reversal_reason"] == "Wrong machine"
    assert answer.json["reversed_at"] is not None
    assert stop.quantities(manager) == [3, 6]
    (cabinet,) = manager.get(f"/api/service-orders/{planned['id']}").json["cabinets"]
    assert (cabinet["visited_at"], len(cabinet["visits"])) == (None, 1)
    assert moves(manager, stop.slots[0])[1:] == [("fill", 7), ("reversal", -7)]


def test_a_reversed_visit_can_be_made_again(manager, stop, planned):
    reverse(manager, visit(manager, planned, stop, fill(stop, 0, 1)).json)
    assert visit(manager, planned, stop, fill(stop, 0, 7)).status == 201
    (cabinet,) = manager.get(f"/api/service-orders/{planned['id']}").json["cabinets"]
    assert [v["units_added"] for v in cabinet["visits"]] == [7, 1]
    assert stop.quantities(manager) == [10, 6]


def test_some_visits_that_remain_leave_the_order_in_progress(manager, route):
    stops = [make_stop(manager, route["id"]) for _ in range(2)]
    made = order(manager, route["id"], *stops)
    visits = [visit(manager, made, s).json for s in stops]
    assert reverse(manager, visits[0]).json["service_order_status"] == "in_progress"
    assert reverse(manager, visits[1]).json["service_order_status"] == "planned"


@pytest.mark.both
def test_only_the_latest_visit_of_a_cabinet_is_reversed(manager, route, stop, planned):
    first = visit(manager, planned, stop, fill(stop, 0, 2)).json
    second_order = order(manager, route["id"], stop)
    second = visit(manager, second_order, stop, fill(stop, 0, 2)).json
    answer = reverse(manager, first)
    assert answer.status == 409
    assert f"visit {second['id']} of service order {second_order['id']}" in answer.json["detail"]
    assert stop.quantities(manager)[0] == 7
    assert reverse(manager, second).status == 200
    manager.post(f"/api/service-orders/{second_order['id']}/cancellation", json={"reason": "x"})
    assert reverse(manager, first).status == 200
    assert stop.quantities(manager)[0] == 3


def test_a_visit_is_reversed_once(manager, stop, planned):
    made = visit(manager, planned, stop, fill(stop, 0, 7)).json
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: reverse(manager, made), range(4)))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert "already reversed" in reverse(manager, made).json["detail"]
    assert stop.quantities(manager) == [3, 6]


@pytest.mark.both
def test_a_reversal_opens_no_stop_that_another_order_of_the_day_has_taken(manager, route, stop):
    other = make_stop(manager, route["id"])
    made = order(manager, route["id"], stop, other)
    visited = [visit(manager, made, s).json for s in (stop, other)]
    again = order(manager, route["id"], stop)
    answer = reverse(manager, visited[0])
    assert answer.status == 409
    assert f"open service order {again['id']}" in answer.json["detail"]
    assert status_of(manager, made) == "completed"
    assert manager.get(f"/api/visits/{visited[0]['id']}").json["reversed_at"] is None
    assert reverse(manager, visited[1]).json["service_order_status"] == "in_progress"


def test_a_visit_says_what_the_books_expected_of_what_was_counted(manager, route):
    stop = make_stop(manager, route["id"], quantities=[5, 5, None, 5])
    made = order(manager, route["id"], stop)
    fills = [
        fill(stop, 0, 2, counted=3, removed=1, removed_reason="Expired"),
        fill(stop, 1, 2, counted=5),
        fill(stop, 2, 2, counted=4),
        fill(stop, 3, 2),
    ]
    answer = visit(manager, made, stop, *fills).json
    assert [one["expected"] for one in answer["fills"]] == [5, 5, None, None]


def test_what_was_loaded_beside_the_plan_is_named_as_what_was_planned(manager, route):
    stop = make_stop(manager, route["id"], quantities=[3, 10])
    made = order(manager, route["id"], stop)
    assert [item["label"] for item in made["cabinets"][0]["items"]] == ["A1"]
    visited = visit(manager, made, stop, fill(stop, 0, 7), fill(stop, 1, 0, counted=9)).json
    planned, beside = visited["fills"]
    (item,) = made["cabinets"][0]["items"]
    for name in ("slot_id", "label", "selection", "product_id", "product_name"):
        assert planned[name] == item[name]
    product = manager.get(f"/api/products/{stop.products[1]}").json
    assert (beside["product_id"], beside["product_name"]) == (product["id"], product["name"])
    assert beside["selection"] == "A2"


def test_a_fill_is_of_the_product_that_the_slot_sold_then(manager, route):
    stop = make_stop(manager, route["id"], quantities=[10])
    made, at = order(manager, route["id"], stop), clock.later(clock.now(), minutes=-1)
    visited = visit(manager, made, stop, fill(stop, 0, 1), finished_at=at).json
    path = f"/api/cabinets/{stop.cabinet_id}/planogram"
    slots = [{"id": stop.slots[0], "product_id": make_product(manager)["id"]}]
    version = manager.get(path).json["version"]
    assert manager.put(path, json={"version": version, "slots": slots}).status == 200
    (now,) = manager.get(f"/api/visits/{visited['id']}").json["fills"]
    assert now["product_id"] == stop.products[0]


def test_a_fill_of_before_the_first_planogram_is_of_its_product(manager, route):
    stop = make_stop(manager, route["id"], quantities=[3])
    made = order(manager, route["id"], stop)
    at = clock.later(clock.now(), days=-2)
    (done,) = visit(manager, made, stop, fill(stop, 0, 1), finished_at=at).json["fills"]
    assert done["product_id"] == stop.products[0]


def test_a_visit_of_a_cancelled_order_can_be_reversed(manager, route, stop):
    made = order(manager, route["id"], stop, make_stop(manager, route["id"]))
    visited = visit(manager, made, stop, fill(stop, 0, 7)).json
    manager.post(f"/api/service-orders/{made['id']}/cancellation", json={"reason": "Snow"})
    assert reverse(manager, visited).json["service_order_status"] == "cancelled"
    assert stop.quantities(manager) == [3, 6]


def test_a_cabinet_no_longer_in_use_takes_no_fills(admin, manager, stop, planned):
    made = visit(manager, planned, stop, fill(stop, 0, 7)).json
    assert admin.delete(f"/api/devices/{stop.device_id}").status == 204
    reverse(manager, made)
    answer = visit(manager, planned, stop, fill(stop, 0, 1))
    assert (answer.status, "no longer in use" in answer.json["detail"]) == (409, True)
    assert visit(manager, planned, stop).json["service_order_status"] == "completed"


def test_every_visit_and_reversal_is_in_the_audit_log(admin, manager, stop, planned):
    made = visit(manager, planned, stop, fill(stop, 0, 7)).json
    reverse(manager, made)
    entries = admin.get(f"/api/audit-entries?noun=visit&noun_id={made['id']}").json["items"]
    assert [entry["action"] for entry in entries] == ["visit.reversed", "visit.created"]


def test_what_visits_do_to_their_order_is_in_the_audit_log(admin, manager, route):
    stops = [make_stop(manager, route["id"]) for _ in range(2)]
    made = order(manager, route["id"], *stops)
    visits = [visit(manager, made, stop).json for stop in stops]
    for visited in visits:
        reverse(manager, visited)
    path = f"/api/audit-entries?noun=service_order&noun_id={made['id']}"
    entries = admin.get(path).json["items"][::-1]
    assert [entry["action"].partition(".")[2] for entry in entries] == [
        "created",
        "started",
        "completed",
        "set_back",
        "set_back",
    ]
    assert [entry["changes"] for entry in entries[1:]] == [
        [{"field": "status", "from": before, "to": after}]
        for before, after in (
            ("planned", "in_progress"),
            ("in_progress", "completed"),
            ("completed", "in_progress"),
            ("in_progress", "planned"),
        )
    ]


def test_an_answer_is_not_given_again_to_who_may_see_the_order_no_more(driver, manager, route):
    stops = [make_stop(manager, route["id"]) for _ in range(2)]
    made = order(manager, route["id"], *stops)
    assignment = f"/api/service-orders/{made['id']}/assignment"
    body = {"cabinet_id": stops[0].cabinet_id, "fills": []}

    def tap():
        path = f"/api/service-orders/{made['id']}/visits"
        return driver.post(path, json=body, headers={"Idempotency-Key": "tap"})

    first = tap()
    manager.post(assignment, json={"driver_id": None})
    assert (first.status, tap().status) == (201, 404)
    manager.post(assignment, json={"driver_id": driver.id})
    assert tap().body == first.body


def test_the_same_visit_sent_twice_is_one(driver, manager, stop, planned):
    path = f"/api/service-orders/{planned['id']}/visits"
    body = {"cabinet_id": stop.cabinet_id, "fills": [fill(stop, 0, 7)]}
    answers = [driver.post(path, json=body, headers={"Idempotency-Key": "tap"}) for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert stop.quantities(manager) == [10, 6]


@pytest.mark.both
def test_what_is_done_already_is_said_before_what_is_wrong_with_the_fills(manager, route):
    stop, other = make_stop(manager, route["id"]), make_stop(manager, route["id"])
    made = order(manager, route["id"], stop, other)
    visit(manager, made, stop, fill(stop, 0, 1))
    path = f"/api/service-orders/{made['id']}/visits"
    for fills in ("x", [{"slot_id": 1, "added": -1}]):
        again = {"cabinet_id": stop.cabinet_id, "fills": fills}
        assert manager.post(path, json=again).status == 409


@pytest.mark.both
def test_what_state_forbids_is_said_before_what_is_wrong_with_the_values(manager, stop, planned):
    made = visit(manager, planned, stop).json
    path = f"/api/service-orders/{planned['id']}"
    for act, body in (
        ("cancellation", {}),
        ("assignment", {"driver_id": "x"}),
        ("visits", {"cabinet_id": 999, "fills": []}),
        ("visits", {"cabinet_id": 999, "fills": "x"}),
    ):
        assert manager.post(f"{path}/{act}", json=body).status == 409, act
    reverse(manager, made)
    assert manager.post(f"/api/visits/{made['id']}/reversal", json={}).status == 409
    assert manager.post(f"{path}/cancellation", json={}).status == 422
