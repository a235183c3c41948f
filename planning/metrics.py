"""Metrics of slots and devices. Every figure is None where it is not known.

They take the best known velocity of each slot (planning/velocity.py) and count
how many of these are estimates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from planning.velocity import MEASURED, Basis

LOW_SHARE_OF_PAR = 0.25


class SlotLevel(NamedTuple):
    """One slot that holds a product; quantity None while unknown, velocity in units a day."""

    selection: str | None
    quantity: int | None
    par_level: int
    units_per_day: float | None
    units_per_day_basis: Basis | None


class DeviceFigures(NamedTuple):
    """The figures of one device: SO, DRI (worst and median), PL, UTP.

    `estimated_slots` have no velocity of their own: DRI and units a day rest on estimates there.
    """

    sold_out_slots: int
    low_slots: int
    unknown_slots: int
    days_of_inventory: float | None
    days_of_inventory_median: float | None
    product_level_percent: float | None
    units_to_par: int | None
    units_per_day: float | None
    estimated_slots: int


def days_of_inventory(quantity: int | None, units_per_day: float | None) -> float | None:
    """DRI: stock ÷ velocity; None where one is unknown or nothing sells."""
    if quantity is None or not units_per_day:
        return None
    return quantity / units_per_day


def units_to_par(quantity: int | None, par_level: int) -> int | None:
    """UTP of one slot: max(0, par - quantity)."""
    return None if quantity is None else max(0, par_level - quantity)


def device_figures(slots: Sequence[SlotLevel]) -> DeviceFigures:
    """SO, DRI, PL and UTP over the slots of a device that hold a product."""
    sold_out = low = known = stock = par = lacking = estimated = 0
    rates = []
    # One walk: a device is looked at whenever anything happens to it.
    for _, quantity, par_level, units_per_day, basis in slots:
        if units_per_day is not None:
            rates.append(units_per_day)
        estimated += basis is not None and basis != MEASURED
        if quantity is None:
            continue
        known += 1
        stock += quantity
        par += par_level
        sold_out += quantity == 0
        low += is_low(quantity, par_level)
        if quantity < par_level:
            lacking += par_level - quantity
    cover = sorted(_days_by_selection(slots))
    return DeviceFigures(
        sold_out_slots=sold_out,
        low_slots=low,
        unknown_slots=len(slots) - known,
        days_of_inventory=cover[0] if cover else None,
        days_of_inventory_median=median(cover) if cover else None,
        product_level_percent=100 * stock / par if par else None,
        units_to_par=lacking if known else None,
        units_per_day=sum(rates) if rates else None,
        estimated_slots=estimated,
    )


def is_low(quantity: int | None, par_level: int) -> bool:
    """Not sold out, but at a quarter of par or less."""
    return quantity is not None and 0 < quantity <= LOW_SHARE_OF_PAR * par_level


def _days_by_selection(slots: Iterable[SlotLevel]) -> list[float]:
    """Several slots of one selection are one stock; slots without a selection stand alone."""
    stocks: dict[object, tuple[int, float] | None] = {}
    for selection, quantity, _, units_per_day, _ in slots:
        key = selection or object()
        stock = stocks.get(key, (0, 0.0))
        if stock is None or quantity is None or units_per_day is None:
            stocks[key] = None
        else:
            stocks[key] = stock[0] + quantity, stock[1] + units_per_day
    return [quantity / rate for quantity, rate in filter(None, stocks.values()) if rate]
