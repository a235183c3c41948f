"""The metrics, by their formulas; what is not known is None."""

from __future__ import annotations

import pytest

from domain.planning.metrics import SlotLevel, days_of_inventory, device_figures, units_to_par


@pytest.mark.parametrize(("quantity", "rate"), [(None, 2.0), (4, None), (4, 0.0)])
def test_days_of_inventory_are_unknown_without_stock_or_sales(
    quantity: int | None, rate: float | None
) -> None:
    assert days_of_inventory(quantity, rate) is None


def test_units_to_par_are_never_negative() -> None:
    assert (units_to_par(12, 10), units_to_par(4, 10), units_to_par(None, 10)) == (0, 6, None)


def test_a_device_is_as_good_as_its_worst_selection() -> None:
    figures = device_figures(
        [
            SlotLevel("A1", 0, 10, 2.0, "measured"),
            SlotLevel("A2", 2, 10, 1.0, "measured"),
            SlotLevel("A3", 8, 10, 1.0, "measured"),
            SlotLevel("A4", None, 10, 1.0, "measured"),
        ]
    )
    assert (figures.sold_out_slots, figures.low_slots, figures.unknown_slots) == (1, 1, 1)
    assert (figures.days_of_inventory, figures.days_of_inventory_median) == (0.0, 2.0)
    assert figures.product_level_percent == pytest.approx(100 * 10 / 30)
    assert figures.units_to_par == 20
    assert figures.units_per_day == 5.0


def test_slots_of_one_selection_are_one_stock() -> None:
    shared = [SlotLevel("A1", quantity, 10, 1.0, "measured") for quantity in (0, 6)]
    assert device_figures(shared).days_of_inventory == 3.0


def test_figures_take_estimates_and_count_them() -> None:
    figures = device_figures(
        [
            SlotLevel("A1", 8, 10, 2.0, "measured"),
            SlotLevel("A2", 3, 10, 1.0, "similar"),
            SlotLevel("A3", 8, 10, 1.0, "fleet"),
            SlotLevel("A4", 1, 10, None, None),
        ]
    )
    assert (figures.days_of_inventory, figures.days_of_inventory_median) == (3.0, 4.0)
    assert figures.units_per_day == 4.0
    assert figures.estimated_slots == 2


def test_an_empty_device_has_no_figures() -> None:
    figures = device_figures([])
    assert figures.units_to_par is None
    assert figures.product_level_percent is None
    assert figures.days_of_inventory is None
