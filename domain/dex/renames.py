"""Renames: selections that are gone and new ones that seem to be them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from domain.dex import agreement
from domain.dex.readings import Board, Context, Reading, Renamed, Solution


def noted(solution: Solution, now: Reading, board: Board, context: Context) -> Solution:
    """The solution with what does not add up explained, by names where that is possible."""
    change, units = solution.change, solution.units
    if change.units == units or (change.units is None and change.cents is None):
        return solution
    if not agreement.is_explained(solution, now, board, context):
        return solution
    renamed = _renamed(solution, now, board)
    return replace(solution, renamed=renamed, explained=True)


def _renamed(solution: Solution, now: Reading, board: Board) -> tuple[Renamed, ...]:
    """Pairs of a gone and a new selection that make up what the total rose by."""
    gone = [(each.counted, name) for name, each in board.last.items() if name not in now.selections]
    new = [
        (counters.counted, name)
        for name, counters in now.selections.items()
        if name not in board.selections and name not in solution.sold and counters.counted
    ]
    missing = (solution.change.units or 0) - solution.units
    if not gone or not new or missing <= 0:
        return ()
    gone.sort()
    new.sort()
    if len(gone) == len(new):
        moved = [after - before for (after, _), (before, _) in zip(new, gone, strict=True)]
        if min(moved) >= 0 and sum(moved) == missing and _is_clear(moved, gone):
            return tuple(
                Renamed(before[1], after[1], units)
                for before, after, units in zip(gone, new, moved, strict=True)
            )
    if len(gone) == len(new) == 1 and new[0][0] == missing:
        return (Renamed(gone[0][1], new[0][1], missing),)
    return tuple(
        Renamed(name, other, after - before)
        for before, name in gone
        for after, other in new
        if after - before == missing
    )[:1]


def _is_clear(moved: list[int], gone: list[tuple[int, str]]) -> bool:
    """Whether no two of the gone lie so near that either could be either."""
    return len(gone) == 1 or all(b[0] - a[0] >= max(moved) for a, b in pairwise(gone))
