"""Lost sales: what sell-outs cost, and where nobody knows."""

from __future__ import annotations

import pytest

from domain.planning.lost import NOTHING, Lost, carried, lost


def test_it_loses_at_the_rate_of_the_time_in_stock() -> None:
    """14 units for 21.00 in 7 days in stock are 2 a day; 3 days sold out lose 6 units, 9.00."""
    found = lost(units=14, amount_cents=2100, days_in_stock=7.0, days_out=3.0)
    assert found == Lost(6_000_000, 900_000_000)


@pytest.mark.parametrize("days_in_stock", [-1.0, 0.0, 0.99])
def test_with_less_than_a_day_in_stock_nobody_knows(days_in_stock: float) -> None:
    assert lost(units=5, amount_cents=500, days_in_stock=days_in_stock, days_out=1.0) == NOTHING


def test_what_never_sold_out_lost_nothing() -> None:
    assert lost(units=5, amount_cents=500, days_in_stock=5.0, days_out=0.0) == NOTHING


def test_what_does_not_sell_loses_nothing() -> None:
    assert lost(units=0, amount_cents=0, days_in_stock=20.0, days_out=5.0) == NOTHING


def test_an_interval_sold_out_throughout_goes_on_at_the_rate_before() -> None:
    before = lost(units=14, amount_cents=2100, days_in_stock=7.0, days_out=0.5)
    assert carried(before, days_out_before=0.5, days_out=2.0) == Lost(4_000_000, 600_000_000)
    assert carried(before, days_out_before=0.0, days_out=2.0) == NOTHING
