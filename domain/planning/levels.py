"""Levels: the one rule by which a slot or a device is in order, low or sold out.

Every table, bar and tile colours by the word that is found here. Low is what holds a
quarter of par at most, and what lacks something and lasts less than two days.
"""

from __future__ import annotations

from typing import Literal

LOW_SHARE_OF_PAR = 0.25
RUNS_OUT_WITHIN_DAYS = 2

State = Literal["unknown", "sold_out", "low", "ok"]
LOW: State = "low"


def slot_state(quantity: int | None, par_level: int, days_left: float | None) -> State:
    """The state of a slot that holds a product."""
    if quantity is None:
        return "unknown"
    if quantity == 0:
        return "sold_out"
    runs_out = days_left is not None and days_left < RUNS_OUT_WITHIN_DAYS and quantity < par_level
    return "low" if runs_out or quantity <= LOW_SHARE_OF_PAR * par_level else "ok"
