"""The decimals of an audit's amounts (ID4) against those of the books."""

from __future__ import annotations

import pytest

from tests.kit.audits import only, passed

YEN = ("VA1*2400*20*0*0", "PA1*11*120", "PA2*20*2400*0*0")


def read(id4: str, price: int, *, decimals: int, units: int = 10):
    """The price and the value of ten units, in minor units of the books."""
    lines = (f"VA1*{price * units}*{units}", f"PA1*1*{price}", f"PA2*{units}*{price * units}")
    audit = only(f"ID4*{id4}", *lines, decimals=decimals)
    (one,) = audit.selections
    assert audit.paid.value_init_cents == one.value_init_cents
    return one.price_cents, one.value_init_cents, audit


@pytest.mark.parametrize(
    ("id4", "price", "decimals", "expected"),
    [
        ("0*392*JPY", 120, 0, 120),
        ("3*414*KWD", 150, 3, 150),
        ("2*978*EUR", 150, 2, 150),
        ("1*978*EUR", 15, 2, 150),
        ("0*978*EUR", 2, 2, 200),
        ("2*414*KWD", 15, 3, 150),
        ("2*392*JPY", 12000, 0, 120),
        ("3*978*EUR", 1500, 2, 150),
    ],
)
def test_amounts_are_converted_from_the_audits_decimals(id4, price, decimals, expected):
    one, ten, _ = read(id4, price, decimals=decimals)
    assert (one, ten) == (expected, 10 * expected)


@pytest.mark.parametrize("id4", ["", "*978*EUR", "9", "12", "-2", "²", "x"])
def test_where_the_decimals_are_not_said_or_cannot_be_those_of_the_books_count(id4):
    for decimals in (0, 2, 3):
        assert read(id4, 150, decimals=decimals)[0] == 150


@pytest.mark.parametrize("id4", ["9", "12", "-2", "²", "x"])
def test_decimals_that_cannot_be_are_reported(id4):
    audit = read(id4, 150, decimals=2)[2]
    assert any("which cannot be" in warning for warning in audit.warnings)
    assert passed(audit, "decimals") is False


@pytest.mark.parametrize(
    ("id4", "price", "decimals"),
    [
        ("2", 120, 0),  # ¥1.20
        ("2*392*JPY", 120, 0),
        ("0*039*050", 500, 2),  # 500.00 for a coffee
        ("0*978*EUR", 150, 2),
        ("3", 155, 2),  # 15.5 cents
        ("4", 15000 + 5, 2),
    ],
)
def test_decimals_that_no_price_would_fit_are_not_believed_and_reported(id4, price, decimals):
    one, ten, audit = read(id4, price, decimals=decimals)
    assert (one, ten) == (price, 10 * price)
    assert any("no price would make sense" in warning for warning in audit.warnings)


def test_a_currency_without_coins_for_its_hundredths_writes_whole_units():
    one, _, audit = read("0*348*HUF", 450, decimals=2)
    assert one == 45000
    assert audit.warnings == ()


@pytest.mark.parametrize(
    ("id4", "price", "decimals", "expected"),
    [("0*392*JPY", 120, 2, 12000), ("2*978*EUR", 150, 3, 1500)],
)
def test_a_currency_with_other_decimals_than_the_books_is_reported(id4, price, decimals, expected):
    one, _, audit = read(id4, price, decimals=decimals)
    assert one == expected
    assert any("The audit counts in" in warning for warning in audit.warnings)
    assert passed(audit, "decimals") is False


def test_a_code_that_is_no_currency_says_nothing():
    assert read("2*0001*5", 150, decimals=2)[2].warnings == ()
    assert read("2*1978*ABC", 150, decimals=2)[2].warnings == ()


def test_no_amount_grows_beyond_what_the_books_hold():
    audit = only("ID4*0*392*JPY", f"VA1*{10**12}*1", "PA1*1*100", f"PA2*1*{10**12}", decimals=3)
    assert (audit.paid.value_init_cents, audit.selections[0].value_init_cents) == (None, None)
