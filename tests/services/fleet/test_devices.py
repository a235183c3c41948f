"""Devices: machines with their cabinets, and who may know of them."""

import pytest

from tests.kit.factories import (
    make_cabinet_type,
    make_device,
    make_device_type,
    make_location,
    make_planogram,
    make_route,
    make_service_order,
    make_stocked_device,
)

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


def assets(person, query=""):
    return [device["asset"] for device in person.get(f"/api/devices?{query}").json["items"]]


def change(person, device, **changes):
    body = {"version": device["version"], **changes}
    return person.patch(f"/api/devices/{device['id']}", json=body)


def told(person, device):
    """What the audit log says was done to the device, the last first."""
    entries = person.get(f"/api/audit-entries?noun=device&noun_id={device['id']}").json["items"]
    return [entry["action"] for entry in entries]


def slots_of(person, cabinet):
    return person.get(f"/api/cabinets/{cabinet['id']}/planogram").json["slots"]


def test_it_works(manager, viewer):
    kind, box = make_device_type(manager), make_cabinet_type(manager, rows=2, columns=3)
    location, route = make_location(manager, name="Hospital"), make_route(manager, name="North")
    body = {
        "asset": "A-100",
        "name": "Lobby",
        "device_type_id": kind["id"],
        "location_id": location["id"],
        "route_id": route["id"],
        "serial": "SN1",
    }
    cabinets = [{"cabinet_type_id": box["id"]}]
    made = manager.post("/api/devices", json={**body, "cabinets": cabinets})
    assert made.status == 201
    device = made.json
    assert {name: device[name] for name in body} == body
    assert (device["location_name"], device["route_name"]) == ("Hospital", "North")
    # Of what nobody knows, nothing is known to be sold out either.
    assert (device["sold_out_slots"], device["last_read_at"]) == (None, None)
    (cabinet,) = device["cabinets"]
    assert cabinet == {
        "id": cabinet["id"],
        "position": 1,
        "cabinet_type_id": box["id"],
        "rows": 2,
        "columns": 3,
    }
    assert viewer.get(f"/api/devices/{device['id']}").json == device
    assert viewer.get("/api/devices").json["items"] == [device]


def test_a_device_is_called_like_its_asset_unless_named(manager):
    assert make_device(manager, asset="A-1")["name"] == "A-1"


def test_new_slots_are_labelled_and_hold_nothing(manager):
    first, second = make_device(manager, rows=2, columns=3, cabinets=2)["cabinets"]
    slots = slots_of(manager, first)
    assert [slot["label"] for slot in slots] == ["A1", "A2", "A3", "B1", "B2", "B3"]
    assert [slot["selection"] for slot in slots] == ["A1", "A2", "A3", "B1", "B2", "B3"]
    assert {slot["quantity"] for slot in slots} == {0}
    assert {slot["product_id"] for slot in slots} == {None}
    assert {slot["selection"] for slot in slots_of(manager, second)} == {None}


def test_the_largest_device_can_be_made(manager):
    device = make_device(manager, rows=26, columns=40, cabinets=3)
    slots = slots_of(manager, device["cabinets"][2])
    assert (len(slots), slots[-1]["label"]) == (1040, "Z40")


def test_an_asset_number_is_taken_in_any_spelling(manager):
    device = make_device(manager, asset="A-1")
    body = {"asset": "a-1", "device_type_id": device["device_type_id"]}
    answer = manager.post("/api/devices", json=body)
    assert answer.status == 409
    assert "a-1" in answer.json["detail"]
    assert change(manager, make_device(manager), asset="a-1").status == 409


def test_what_does_not_exist_is_named_all_at_once(manager):
    body = {"asset": "A", "device_type_id": 99, "location_id": 99, "route_id": 99}
    answer = manager.post("/api/devices", json=body)
    assert answer.pointers == ["/device_type_id", "/location_id", "/route_id"]
    kind = make_device_type(manager)["id"]
    cabinets = [{"cabinet_type_id": 99}]
    answer = manager.post(
        "/api/devices", json={"asset": "A", "device_type_id": kind, "cabinets": cabinets}
    )
    assert answer.pointers == ["/cabinets/0/cabinet_type_id"]


