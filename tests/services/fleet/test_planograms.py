"""Planograms: arranging slots, counting them, conflicts, proposals, and the ledger of a slot."""

from datetime import datetime, timedelta

import pytest

import clock
from tests.kit.factories import (
    make_device,
    make_dex_read,
    make_machine,
    make_planogram,
    make_product,
    make_route,
    make_stocked_device,
    send_audit,
)
from tests.kit.machine import Machine

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

MORNING = datetime.fromisoformat("2026-10-05T09:00")
DAY = timedelta(days=1)


@pytest.fixture
def device(manager):
    """2 x 3 slots, empty."""
    return make_device(manager, asset="T-7")


@pytest.fixture
def cabinet(device):
    return device["cabinets"][0]["id"]


def planogram(person, cabinet):
    return person.get(f"/api/cabinets/{cabinet}/planogram").json


def save(person, cabinet, *slots, version=None, **more):
    version = version or planogram(person, cabinet)["version"]
    return person.put(
        f"/api/cabinets/{cabinet}/planogram",
        json={"version": version, "slots": list(slots), **more},
    )


def first_slot(person, cabinet):
    return planogram(person, cabinet)["slots"][0]


def ledger(person, slot):
    """(reason, quantity, balance) of a slot, oldest first."""
    moves = person.get(f"/api/slots/{slot['id']}/stock-moves").json["items"]
    return [(m["reason"], m["quantity"], m["balance"]) for m in reversed(moves)]


def test_a_new_cabinet_has_an_empty_planogram(viewer, cabinet):
    found = planogram(viewer, cabinet)
    assert (found["rows"], found["columns"]) == (2, 3)
    assert [slot["label"] for slot in found["slots"]] == ["A1", "A2", "A3", "B1", "B2", "B3"]
    assert {(slot["product_id"], slot["quantity"]) for slot in found["slots"]} == {(None, 0)}


def test_a_save_changes_only_what_it_names(manager, cabinet):
    before = make_planogram(manager, cabinet)
    slot = before["slots"][1]
    answer = save(manager, cabinet, {"id": slot["id"], "price_cents": 275})
    assert answer.status == 200
    after = answer.json
    assert after["version"] == before["version"] + 1
    changed = [(b, a) for b, a in zip(before["slots"], after["slots"], strict=True) if a != b]
    assert changed == [(slot, {**slot, "price_cents": 275})]


def test_a_named_quantity_is_a_count_in_the_ledger(manager, cabinet):
    slot = make_planogram(manager, cabinet, quantity=5)["slots"][0]
    assert ledger(manager, slot) == [("planogram", 5, 5)]
    save(manager, cabinet, {"id": slot["id"], "quantity": 3})
    assert first_slot(manager, cabinet)["quantity"] == 3
    assert ledger(manager, slot) == [("planogram", 5, 5), ("planogram", -2, 3)]


def test_without_a_count_the_quantity_is_unknown_not_zero(manager, cabinet):
    found = make_planogram(manager, cabinet, quantity=None)
    assert {slot["quantity"] for slot in found["slots"]} == {None}


def test_another_product_takes_the_old_one_out(manager, cabinet):
    slot = make_planogram(manager, cabinet, quantity=5)["slots"][0]
    other = make_product(manager)["id"]
    save(manager, cabinet, {"id": slot["id"], "product_id": other})
    assert first_slot(manager, cabinet)["quantity"] is None
    assert [balance for _, _, balance in ledger(manager, slot)] == [5, 0]


@pytest.mark.both
def test_two_slots_swap_with_their_counts(manager, cabinet):
    one, other, *_ = make_planogram(manager, cabinet, quantity=5)["slots"]
    save(
        manager,
        cabinet,
        {"id": one["id"], "product_id": other["product_id"], "quantity": 4},
        {"id": other["id"], "product_id": one["product_id"], "quantity": 5},
    )
    after = planogram(manager, cabinet)["slots"]
    assert [(s["product_id"], s["quantity"]) for s in after[:2]] == [
        (other["product_id"], 4),
        (one["product_id"], 5),
    ]
    assert sum(quantity for _, quantity, _ in ledger(manager, one)) == 4


