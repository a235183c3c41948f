"""Figures no machine can have come to wait for a person, and stay out of the books till then."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.kit.factories import make_device, make_machine, send_audit
from tests.services.books.sums_by_day import check_sums

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def device(admin):
    """A machine that has reported once."""
    device = make_device(admin)
    make_read(admin, device, make_machine(device), hours_ago=48)
    return device


def make_read(person, device, machine, *, hours_ago):
    audit = machine.audit((NOW - timedelta(hours=hours_ago)).replace(tzinfo=None))
    answer = send_audit(person, audit, device_id=device["id"])
    assert answer.status == 201, answer.text
    return answer.json


def sold(person):
    day = f"from={NOW - timedelta(days=3):%Y-%m-%d}&to={NOW + timedelta(days=1):%Y-%m-%d}"
    total = person.get(f"/api/sales?group_by=day&{day}").json["total"]
    return {name: total[name] for name in ("units", "amount_cents")}


def test_more_units_than_a_machine_can_sell_wait(admin, device, engine):
    machine = make_machine(device)
    machine.sell("A1", 50_000)
    read = make_read(admin, device, machine, hours_ago=24)
    assert "more than a machine can sell" in read["held_reason"]
    assert read["held_reason"] in read["warnings"]
    assert sold(admin) == {"units": 0, "amount_cents": 0}
    accepted = admin.post(f"/api/dex-reads/{read['id']}/acceptance")
    assert (accepted.status, accepted.json["units"]) == (200, 50_000)
    assert sold(admin)["units"] == 50_000
    with engine.reading() as db:
        check_sums(db)


def test_more_money_than_the_units_can_have_cost_waits(admin, device):
    machine = make_machine(device)
    machine.sell("A1", 2)
    machine.odometers.selections["A1"].paid.value_init_cents += 10**9
    read = make_read(admin, device, machine, hours_ago=24)
    assert "more money" in read["held_reason"]
    assert sold(admin) == {"units": 0, "amount_cents": 0}


def begun_anew(admin, *, units):
    """The second audit of a machine whose board was swapped for one that has sold so much."""
    device = make_device(admin)
    first = make_machine(device)
    for selection in first.selections:
        first.sell(selection, 1_000)
    make_read(admin, device, first, hours_ago=48)
    other = make_machine(device)
    for selection in other.selections:
        other.sell(selection, units)
    return make_read(admin, device, other, hours_ago=24)


@pytest.mark.both
def test_counters_that_begin_anew_before_anything_is_usual_wait_when_they_show_much(admin):
    read = begun_anew(admin, units=400)
    assert "many times the sales of a busy machine" in read["held_reason"]
    assert sold(admin) == {"units": 0, "amount_cents": 0}


def test_counters_that_begin_anew_with_little_are_booked(admin):
    read = begun_anew(admin, units=7)
    assert (read["held_reason"], read["units"]) == (None, 21)


def test_what_is_plausible_is_booked_beside_it(admin, device):
    machine = make_machine(device)
    machine.sell("A1", 50_000)
    make_read(admin, device, machine, hours_ago=24)
    machine.sell("A2", 3)
    read = make_read(admin, device, machine, hours_ago=12)
    assert (read["held_reason"], read["units"]) == (None, 3)
    assert sold(admin) == {"units": 3, "amount_cents": 450}
