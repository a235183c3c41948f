"""Reconciliations: for each read, what its selections counted against the machine's own total.

Kept with the read when its books are derived (`intervals`), shown in words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any, NamedTuple

import orjson

from db import Row
from domain.dex import agreement
from domain.dex.readings import Change, Finding, Habit, Solution
from domain.dex.solving_notes import TOTAL_FELL

COLUMNS = """
    epoch, finding, counted_units, counted_cents, machine_units, machine_cents, payments_cents,
    usual_share, unbooked_units, unbooked_cents, notes, renamed
"""


class Verdict(NamedTuple):
    """How a read was taken; the columns of the same names, and why it is held if it is."""

    epoch: int
    finding: Finding
    counted_units: int | None
    counted_cents: int | None
    machine_units: int | None = None
    machine_cents: int | None = None
    payments_cents: int | None = None
    usual_share: float | None = None
    unbooked_units: int = 0
    unbooked_cents: int = 0
    notes: str = "[]"
    renamed: str = "[]"
    held_reason: str | None = None


BASELINE = Verdict(0, "plain", None, None)
FIELDS = Verdict._fields[:-1]


def verdict(
    read: Row,
    solution: Solution,
    *,
    held: str | None,
    habit: Callable[[], Habit],
    ignored: Collection[str],
) -> Verdict:
    """What is kept of a solution; `held` is why it is not booked."""
    change, units, cents = solution.change, solution.units, solution.cents
    epoch = read["id"] if solution.epoch is None else solution.epoch
    told = change.units
    differs = told is not None and told != units
    share = habit().units if differs else None
    waits = held is not None and read["accepted_at"] is None
    unbooked = _unbooked(solution, share, ignored, waits=waits)
    return Verdict(
        epoch,
        solution.finding,
        units,
        cents,
        told,
        change.cents,
        change.payments_cents,
        share if share is None else round(share, 4),
        *unbooked,
        json.dumps(solution.notes) if solution.notes else "[]",
        json.dumps(solution.renamed) if solution.renamed else "[]",
        held if waits else None,
    )


def as_contradiction(solution: Solution, reason: str) -> Solution:
    """The solution of a read that cannot be: a life of the counters of its own."""
    return replace(solution, finding="unsolved", epoch=None, contradiction=reason)


def _unbooked(
    solution: Solution, share: float | None, ignored: Collection[str], *, waits: bool
) -> tuple[int, int]:
    """Units and money that were counted and are in no book."""
    change, units, cents = solution.change, solution.units, solution.cents
    if solution.finding == "glitch":
        return 0, 0
    told = change.cents if change.cents is not None else change.payments_cents
    if waits:
        return max(units, change.units or 0), max(cents, told or 0)
    left = (change.units or units) - units - round((share or 0) * (change.units or 0))
    left -= sum(each.units for name, each in solution.sold.items() if name in ignored)
    if not solution.explained:
        left = max(0, left)
    if not left:
        return 0, 0
    return left, (told - cents if told is not None and (told > cents) == (left > 0) else 0)


def shown(row: Row) -> dict[str, Any] | None:
    """The reconciliation of a read as the contract shows it; None where it closes nothing."""
    if row["counted_units"] is None:
        return None
    told, counted = row["machine_units"], row["counted_units"]
    waits = row["held_reason"] is not None and row["accepted_at"] is None
    return {
        "booked_units": row["units"],
        "booked_cents": row["amount_cents"],
        "counted_units": counted,
        "counted_cents": row["counted_cents"],
        "machine_units": told,
        "machine_cents": row["machine_cents"],
        "payments_cents": row["payments_cents"],
        "difference_units": None if told is None else told - counted,
        "usual_share": row["usual_share"],
        "unbooked_units": row["unbooked_units"],
        "unbooked_cents": row["unbooked_cents"],
        "sentence": _sentence(row, waits=waits),
        "renamed": [
            {"formerly": formerly, "selection": selection, "units": units}
            for formerly, selection, units in orjson.loads(row["renamed"])
        ],
    }


def warnings(row: Row) -> list[str]:
    """What a person should know of how this read was taken."""
    found: list[str] = orjson.loads(row["notes"])
    if row["counted_units"] is None or row["finding"] == "glitch":
        return found
    told, counted = row["machine_units"], row["counted_units"]
    if told is not None and told != counted and not _is_usual(row):
        sentence = _sentence(row, waits=False)
        # Why it is held is shown beside, and mostly says so already.
        if sentence[1:] not in (row["held_reason"] or ""):
            found.append(sentence)
    for formerly, selection, units in orjson.loads(row["renamed"]):
        found.append(
            f"Selection {formerly} is gone and {selection} is new: if it is the same one, link "
            f"the two, and its {units:,} units are booked."
        )
    return found


def _is_usual(row: Row) -> bool:
    share, told = row["usual_share"], row["machine_units"]
    if not share or not told:
        return False
    gap = told - row["counted_units"] - round(share * told)
    return bool(abs(gap) <= max(agreement.KNOWN_UNITS, agreement.KNOWN_SHARE * abs(told)))


def _sentence(row: Row, *, waits: bool) -> str:
    if row["finding"] == "glitch":
        return "The audit shows zeros, so there is nothing to compare."
    told, counted = row["machine_units"], row["counted_units"]
    if told is None and TOTAL_FELL in orjson.loads(row["notes"]):
        return "The machine's total fell, so there is nothing to compare the selections with."
    change = Change(told, row["machine_cents"], row["payments_cents"])
    said = agreement.in_words(change, counted, row["counted_cents"])
    said = said[0].upper() + said[1:]
    if _is_usual(row):
        share = row["usual_share"]
        where = "above" if share > 0 else "below"
        said += (
            f" This machine's total is usually {abs(share):.0%} {where} its selections, so that "
            "is as always."
        )
    if waits:
        said += " Nothing of it is booked until somebody accepts it."
    return said
