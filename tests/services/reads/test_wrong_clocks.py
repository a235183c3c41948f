"""Machines whose clock is wrong: their counters tell where the audit belongs."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from tests.kit.factories import make_device, make_machine, send_audit
from tests.kit.machine import Quirks
from tests.services.books.sums_by_day import check_sums

pytestmark = pytest.mark.spared("what a machine tells is read above the database")

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def device(admin):
    return make_device(admin)


def sent(person, device, machine, *, hours_ago, clock_is_off=timedelta()):
    """The read of an audit that the machine writes then, by a clock that is off."""
    moment = (NOW - timedelta(hours=hours_ago) + clock_is_off).replace(tzinfo=None)
    answer = send_audit(person, machine.audit(moment), device_id=device["id"])
    assert answer.status == 201, answer.text
    return answer.json


def units_of(person, read):
    return person.get(f"/api/dex-reads/{read['id']}").json["units"]


@pytest.mark.parametrize("years", [1, -6, 50])
def test_a_clock_years_off_is_told_and_not_believed(admin, device, years):
    off = timedelta(days=365 * years)
    read = sent(admin, device, make_machine(device), hours_ago=1, clock_is_off=off)
    assert read["clock"] == "receipt"
    assert read["read_at"] == read["received_at"]
    assert any("clock" in warning for warning in read["warnings"])


def test_an_audit_without_a_time_says_so(admin, device):
    machine = make_machine(device, quirks=Quirks(clock="none"))
    read = sent(admin, device, machine, hours_ago=1)
    assert read["clock"] == "receipt"
    assert any("does not say when" in warning for warning in read["warnings"])


def test_a_late_audit_with_a_wrong_clock_is_placed_by_its_counters(admin, device):
    machine = make_machine(device)
    first = sent(admin, device, machine, hours_ago=72)
    machine.sell("A1", 4)
    between = machine.audit((NOW + timedelta(days=400)).replace(tzinfo=None))
    machine.sell("A1", 6)
    last = sent(admin, device, machine, hours_ago=24)
    assert last["units"] == 10
    late = send_audit(admin, between, device_id=device["id"]).json
    assert late["clock"] == "counters"
    assert first["read_at"] < late["read_at"] < last["read_at"]
    assert (late["units"], units_of(admin, last)) == (4, 6)


def test_an_audit_with_the_lowest_counters_becomes_the_first(admin, device):
    machine = make_machine(device)
    earliest = machine.audit((NOW + timedelta(days=400)).replace(tzinfo=None))
    machine.sell("A1", 5)
    first = sent(admin, device, machine, hours_ago=48)
    assert first["status"] == "baseline"
    late = send_audit(admin, earliest, device_id=device["id"]).json
    assert (late["status"], late["clock"]) == ("baseline", "counters")
    assert late["read_at"] < first["read_at"]
    assert units_of(admin, first) == 5


def test_an_audit_with_the_highest_counters_is_the_newest(admin, device):
    machine = make_machine(device)
    sent(admin, device, machine, hours_ago=48)
    machine.sell("A1", 3)
    read = sent(admin, device, machine, hours_ago=24, clock_is_off=timedelta(days=4000))
    assert (read["clock"], read["units"]) == ("receipt", 3)


def test_two_of_the_same_second_follow_their_counters(admin, device):
    machine = make_machine(device)
    off = timedelta(days=4000)
    audits = []
    for units in (0, 2, 3):
        machine.sell("A1", units)
        audits.append(machine.audit((NOW + off).replace(tzinfo=None)))
    reads = [send_audit(admin, audit, device_id=device["id"]).json for audit in audits]
    assert [units_of(admin, read) for read in reads] == [0, 2, 3]
    assert [read["read_at"] for read in reads] == sorted({read["read_at"] for read in reads})


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_a_wrong_clock_among_right_ones_books_the_same_in_any_order(admin, device, engine, order):
    machine = make_machine(device)
    audits = []
    for units, is_right, hours_ago in ((0, True, 96), (4, False, 72), (6, True, 48), (5, True, 24)):
        machine.sell("A1", units)
        wrong = timedelta() if is_right else timedelta(days=400)
        moment = NOW - timedelta(hours=hours_ago) + wrong
        audits.append(machine.audit(moment.replace(tzinfo=None)))
    reads = {
        index: send_audit(admin, audits[index], device_id=device["id"]).json["id"]
        for index in order
    }
    found = [admin.get(f"/api/dex-reads/{reads[index]}").json for index in range(4)]
    assert [read["units"] for read in found] == [0, 4, 6, 5]
    times = [read["read_at"] for read in found]
    assert times == sorted(times)
    with engine.reading() as db:
        check_sums(db)
