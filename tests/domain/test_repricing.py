"""What a price or a number of units becomes."""

import pytest

from domain.repricing import price_after, scaled_along, units_after


@pytest.mark.parametrize(
    ("base", "how", "after"),
    [
        (150, {"set_cents": 99}, 99),
        (150, {"add_cents": 20}, 170),
        (150, {"add_cents": -200}, -50),
        (153, {"add_cents": 0, "step_cents": 5}, 155),
        (150, {"percent": 10}, 165),
        (99, {"percent": 10}, 109),
        (175, {"percent": 10, "step_cents": 5}, 195),
        (150, {"percent": 0.1}, 150),
        (1000, {"percent": 2.5}, 1025),
        (105, {"percent": -50}, 53),
        (150, {"percent": -100}, 0),
    ],
)
def test_a_price_is_set_moved_or_scaled_and_rounded_a_half_up(base, how, after):
    assert price_after(base, how) == after


@pytest.mark.parametrize(
    ("base", "how", "after"),
    [
        (8, {"set": 3}, 3),
        (8, {"scale_percent": 50}, 4),
        (5, {"scale_percent": 50}, 3),
        (8, {"scale_percent": 120}, 10),
        (3, {"scale_percent": 1}, 1),
        (0, {"scale_percent": 500}, 0),
    ],
)
def test_units_are_scaled_and_what_was_some_stays_one(base, how, after):
    assert units_after(base, how) == after


@pytest.mark.parametrize(
    ("part", "whole", "after", "scaled"),
    [(8, 10, 5, 4), (8, 10, 0, 0), (10, 10, 20, 20), (1, 100, 10, 1), (0, 10, 5, 0), (3, 0, 2, 2)],
)
def test_a_par_level_goes_along_with_what_fits(part, whole, after, scaled):
    assert scaled_along(part, whole, after) == scaled
