"""Locations: where devices stand."""

import pytest

from tests.kit.factories import make_device, make_location

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


@pytest.mark.both
def test_it_works(manager, viewer):
    body = {
        "name": "Hospital",
        "kind": "healthcare",
        "address": "Main St 1",
        "latitude": 52.5,
        "longitude": -13.25,
        "notes": "Ask for the key",
    }
    made = manager.post("/api/locations", json=body)
    assert made.status == 201
    assert made.json == {"id": made.json["id"], **body, "archived_at": None, "version": 1}
    path = f"/api/locations/{made.json['id']}"
    assert viewer.get(path).json == made.json
    changes = {"kind": None, "latitude": None, "longitude": None}
    changed = manager.patch(path, json={"version": 1, **changes})
    assert changed.json == {**made.json, **changes, "version": 2}


@pytest.mark.both
def test_locations_are_found_by_name_and_address(manager):
    make_location(manager, name="Hospital", address="Main St 1")
    make_location(manager, name="School", address="Park Av 2")

    def names(query):
        return [row["name"] for row in manager.get(f"/api/locations?{query}").json["items"]]

    assert names("q=main") == ["Hospital"]
    assert names("q=SCHOOL") == ["School"]
    assert names("sort=-name") == ["School", "Hospital"]


def test_an_archived_location_takes_no_more_devices_but_keeps_its_own(manager):
    location = make_location(manager, name="Hospital")
    device = make_device(manager, location_id=location["id"])
    manager.patch(f"/api/locations/{location['id']}", json={"version": 1, "archived": True})
    assert manager.get(f"/api/devices/{device['id']}").json["location_name"] == "Hospital"
    body = {
        "asset": "New",
        "device_type_id": device["device_type_id"],
        "location_id": location["id"],
    }
    assert manager.post("/api/devices", json=body).pointers == ["/location_id"]
    renamed = manager.patch(f"/api/devices/{device['id']}", json={"version": 1, "name": "Lobby"})
    assert renamed.status == 200


def test_coordinates_lie_on_earth(manager):
    body = {"name": "Nowhere", "latitude": 91, "longitude": -181}
    assert manager.post("/api/locations", json=body).pointers == ["/latitude", "/longitude"]


def test_a_location_needs_no_kind_but_takes_no_other_than_is_known(manager):
    assert make_location(manager)["kind"] is None
    refused = manager.post("/api/locations", json={"name": "Moon base", "kind": "moon"})
    assert refused.pointers == ["/kind"]
    assert refused.json["errors"][0]["message"].endswith("public, other, null")


@pytest.mark.both
def test_the_audit_log_tells_who_changed_the_kind(manager, admin):
    location = make_location(manager, kind="factory")
    manager.patch(f"/api/locations/{location['id']}", json={"version": 1, "kind": "hotel"})
    entry = admin.get("/api/audit-entries?action=location.updated").json["items"][0]
    assert entry["changes"] == [{"field": "kind", "from": "factory", "to": "hotel"}]