def test_a_device_has_no_more_cabinets_than_its_type_has_room_for(manager):
    kind, box = make_device_type(manager, max_cabinets=1)["id"], make_cabinet_type(manager)["id"]
    body = {
        "asset": "A",
        "device_type_id": kind,
        "cabinets": [{"cabinet_type_id": box}] * 2,
    }
    assert manager.post("/api/devices", json=body).pointers == ["/cabinets"]
    full = make_device(manager, device_type_id=kind)
    answer = manager.post(f"/api/devices/{full['id']}/cabinets", json={"cabinet_type_id": box})
    assert answer.status == 409
    assert change(manager, make_device(manager, cabinets=2), device_type_id=kind).pointers == [
        "/device_type_id"
    ]


def test_a_change_names_only_what_it_changes(manager):
    device = make_device(manager, serial="SN1", route_id=make_route(manager)["id"])
    changed = change(manager, device, name="Lobby", route_id=None).json
    assert changed == {
        **device,
        "name": "Lobby",
        "route_id": None,
        "route_name": None,
        "version": 2,
    }
    assert change(manager, device, name="Late").status == 409


@pytest.mark.both
def test_a_driver_sees_the_devices_of_their_routes(manager, driver, other_driver):
    route = make_route(manager, driver=driver)
    device = make_device(manager, asset="Mine", route_id=route["id"])
    make_device(manager, asset="Nobody's")
    assert assets(driver) == ["Mine"]
    assert assets(other_driver) == []
    assert driver.get(f"/api/devices/{device['id']}").status == 200
    assert other_driver.get(f"/api/devices/{device['id']}").status == 404


@pytest.mark.both
def test_a_driver_sees_a_device_while_an_open_order_sends_them_there(manager, other_driver):
    route = make_route(manager)
    device = make_stocked_device(manager, route_id=route["id"])
    order = make_service_order(
        manager,
        route_id=route["id"],
        cabinet_ids=[device["cabinets"][0]["id"]],
        driver=other_driver,
    )
    assert assets(other_driver) == [device["asset"]]
    assert other_driver.get(f"/api/devices/{device['id']}").status == 200
    manager.post(f"/api/service-orders/{order['id']}/cancellation", json={"reason": "Rain"})
    assert assets(other_driver) == []
    assert other_driver.get(f"/api/devices/{device['id']}").status == 404


@pytest.mark.both
def test_devices_are_found_by_words_route_and_place(manager):
    location, route = make_location(manager, name="Hospital"), make_route(manager)
    make_device(manager, asset="A-1", name="Lobby", serial="XY9", location_id=location["id"])
    make_device(manager, asset="B-2", route_id=route["id"])
    assert assets(manager, "q=a-1") == ["A-1"]
    assert assets(manager, "q=LOBBY") == ["A-1"]
    assert assets(manager, "q=xy9") == ["A-1"]
    assert assets(manager, "q=hosp") == ["A-1"]
    assert assets(manager, f"location_id={location['id']}") == ["A-1"]
    assert assets(manager, f"route_id={route['id']}") == ["B-2"]
    assert assets(manager, f"route_id={route['id']}&q=lobby") == []


@pytest.mark.both
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("asset", ["A", "B", "C"]),
        ("-asset", ["C", "B", "A"]),
        ("name", ["C", "B", "A"]),
        ("-name", ["A", "B", "C"]),
        ("need", ["B", "C", "A"]),
        ("product_level_percent", ["B", "A", "C"]),
        ("last_read_at", ["A", "B", "C"]),
    ],
)
def test_devices_are_listed_in_each_order_page_by_page(manager, sort, expected):
    for asset, name, quantity in (("A", "z", 4), ("B", "y", 0), ("C", "x", None)):
        device = make_device(manager, asset=asset, name=name)
        if quantity is not None:
            make_planogram(manager, device["cabinets"][0]["id"], quantity=quantity)
    seen, query = [], f"sort={sort}&limit=1"
    while True:
        page = manager.get(f"/api/devices?{query}").json
        seen += [device["asset"] for device in page["items"]]
        if page["next_cursor"] is None:
            break
        query = f"sort={sort}&limit=1&cursor={page['next_cursor']}"
    assert seen == expected


def by_patch(person, device, *, archived):
    now = person.get(f"/api/devices/{device['id']}").json
    return change(person, now, archived=archived)


def by_the_deprecated_paths(person, device, *, archived):
    path = f"/api/devices/{device['id']}"
    return person.delete(path) if archived else person.post(f"{path}/restoration")


both_ways = pytest.mark.parametrize("put", [by_patch, by_the_deprecated_paths])