def test_a_slot_that_is_emptied_holds_nothing(manager, cabinet):
    slot = make_planogram(manager, cabinet, quantity=5)["slots"][0]
    save(manager, cabinet, {"id": slot["id"], "product_id": None})
    assert first_slot(manager, cabinet)["quantity"] == 0
    assert ledger(manager, slot)[-1][2] == 0


def test_what_was_saved_first_wins_and_the_other_is_told(manager, admin, cabinet):
    before = make_planogram(manager, cabinet)
    slot = before["slots"][0]
    stale = before["version"]
    assert save(admin, cabinet, {"id": slot["id"], "par_level": 6}, version=stale).status == 200
    refused = save(manager, cabinet, {"id": slot["id"], "par_level": 7}, version=stale)
    assert refused.status == 409
    assert refused.json["current"] == planogram(manager, cabinet)
    assert refused.json["current"]["slots"][0]["par_level"] == 6


def test_a_stale_version_is_told_before_wrong_values(manager, cabinet):
    before = make_planogram(manager, cabinet)
    save(manager, cabinet, {"id": before["slots"][0]["id"], "par_level": 6})
    refused = save(
        manager,
        cabinet,
        {"id": before["slots"][0]["id"], "par_level": 99},
        version=before["version"],
    )
    assert refused.status == 409


def test_sales_never_bump_the_version(manager, device, cabinet):
    before = make_planogram(manager, cabinet, as_of="2026-10-05T06:00:00Z")
    machine = make_machine(device)
    send_audit(manager, machine.audit(MORNING))
    machine.sell("A1", 2)
    send_audit(manager, machine.audit(MORNING + DAY))
    after = planogram(manager, cabinet)
    assert after["version"] == before["version"]
    assert after["slots"][0]["quantity"] == 3


@pytest.mark.parametrize(
    ("named", "pointer"),
    [
        ({"par_level": 11}, "/slots/0/par_level"),
        ({"capacity": 4}, "/slots/0/capacity"),
        ({"quantity": 11}, "/slots/0/quantity"),
        ({"product_id": 999}, "/slots/0/product_id"),
        ({"product_id": None, "quantity": 2}, "/slots/0/quantity"),
        ({"quantity": -1}, "/slots/0/quantity"),
        ({"price_cents": "1.50"}, "/slots/0/price_cents"),
    ],
)
def test_a_wrong_value_is_refused_where_it_is(manager, cabinet, named, pointer):
    before = make_planogram(manager, cabinet, capacity=10, par_level=8, quantity=5)
    refused = save(manager, cabinet, {"id": before["slots"][0]["id"], **named})
    assert refused.status == 422
    assert pointer in refused.pointers
    assert planogram(manager, cabinet) == before


def test_a_slot_of_another_cabinet_or_named_twice_is_refused(manager, cabinet):
    other = make_stocked_device(manager)["cabinets"][0]["id"]
    foreign = first_slot(manager, other)["id"]
    own = first_slot(manager, cabinet)["id"]
    refused = save(
        manager,
        cabinet,
        {"id": foreign, "par_level": 0},
        {"id": own, "par_level": 0},
        {"id": own, "par_level": 0},
    )
    assert refused.pointers == ["/slots/0/id", "/slots/2/id"]


def test_an_archived_product_cannot_be_placed(manager, cabinet):
    product = make_product(manager)
    manager.patch(
        f"/api/products/{product['id']}", json={"version": product["version"], "archived": True}
    )
    slot = first_slot(manager, cabinet)
    refused = save(manager, cabinet, {"id": slot["id"], "product_id": product["id"]})
    assert refused.pointers == ["/slots/0/product_id"]


def test_a_count_in_the_future_is_refused(manager, cabinet):
    slot = make_planogram(manager, cabinet)["slots"][0]
    tomorrow = clock.later(clock.now(), days=1)
    refused = save(manager, cabinet, {"id": slot["id"], "quantity": 1}, as_of=tomorrow)
    assert refused.pointers == ["/as_of"]


