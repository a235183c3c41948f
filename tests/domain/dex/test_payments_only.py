"""Machines that count by way of payment only (PA7), or in part."""

from __future__ import annotations

from tests.kit.audits import only, passed

PA7 = ("PA7*01*CA*0*150*13*1950*0*0", "PA7*01*DA*1*140*9*1260*0*0", "PA7*02*CA*0*100*7*700*0*0")


def counted(audit):
    return {each.selection: (each.count_init, each.value_init_cents) for each in audit.selections}


def test_payments_are_the_counters_where_the_selections_have_none():
    audit = only("VA1*3910*29*0*0", "PA1*01*150", *PA7[:2], "PA1*02*100", PA7[2])
    assert counted(audit) == {"01": (22, 3210), "02": (7, 700)}
    assert (audit.counted_by, audit.total_count_init) == ("PA7", 29)
    assert passed(audit, "counters_pair") is True
    assert any("way of payment" in warning for warning in audit.warnings)


def test_payments_are_the_counters_where_those_of_the_selections_stay_zero():
    zero = "PA2*0*0*0*0"
    audit = only("VA1*3910*29*0*0", "PA1*01*150", zero, *PA7[:2], "PA1*02*100", zero, PA7[2])
    assert counted(audit) == {"01": (22, 3210), "02": (7, 700)}


def test_payments_count_where_they_stand_before_behind_or_apart_from_their_selections():
    names = ("PA1*01*150", "PA1*02*100")
    for lines in ((*PA7, *names), (*names, *PA7), (PA7[2], names[0], PA7[0], names[1], PA7[1])):
        assert counted(only("VA1*3910*29*0*0", *lines)) == {"01": (22, 3210), "02": (7, 700)}


def test_payments_alone_name_their_selections_and_prices():
    audit = only("VA1*3910*29*0*0", *PA7)
    assert counted(audit) == {"01": (22, 3210), "02": (7, 700)}
    assert [each.price_cents for each in audit.selections] == [150, 100]


def test_payments_spelled_with_other_zeros_belong_to_the_one_selection_alike():
    audit = only("VA1*1950*13*0*0", "PA1*1*150", PA7[0])
    assert counted(audit) == {"1": (13, 1950)}


def test_a_payment_said_twice_counts_once():
    assert counted(only("VA1*700*7*0*0", "PA1*02*100", PA7[2], "PA1*03*5", PA7[2]))["02"][0] == 7


def test_counters_since_the_reset_are_summed_too():
    (one,) = only("PA1*1*100", "PA7*1*CA*0*100*9*900*2*200", "PA7*1*DA*0*90*9*810*3*270").selections
    assert (one.count_rst, one.value_rst_cents) == (5, 470)


def test_a_selection_that_was_never_paid_for_in_any_way_has_sold_nothing():
    audit = only("VA1*700*7*0*0", "PA1*01*150", "PA1*02*100", PA7[2])
    assert counted(audit) == {"01": (0, 0), "02": (7, 700)}


def test_where_both_count_what_adds_up_to_the_machine_wins():
    lines = ("PA1*1*100", "PA2*5*500*0*0", "PA7*1*CA*0*100*8*800*0*0")
    assert only("VA1*800*8*0*0", *lines).counted_by == "PA7"
    assert only("VA1*500*5*0*0", *lines).counted_by == "PA2"
    assert only("VA1*600*6*0*0", *lines).counted_by == "PA2"


def test_selections_that_say_nothing_themselves_count_by_payment_beside_those_that_do():
    lines = ("PA1*1*100", "PA2*5*500*0*0", "PA1*2*100", "PA7*2*CA*0*100*8*800*0*0")
    for va1 in ("VA1*1300*13*0*0", "VA1*1400*14*0*0"):
        audit = only(va1, *lines)
        assert audit.counted_by == "PA2 and PA7"
        assert counted(audit) == {"1": (5, 500), "2": (8, 800)}


def test_selections_that_only_payments_name_are_reported_where_they_do_not_count():
    audit = only("VA1*500*5*0*0", "PA1*1*100", "PA2*5*500", "PA7*9*CA*0*100*8*800*0*0")
    assert [each.selection for each in audit.selections] == ["1"]
    assert any("does not list: 9;" in warning for warning in audit.warnings)


def test_surcharges_stay_as_the_selection_says_them():
    (one,) = only(
        "VA1*700*7*0*0", "PA1*1*100", "PA2*0*0*0*0*2*20*0*0*3*30*0*0", "PA7*1*CA*0*100*7*700*0*0"
    ).selections
    assert (one.discounts.count_init, one.surcharges.value_init_cents) == (2, 30)
