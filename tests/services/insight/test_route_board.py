"""The route board: the devices of a route, worst first."""

import pytest

from tests.kit.factories import make_device, make_location, make_route
from tests.kit.stops import fill, make_stop, order, visit

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

SORTS = [
    "need",
    "asset",
    "days_of_inventory",
    "product_level_percent",
    "-units_to_par",
    "-sold_out_slots",
    "last_read_at",
]


@pytest.fixture
def route(manager, driver):
    """A route with its driver."""
    return make_route(manager, driver=driver)


def board(person, route, query=""):
    return person.get(f"/api/routes/{route['id']}/devices{query}").json


def assets(answer):
    return [row["asset"] for row in answer["items"]]


def test_it_works(manager, route):
    place = make_location(manager, name="Lobby")
    stop = make_stop(manager, route["id"], quantities=[0, 4, None], location_id=place["id"])
    (row,) = board(manager, route)["items"]
    assert (row["device_id"], row["asset"]) == (stop.device_id, stop.asset)
    assert row["location_name"] == "Lobby"
    assert (row["sold_out_slots"], row["unknown_slots"], row["units_to_par"]) == (1, 1, 16)
    assert row["product_level_percent"] == 20
    assert (row["days_of_inventory"], row["last_read_at"], row["last_visit_at"]) == (None,) * 3
    assert row["cabinets"] == [
        {
            "id": stop.cabinet_id,
            "position": 1,
            "units_to_par": 16,
            "unknown_slots": 1,
            "open_service_order_id": None,
            "open_service_order_on": None,
        }
    ]


def test_a_cabinet_shows_the_order_that_is_open(manager, route):
    stop = make_stop(manager, route["id"])
    made = order(manager, route["id"], stop)
    (row,) = board(manager, route)["items"]
    assert row["cabinets"][0]["open_service_order_id"] == made["id"]
    finished_at = visit(manager, made, stop, fill(stop, 0, 7)).json["finished_at"]
    (row,) = board(manager, route)["items"]
    assert row["cabinets"][0]["open_service_order_id"] is None
    assert (row["cabinets"][0]["units_to_par"], row["last_visit_at"]) == (0, finished_at)


def test_the_board_says_what_the_preview_loads(manager, route):
    stops = [make_stop(manager, route["id"], quantities=q) for q in ([1, 2], [9, 0, None])]
    preview = manager.post(
        "/api/service-order-previews",
        json={"cabinet_ids": [stop.cabinet_id for stop in stops]},
    ).json
    rows = board(manager, route)["items"]
    assert sum(c["units_to_par"] for row in rows for c in row["cabinets"]) == preview["units"] == 28


@pytest.mark.both
def test_worst_comes_first(manager, route):
    for asset, quantities in (("full", [10]), ("low", [2]), ("out", [0, 10]), ("lower", [1])):
        make_stop(manager, route["id"], asset=asset, quantities=quantities)
    assert assets(board(manager, route)) == ["out", "lower", "low", "full"]
    assert assets(board(manager, route, "?sort=asset")) == ["full", "low", "lower", "out"]
    assert assets(board(manager, route, "?sort=-units_to_par"))[:2] == ["out", "lower"]
    assert assets(board(manager, route, "?sort=product_level_percent"))[:2] == ["lower", "low"]


@pytest.mark.both
def test_fewer_days_of_inventory_come_first_and_unknown_last(manager, route, engine):
    stops = [make_stop(manager, route["id"], asset=asset) for asset in ("A", "B", "C")]
    with engine.writing() as db:
        for stop, days in zip(stops, (12.5, None, 3.25), strict=True):
            db.execute(
                "UPDATE device_metrics SET days_of_inventory = :days WHERE device_id = :id",
                {"days": days, "id": stop.device_id},
            )
    assert assets(board(manager, route)) == ["C", "A", "B"]
    assert assets(board(manager, route, "?sort=days_of_inventory")) == ["C", "A", "B"]


@pytest.mark.both
@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_goes_page_by_page(manager, route, sort):
    for quantities in ([0], [10], [3], [3], [None]):
        make_stop(manager, route["id"], quantities=quantities)
    whole = assets(board(manager, route, f"?sort={sort}"))
    paged, query = [], f"?sort={sort}&limit=2"
    while query:
        answer = board(manager, route, query)
        paged += assets(answer)
        cursor = answer["next_cursor"]
        query = f"?sort={sort}&limit=2&cursor={cursor}" if cursor else ""
    assert paged == whole
    assert len(set(paged)) == 5


def test_devices_of_other_routes_and_archived_ones_are_left_out(admin, manager, route):
    make_stop(manager, make_route(manager)["id"])
    gone = make_device(manager, route_id=route["id"])
    admin.delete(f"/api/devices/{gone['id']}")
    here = make_device(manager, route_id=route["id"])
    assert assets(board(manager, route)) == [here["asset"]]


def test_a_driver_sees_the_board_of_their_own_route(driver, other_driver, viewer, route):
    path = f"/api/routes/{route['id']}/devices"
    assert driver.get(path).status == viewer.get(path).status == 200
    assert other_driver.get(path).status == 404
    assert driver.get("/api/routes/999999/devices").status == 404
