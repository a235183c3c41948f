"""Routes: a driver's named set of devices."""

import pytest

from tests.kit.factories import make_device, make_route

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


def change(person, route, **changes):
    body = {"version": route["version"], **changes}
    return person.patch(f"/api/routes/{route['id']}", json=body)


def test_it_works(manager, driver):
    made = manager.post("/api/routes", json={"name": "North", "driver_id": driver.id})
    assert made.status == 201
    assert made.json == {
        "id": made.json["id"],
        "name": "North",
        "driver_id": driver.id,
        "driver_name": "dora",
        "devices": 0,
        "archived_at": None,
        "version": 1,
    }
    assert driver.get(f"/api/routes/{made.json['id']}").json == made.json


@pytest.mark.both
def test_a_route_counts_the_devices_in_use(manager, admin):
    route = make_route(manager)
    for _ in range(3):
        device = make_device(manager, route_id=route["id"])
    admin.delete(f"/api/devices/{device['id']}")
    assert manager.get(f"/api/routes/{route['id']}").json["devices"] == 2
    assert manager.get("/api/routes").json["items"][0]["devices"] == 2


@pytest.mark.both
def test_a_driver_sees_their_own_routes_only(manager, driver, other_driver):
    own, other = make_route(manager, driver=driver), make_route(manager, driver=other_driver)
    make_route(manager)
    assert [row["id"] for row in driver.get("/api/routes").json["items"]] == [own["id"]]
    assert driver.get(f"/api/routes?driver_id={other_driver.id}").json["items"] == []
    assert driver.get(f"/api/routes/{other['id']}").status == 404
    assert change(manager, own, driver_id=other_driver.id).status == 200
    assert driver.get(f"/api/routes/{own['id']}").status == 404


@pytest.mark.both
def test_only_a_driver_who_may_sign_in_gets_a_route(admin, manager, viewer, driver):
    for user_id in (manager.id, viewer.id, 999_999):
        body = {"name": "North", "driver_id": user_id}
        assert manager.post("/api/routes", json=body).pointers == ["/driver_id"]
    route = make_route(manager, driver=driver)
    admin.patch(f"/api/users/{driver.id}", json={"version": 1, "disabled": True})
    assert change(manager, route, name="South").status == 200
    body = {"name": "North", "driver_id": driver.id}
    assert manager.post("/api/routes", json=body).pointers == ["/driver_id"]


def test_a_route_with_devices_is_not_archived(manager):
    route = make_route(manager)
    device = make_device(manager, route_id=route["id"])
    answer = change(manager, route, archived=True)
    assert answer.status == 409
    assert "1 device is still" in answer.json["detail"]
    manager.patch(f"/api/devices/{device['id']}", json={"version": 1, "route_id": None})
    assert change(manager, route, archived=True).json["archived_at"] is not None
    moved = manager.patch(
        f"/api/devices/{device['id']}", json={"version": 2, "route_id": route["id"]}
    )
    assert moved.pointers == ["/route_id"]


@pytest.mark.both
def test_routes_are_found_by_name_and_driver(manager, driver):
    make_route(manager, name="North", driver=driver)
    make_route(manager, name="South")

    def names(query):
        return [row["name"] for row in manager.get(f"/api/routes?{query}").json["items"]]

    assert names("q=nor") == ["North"]
    assert names(f"driver_id={driver.id}") == ["North"]
    assert names("sort=-name") == ["South", "North"]
