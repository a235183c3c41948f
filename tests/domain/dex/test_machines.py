"""Machines whose truth is known: what the audit says is what happened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import dex
from domain.dex import writer
from domain.dex.odometers import Odometers
from tests.kit.audits import local
from tests.kit.machine import Machine, Quirks

MOMENT = local("2026-01-31 08:00:05")
CODES = st.from_regex(r"[A-F][0-9]|[1-9][0-9]{0,2}", fullmatch=True)
QUIRKS = st.builds(
    Quirks,
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    preamble=st.sampled_from(["", "login ok\r\n", "MC5*List10*1\r\n\r\n"]),
    counters_pair=st.sampled_from(["first", "second"]),
    bills_as=st.sampled_from(["value", "whole units", "minor units"]),
    resets_at_read=st.booleans(),
    clock=st.sampled_from(["id5", "ea3", "none"]),
    clock_is_ahead=st.sampled_from([timedelta(), timedelta(days=4000), timedelta(hours=-1)]),
    ids_last=st.booleans(),
    loops=st.booleans(),
    without=st.sampled_from([(), ("SE",), ("G85",), ("DXS", "DXE"), ("ST", "SE", "G85")]),
    record_count_is_off_by=st.sampled_from([0, -20, 300]),
    trailing_spaces=st.booleans(),
    unknown_as=st.sampled_from([None, 65535, 4294967295]),
)
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["sell", "sell", "sell", "test", "free", "price", "fill", "reset", "cut"]),
        st.integers(0, 5),
        st.integers(1, 40),
    ),
    max_size=30,
)


def act(machine: Machine, actions: list[tuple[str, int, int]]) -> None:
    names = list(machine.selections)
    for what, which, many in actions:
        name = names[which % len(names)]
        match what:
            case "sell":
                machine.sell(name, many, at=MOMENT)
            case "test":
                machine.test_vend(name, many)
            case "free":
                machine.give_away(name, many)
            case "price":
                machine.price(name, many * 5)
            case "fill":
                machine.fill(name, many, at=MOMENT)
            case "reset":
                machine.reset()
            case _:
                machine.cut_power(MOMENT, minutes=many)


@settings(max_examples=150, deadline=None)
@given(
    prices=st.dictionaries(CODES, st.integers(5, 500), min_size=1, max_size=12),
    quirks=QUIRKS,
    actions=ACTIONS,
    seed=st.integers(0, 99),
)
def test_every_machine_reads_back_as_it_is_whatever_its_maker_did(prices, quirks, actions, seed):
    machine = Machine(asset="77", selections=prices, seed=seed, quirks=quirks)
    act(machine, actions)
    truth = {
        name: (tally.count_init, tally.value_init_cents) for name, tally in machine.sold.items()
    }
    rst = {
        name: (each.paid.count_rst, each.paid.value_rst_cents)
        for name, each in machine.odometers.selections.items()
    }
    cash_in = machine.odometers.cash_in
    (audit,) = dex.parse(machine.audit(MOMENT), quirks.counters_pair)

    assert (audit.serial, audit.asset, audit.currency_alpha) == ("SN0001", "77", "USD")
    read = {each.selection: (each.count_init, each.value_init_cents) for each in audit.selections}
    assert read == truth
    assert rst == {
        each.selection: (each.count_rst, each.value_rst_cents) for each in audit.selections
    }
    assert {each.selection: each.price_cents for each in audit.selections} == {
        name: each.price_cents for name, each in machine.odometers.selections.items()
    }
    assert {each.selection: each.free.count_init for each in audit.selections} == {
        name: each.free.count_init for name, each in machine.odometers.selections.items()
    }
    assert all(each.capacity is None for each in audit.selections)
    assert audit.total_count_init == audit.paid.count_init == sum(n for n, _ in truth.values())
    assert audit.power_outages.count_init == machine.odometers.power_outages.count_init
    assert audit.cash.expected_box_init_cents == (
        cash_in["box"].value_init_cents + cash_in["bills"].value_init_cents
    )
    clock = None if quirks.clock == "none" else MOMENT + quirks.clock_is_ahead
    assert audit.clock == clock
    assert audit.crc == ("absent" if "G85" in quirks.without else "valid")


@settings(max_examples=60, deadline=None)
@given(actions=ACTIONS, quirks=QUIRKS, seed=st.integers(0, 99))
def test_the_pair_that_counts_is_found_without_being_told(actions, quirks, seed):
    machine = Machine(selections={"A1": 150, "B2": 200}, seed=seed, quirks=quirks)
    act(machine, actions)
    (audit,) = dex.parse(machine.audit(MOMENT))
    assert {each.selection: each.count_init for each in audit.selections} == {
        name: tally.count_init for name, tally in machine.sold.items()
    }


def test_a_machine_that_zeroes_its_counters_at_each_read_keeps_those_since_initialisation():
    machine = Machine(quirks=Quirks(resets_at_read=True))
    machine.sell("A1", units=5)
    machine.audit(MOMENT)
    machine.sell("A1", units=2)
    (audit,) = dex.parse(machine.audit(MOMENT + timedelta(days=1)))
    assert (audit.selections[0].count_init, audit.selections[0].count_rst) == (7, 2)


def test_a_swapped_board_counts_from_zero_and_the_units_that_left_stay_gone():
    machine = Machine()
    machine.sell("A1", units=5)
    machine.fault("EJB_A1", MOMENT, active=True)
    machine.swap_board()
    machine.sell("A1", units=2)
    (audit,) = dex.parse(machine.audit(MOMENT))
    assert audit.selections[0].count_init == 2
    assert machine.sold["A1"].count_init == 7
    assert audit.events == ()


def test_a_machine_sells_no_more_than_it_holds():
    machine = Machine(selections={"A1": 150})
    machine.fill("A1", 4)
    assert machine.sell("A1", units=6, at=MOMENT) == 4
    assert machine.sell("A1") == 0
    (audit,) = dex.parse(machine.audit(MOMENT))
    (a1,) = audit.selections
    assert (a1.count_init, a1.sold_out_at, a1.sold_out_attempts) == (4, MOMENT, 3)


@pytest.mark.parametrize(("cashless", "by_card"), [(True, 6), (False, 0), (2, 2), (9, 6)])
def test_a_machine_knows_who_paid_how(cashless, by_card):
    machine = Machine(selections={"A1": 150})
    machine.sell("A1", units=6, cashless=cashless)
    (audit,) = dex.parse(machine.audit(MOMENT))
    assert audit.cashless[0].totals.count_init == by_card
    assert audit.cash.sales.count_init == 6 - by_card
    assert sum(each.count_init or 0 for each in audit.selections[0].payments) == 6


def test_the_same_seed_makes_the_same_machine():
    def story(seed: int) -> bytes:
        machine = Machine(selections={"A1": 150, "A2": 125, "B1": 200}, seed=seed)
        machine.sell_some(50)
        return machine.audit(MOMENT)

    assert story(3) == story(3)
    assert story(3) != story(4)


def test_faults_and_power_cuts_are_told_with_their_time():
    machine = Machine()
    machine.fault("ENC", MOMENT, minutes=9, active=True)
    machine.cut_power(MOMENT, minutes=18)
    (audit,) = dex.parse(machine.audit(MOMENT))
    jam, cut, jams, _ = audit.events
    assert (jam.code, jam.occurred_at, jam.duration_minutes) == (
        "ENC",
        local("2026-01-31 08:00"),
        9,
    )
    assert (cut.code, cut.duration_minutes) == ("OCF", 18)
    assert (jams.count_init, jams.active) == (1, True)
    assert audit.power_outages.count_init == 1


def test_the_writer_states_who_made_the_machine_its_products_and_its_coins():
    odometers = Odometers.of("S1", {"A1": 150})
    odometers.model, odometers.build, odometers.location = "M*5", "2", "Hall\n3"
    odometers.coins = {5: 40, 25: 10}
    odometers.selections["A1"].product = "Cola"
    odometers.selections["A1"].capacity = 12
    odometers.last_read = MOMENT
    (audit,) = dex.parse(writer.write(odometers, MOMENT, newline="\n"))
    assert (audit.model, audit.build, audit.location) == ("M 5", "2", "Hall 3")
    assert audit.cash.tube_value_cents == 450
    (a1,) = audit.selections
    assert (a1.product_name, a1.capacity) == ("Cola", 12)
    assert all(each.passed is not False for each in audit.checks)


def test_a_log_of_events_keeps_the_latest_and_counts_them_all():
    machine = Machine()
    for _ in range(30):
        machine.cut_power(MOMENT)
    (audit,) = dex.parse(machine.audit(MOMENT))
    assert len([each for each in audit.events if each.occurred_at]) == 20
    assert audit.events[-1].count_init == 30
