"""Agreement: do the selections of an interval add up to what the machine says of itself?

Some machines never agree: what their totals are beyond their selections as a rule is
learned from the intervals before (`Habit`), and only what departs from it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from domain.dex.readings import Board, Change, Context, Habit, Reading, Solution

EXACT, CLOSE, UNTOLD, OFF = range(4)

# Before anything is known of a machine: so many units, or that share of its total.
STRANGER_UNITS, STRANGER_SHARE = 10, 0.25
KNOWN_UNITS, KNOWN_SHARE = 5, 0.10
LEAST_INTERVALS = 3
MOST_INTERVALS = 12


def of_units(change: Change, units: int, habit: Callable[[], Habit]) -> int:
    """How well units agree with VA1."""
    if change.units is None:
        return UNTOLD
    if change.units == units:
        return EXACT
    usual = habit()
    return _grade(change.units, units, usual.units, usual.spread, 1)


def of_cents(change: Change, units: int, cents: int, habit: Callable[[], Habit]) -> int:
    """How well money agrees with VA1 or with the ways of payment, whichever is nearer."""
    if cents in (change.cents, change.payments_cents):
        return EXACT
    told = [each for each in (change.cents, change.payments_cents) if each is not None]
    if not told:
        return UNTOLD
    usual, unit = habit(), max(1, cents // units if units else 1)
    return min(_grade(each, cents, usual.cents, usual.spread, unit) for each in told)


def _grade(told: int, found: int, share: float | None, spread: float, unit: int) -> int:
    gap = told - found
    if share is None:
        tolerated = max(STRANGER_UNITS * unit, STRANGER_SHARE * abs(told))
    else:
        gap -= round(share * told)
        tolerated = max(KNOWN_UNITS * unit, max(KNOWN_SHARE, 2 * spread) * abs(told))
    return CLOSE if abs(gap) <= tolerated else OFF


def is_explained(solution: Solution, now: Reading, board: Board, context: Context) -> bool:
    """Whether selections that are missing, new, back, or book nothing can make up the gap."""
    change = solution.change
    told, found = change.units, solution.units
    if told is None:
        told = change.cents if change.cents is not None else change.payments_cents
        found = solution.cents
    if told is None:
        return False
    if told < found:
        return any(_is_back(name, board) for name in solution.sold)
    left_out = any(name not in now.selections and board.last[name].counted for name in board.last)
    unbooked = any(
        name not in solution.sold and (counters.counted or name in board.selections)
        for name, counters in now.selections.items()
    )
    ignored = any(each.units for name, each in solution.sold.items() if name in context.ignored)
    return left_out or unbooked or ignored


def _is_back(name: str, board: Board) -> bool:
    """Whether the last audit did not tell what stands of a selection."""
    last, base = board.last.get(name), board.selections.get(name)
    return last is None or (base is not None and last.counted < base.counted)


def in_words(change: Change, units: int, cents: int) -> str:
    """The difference as an operator reads it."""
    if change.units is not None:
        gap = change.units - units
        if not gap:
            return f"the machine's total agrees: {_units(units)}{_but_money(change, units, cents)}."
        more = "more" if gap > 0 else "fewer"
        return (
            f"the machine's total rose by {_units(change.units)}, {_units(abs(gap))} {more} than "
            "the selections say."
        )
    told = change.cents if change.cents is not None else change.payments_cents
    if told is None:
        return "the machine does not say its total."
    if told == cents:
        return "the machine's money agrees with its selections."
    return f"the machine's money rose {_more(told, cents)} than the selections say."


def _but_money(change: Change, units: int, cents: int) -> str:
    told = change.cents if change.cents is not None else change.payments_cents
    if told is None or of_cents(change, units, cents, Habit) != OFF:
        return ""
    return f", but its money rose {_more(told, cents)} than the selections say"


def _more(told: int, cents: int) -> str:
    return "more" if told > cents else "less"


def _units(units: int) -> str:
    return f"{units:,} unit{'' if units == 1 else 's'}"


def habit_of(intervals: Sequence[tuple[int | None, int, int | None, int]]) -> Habit:
    """What is usual, from (told units, counted units, told cents, counted cents) of before."""
    by_units = [(a - b) / a for a, b, _, _ in intervals if a]
    by_cents = [(a - b) / a for _, _, a, b in intervals if a]
    units, spread = _usual(by_units)
    cents, _ = _usual(by_cents)
    return Habit(units, cents, spread)


def _usual(shares: Sequence[float]) -> tuple[float | None, float]:
    if len(shares) < LEAST_INTERVALS:
        return None, 0.0
    middle = median(shares)
    return middle, median(abs(share - middle) for share in shares)
