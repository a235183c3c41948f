"""Which counters a machine is accounted from, and what "unknown" looks like."""

from __future__ import annotations

import pytest

from domain.dex.amounts import cents
from tests.kit.audits import only, passed


def test_the_second_pair_is_used_where_it_is_the_one_that_adds_up():
    audit = only(
        "VA1*3000*30*500*5", "PA1*1*100", "PA2*2*200*20*2000", "PA1*2*100", "PA2*3*300*10*1000"
    )
    assert audit.counters_pair == "second"
    first = audit.selections[0]
    assert (first.count_init, first.value_init_cents) == (20, 2000)
    assert (first.count_rst, first.value_rst_cents) == (2, 200)
    assert passed(audit, "counters_pair") is True
    assert any("second pair" in warning for warning in audit.warnings)


def test_tests_free_vends_and_payments_turn_with_their_selection():
    audit = only(
        "VA1*2000*20*200*2",
        "PA1*1*100",
        "PA2*2*200*20*2000",
        "PA3*1*0*7*0",
        "PA4*2*0*8*0",
        "PA7*1*CA*0*100*2*200*20*2000",
    )
    (one,) = audit.selections
    assert (one.test.count_init, one.free.count_init) == (7, 8)
    assert (one.payments[0].count_init, one.payments[0].value_rst_cents) == (20, 200)


def test_equal_pairs_are_read_the_standard_way():
    assert only("VA1*100*1*100*1", "PA1*1*100", "PA2*1*100*1*100").counters_pair == "first"


def test_where_neither_adds_up_counters_since_a_reset_cannot_lead():
    lines = ("PA1*1*100", "PA2*2*200*20*2000", "PA1*2*100", "PA2*3*300*10*1000")
    assert only("VA1*3100*31*500*5", *lines).counters_pair == "second"
    assert only(*lines).counters_pair == "second"
    # The second pair is farther from the machine's total: keep to the standard.
    assert only("VA1*600*6*500*5", *lines).counters_pair == "first"


def test_where_neither_adds_up_and_the_first_pair_leads_it_is_used():
    audit = only("VA1*9000*90*500*5", "PA1*1*100", "PA2*20*2000*2*200")
    assert audit.counters_pair == "first"
    assert passed(audit, "counters_pair") is False


def test_the_choice_of_the_device_overrules_the_file():
    lines = ("VA1*2000*20*200*2", "PA1*1*100", "PA2*2*200*20*2000")
    assert only(*lines, counters_pair="first").selections[0].count_init == 2
    assert only(*lines, counters_pair="second").selections[0].count_init == 20


def test_money_decides_where_units_do_not():
    audit = only("VA1*2000*25*0*0", "PA1*1*100", "PA2*30*300*20*2000")
    assert audit.counters_pair == "second"


def test_one_selection_whose_first_counter_leads_speaks_for_the_first_pair():
    audit = only("VA1*1*25*0*0", "PA1*1*100", "PA2*5*0*3*0", "PA1*2*100", "PA2*2*0*20*0")
    assert audit.counters_pair == "first"


def test_a_line_that_costs_nothing_now_but_has_earned_is_not_ignorable():
    once_sold, never = only("PA1*1*0", "PA2*5*500", "PA1*2*0", "PA2*5*0").selections
    assert (once_sold.ignorable, never.ignorable) == (False, True)


@pytest.mark.parametrize(
    ("pa2", "count", "value"),
    [
        ("4294967295*4294967295", None, None),
        ("65535*65535", None, None),
        ("65535*0", None, 0),
        ("65535*", None, None),
        ("65535*6553500", 65535, 6553500),
        ("437*65535", 437, 65535),
        ("0*65535", 0, None),
        ("-1*100", None, 100),
        ("12.5*100", None, 100),
        ("99999999999999999999*1", None, 1),
        ("1000000000001*1000000000000", None, 1000000000000),
    ],
)
def test_what_counts_as_unknown(pa2, count, value):
    (one,) = only("VA1*1*1*1*1", "PA1*1*100", f"PA2*{pa2}").selections
    assert (one.count_init, one.value_init_cents) == (count, value)


def test_65535_is_never_a_price_a_capacity_or_a_standard_fill():
    (one,) = only("PA1*1*65535**65535*65535*0*1", "PA2*1*1").selections
    assert (one.price_cents, one.capacity, one.standard_fill) == (None, None, None)
    assert one.status == "1"


