"""Velocities, by their formulas: measured where own sales say enough, estimated elsewhere."""

from __future__ import annotations

import pytest

from domain.planning.velocity import (
    UNKNOWN,
    Found,
    Period,
    estimated,
    from_visits,
    measured,
    periods_of,
    saw_enough,
)


def test_velocity_is_units_over_days_in_stock() -> None:
    assert measured(30, 28, 13, 1) == (2.0, "measured")


def test_the_slots_of_a_selection_share_what_it_sold() -> None:
    assert measured(30, 28, 13, 4) == (0.5, "measured")


def test_hardly_any_time_in_stock_says_nothing() -> None:
    assert measured(3, 5, 4.9, 1) == UNKNOWN


def test_similar_machines_tell_more_than_the_fleet() -> None:
    assert estimated(0.25, 2.0) == (0.25, "similar")
    assert estimated(None, 2.0) == (2.0, "fleet")
    assert estimated(None, None) == UNKNOWN


def test_a_similar_machine_that_sells_none_is_an_answer_too() -> None:
    assert estimated(0.0, 2.0) == (0.0, "similar")


@pytest.mark.parametrize(
    ("since", "enough"),
    [("2026-01-01", True), ("2026-01-05", True), ("2026-01-10", False), ("2026-01-12", False)],
)
def test_two_intervals_must_have_closed_since_then(since: str, enough: bool) -> None:
    assert saw_enough(since, ["2026-01-20", "2026-01-10", "2026-01-01"]) is enough


def test_a_single_read_closes_no_two_intervals() -> None:
    assert not saw_enough("2026-01-01", ["2026-01-20"])


def test_what_visits_found_and_left_tells_what_was_sold() -> None:
    visits = [Found(0, 10, 10), Found(7, 4, 10), Found(7.2, 9, 9), Found(14, 2, 10)]
    periods = periods_of(visits)
    assert periods == [Period(6, 7, False), Period(7, 7, False)]
    rate, basis = from_visits(periods)
    assert (rate, basis) == (round(13 / 14, 4), "visits")


def test_less_than_three_days_of_visits_say_nothing() -> None:
    assert from_visits([Period(5, 2.9, False)]) == UNKNOWN


def test_what_sold_out_would_have_sold_more() -> None:
    """Eight a week are all there are; what they hid is seen beside a week that did not sell out."""
    hidden = from_visits([Period(8, 7, True), Period(8, 7, True), Period(7, 7, False)])
    plain = from_visits([Period(8, 7, False), Period(8, 7, False), Period(7, 7, False)])
    assert hidden.units_per_day is not None
    assert plain.units_per_day is not None
    assert 1.05 * plain.units_per_day < hidden.units_per_day < 2 * plain.units_per_day


def test_where_every_week_sold_out_it_is_at_least_what_was_there() -> None:
    assert from_visits([Period(8, 7, True)] * 3).units_per_day == pytest.approx(8 / 7, abs=1e-4)
