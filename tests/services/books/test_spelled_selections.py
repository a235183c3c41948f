"""A slot says 1, the audit says 01: the slot sells where nothing else fits exactly."""

from datetime import datetime, timedelta

import pytest

from tests.kit.factories import make_device, make_planogram, send_audit
from tests.kit.machine import Machine

pytestmark = pytest.mark.spared("what a machine tells is read above the database")

MORNING = datetime.fromisoformat("2026-10-05T09:00")
DAY = timedelta(days=1)


def arrange(person, device, codes, *, quantity=10, as_of="2026-10-04T06:00:00Z"):
    """The first slots sell by these codes, each its own product."""
    planogram = make_planogram(
        person,
        device["cabinets"][0]["id"],
        selections=codes,
        capacity=40,
        par_level=30,
        price_cents=None,
        quantity=quantity,
        as_of=as_of,
    )
    return {slot["selection"]: slot for slot in planogram["slots"] if slot["product_id"]}


def quantities(person, device):
    cabinet = device["cabinets"][0]["id"]
    slots = person.get(f"/api/cabinets/{cabinet}/planogram").json["slots"]
    return {slot["selection"]: slot["quantity"] for slot in slots if slot["product_id"]}


def sold_products(person):
    answer = person.get("/api/sales?group_by=product&from=2026-10-01&to=2026-10-31").json
    return {item["label"]: item["units"] for item in answer["items"]}


@pytest.fixture
def device(manager):
    return make_device(manager, asset="SP-1", serial="SP1")


def sell(person, codes, sold, days=1):
    """Audits of a machine of these codes that sells `sold` in between; the last answer."""
    machine = Machine(serial="SP1", selections=dict.fromkeys(codes, 100))
    answer = send_audit(person, machine.audit(MORNING)).json
    for day in range(1, days + 1):
        for code, units in sold.items():
            machine.sell(code, units)
        answer = send_audit(person, machine.audit(MORNING + day * DAY)).json
    return answer


@pytest.mark.parametrize(
    ("slot", "audit"), [("1", "01"), ("01", "1"), ("A1", "A01"), ("A01", "a1")]
)
def test_the_slot_sells_what_the_audit_spells_otherwise(manager, device, slot, audit):
    slots = arrange(manager, device, [slot])
    read = sell(manager, [audit], {audit: 7})
    assert quantities(manager, device) == {slot: 3}
    assert sold_products(manager) == {slots[slot]["product_name"]: 7}
    detail = manager.get(f"/api/dex-reads/{read['id']}").json
    (shown,) = detail["selections"]
    assert (shown["product_name"], shown["units"]) == (slots[slot]["product_name"], 7)
    assert any(f"slot A1 sells by {slot}" in warning for warning in detail["warnings"])
    cabinet = device["cabinets"][0]["id"]
    (first, *others) = manager.get(f"/api/cabinets/{cabinet}/planogram").json["slots"]
    assert (first["reported_as"], first["machine_price_cents"]) == (audit, 100)
    assert {each["reported_as"] for each in others} == {None}


def test_what_fits_exactly_goes_before(manager, device):
    arrange(manager, device, ["1"])
    read = sell(manager, ["1", "01"], {"1": 2, "01": 5})
    assert quantities(manager, device) == {"1": 8}
    warnings = manager.get(f"/api/dex-reads/{read['id']}").json["warnings"]
    assert not any("taken for the same" in warning for warning in warnings)


def test_of_several_that_may_be_meant_none_sells_and_they_are_proposed(manager, device):
    arrange(manager, device, ["1", "001"])
    read = sell(manager, ["01"], {"01": 5})
    assert quantities(manager, device) == {"1": 10, "001": 10}
    detail = manager.get(f"/api/dex-reads/{read['id']}").json
    assert detail["selections"][0]["product_id"] is None
    assert any("001 or 1 may be meant" in warning for warning in detail["warnings"])


def test_a_planogram_that_comes_later_gives_the_same_books(manager, device):
    sell(manager, ["01"], {"01": 4}, days=2)
    arrange(manager, device, ["1"])
    assert quantities(manager, device) == {"1": 2}
    assert sum(sold_products(manager).values()) == 8


def test_audits_in_any_order_give_the_same_books(manager, device):
    slots = arrange(manager, device, ["1"], quantity=30)
    machine = Machine(serial="SP1", selections={"01": 100})
    audits = []
    for day in range(5):
        audits.append(machine.audit(MORNING + day * DAY))
        machine.sell("01", 3)
    for index in (3, 0, 4, 2, 1):
        send_audit(manager, audits[index])
    assert quantities(manager, device) == {"1": 18}
    assert sold_products(manager) == {slots["1"]["product_name"]: 12}


def test_the_slot_has_a_velocity_of_its_own_sales(manager, device):
    arrange(manager, device, ["1"], quantity=40)
    sell(manager, ["01"], {"01": 2}, days=10)
    cabinet = device["cabinets"][0]["id"]
    (first, *_) = manager.get(f"/api/cabinets/{cabinet}/planogram").json["slots"]
    assert first["units_per_day"] == 2.0
    assert first["units_per_day_basis"] == "measured"


def test_an_audit_proposes_the_slot_that_sells_by_the_other_spelling(manager, device):
    slots = arrange(manager, device, ["7"])
    read = sell(manager, ["07"], {"07": 1})
    cabinet = device["cabinets"][0]["id"]
    path = f"/api/cabinets/{cabinet}/planogram/proposal"
    (proposed,) = manager.post(path, json={"dex_read_id": read["id"]}).json["slots"]
    assert proposed["slot_id"] == slots["7"]["id"]
    assert proposed["guessed"] == ["selection"]
