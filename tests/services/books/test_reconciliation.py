"""What a machine's selections say is compared with the machine's own total, audit by audit."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.kit.factories import make_device, make_machine, make_planogram, send_audit
from tests.kit.machine import Quirks

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def device(admin):
    return make_device(admin)


def sent(person, device, machine, *, days_ago, **how):
    moment = (NOW - timedelta(days=days_ago)).replace(tzinfo=None)
    answer = send_audit(person, machine.audit(moment, **how), device_id=device["id"])
    assert answer.status == 201, answer.text
    return answer.json


def series(person, device, machine, weeks, units=20):
    """An audit each week, `units` sold between two."""
    reads = []
    for week in range(weeks):
        if week:
            machine.sell("A1", units)
        reads.append(sent(person, device, machine, days_ago=7 * (weeks - week)))
    return reads


def figure(person, device):
    found = person.get(f"/api/devices/{device['id']}").json
    return found["unbooked_units"], found["unbooked_cents"]


def test_an_audit_that_adds_up_says_so_and_warns_of_nothing(admin, device):
    _, read = series(admin, device, make_machine(device), 2)
    found = read["reconciliation"]
    assert found["booked_units"] == found["machine_units"] == found["counted_units"] == 20
    assert found["machine_cents"] == found["payments_cents"] == read["amount_cents"] == 3_000
    assert (found["difference_units"], found["unbooked_units"]) == (0, 0)
    assert found["sentence"] == "The machine's total agrees: 20 units."
    assert read["warnings"] == []
    assert figure(admin, device) == (0, 0)


def test_a_first_audit_has_nothing_to_compare(admin, device):
    (read,) = series(admin, device, make_machine(device), 1)
    assert read["reconciliation"] is None


def test_a_small_difference_is_warned_of_and_counted_as_not_booked(admin, device):
    machine = make_machine(device)
    machine.sell("A1", 10)
    sent(admin, device, machine, days_ago=7)
    machine.in_total_only.add(4, 600)
    machine.sell("A1", 30)
    read = sent(admin, device, machine, days_ago=1)
    assert (read["held_reason"], read["units"]) == (None, 30)
    (warning,) = read["warnings"]
    assert warning == (
        "The machine's total rose by 34 units, 4 units more than the selections say."
    )
    assert figure(admin, device) == (4, 600)
    today = admin.get("/api/dashboard").json["attention"]["unbooked"]
    assert (today["count"], today["items"][0]["detail"]) == (1, "4 units not booked")


def test_a_large_difference_holds_the_audit_until_somebody_accepts_it(admin, device):
    machine = make_machine(device)
    machine.sell("A1", 10)
    sent(admin, device, machine, days_ago=7)
    machine.in_total_only.add(40, 6_000)
    machine.sell("A1", 20)
    read = sent(admin, device, machine, days_ago=1)
    assert read["held_reason"].startswith("The audit does not add up: ")
    assert "60 units, 40 units more than the selections say" in read["held_reason"]
    assert (read["units"], read["reconciliation"]["unbooked_units"]) == (0, 60)
    assert figure(admin, device)[0] == 60
    accepted = admin.post(f"/api/dex-reads/{read['id']}/acceptance").json
    assert (accepted["units"], accepted["held_reason"]) == (20, None)
    assert figure(admin, device)[0] == 40


@pytest.mark.both
def test_what_selections_count_beyond_the_total_is_held(admin, device):
    machine = make_machine(device)
    machine.in_total_only.add(100, 15_000)
    machine.sell("A1", 10)
    sent(admin, device, machine, days_ago=7)
    machine.in_total_only.add(-30, -4_500)
    machine.sell("A1", 60)
    read = sent(admin, device, machine, days_ago=1)
    assert "30 units fewer than the selections say" in read["held_reason"]


def test_a_machine_that_never_agrees_is_learned(admin, device):
    machine = make_machine(device, quirks=Quirks(total_is_above=0.5, without=("CA2", "DA2")))
    machine.sell("A1", 100)
    reads = series(admin, device, machine, 8, units=40)
    assert [read["held_reason"] is None for read in reads] == [True, *[False] * 3, *[True] * 4]
    last = reads[-1]
    assert last["units"] == 40
    assert last["reconciliation"]["usual_share"] == pytest.approx(1 / 3, abs=0.01)
    assert "usually 33% above its selections" in last["reconciliation"]["sentence"]
    assert last["warnings"] == []


@pytest.mark.both
def test_what_is_learned_is_the_same_in_any_order(admin):
    found = []
    for backwards in (False, True):
        device = make_device(admin)
        quirks = Quirks(total_is_above=0.5, without=("CA2", "DA2"))
        machine = make_machine(device, serial=f"SN{device['id']}", quirks=quirks)
        machine.sell("A1", 100)
        audits = []
        for week in range(8):
            machine.sell("A1", 40)
            moment = NOW - timedelta(days=7 * (9 - week))
            audits.append(machine.audit(moment.replace(tzinfo=None)))
        for audit in reversed(audits) if backwards else audits:
            send_audit(admin, audit, device_id=device["id"])
        page = admin.get(f"/api/dex-reads?device_id={device['id']}").json["items"]
        page.sort(key=lambda read: read["read_at"])
        found.append([(each["units"], each["held_reason"]) for each in page])
    assert found[0] == found[1]


@pytest.mark.both
def test_zeros_are_flagged_and_book_nothing(admin, device):
    machine = make_machine(device)
    machine.sell("A1", 500)
    sent(admin, device, machine, days_ago=21)
    zeros = sent(admin, device, machine, days_ago=14, zeros="all")
    assert (zeros["finding"], zeros["units"], zeros["held_reason"]) == ("glitch", 0, None)
    assert "show zero" in zeros["warnings"][0]
    machine.sell("A1", 6)
    after = sent(admin, device, machine, days_ago=7)
    assert (after["finding"], after["units"], after["warnings"]) == ("plain", 6, [])


def test_figures_that_fell_to_what_nothing_explains_are_held_and_forgotten_again(admin, device):
    machine = make_machine(device)
    machine.sell("A1", 1_000)
    series(admin, device, machine, 1)
    sold = machine.odometers.selections["A1"].paid
    right = sold.count_init
    sold.count_init, machine.in_total_only.count_init = 500, 515
    odd = sent(admin, device, machine, days_ago=5)
    assert odd["finding"] == "unsolved"
    assert "Counters fell" in odd["held_reason"]
    sold.count_init, machine.in_total_only.count_init = right, 0
    machine.sell("A1", 20)
    after = sent(admin, device, machine, days_ago=1)
    assert (after["finding"], after["units"], after["held_reason"]) == ("return", 20, None)


@pytest.mark.both
def test_a_clock_that_its_counters_contradict_is_flagged(admin, device):
    machine = make_machine(device)
    machine.sell("A1", 400)
    sent(admin, device, machine, days_ago=9)
    machine.sell("A1", 5)
    sent(admin, device, machine, days_ago=7)
    machine.sell("A1", 2)
    back = sent(admin, device, machine, days_ago=7.05)
    assert (back["clock"], back["units"]) == ("counters", 2)
    assert "clock and its counters disagree" in back["warnings"][0]


def link(person, device, *links):
    current = person.get(f"/api/devices/{device['id']}").json
    body = {
        "version": current["version"],
        "linked_selections": [{"selection": new, "formerly": old} for new, old in links],
    }
    return person.patch(f"/api/devices/{device['id']}", json=body)


@pytest.mark.both
def test_a_renamed_selection_is_proposed_linked_booked_and_taken_back(admin, device):
    machine = make_machine(device)
    machine.sell("A1", 400)
    sent(admin, device, machine, days_ago=9)
    machine.rename("A1", "101")
    machine.sell("101", 12)
    read = sent(admin, device, machine, days_ago=2)
    assert read["units"] == 0
    assert read["reconciliation"]["renamed"] == [
        {"formerly": "A1", "selection": "101", "units": 12}
    ]
    assert any("12 units more" in warning for warning in read["warnings"])
    assert any("link the two" in warning for warning in read["warnings"])
    assert figure(admin, device)[0] == 12

    linked = link(admin, device, ("101", "A1"))
    assert (linked.status, linked.json["unbooked_units"]) == (200, 0)
    found = admin.get(f"/api/dex-reads/{read['id']}").json
    assert (found["units"], found["amount_cents"], found["warnings"]) == (12, 1_800, [])
    assert found["selections"][0]["units"] in (12, None)

    assert link(admin, device).status == 200
    assert admin.get(f"/api/dex-reads/{read['id']}").json["units"] == 0
    assert figure(admin, device)[0] == 12


@pytest.mark.both
def test_what_a_linked_selection_sold_leaves_the_slot_of_its_former_name(admin, device):
    cabinet_id = device["cabinets"][0]["id"]
    counted_at = f"{NOW - timedelta(days=10):%Y-%m-%dT%H:%M:%SZ}"
    make_planogram(admin, cabinet_id, quantity=9, as_of=counted_at)
    machine = make_machine(device)
    machine.sell("A1", 400)
    sent(admin, device, machine, days_ago=9)
    machine.rename("A1", "101")
    machine.sell("101", 4)
    sent(admin, device, machine, days_ago=2)

    def stock():
        slots = admin.get(f"/api/cabinets/{cabinet_id}/planogram").json["slots"]
        return next(slot["quantity"] for slot in slots if slot["selection"] == "A1")

    assert stock() == 9
    assert link(admin, device, ("101", "A1")).status == 200
    assert stock() == 5
    assert link(admin, device).status == 200
    assert stock() == 9


def test_a_selection_is_not_linked_to_itself_or_twice(admin, device):
    assert link(admin, device, ("A1", "A1")).json["errors"][0]["pointer"] == "/linked_selections/0"
    twice = link(admin, device, ("A1", "B1"), ("A1", "B2"))
    assert twice.json["errors"][0]["pointer"] == "/linked_selections/1"