def test_a_count_of_yesterday_still_sees_the_sales_since(manager, device, cabinet):
    make_planogram(manager, cabinet, quantity=None, as_of="2026-10-05T06:00:00Z")
    machine = make_machine(device)
    send_audit(manager, machine.audit(MORNING))
    machine.sell("A1", 3)
    send_audit(manager, machine.audit(MORNING + 2 * DAY))
    slot = first_slot(manager, cabinet)
    assert slot["quantity"] is None
    save(manager, cabinet, {"id": slot["id"], "quantity": 9}, as_of="2026-10-05T07:00:00Z")
    assert first_slot(manager, cabinet)["quantity"] == 6


@pytest.mark.both
def test_who_changed_what_is_kept(manager, admin, viewer, driver, cabinet):
    slot = make_planogram(manager, cabinet, quantity=None)["slots"][0]
    save(admin, cabinet, {"id": slot["id"], "price_cents": 300, "par_level": slot["par_level"]})
    path = f"/api/cabinets/{cabinet}/planogram-changes?slot_id={slot['id']}"
    newest, first = viewer.get(path).json["items"]
    assert (newest["username"], newest["label"]) == ("anna", "A1")
    assert newest["changes"] == [{"field": "price_cents", "from": 150, "to": 300}]
    assert {change["field"] for change in first["changes"]} >= {"product_id", "capacity"}
    assert len(viewer.get(f"/api/cabinets/{cabinet}/planogram-changes").json["items"]) == 7
    assert driver.get(path).status == 403


def test_the_audit_log_tells_each_slot_from_what_to_what(admin, cabinet):
    slot = make_planogram(admin, cabinet)["slots"][1]
    save(admin, cabinet, {"id": slot["id"], "price_cents": 275, "par_level": slot["par_level"]})
    entry = admin.get("/api/audit-entries?action=planogram.changed").json["items"][0]
    assert (entry["noun"], entry["noun_id"]) == ("cabinet", cabinet)
    assert entry["changes"] == [{"field": "A2 price_cents", "from": 150, "to": 275}]


def test_a_driver_sees_the_cabinets_of_their_routes_only(manager, driver, other_driver):
    device = make_device(manager, route_id=make_route(manager, driver=driver)["id"])
    path = f"/api/cabinets/{device['cabinets'][0]['id']}/planogram"
    assert driver.get(path).status == 200
    assert other_driver.get(path).status == 404
    assert driver.put(path, json={"version": 1, "slots": [{"id": 1, "label": "X"}]}).status == 403


def test_the_quantity_is_always_the_sum_of_the_moves(manager, device, cabinet):
    make_planogram(manager, cabinet, capacity=10, quantity=6, as_of="2026-10-05T06:00:00Z")
    machine = make_machine(device, selections={"A1": 150, "A2": 150})
    late = b""
    for day in range(5):
        machine.sell("A1", 2)
        machine.sell("A2", day)
        audit = machine.audit(MORNING + day * DAY)
        if day == 2:
            late = audit
            continue
        send_audit(manager, audit)
        slot = first_slot(manager, cabinet)
        save(
            manager,
            cabinet,
            {"id": slot["id"], "quantity": min(10, slot["quantity"] + 1)},
            as_of=f"2026-10-{5 + day:02d}T08:00:00Z",
        )
    send_audit(manager, late)
    for slot in planogram(manager, cabinet)["slots"]:
        moves = ledger(manager, slot)
        assert sum(quantity for _, quantity, _ in moves) == slot["quantity"]
        assert 0 <= slot["quantity"] <= slot["capacity"]
        assert moves[-1][2] == slot["quantity"]


def test_a_sale_beyond_what_is_there_is_sold_and_the_rest_unexplained(manager, device, cabinet):
    make_planogram(manager, cabinet, quantity=2, as_of="2026-10-05T06:00:00Z")
    machine = make_machine(device)
    send_audit(manager, machine.audit(MORNING))
    machine.sell("A1", 5)
    assert send_audit(manager, machine.audit(MORNING + DAY)).json["units"] == 5
    slot = first_slot(manager, cabinet)
    assert slot["quantity"] == 0
    reasons = [(reason, quantity) for reason, quantity, _ in ledger(manager, slot)]
    assert sum(quantity for reason, quantity in reasons if reason == "sale") == -5
    assert ("unexplained", 3) in reasons


