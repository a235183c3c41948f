"""Creating service orders: what they load, for whom, and what they refuse."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.kit.factories import make_device, make_product, make_route
from tests.kit.stops import fill, make_stop, order, visit

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


@pytest.fixture
def route(manager, driver):
    """A route with its driver."""
    return make_route(manager, driver=driver)


def loads(service_order):
    """(slot, quantity) of everything an order or preview loads."""
    return sorted(
        (item["slot_id"], item["quantity"])
        for cabinet in service_order["cabinets"]
        for item in cabinet["items"]
    )


def test_it_works(manager, driver, route):
    stop = make_stop(manager, route["id"], quantities=[3, 10, 0])
    made = order(manager, route["id"], stop, scheduled_on="2026-12-01", notes="Key at the desk")
    assert made["status"] == "planned"
    assert (made["driver_id"], made["route_name"]) == (driver.id, route["name"])
    assert (made["scheduled_on"], made["notes"]) == ("2026-12-01", "Key at the desk")
    assert loads(made) == [(stop.slots[0], 7), (stop.slots[2], 10)]
    assert made["units"] == 17
    assert manager.get(f"/api/service-orders/{made['id']}").json == made


def test_two_slots_of_one_product_get_what_each_needs(manager, route):
    product = make_product(manager)["id"]
    stop = make_stop(manager, route["id"], quantities=[0, 2], product_id=product)
    preview = manager.post(
        "/api/service-order-previews", json={"cabinet_ids": [stop.cabinet_id]}
    ).json
    made = order(manager, route["id"], stop)
    fills = [fill(stop, 0, 10), fill(stop, 1, 8)]
    assert visit(manager, made, stop, *fills).status == 201
    assert loads(preview) == loads(made) == [(stop.slots[0], 10), (stop.slots[1], 8)]
    assert [item["quantity"] for item in preview["pick_list"]] == [18]
    assert stop.quantities(manager) == [10, 10]


@pytest.mark.both
def test_a_preview_lists_unknown_slots_apart_and_saves_nothing(manager, route):
    stop = make_stop(manager, route["id"], quantities=[4, None])
    preview = manager.post(
        "/api/service-order-previews", json={"cabinet_ids": [stop.cabinet_id]}
    ).json
    (cabinet,) = preview["cabinets"]
    assert [item["quantity"] for item in cabinet["items"]] == [6]
    (unknown,) = cabinet["unknown_slots"]
    assert (unknown["slot_id"], unknown["label"], unknown["par_level"]) == (
        stop.slots[1],
        "A2",
        10,
    )
    assert manager.get("/api/service-orders").json["items"] == []


def test_a_preview_of_an_absent_cabinet_says_which(manager, route):
    stop = make_stop(manager, route["id"])
    answer = manager.post(
        "/api/service-order-previews", json={"cabinet_ids": [stop.cabinet_id, 999_999]}
    )
    assert (answer.status, answer.pointers) == (422, ["/cabinet_ids/1"])


@pytest.mark.both
def test_the_pick_list_goes_by_category_then_name_whatever_the_case(manager, driver, route):
    crisps = make_product(manager, name="crisps", category="Snacks", case_size=20)["id"]
    apple = make_product(manager, name="Apple juice", category="drinks")["id"]
    water = make_product(manager, name="Water", category="Drinks")["id"]
    stops = [
        make_stop(manager, route["id"], quantities=[8], product_id=product)
        for product in (crisps, water, apple, water)
    ]
    made = order(manager, route["id"], *stops)
    pick_list = driver.get(f"/api/service-orders/{made['id']}/pick-list").json
    assert [(item["name"], item["quantity"]) for item in pick_list["items"]] == [
        ("Apple juice", 2),
        ("Water", 4),
        ("crisps", 2),
    ]
    assert (pick_list["units"], pick_list["items"][2]["case_size"]) == (8, 20)
    assert pick_list["route_name"] == route["name"]


def test_the_pick_list_says_what_it_cannot_know(manager, driver, route):
    known = make_stop(manager, route["id"], asset="known", quantities=[3])
    half = make_stop(manager, route["id"], asset="half", quantities=[None, 4, None], par_level=7)
    made = order(manager, route["id"], known, half)
    path = f"/api/service-orders/{made['id']}/pick-list"
    assert driver.get(path).json["unknown_cabinets"] == [
        {
            "cabinet_id": half.cabinet_id,
            "asset": "half",
            "position": 1,
            "unknown_slots": 2,
            "units_at_most": 14,
        }
    ]
    # Visited is done with, counted or not; what was cancelled loads nothing.
    assert visit(driver, made, half, fill(half, 0, counted=2, added=5)).status == 201
    assert driver.get(path).json["unknown_cabinets"] == []
    other = make_stop(manager, route["id"], quantities=[None])
    cancelled = order(manager, route["id"], other)
    manager.post(f"/api/service-orders/{cancelled['id']}/cancellation", json={"reason": "Rain"})
    path = f"/api/service-orders/{cancelled['id']}/pick-list"
    assert manager.get(path).json["unknown_cabinets"] == []


@pytest.fixture
def three_orders(manager, driver, other_driver):
    """Orders of routes North (dora), South East (oscar) and South West (nobody)."""
    routes = [
        make_route(manager, name="North", driver=driver),
        make_route(manager, name="South East", driver=other_driver),
        make_route(manager, name="South West"),
    ]
    return [order(manager, route["id"], make_stop(manager, route["id"])) for route in routes]


def found_by(person, words):
    answer = person.get("/api/service-orders", query_string={"q": words})
    return [item["id"] for item in answer.json["items"]]


def test_orders_are_found_by_number_route_and_driver(manager, three_orders):
    north, south, spare = (made["id"] for made in three_orders)
    assert found_by(manager, str(south)) == [south]
    assert found_by(manager, f"#{north}") == [north]
    assert found_by(manager, "SOUTH") == [spare, south]
    assert found_by(manager, "dora") == [north]
    assert found_by(manager, "south_east") == []


@pytest.mark.parametrize("words", ["9" * 60, "#", "²", "-1", "0x1", "1.0", "%"])
def test_what_is_no_number_finds_no_order(manager, three_orders, words):
    assert found_by(manager, words) == []


@pytest.mark.both
def test_a_driver_finds_only_their_own_orders(driver, three_orders):
    assert found_by(driver, "o") == [three_orders[0]["id"]]


def test_cabinets_come_in_route_order(manager, route):
    stops = [make_stop(manager, route["id"], asset=asset) for asset in ("b-2", "C-3", "A-1")]
    made = order(manager, route["id"], *stops)
    assert [cabinet["asset"] for cabinet in made["cabinets"]] == ["A-1", "b-2", "C-3"]


def test_a_visit_can_be_planned_where_nothing_is_to_load(manager, route):
    full = make_stop(manager, route["id"], quantities=[10])
    made = order(manager, route["id"], full)
    assert (made["purpose"], made["units"], loads(made)) == ("fill", 0, [])


@pytest.mark.parametrize("purpose", ["count", "repair"])
def test_an_order_to_count_or_to_repair_loads_nothing(manager, driver, route, purpose):
    stop = make_stop(manager, route["id"], quantities=[3])
    made = order(manager, route["id"], stop, purpose=purpose)
    assert (made["purpose"], made["units"], loads(made)) == (purpose, 0, [])
    pick_list = driver.get(f"/api/service-orders/{made['id']}/pick-list").json
    assert (pick_list["purpose"], pick_list["items"]) == (purpose, [])


def test_an_order_with_nothing_to_load_is_made_with_a_warning(manager, route):
    """Somebody wants to count, or to repair."""
    full = make_stop(manager, route["id"], quantities=[10])
    body = {"route_id": route["id"], "cabinet_ids": [full.cabinet_id]}
    preview = manager.post(
        "/api/service-order-previews", json={"cabinet_ids": body["cabinet_ids"]}
    ).json
    answer = manager.post("/api/service-orders", json=body)
    assert answer.status == 201
    assert answer.json["warnings"] == preview["warnings"]
    assert "Nothing to load" in answer.json["warnings"][0]
    assert visit(manager, answer.json, full, fill(full, 0, counted=9)).status == 201


def test_a_cabinet_that_nobody_counted_is_worth_a_visit(manager, route):
    stop = make_stop(manager, route["id"], quantities=[None])
    made = order(manager, route["id"], stop)
    assert (made["units"], loads(made)) == (0, [])


def test_a_cabinet_is_in_one_open_order_of_a_day(manager, route):
    taken, free = make_stop(manager, route["id"]), make_stop(manager, route["id"])
    first = order(manager, route["id"], taken)
    body = {"route_id": route["id"], "cabinet_ids": [free.cabinet_id, taken.cabinet_id]}
    answer = manager.post("/api/service-orders", json=body)
    assert answer.status == 409
    assert answer.json["detail"] == (
        f"Cabinet 1 of {taken.asset} is already in open service order {first['id']} without a day."
    )
    assert answer.json["current"]["service_order_id"] == first["id"]
    assert len(manager.get("/api/service-orders").json["items"]) == 1


@pytest.mark.both
def test_of_two_orders_for_one_cabinet_at_once_one_wins(manager, route):
    stops = [make_stop(manager, route["id"]) for _ in range(3)]
    ids = [stop.cabinet_id for stop in stops]

    def create(cabinet_ids):
        body = {"route_id": route["id"], "cabinet_ids": cabinet_ids}
        return manager.post("/api/service-orders", json=body).status

    with ThreadPoolExecutor(4) as threads:
        statuses = list(threads.map(create, [ids, ids[::-1], ids[1:], [ids[1]]]))
    assert sorted(statuses) == [201, 409, 409, 409]
    assert len(manager.get("/api/service-orders?open=true").json["items"]) == 1


@pytest.mark.parametrize("what", ["absent", "archived"])
def test_a_route_that_cannot_be_used_is_named(manager, route, what):
    stop = make_stop(manager, route["id"])
    route_id = 999_999
    if what == "archived":
        unused = make_route(manager)
        route_id = unused["id"]
        manager.patch(
            f"/api/routes/{route_id}", json={"version": unused["version"], "archived": True}
        )
    body = {"route_id": route_id, "cabinet_ids": [stop.cabinet_id]}
    answer = manager.post("/api/service-orders", json=body)
    assert (answer.status, answer.pointers) == (422, ["/route_id"])


def test_a_cabinet_of_another_route_is_named(manager, route):
    here = make_stop(manager, route["id"])
    elsewhere = make_route(manager, name="Elsewhere")
    there = make_stop(manager, elsewhere["id"])
    nowhere = make_device(manager)["cabinets"][0]["id"]
    body = {"route_id": route["id"], "cabinet_ids": [here.cabinet_id, there.cabinet_id, nowhere]}
    answer = manager.post("/api/service-orders", json=body)
    assert (answer.status, answer.pointers) == (422, ["/cabinet_ids/1", "/cabinet_ids/2"])
    assert "but on Elsewhere" in answer.json["detail"]


def test_an_order_goes_to_a_driver_who_drives(manager, driver, other_driver, viewer, route):
    stop = make_stop(manager, route["id"])
    body = {"route_id": route["id"], "cabinet_ids": [stop.cabinet_id], "driver_id": viewer.id}
    answer = manager.post("/api/service-orders", json=body)
    assert (answer.status, answer.pointers) == (422, ["/driver_id"])
    made = order(manager, route["id"], stop, driver_id=other_driver.id)
    assert made["driver_name"] == "oscar"


def test_an_order_of_a_disabled_driver_s_route_has_no_driver(admin, manager, driver, route):
    user = admin.get(f"/api/users/{driver.id}").json
    admin.patch(f"/api/users/{driver.id}", json={"version": user["version"], "disabled": True})
    made = order(manager, route["id"], make_stop(manager, route["id"]))
    assert (made["driver_id"], made["driver_name"]) == (None, None)


@pytest.mark.both
def test_a_driver_sees_their_own_orders_only(manager, driver, other_driver, route):
    mine = order(manager, route["id"], make_stop(manager, route["id"]))
    make_stop(manager, route["id"])
    path = f"/api/service-orders/{mine['id']}"
    assert driver.get(path).status == 200
    assert [o["id"] for o in driver.get("/api/service-orders").json["items"]] == [mine["id"]]
    for absent in (path, f"{path}/pick-list", "/api/service-orders/999999"):
        assert other_driver.get(absent).status == 404
    assert other_driver.get("/api/service-orders").json["items"] == []
    assert other_driver.get(f"/api/service-orders?driver_id={driver.id}").json["items"] == []


@pytest.mark.both
def test_the_list_is_newest_first_and_filtered(manager, driver, other_driver, route):
    stops = [make_stop(manager, route["id"]) for _ in range(3)]
    first = order(manager, route["id"], stops[0], scheduled_on="2026-12-01")
    second = order(manager, route["id"], stops[1], driver_id=other_driver.id)
    third = order(manager, route["id"], stops[2])
    manager.post(f"/api/service-orders/{third['id']}/cancellation", json={"reason": "Snow"})

    def listed(query):
        return [o["id"] for o in manager.get(f"/api/service-orders?{query}").json["items"]]

    assert listed("") == [third["id"], second["id"], first["id"]]
    assert listed("open=true") == [second["id"], first["id"]]
    assert listed("status=cancelled") == [third["id"]]
    assert listed(f"driver_id={other_driver.id}") == [second["id"]]
    assert listed(f"device_id={stops[0].device_id}") == [first["id"]]
    assert listed("scheduled_on=2026-12-01") == [first["id"]]
    assert listed(f"route_id={make_route(manager)['id']}") == []


@pytest.mark.both
def test_the_list_goes_page_by_page(manager, route):
    made = [order(manager, route["id"], make_stop(manager, route["id"])) for _ in range(3)]
    first = manager.get("/api/service-orders?limit=2").json
    second = manager.get(f"/api/service-orders?limit=2&cursor={first['next_cursor']}").json
    assert [o["id"] for o in first["items"] + second["items"]] == [o["id"] for o in reversed(made)]
    assert second["next_cursor"] is None


def test_the_list_counts_the_visits_that_stand(manager, route):
    stops = [make_stop(manager, route["id"]) for _ in range(2)]
    made = order(manager, route["id"], *stops)
    visit(manager, made, stops[0])
    (row,) = manager.get("/api/service-orders").json["items"]
    assert (row["status"], row["cabinets"], row["cabinets_visited"]) == ("in_progress", 2, 1)


@pytest.mark.both
def test_an_order_of_many_cabinets_takes_no_more_statements(manager, route, app, statements):
    stops = [make_stop(manager, route["id"], quantities=[1, 2, 3]) for _ in range(7)]
    few, many = order(manager, route["id"], stops[0]), order(manager, route["id"], *stops[1:])
    for each, visited in ((few, stops[:1]), (many, stops[1:4])):
        for stop in visited:
            visit(manager, each, stop, fill(stop, 0, 1))
    needed = []
    for each in (few, many):
        statements.clear()
        manager.get(f"/api/service-orders/{each['id']}")
        needed.append(len(statements))
    assert needed[0] == needed[1] > 0
