"""What is done to the slots of a product together: replaced, sold out, priced, taken back."""

import pytest

import clock
from tests.kit.factories import make_product, make_route
from tests.kit.stops import fill, make_stop, order, visit

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


@pytest.fixture
def cola(manager):
    return make_product(manager, name="Cola", price_cents=180)


@pytest.fixture
def route(manager, driver):
    return make_route(manager, driver=driver)


@pytest.fixture
def stop(manager, route, cola):
    return make_stop(manager, route["id"], quantities=(3, 2), product_id=cola["id"], asset="M1")


def send(person, product, stop, kind, **more):
    body = {"device_id": stop.device_id, "kind": kind, "slot_ids": stop.slots, **more}
    return person.post(f"/api/products/{product['id']}/slot-changes", json=body)


def preview(person, product, kind, slot_ids, **more):
    body = {"kind": kind, "slot_ids": slot_ids, **more}
    return person.post(f"/api/products/{product['id']}/slot-changes/preview", json=body).json


def undo(person, change):
    return person.post(f"/api/slot-changes/{change['id']}/undo")


def slots_of(person, stop):
    return person.get(f"/api/cabinets/{stop.cabinet_id}/planogram").json["slots"]


def archive(person, product, archived=True):
    now = person.get(f"/api/products/{product['id']}").json
    body = {"version": now["version"], "archived": archived}
    return person.patch(f"/api/products/{product['id']}", json=body).json


def loaded(person, stop):
    body = {"cabinet_ids": [stop.cabinet_id]}
    return person.post("/api/service-order-previews", json=body).json


def test_what_is_sold_out_is_loaded_no_more_but_stays_where_it_is(manager, cola, stop, route):
    assert loaded(manager, stop)["units"] == 15
    changed = send(manager, cola, stop, "sell_out").json
    assert changed["slots"] == stop.slots
    assert loaded(manager, stop)["units"] == 0
    assert loaded(manager, stop)["pick_list"] == []
    assert [slot["product_id"] for slot in slots_of(manager, stop)] == [cola["id"]] * 2
    assert all(slot["sells_out_at"] for slot in slots_of(manager, stop))
    board = manager.get(f"/api/routes/{route['id']}/devices").json["items"][0]
    assert board["cabinets"][0]["units_to_par"] == 0
    assert board["units_to_par"] in (0, None)


def test_a_slot_that_sells_out_and_is_empty_needs_nobody(manager, cola, route):
    stop = make_stop(manager, route["id"], quantities=(0,), product_id=cola["id"])
    before = manager.get("/api/dashboard").json["attention"]["sold_out"]["count"]
    send(manager, cola, stop, "sell_out")
    after = manager.get("/api/dashboard").json["attention"]["sold_out"]["count"]
    assert (before, after) == (1, 0)


def test_refilling_again_takes_selling_out_back(manager, cola, stop):
    send(manager, cola, stop, "sell_out")
    assert send(manager, cola, stop, "refill").status == 201
    assert loaded(manager, stop)["units"] == 15


@pytest.mark.both
def test_undo_lets_what_sells_out_be_refilled(manager, cola, stop):
    change = send(manager, cola, stop, "sell_out").json
    assert undo(manager, change).json["undone_at"] is not None
    assert loaded(manager, stop)["units"] == 15
    assert undo(manager, change).status == 409


@pytest.mark.both
def test_a_replacement_is_a_dated_change_of_the_planogram(manager, cola, stop):
    tea = make_product(manager, name="Tea", price_cents=120)
    change = send(manager, cola, stop, "replace", replacement_id=tea["id"], price_cents=120).json
    now = slots_of(manager, stop)
    assert [(slot["product_name"], slot["price_cents"]) for slot in now] == [("Tea", 120)] * 2
    assert [slot["quantity"] for slot in now] == [None, None], "nobody has counted the tea"
    path = f"/api/cabinets/{stop.cabinet_id}/planogram-changes"
    assert manager.get(path).json["items"][0]["username"] == "max"
    assert undo(manager, change).status == 200
    back = slots_of(manager, stop)
    assert [(slot["product_name"], slot["price_cents"]) for slot in back] == [("Cola", 150)] * 2
    assert [slot["quantity"] for slot in back] == [3, 2]


def test_undo_leaves_alone_what_somebody_changed_since(manager, cola, stop):
    tea, water = make_product(manager, name="Tea"), make_product(manager, name="Water")
    change = send(manager, cola, stop, "replace", replacement_id=tea["id"]).json
    path = f"/api/cabinets/{stop.cabinet_id}/planogram"
    version = manager.get(path).json["version"]
    other = {"id": stop.slots[0], "product_id": water["id"]}
    manager.put(path, json={"version": version, "slots": [other]})
    taken_back = undo(manager, change).json
    assert [each["slot_id"] for each in taken_back["skipped"]] == [stop.slots[0]]
    assert [slot["product_name"] for slot in slots_of(manager, stop)] == ["Water", "Cola"]