@pytest.mark.parametrize(
    ("decimals", "price", "expected"),
    [("2", 150, 150), ("0", 2, 200), ("1", 15, 150), ("3", 150, 15), ("4", 15000, 150)],
)
def test_money_is_scaled_to_cents(decimals, price, expected):
    (one,) = only(f"ID4*{decimals}", f"PA1*1*{price}", f"PA2*1*{price}").selections
    assert (one.price_cents, one.value_init_cents) == (expected, expected)


def test_halves_of_a_cent_round_up():
    assert [cents(value, 1) for value in (4, 5, 14, 15)] == [0, 1, 1, 2]
    assert cents(None, 0) is None


def test_the_same_selection_twice_with_the_same_figures_is_one():
    audit = only("VA1*500*5*0*0", *("PA1*1*100", "PA2*5*500*0*0") * 2)
    assert [each.count_init for each in audit.selections] == [5]
    assert audit.warnings == ("Selection 1 appears 2 times; the highest counters were kept.",)


def test_the_same_selection_twice_is_added_where_only_the_sum_adds_up():
    audit = only(
        "VA1*1200*12*0*0",
        "PA1*1*100",
        "PA2*5*500*0*0",
        "PA7*1*CA*0*100*5*500*0*0",
        "PA1*1*100",
        "PA2*7*700*0*0",
        "PA7*1*DA*0*100*7*700*0*0",
    )
    (one,) = audit.selections
    assert (one.count_init, one.value_init_cents) == (12, 1200)
    assert [each.device for each in one.payments] == ["CA", "DA"]
    assert audit.warnings == ("Selection 1 appears 2 times; their counters were added.",)


def test_a_counter_without_a_selection_is_left_out_and_reported():
    audit = only("VA1*1*1*1*1", "PA2*5*500", "PA1*1*100")
    assert audit.selections[0].count_init is None
    assert "1 sales record stands before any selection and was left out." in audit.warnings


def test_sold_out_time_and_attempts():
    (one,) = only("PA1*1*100", "PA2*1*100", "PA5*20260131*080507*3").selections
    assert (str(one.sold_out_at), one.sold_out_attempts) == ("2026-01-31 08:05:07", 3)


def test_one_selection_may_feed_several_columns():
    audit = only(
        "PA1*1*100",
        "PA2*1*100",
        "PA1*12*100",
        "PA2*1*1",
        "MA5*SEL01*3,4,x,9*1*2",
        "MA5*SEL12*7",
        "MA5*SEL*1",
    )
    assert [each.columns for each in audit.selections] == [(3, 4, 9), (7,)]


def test_many_free_lines_are_named_in_one_sentence():
    lines = [line for n in range(8) for line in (f"PA1*{n}*0", f"PA2*{n + 1}*0*0*0")]
    (warning,) = only(*lines).warnings
    assert warning.endswith("may be ignored: 0, 1, 2, 3, 4 and more.")


RST_ONLY = ("PA1*02*50", "PA2*0*0*84*4200", "PA1*03*60", "PA2*0*0*78*4680")


@pytest.mark.parametrize(
    "va1",
    [
        "VA1*175735*3264*8880*162",
        "VA1*175735*3264*8880*160",
        "VA1*175735*3264*0*0",
        "VA1*175735**8880*",
    ],
)
def test_counters_since_the_reset_never_pass_for_those_since_initialisation(va1):
    audit = only(va1, *RST_ONLY)
    assert (audit.counters_pair, audit.only_since_reset) == ("first", True)
    assert [(each.count_init, each.count_rst) for each in audit.selections] == [(0, 84), (0, 78)]
    assert not any("second pair" in warning for warning in audit.warnings)
    assert "The selections of this machine count only since the last reset." in audit.warnings
    assert audit.total_count_init == (audit.paid.count_init or 0)


def test_what_was_learned_of_a_device_yields_where_the_machine_says_otherwise():
    audit = only("VA1*175735*3264*8880*162", *RST_ONLY, counters_pair="second")
    assert (audit.counters_pair, audit.only_since_reset) == ("first", True)


def test_a_machine_never_reset_does_not_prove_which_pair_runs_on():
    lines = ("PA1*1*100", "PA2*2*200*20*2000")
    assert only("VA1*2000*20*200*2", *lines).counters_proved is True
    never_reset = only("VA1*2000*20*2000*20", *lines)
    assert (never_reset.counters_pair, never_reset.counters_proved) == ("second", False)
    assert only("VA1*2100*21*300*3", *lines).counters_proved is False
