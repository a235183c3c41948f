"""Estimated stock, by its formula: last known less units a day, from a day after the fact."""

from __future__ import annotations

import pytest

from domain.planning.estimate import Known, days_until_another, stocks


@pytest.mark.parametrize(
    ("days", "left"), [(0.0, None), (1.0, None), (1.5, 7), (3.0, 4), (5.0, 0), (50.0, 0)]
)
def test_stock_falls_from_a_day_after_the_fact_and_never_below_nothing(
    days: float, left: int | None
) -> None:
    assert stocks([Known("A1", 10, days, 2.0)]) == [left]


def test_nobody_guesses_without_a_fact_or_without_a_velocity() -> None:
    assert stocks([Known("A1", None, 9, 2.0), Known("A2", 10, 9, None)]) == [None, None]


def test_what_is_known_to_be_sold_out_is_no_estimate() -> None:
    assert stocks([Known("A1", 0, 9, 2.0)]) == [None]


def test_a_guess_to_begin_with_is_one_at_once() -> None:
    assert stocks([Known("A1", 8, 0.1, 2.0, is_fact=False)]) == [8]


def test_the_slots_of_a_selection_are_drained_in_their_order() -> None:
    slots = [Known("A1", 5, 3, 1.0), Known("A1", 5, 3, 1.0), Known(None, 5, 3, 1.0)]
    assert stocks(slots) == [0, 4, 2]


def test_the_next_change_is_the_next_unit() -> None:
    assert days_until_another([Known("A1", 10, 0.25, 2.0)]) == 0.75
    assert days_until_another([Known("A1", 10, 3.0, 2.0)]) == pytest.approx(0.25)
    assert days_until_another([Known("A1", 10, 9.0, 2.0), Known("A2", 0, 1.0, 2.0)]) is None


@pytest.mark.parametrize("tenths", range(11, 47))
def test_by_then_the_stock_is_another_one(tenths: int) -> None:
    """Not much later than it changes, so that nothing stays old."""
    slot = Known("A1", 10, tenths / 10, 2.0)
    wait = days_until_another([slot])
    assert wait is not None
    later = slot._replace(days=slot.days + wait + 0.01)
    assert stocks([later]) != stocks([slot])