def test_undo_does_not_make_up_what_is_in_a_slot_that_was_filled_since(
    manager, cola, stop, route, monkeypatch
):
    tea = make_product(manager, name="Tea")
    change = send(manager, cola, stop, "replace", replacement_id=tea["id"]).json
    made = order(manager, route["id"], stop)
    visit(manager, made, stop, fill(stop, 0, added=6, counted=0))
    later = clock.later(clock.now(), minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    undo(manager, change)
    assert [slot["quantity"] for slot in slots_of(manager, stop)] == [None, 2]


@pytest.mark.both
def test_a_new_price_reaches_the_slots_that_it_should(manager, cola, stop, route):
    other = make_stop(manager, route["id"], product_id=cola["id"], asset="M2")
    changed = send(manager, cola, stop, "price", price_cents=195).json
    assert [slot["price_cents"] for slot in slots_of(manager, stop)] == [195, 195]
    assert slots_of(manager, other)[0]["price_cents"] == 150
    entries = manager.get(f"/api/products/{cola['id']}/changes").json["items"]
    assert entries[0]["action"] == "product.slots_price"
    undo(manager, changed)
    assert [slot["price_cents"] for slot in slots_of(manager, stop)] == [150, 150]


@pytest.mark.both
def test_the_preview_says_what_would_become_of_each_slot_and_changes_nothing(
    manager, cola, stop, route
):
    tea = make_product(manager, name="Tea")
    other = make_stop(manager, route["id"], asset="M2")
    order(manager, route["id"], stop)
    wanted = [*stop.slots, *other.slots]
    found = preview(manager, cola, "replace", wanted, replacement_id=tea["id"], price_cents=120)
    assert (found["machines"], found["slots"], found["units_inside"]) == (1, 2, 5)
    assert found["open_orders"] == 1
    assert [each["refused"] for each in found["items"]] == [None, None, "holds another product"]
    assert [each["new_price_cents"] for each in found["items"]][:2] == [120, 120]
    assert [slot["product_id"] for slot in slots_of(manager, stop)] == [cola["id"]] * 2


def test_slots_that_are_as_wanted_are_left_alone(manager, cola, stop):
    refused = send(manager, cola, stop, "price", price_cents=150)
    assert refused.status == 409
    assert "as wanted" in refused.json["detail"]


@pytest.mark.parametrize(
    ("kind", "more", "pointer"),
    [
        ("price", {}, "/price_cents"),
        ("replace", {}, "/replacement_id"),
        ("replace", {"replacement_id": 999_999}, "/replacement_id"),
        ("sell_out", {"slot_ids": [999_999]}, "/slot_ids/0"),
        ("vanish", {}, "/kind"),
    ],
)
def test_what_cannot_be_is_said_where_it_is(manager, cola, stop, kind, more, pointer):
    answer = send(manager, cola, stop, kind, **more)
    assert (answer.status, answer.pointers) == (422, [pointer])


@pytest.mark.both
def test_a_product_does_not_replace_itself_nor_come_out_of_the_archive(manager, cola, stop):
    old = archive(manager, make_product(manager, name="Old"))
    for replacement in (cola, old):
        answer = send(manager, cola, stop, "replace", replacement_id=replacement["id"])
        assert answer.pointers == ["/replacement_id"]


@pytest.mark.both
def test_another_product_in_a_slot_that_sold_out_is_refilled(manager, cola, stop):
    tea = make_product(manager, name="Tea")
    send(manager, cola, stop, "sell_out")
    send(manager, cola, stop, "replace", replacement_id=tea["id"])
    assert [slot["sells_out_at"] for slot in slots_of(manager, stop)] == [None, None]


@pytest.mark.both
def test_what_is_archived_is_marked_wherever_it_is_loaded(manager, cola, stop, route):
    made = order(manager, route["id"], stop)
    archive(manager, cola)
    now = manager.get(f"/api/service-orders/{made['id']}").json
    assert all(item["product_archived_at"] for item in now["cabinets"][0]["items"])
    pick_list = manager.get(f"/api/service-orders/{made['id']}/pick-list").json
    assert all(item["archived_at"] for item in pick_list["items"])
    assert all(slot["product_archived_at"] for slot in slots_of(manager, stop))
    metrics = manager.get(f"/api/devices/{stop.device_id}/metrics").json
    assert all(slot["product_archived_at"] for slot in metrics["slots"])


def test_today_names_archived_products_that_are_still_refilled(manager, cola, stop):
    archive(manager, cola)
    (found,) = manager.get("/api/dashboard").json["attention"]["archived_products"]["items"]
    assert (found["name"], found["slots"], found["machines"]) == ("Cola", 2, 1)
    send(manager, cola, stop, "sell_out")
    assert manager.get("/api/dashboard").json["attention"]["archived_products"]["count"] == 0


def test_undo_says_that_the_product_must_be_restored_first(manager, cola, stop):
    tea = make_product(manager, name="Tea")
    change = send(manager, cola, stop, "replace", replacement_id=tea["id"]).json
    archive(manager, cola)
    refused = undo(manager, change)
    assert (refused.status, "restore it first" in refused.json["detail"]) == (409, True)
    archive(manager, cola, archived=False)
    assert undo(manager, change).status == 200
