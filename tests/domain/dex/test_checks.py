"""What the audit says of itself, in sentences an operator understands."""

from __future__ import annotations

import pytest

from domain.dex import writer
from tests.kit.audits import SALES, only, passed


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (("CA2*600*6", "DA2*400*4"), True),
        (("CA2*600*6", "DA2*300*3", "DB2*100*1"), True),
        (("CA2*600*6", "DA2*300*3", "TA2*100*1"), True),
        (("CA2*600*6", "DA2*400*4", "TA2*100*1"), True),
        (("CA2*600*6", "DA2*300*3"), False),
        (("DA2*400*4",), None),
        ((), None),
    ],
)
def test_cash_and_cashless_make_up_the_total_with_or_without_tokens(lines, verdict):
    audit = only(*SALES, *lines)
    assert passed(audit, "paid_value_by_payment") is verdict
    assert passed(audit, "paid_count_by_payment") is verdict


@pytest.mark.parametrize(
    ("se", "verdict"), [("SE*5*0001", True), ("SE*9*0001", False), ("SE**0001", None)]
)
def test_a_wrong_record_count_is_reported_and_refuses_nothing(se, verdict):
    assert passed(only("ST*001*0001", *SALES, se), "record_count") is verdict


def test_free_counters_may_stay_out_of_the_total():
    audit = only(*SALES, "PA1*17*0*NO CUP", "PA2*9535*0*0*0")
    assert passed(audit, "paid_count_by_selection") is True
    assert audit.selections[1].ignorable


def test_every_check_speaks_in_a_sentence_whatever_its_verdict():
    for audit in (only(*SALES), only(*writer.seal(SALES).decode().split()), only("VA1*5*5*5*5")):
        names = [each.name for each in audit.checks]
        assert len(set(names)) == len(names)
        for each in audit.checks:
            assert each.meaning[0].isupper()
            assert each.meaning.endswith(".")


def test_cashless_devices_are_listed_with_their_part():
    audit = only(*SALES, "DA1*CR1*ePort*3962", "DA2*400*4*0*0", "DB1***", "DB2*0*0*0*0", "TA1*T1")
    assert [(each.device, each.component and each.component.serial) for each in audit.cashless] == [
        ("DA", "CR1"),
        ("DB", None),
        ("TA", "T1"),
    ]


@pytest.mark.parametrize(
    ("written", "expected"), [("usd", "USD"), ("5", None), ("", None), ("US$", None)]
)
def test_a_currency_is_three_letters_or_nothing(written, expected):
    assert only(f"ID4*2*1840*{written}", *SALES).currency_alpha == expected
