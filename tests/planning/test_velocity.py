"""Velocities, by their formulas: measured where own sales say enough, estimated elsewhere."""

from __future__ import annotations

import pytest

from planning.velocity import UNKNOWN, estimated, measured, saw_enough


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
