"""The page of a product: where it is, how long it lasts, what it sold, who changed it."""

from datetime import UTC, datetime, timedelta

from tests.kit.factories import (
    make_device,
    make_dex_read,
    make_machine,
    make_planogram,
    make_product,
    make_route,
)
from tests.kit.stops import make_stop

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def overview(person, product):
    return person.get(f"/api/products/{product['id']}/overview").json


def slots(person, product, query=""):
    return person.get(f"/api/products/{product['id']}/slots?{query}").json


def test_it_says_where_a_product_is_and_how_much_is_there(manager, viewer):
    cola = make_product(manager, name="Cola", price_cents=150)
    route = make_route(manager)
    one = make_stop(manager, route["id"], quantities=(3, 0), product_id=cola["id"], asset="M1")
    other = make_stop(manager, route["id"], quantities=(None,), product_id=cola["id"], asset="M2")
    figures = overview(viewer, cola)
    assert (figures["machines"], figures["slots"], figures["units"]) == (2, 3, 3)
    assert (figures["unknown_slots"], figures["sold_out_slots"]) == (1, 1)
    found = slots(viewer, cola)["items"]
    assert [(each["asset"], each["label"], each["quantity"]) for each in found] == [
        ("M1", "A1", 3),
        ("M1", "A2", 0),
        ("M2", "A1", None),
    ]
    assert {each["slot_id"] for each in found} == {*one.slots, *other.slots}


def test_a_driver_sees_only_the_machines_they_may(manager, driver):
    cola = make_product(manager, name="Cola")
    own = make_route(manager, driver=driver)
    make_stop(manager, own["id"], product_id=cola["id"], asset="OWN")
    make_stop(manager, make_route(manager)["id"], product_id=cola["id"], asset="OTHER")
    assert [each["asset"] for each in slots(driver, cola)["items"]] == ["OWN"]
    figures = overview(driver, cola)
    assert figures["machines"] == 1
    assert figures["sales"] is None


def test_archived_devices_and_removed_cabinets_hold_nothing(admin):
    cola = make_product(admin, name="Cola")
    device = make_device(admin, cabinets=2)
    for cabinet in device["cabinets"]:
        make_planogram(admin, cabinet["id"], products=[cola["id"]])
    assert overview(admin, cola)["slots"] == 2
    assert admin.delete(f"/api/cabinets/{device['cabinets'][1]['id']}").status == 204
    assert overview(admin, cola)["slots"] == 1
    assert admin.delete(f"/api/devices/{device['id']}").status == 204
    assert overview(admin, cola)["slots"] == 0
    assert slots(admin, cola)["items"] == []


def test_what_it_sold_in_28_days_stands_beside_the_28_before(manager):
    cola = make_product(manager, name="Cola")
    device = make_device(manager)
    since = (NOW - timedelta(days=50)).strftime("%Y-%m-%dT%H:%M:%SZ")
    make_planogram(
        manager, device["cabinets"][0]["id"], products=[cola["id"]], quantity=10, as_of=since
    )
    machine = make_machine(device)
    make_dex_read(manager, machine, at=NOW - timedelta(days=45), device_id=device["id"])
    machine.sell("A1", 2)
    make_dex_read(manager, machine, at=NOW - timedelta(days=40), device_id=device["id"])
    machine.sell("A1", 5)
    make_dex_read(manager, machine, at=NOW - timedelta(days=3), device_id=device["id"])
    sales = overview(manager, cola)["sales"]
    assert sales["total"] == {"units": 5, "amount_cents": 750}
    assert sales["previous_total"] == {"units": 2, "amount_cents": 300}
    assert len(sales["days"]) == 28
    assert sum(day["units"] for day in sales["days"]) == 5


def test_prices_that_differ_from_the_list_and_from_the_machine_are_found(manager):
    cola = make_product(manager, name="Cola", price_cents=200)
    device = make_device(manager)
    make_planogram(manager, device["cabinets"][0]["id"], products=[cola["id"]] * 2)
    assert overview(manager, cola)["off_list_slots"] == 2
    make_dex_read(
        manager, make_machine(device, selections={"A1": 150, "A2": 160}), device_id=device["id"]
    )
    figures = overview(manager, cola)
    assert (figures["off_list_slots"], figures["off_machine_slots"]) == (2, 1)
    (first, second) = slots(manager, cola)["items"]
    assert (first["price_cents"], first["machine_price_cents"]) == (150, 150)
    assert (second["label"], second["price_cents"], second["machine_price_cents"]) == (
        "A2",
        150,
        160,
    )


def test_slots_come_in_pages(manager):
    cola = make_product(manager, name="Cola")
    route = make_route(manager)
    for asset in ("b", "A", "c"):
        make_stop(manager, route["id"], quantities=(1, 2), product_id=cola["id"], asset=asset)
    seen, query = [], "limit=4"
    while True:
        found = slots(manager, cola, query)
        seen += [(each["asset"], each["label"]) for each in found["items"]]
        if found["next_cursor"] is None:
            break
        query = f"limit=4&cursor={found['next_cursor']}"
    assert seen == [(asset, label) for asset in ("b", "A", "c") for label in ("A1", "A2")]


def test_who_changed_it_is_told_also_to_a_manager(manager, viewer):
    cola = make_product(manager, name="Cola", price_cents=150)
    body = {"version": 1, "price_cents": 180}
    manager.patch(f"/api/products/{cola['id']}", json=body)
    found = viewer.get(f"/api/products/{cola['id']}/changes").json["items"]
    assert [each["action"] for each in found] == ["product.updated", "product.created"]
    assert found[0]["changes"] == [{"field": "price_cents", "from": 150, "to": 180}]


def test_what_begins_with_the_words_comes_before_what_has_them_in_the_middle(viewer, manager):
    for name in ("Chocolate bar dark", "Cola 330 ml", "Zero cola", "Latte"):
        make_product(manager, name=name)
    found = viewer.get("/api/products?q=cola&sort=match").json["items"]
    assert [each["name"] for each in found] == ["Cola 330 ml", "Zero cola", "Chocolate bar dark"]
    found = viewer.get("/api/products?q=lat&sort=match").json["items"]
    assert [each["name"] for each in found] == ["Latte", "Chocolate bar dark"]


def test_the_devices_that_hold_a_product_are_found(manager, viewer):
    cola = make_product(manager, name="Cola")
    route = make_route(manager)
    make_stop(manager, route["id"], product_id=cola["id"], asset="HAS")
    make_stop(manager, route["id"], asset="HAS-NOT")
    found = viewer.get(f"/api/devices?product_id={cola['id']}").json["items"]
    assert [each["asset"] for each in found] == ["HAS"]
