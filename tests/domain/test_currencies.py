"""Currencies: how many decimals their amounts have."""

import pytest

from domain.currencies import CURRENCIES, decimals_of


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("USD", 2), ("EUR", 2), ("HUF", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("TND", 3)],
)
def test_amounts_have_the_decimals_of_iso_4217(currency, decimals):
    assert decimals_of(currency) == decimals


def test_every_currency_has_decimals():
    assert {decimals_of(currency) for currency in CURRENCIES} == {0, 2, 3}
