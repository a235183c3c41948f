"""Device types and cabinet types: kinds of machine and of box."""

from tests.factories import make_cabinet_type, make_device_type


def test_it_works(manager, viewer):
    made = manager.post("/api/device-types", json={"name": "Combi", "max_cabinets": 2})
    assert (made.status, made.json) == (
        201,
        {"id": made.json["id"], "name": "Combi", "max_cabinets": 2},
    )
    box = manager.post("/api/cabinet-types", json={"name": "Spiral", "rows": 6, "columns": 10})
    assert (box.status, box.json) == (
        201,
        {"id": box.json["id"], "name": "Spiral", "rows": 6, "columns": 10},
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