def test_two_slots_of_one_selection_drain_in_their_order(manager, device, cabinet):
    made = make_planogram(manager, cabinet, quantity=3, as_of="2026-10-05T06:00:00Z")
    second = made["slots"][1]
    save(manager, cabinet, {"id": second["id"], "selection": "A1"}, as_of="2026-10-05T06:00:00Z")
    machine = make_machine(device, selections={"A1": 150})
    send_audit(manager, machine.audit(MORNING))
    machine.sell("A1", 4)
    send_audit(manager, machine.audit(MORNING + DAY))
    assert [s["quantity"] for s in planogram(manager, cabinet)["slots"][:2]] == [0, 2]


def test_the_ledger_names_what_moved_the_stock(viewer, manager, device, cabinet):
    make_planogram(manager, cabinet, quantity=5, as_of="2026-10-05T06:00:00Z")
    machine = make_machine(device)
    send_audit(manager, machine.audit(MORNING))
    machine.sell("A1", 1)
    read = send_audit(manager, machine.audit(MORNING + DAY)).json
    slot = first_slot(viewer, cabinet)
    newest, counted = viewer.get(f"/api/slots/{slot['id']}/stock-moves").json["items"]
    assert newest["source"] == {"kind": "dex_read", "id": read["id"]}
    assert newest["occurred_at"] == read["read_at"]
    assert counted["source"]["kind"] == "planogram"
    page = viewer.get(f"/api/slots/{slot['id']}/stock-moves?limit=1").json
    assert page["next_cursor"]
    assert viewer.get("/api/slots/99999/stock-moves").status == 404


# Proposals


def propose(person, cabinet, read):
    return person.post(
        f"/api/cabinets/{cabinet}/planogram/proposal", json={"dex_read_id": read["id"]}
    )


@pytest.mark.both
def test_an_empty_cabinet_is_proposed_from_an_audit(manager, cabinet):
    cola = make_product(manager, name="Cola")
    machine = Machine(serial="Q1", selections={"A1": 150, "A2": 180, "B3": 200, "Z9": 100})
    machine.odometers.selections["A1"].product = "COLA"
    machine.odometers.selections["A1"].capacity = 8
    read = make_dex_read(manager, machine, at=MORNING)
    before = planogram(manager, cabinet)
    answer = propose(manager, cabinet, read)
    assert answer.status == 200
    by_selection = {slot["selection"]: slot for slot in answer.json["slots"]}
    assert by_selection["A1"]["product_id"] == cola["id"]
    assert by_selection["A1"]["capacity"] == 8
    assert set(by_selection["A1"]["guessed"]) >= {"product_id", "capacity", "par_level"}
    assert by_selection["A2"]["product_id"] is None
    assert by_selection["B3"]["label"] == "B3"
    assert answer.json["unplaced"] == ["Z9"]
    assert planogram(manager, cabinet) == before


@pytest.mark.both
def test_a_proposal_keeps_what_is_arranged_and_tells_the_price_of_the_machine(manager, cabinet):
    made = make_planogram(manager, cabinet, price_cents=150)
    read = make_dex_read(manager, Machine(serial="Q2", selections={"A1": 175}), at=MORNING)
    (slot,) = propose(manager, cabinet, read).json["slots"]
    assert slot["product_id"] == made["slots"][0]["product_id"]
    assert (slot["price_cents"], slot["capacity"], slot["par_level"]) == (175, 10, 8)
    assert slot["guessed"] == []


def test_a_proposal_needs_an_audit_with_selections(manager, cabinet):
    assert propose(manager, cabinet, {"id": 999}).pointers == ["/dex_read_id"]
    read = send_audit(manager, b"ID1*SN1*****T-7\r\nVA1*1000*10*0*0\r\n").json
    assert propose(manager, cabinet, read).status == 409


def test_a_stale_version_is_said_before_what_is_wrong_with_the_slots(manager, cabinet):
    version = planogram(manager, cabinet)["version"]
    path = f"/api/cabinets/{cabinet}/planogram"
    stale = {"version": version + 1, "slots": [{"id": "x"}]}
    answer = manager.put(path, json=stale)
    assert (answer.status, answer.json["current"]["version"]) == (409, version)
    assert manager.put(path, json={**stale, "version": version}).status == 422
    assert manager.put("/api/cabinets/999999/planogram", json=stale).status == 404
