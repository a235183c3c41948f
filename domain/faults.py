"""Faults: what the audits of a machine say of one fault, put together to what a person deals with.

A fault that audits tell of one after the other is one thing. Where an audit between them does not
tell of it, it was over and is another thing next time, unless somebody has taken it up meanwhile
and not finished: then it is still theirs. What comes out depends on the audits and on what people
did alone, never on the order in which audits arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import clock

# Audits tell of what happened within the last day of the machine's clock, mended or not.
LINGERS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """A fault that a person has taken up: of which ticket, first seen when, done when if at all."""

    ticket_id: int
    first_seen_at: str
    done_at: str | None


@dataclass(slots=True)
class Told:
    """One fault as audits told of it; `over_at` is the first audit that no longer does."""

    first_seen_at: str
    last_seen_at: str
    seen_count: int = 1
    over_at: str | None = None
    taken: Taken | None = None


def put_together(audits: Iterable[tuple[str, bool]], taken: Sequence[Taken]) -> list[Told]:
    """What audits tell of one fault, in order; each is its UTC time and whether it tells of it.

    `taken`: those that people took up, the first seen first. Each keeps to the audit that it was
    first seen in.
    """
    found: list[Told] = []
    waiting = list(taken)
    for at, tells in audits:
        last = found[-1] if found else None
        if not tells:
            if last is not None and last.over_at is None:
                last.over_at = at
            continue
        mine = None
        while waiting and waiting[0].first_seen_at <= at:
            mine = waiting.pop(0)
        if last is not None and _goes_on(last, at, mine):
            last.last_seen_at, last.over_at = at, None
            last.seen_count += 1
            last.taken = last.taken or mine
        else:
            found.append(Told(at, at, taken=mine))
    return found


def _goes_on(told: Told, at: str, mine: Taken | None) -> bool:
    """Whether an audit of then tells of the same thing."""
    is_unbroken = told.over_at is None
    if mine is not None:
        # What somebody took up by itself stays by itself.
        return is_unbroken and told.taken is None
    if told.taken is None:
        return is_unbroken
    done_at = told.taken.done_at
    if done_at is None or at <= done_at:
        return True
    return is_unbroken and at <= clock.to_text(clock.to_datetime(done_at) + LINGERS)
