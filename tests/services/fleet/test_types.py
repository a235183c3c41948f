"""Device types and cabinet types: kinds of machine and of box."""

import pytest

from tests.kit.factories import make_cabinet_type, make_device, make_device_type

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


def path_of(noun, made):
    return f"/api/{noun}-types/{made['id']}"


@pytest.mark.both
def test_it_works(manager, viewer):
    made = manager.post("/api/device-types", json={"name": "Combi", "max_cabinets": 2})
    assert (made.status, made.json) == (
        201,
        {"id": made.json["id"], "name": "Combi", "max_cabinets": 2, "version": 1},
    )
    box = manager.post("/api/cabinet-types", json={"name": "Spiral", "rows": 6, "columns": 10})
    assert (box.status, box.json) == (
        201,
        {"id": box.json["id"], "name": "Spiral", "rows": 6, "columns": 10, "version": 1},
    )
    assert viewer.get("/api/device-types").json["items"] == [made.json]
    assert viewer.get("/api/cabinet-types?q=spi").json["items"] == [box.json]
    assert viewer.get("/api/cabinet-types?q=x").json["items"] == []


def test_a_name_is_taken_in_any_spelling(manager):
    make_device_type(manager, name="Combi")
    make_cabinet_type(manager, name="Spiral")
    body = {"name": "COMBI", "max_cabinets": 1}
    assert manager.post("/api/device-types", json=body).status == 409
    body = {"name": "spiral", "rows": 1, "columns": 1}
    assert manager.post("/api/cabinet-types", json=body).status == 409


def test_sizes_are_bounded(manager):
    body = {"name": "X", "max_cabinets": 4}
    assert manager.post("/api/device-types", json=body).pointers == ["/max_cabinets"]
    body = {"name": "X", "rows": 27, "columns": 41}
    assert manager.post("/api/cabinet-types", json=body).pointers == ["/rows", "/columns"]


@pytest.mark.both
@pytest.mark.parametrize(
    ("noun", "make"), [("device", make_device_type), ("cabinet", make_cabinet_type)]
)
def test_a_type_is_renamed(admin, manager, noun, make):
    made = make(manager, name="Combi")
    answer = manager.patch(path_of(noun, made), json={"version": 1, "name": "Combi 2"})
    assert (answer.status, answer.json) == (200, {**made, "name": "Combi 2", "version": 2})
    assert manager.get(path_of(noun, made)).json == answer.json
    [entry] = admin.get(f"/api/audit-entries?action={noun}_type.updated").json["items"]
    assert entry["changes"] == [{"field": "name", "from": "Combi", "to": "Combi 2"}]
    stale = manager.patch(path_of(noun, made), json={"version": 1, "name": "Combi 3"})
    assert (stale.status, stale.json["current"]) == (409, answer.json)


@pytest.mark.both
@pytest.mark.parametrize(
    ("noun", "make"), [("device", make_device_type), ("cabinet", make_cabinet_type)]
)
def test_a_type_is_not_given_the_name_of_another(manager, noun, make):
    make(manager, name="Combi")
    made = make(manager, name="Spiral")
    refused = manager.patch(path_of(noun, made), json={"version": 1, "name": "combi"})
    assert (refused.status, "called combi already" in refused.json["detail"]) == (409, True)
    # Its own name in another spelling is no other's.
    assert manager.patch(path_of(noun, made), json={"version": 1, "name": "SPIRAL"}).status == 200


@pytest.mark.both
def test_the_grid_of_a_cabinet_type_stays(manager):
    made = make_cabinet_type(manager, rows=2, columns=3)
    answer = manager.patch(path_of("cabinet", made), json={"version": 1, "rows": 3})
    assert answer.pointers == ["/rows"]


@pytest.mark.both
def test_a_device_type_becomes_no_smaller_than_its_devices(manager, admin):
    made = make_device_type(manager, max_cabinets=3)
    device = make_device(manager, asset="Twin", device_type_id=made["id"], cabinets=2)
    refused = manager.patch(path_of("device", made), json={"version": 1, "max_cabinets": 1})
    assert (refused.status, refused.json["detail"][:25]) == (409, "Device Twin has 2 cabinet")
    admin.delete(f"/api/devices/{device['id']}")
    refused = manager.patch(path_of("device", made), json={"version": 1, "max_cabinets": 1})
    assert refused.status == 409
    answer = manager.patch(path_of("device", made), json={"version": 1, "max_cabinets": 2})
    assert (answer.status, answer.json["max_cabinets"]) == (200, 2)
