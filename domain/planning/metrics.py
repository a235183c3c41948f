"""Metrics of slots and devices. Every figure is None where it is not known.

They take the best known stock of each slot (estimate.py) and its best known
velocity (velocity.py), and count how many of these are estimates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from domain.planning.levels import LOW, State, slot_state
from domain.planning.velocity import OWN, Basis


class SlotLevel(NamedTuple):
    """One slot that holds a product; quantity None while unknown, velocity in units a day.

    `is_estimate`: the quantity is what is left by estimate. `price_cents` is what a unit
    earns, `cost_cents` what it costs, None where nobody knows.
    """

    selection: str | None
    quantity: int | None
    par_level: int
    units_per_day: float | None
    units_per_day_basis: Basis | None
    is_estimate: bool = False
    price_cents: int | None = None
    cost_cents: int | None = None


class DeviceFigures(NamedTuple):
    """The figures of one device: SO, DRI (worst and median), PL, UTP, money lost a day.

    `estimated_slots` have no velocity of their own: DRI and units a day rest on estimates
    there. `probably_sold_out_slots`, of `sold_out_slots`, are so by estimate.
    """

    sold_out_slots: int
    probably_sold_out_slots: int
    low_slots: int
    unknown_slots: int
    estimated_stock_slots: int
    days_of_inventory: float | None
    days_of_inventory_median: float | None
    product_level_percent: float | None
    units_to_par: int | None
    units_per_day: float | None
    estimated_slots: int
    lost_cents_per_day: int
    lost_without_cost_slots: int


def days_of_inventory(quantity: int | None, units_per_day: float | None) -> float | None:
    """DRI: stock ÷ velocity; None where one is unknown or nothing sells."""
    if quantity is None or not units_per_day:
        return None
    return quantity / units_per_day


def units_to_par(quantity: int | None, par_level: int) -> int | None:
    """UTP of one slot: max(0, par - quantity)."""
    return None if quantity is None else max(0, par_level - quantity)


def state_of(slot: SlotLevel) -> State:
    """In order, low, sold out or unknown, as every page shows it."""
    days = days_of_inventory(slot.quantity, slot.units_per_day)
    return slot_state(slot.quantity, slot.par_level, days)


def lost_cents_per_day(slots: Sequence[SlotLevel]) -> list[float]:
    """What each slot loses a day: units a day x (price - cost) where its selection is sold out.

    Where the cost is not known the whole price counts, and pages say so.
    """
    in_stock = {slot.selection for slot in slots if slot.selection and slot.quantity != 0}
    return [
        0.0
        if slot.quantity != 0 or slot.selection in in_stock
        else (slot.units_per_day or 0.0) * max(0, (slot.price_cents or 0) - (slot.cost_cents or 0))
        for slot in slots
    ]


def device_figures(slots: Sequence[SlotLevel]) -> DeviceFigures:
    """SO, DRI, PL and UTP over the slots of a device that hold a product."""
    sold_out = probably = low = known = estimates = stock = par = lacking = estimated = 0
    rates = []
    # One walk: a device is looked at whenever anything happens to it.
    for slot in slots:
        _, quantity, par_level, units_per_day, basis, is_estimate, *_ = slot
        if units_per_day is not None:
            rates.append(units_per_day)
        estimated += basis is not None and basis not in OWN
        if quantity is None:
            continue
        known += 1
        estimates += is_estimate
        stock += quantity
        par += par_level
        sold_out += quantity == 0
        probably += quantity == 0 and is_estimate
        low += (
            slot_state(quantity, par_level, quantity / units_per_day if units_per_day else None)
            == LOW
        )
        if quantity < par_level:
            lacking += par_level - quantity
    cover = sorted(_days_by_selection(slots))
    lost = lost_cents_per_day(slots) if sold_out else []
    without_cost = [cents > 0 and s.cost_cents is None for cents, s in zip(lost, slots)]  # noqa: B905
    return DeviceFigures(
        sold_out_slots=sold_out,
        probably_sold_out_slots=probably,
        low_slots=low,
        unknown_slots=len(slots) - known,
        estimated_stock_slots=estimates,
        days_of_inventory=cover[0] if cover else None,
        days_of_inventory_median=median(cover) if cover else None,
        product_level_percent=100 * stock / par if par else None,
        units_to_par=lacking if known else None,
        units_per_day=sum(rates) if rates else None,
        estimated_slots=estimated,
        lost_cents_per_day=round(sum(lost)),
        lost_without_cost_slots=sum(without_cost),
    )


def _days_by_selection(slots: Iterable[SlotLevel]) -> list[float]:
    """Several slots of one selection are one stock; slots without a selection stand alone."""
    stocks: dict[object, tuple[int, float] | None] = {}
    for selection, quantity, _, units_per_day, *_ in slots:
        key = selection or object()
        stock = stocks.get(key, (0, 0.0))
        if stock is None or quantity is None or units_per_day is None:
            stocks[key] = None
        else:
            stocks[key] = stock[0] + quantity, stock[1] + units_per_day
    return [quantity / rate for quantity, rate in filter(None, stocks.values()) if rate]
