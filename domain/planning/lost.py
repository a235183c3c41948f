"""Lost sales: what a selection would have sold while it was known sold out. Pure: no database.

Units lost = velocity in stock x days sold out; money lost = money taken a day in stock x days
sold out, which is the same at the prices that were paid. Velocity in stock is the units of a
window over its days less those sold out, as velocity.py has it. Days without stock say
nothing of demand, so they must not count as days of no demand: Anupindi, Dada and Gupta,
"Estimation of Consumer Demand with Stock-Out Based Substitution: An Application to Vending
Machine Products", Marketing Science 17 (1998). That buyers take another product instead is
not deducted: it is what the selection lost, not the machine.
"""

from __future__ import annotations

from typing import NamedTuple

# The days before the end of a sell-out that tell how fast the selection sold.
WINDOW_DAYS = 28
# With less time in stock nobody knows.
LEAST_DAYS_IN_STOCK = 1.0
MILLION = 1_000_000


class Lost(NamedTuple):
    """Whole millionths of a unit, and of a minor unit of money."""

    units_e6: int
    cents_e6: int


NOTHING = Lost(0, 0)


def lost(*, units: int, amount_cents: int, days_in_stock: float, days_out: float) -> Lost:
    """What `days_out` lost, where `units` were sold for so much in `days_in_stock`."""
    if days_in_stock < LEAST_DAYS_IN_STOCK or days_out <= 0:
        return NOTHING
    share = days_out / days_in_stock
    return Lost(round(MILLION * units * share), round(MILLION * amount_cents * share))


def carried(before: Lost, *, days_out_before: float, days_out: float) -> Lost:
    """What the next interval lost that was sold out throughout: at the rate of the one before."""
    if days_out_before <= 0:
        return NOTHING
    share = days_out / days_out_before
    return Lost(round(before.units_e6 * share), round(before.cents_e6 * share))
