"""Slot levels: rows of slots as the formulas take them, and what these say of each slot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from db import Row
from domain.planning import metrics
from domain.planning.metrics import SlotLevel


def level_of(slot: Mapping[str, Any], estimated: int | None) -> SlotLevel:
    """A slot that holds a product; its stock is `estimated`, or else what the books say.

    `earned_cents` of a slot is its price, or else that of its product.
    """
    return SlotLevel(
        slot["selection"],
        slot["quantity"] if estimated is None else estimated,
        slot["par_level"],
        slot["units_per_day"],
        slot["units_per_day_basis"],
        estimated is not None,
        slot["earned_cents"],
        slot["cost_cents"],
    )


def figures_of(slots: Sequence[Row]) -> list[Row]:
    """{state, lost_cents_per_day, lost_without_cost, days_of_inventory, units_to_par} of each.

    A slot that sells out is not to be filled, and loses nothing.
    """
    levels = [level_of(slot, slot["estimated_quantity"]) for slot in slots]
    lost = metrics.lost_cents_per_day(levels)
    return [
        _figures(level, 0.0 if slot["sells_out_at"] else cents, ends=bool(slot["sells_out_at"]))
        for slot, level, cents in zip(slots, levels, lost, strict=True)
    ]


def _figures(level: SlotLevel, cents: float, *, ends: bool) -> Row:
    return {
        "state": metrics.state_of(level),
        "lost_cents_per_day": round(cents),
        "lost_without_cost": cents > 0 and level.cost_cents is None,
        "days_of_inventory": metrics.days_of_inventory(level.quantity, level.units_per_day),
        "units_to_par": 0 if ends else metrics.units_to_par(level.quantity, level.par_level),
    }