@pytest.mark.both
@both_ways
def test_an_archived_device_is_listed_apart_and_can_come_back(admin, put):
    route = make_route(admin)
    device = make_device(admin, asset="A", route_id=route["id"])
    assert put(admin, device, archived=True).status in (200, 204)
    assert put(admin, device, archived=True).status in (200, 204)
    assert assets(admin) == []
    assert assets(admin, "archived=true") == ["A"]
    restored = put(admin, device, archived=False)
    assert restored.json == {**device, "version": 3}
    assert put(admin, device, archived=False).json == restored.json
    assert assets(admin) == ["A"]
    assert told(admin, device) == ["device.restored", "device.archived", "device.created"]


@both_ways
def test_a_device_does_not_come_back_on_an_archived_route(admin, put):
    route = make_route(admin)
    device = make_device(admin, route_id=route["id"])
    put(admin, device, archived=True)
    admin.patch(f"/api/routes/{route['id']}", json={"version": 1, "archived": True})
    assert put(admin, device, archived=False).json["route_id"] is None


def test_what_is_archived_can_be_changed_with_it(admin):
    device = make_device(admin, asset="A")
    gone = change(admin, device, name="Hall", archived=True).json
    assert (gone["name"], gone["archived_at"] is None) == ("Hall", False)
    back = change(admin, gone, name="Lobby", archived=False).json
    assert (back["name"], back["archived_at"]) == ("Lobby", None)
    assert told(admin, device) == [
        "device.restored",
        "device.updated",
        "device.archived",
        "device.updated",
        "device.created",
    ]


def test_only_an_administrator_archives_a_device(admin, manager):
    device = make_device(admin)
    refused = change(manager, device, name="Hall", archived=True)
    assert (refused.status, refused.json["detail"]) == (403, "A manager may not set archived.")
    assert admin.get(f"/api/devices/{device['id']}").json == device
    assert change(manager, device, name="Hall").status == 200


def test_archiving_what_somebody_else_changed_meanwhile_is_refused(admin):
    device = make_device(admin)
    change(admin, device, name="Hall")
    refused = change(admin, device, archived=True)
    assert (refused.status, refused.json["current"]["name"]) == (409, "Hall")


@both_ways
def test_while_in_an_open_order_a_device_and_its_cabinet_stay(admin, put):
    order = make_service_order(admin)
    stop = order["cabinets"][0]
    device, cabinet = {"id": stop["device_id"]}, f"/api/cabinets/{stop['cabinet_id']}"
    for answer in (put(admin, device, archived=True), admin.delete(cabinet)):
        assert answer.status == 409
        assert str(order["id"]) in answer.json["detail"]
    admin.post(f"/api/service-orders/{order['id']}/cancellation", json={"reason": "Rain"})
    assert admin.delete(cabinet).status == 204
    assert put(admin, device, archived=True).status in (200, 204)


def test_a_further_cabinet_takes_the_first_free_place(manager):
    device, box = make_device(manager, cabinets=2), make_cabinet_type(manager)
    path, body = f"/api/devices/{device['id']}/cabinets", {"cabinet_type_id": box["id"]}
    assert manager.delete(f"/api/cabinets/{device['cabinets'][0]['id']}").status == 204
    answer = manager.post(path, json=body)
    assert answer.status == 201
    assert [cabinet["position"] for cabinet in answer.json["cabinets"]] == [1, 2]
    assert answer.json["cabinets"][0]["id"] not in [c["id"] for c in device["cabinets"]]
    assert answer.json["version"] == 3
    assert manager.post(path, json={"cabinet_type_id": 99}).pointers == ["/cabinet_type_id"]


@pytest.mark.both
def test_a_cabinet_that_is_taken_off_is_gone_and_its_history_stays(manager):
    device = make_stocked_device(manager, rows=1, columns=1)
    (cabinet,) = device["cabinets"]
    (slot,) = slots_of(manager, cabinet)
    assert manager.delete(f"/api/cabinets/{cabinet['id']}").status == 204
    assert manager.delete(f"/api/cabinets/{cabinet['id']}").status == 404
    assert manager.get(f"/api/cabinets/{cabinet['id']}/planogram").status == 404
    assert manager.get(f"/api/devices/{device['id']}").json["cabinets"] == []
    newest = manager.get(f"/api/slots/{slot['id']}/stock-moves").json["items"][0]
    assert (newest["reason"], newest["quantity"], newest["balance"]) == ("planogram", -5, 0)


def test_a_list_asks_the_database_the_same_for_one_row_and_for_many(manager, statements):
    make_device(manager)
    manager.get("/api/devices")
    statements.clear()
    manager.get("/api/devices")
    few = len(statements)
    for _ in range(9):
        make_device(manager)
    statements.clear()
    manager.get("/api/devices")
    assert len(statements) == few
