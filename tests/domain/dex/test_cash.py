"""Coins and bills: what a collection should hold."""

from __future__ import annotations

import pytest

from tests.kit.audits import SALES, only, passed


@pytest.mark.parametrize(
    ("ca3", "bills_as", "box"),
    [
        # in = box + tubes + bills: 12 bills of one unit, 1200 cents, or by value in field 10
        ("0*0*0*0*2000*500*300*12", "whole units", 1700),
        ("0*0*0*0*2000*500*300*1200", "minor units", 1700),
        ("0*0*0*0*2000*500*300*12*0*1200", "value", 1700),
        ("0*0*0*0*800*500*300*0*0*0", None, 500),
        ("0*0*0*0*800*500*300", None, 500),
        # A coin on its way: near enough, and said.
        ("0*0*0*0*2025*500*300*12", "whole units", 1700),
    ],
)
def test_bills_are_read_on_the_scale_that_explains_cash_in(ca3, bills_as, box):
    cash = only(*SALES, f"CA3*{ca3}").cash
    assert (cash.bills_as, cash.expected_box_init_cents) == (bills_as, box)


def test_since_reset_bills_follow_the_same_scale():
    cash = only(*SALES, "CA3*700*100*200*4*2000*500*300*12").cash
    assert (cash.bills_rst, cash.bill_value_rst_cents) == (4, 400)
    cash = only(*SALES, "CA3*700*100*200**2000*500*300*12").cash
    assert cash.bill_value_rst_cents is None
    cash = only(*SALES, "CA3*700*100*200*4*2000*500*300*12*400*1200").cash
    assert cash.bill_value_rst_cents == 400


def test_where_no_scale_explains_cash_in_the_expected_cash_is_unknown():
    audit = only(*SALES, "CA3*0*0*0*0*9000*500*300*12")
    assert audit.cash.expected_box_init_cents is None
    assert audit.cash.in_init_cents == 9000
    assert "Box, tubes and bills do not explain cash in, so expected cash is unknown." in (
        audit.warnings
    )
    assert passed(audit, "cash_in") is None


def test_bills_without_the_figures_to_compare_have_an_unknown_unit():
    audit = only(*SALES, "CA3*0*0*0*0**500*300*12")
    assert audit.cash.expected_box_init_cents is None
    assert "Bills are counted in an unknown unit; expected cash is unknown." in audit.warnings


def test_a_small_difference_is_reported_and_fails_its_check():
    audit = only(*SALES, "CA3*0*0*0*0*2025*500*300*12")
    assert "Cash in differs a little from where it went." in audit.warnings
    assert passed(audit, "cash_in") is False


def test_cash_without_decimals_is_in_whole_units():
    cash = only("ID4*0", "VA1*20*10*0*0", "PA1*A1*2", "CA3*0*0*0*0*20*5*3*12").cash
    assert (cash.bills_as, cash.expected_box_init_cents) == ("whole units", 1700)


def test_every_cash_figure_is_in_cents():
    cash = only(
        *SALES, "CA2*900*9*90*1", "CA4*10*2*1000*200", "CA8*5*500", "CA10*60*6000", "CA15*250"
    ).cash
    assert (cash.sales.value_init_cents, cash.sales.count_init) == (900, 9)
    assert (cash.dispensed_init_cents, cash.dispensed_by_hand_init_cents) == (1000, 200)
    assert (cash.dispensed_rst_cents, cash.dispensed_by_hand_rst_cents) == (10, 2)
    assert (cash.overpay_init_cents, cash.overpay_rst_cents) == (500, 5)
    assert (cash.tube_fill_init_cents, cash.tube_fill_rst_cents) == (6000, 60)
    assert cash.tube_value_cents == 250


def test_coins_in_the_tubes_are_worth_their_sum_where_no_sum_is_stated():
    audit = only(*SALES, "CA17*0*5*76***1", "CA17*1*25*10*2*3*0", "CA17*2*100*65535")
    assert audit.cash.tube_value_cents == 5 * 76 + 25 * 10
    assert [each.full for each in audit.cash.coins] == [True, False, None]
    assert (audit.cash.coins[1].filled, audit.cash.coins[1].dispensed) == (2, 3)
    assert audit.cash.coins[2].in_tube is None


@pytest.mark.parametrize(("stated", "verdict"), [(380, True), (400, False)])
def test_the_stated_tube_value_is_checked_against_the_coins(stated, verdict):
    assert passed(only(*SALES, f"CA15*{stated}", "CA17*0*5*76"), "tube_value") is verdict


def test_coins_that_do_not_exist_are_not_believed():
    audit = only(*SALES, "CA17*0*16561*249")
    assert audit.cash.tube_value_cents is None
    assert audit.warnings == ("The coin table (CA17) names coins that do not exist.",)
    audit = only(*SALES, "CA15*5000", "CA17*0*5*5000")
    assert audit.cash.tube_value_cents == 5000


def test_thousands_of_coins_do_not_fit_a_tube():
    assert only(*SALES, "CA17*0*5*5000").cash.tube_value_cents is None
