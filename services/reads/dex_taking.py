"""Taking: files that were read become reads, few transactions of many, each told what became
of it; a bad file costs only itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from auth import Actor
from contract.results import Existing, Upload
from db import Database, Engine
from errors import Problem, StorageFull, Unavailable
from services.reads import dex_arrivals, dex_sources, dex_tellings, quarantine_service
from services.reads.dex_arrivals import DexFile
from services.reads.dex_reader import Reading
from services.reads.dex_rows import BOOKED, DAMAGED, UNASSIGNED

BASELINE, DUPLICATE, REFUSED = "baseline", "duplicate", "refused"
HELD = dex_tellings.HELD
OUTCOMES = (BOOKED, BASELINE, HELD, DUPLICATE, DAMAGED, UNASSIGNED, REFUSED)
NEED_A_LOOK = (HELD, DAMAGED, UNASSIGNED, REFUSED)
# Booked in one transaction: what others who want to write wait for, about a tenth of a second.
MOST_BOOKED = 64
# Whoever waits for their turn to write to SQLite looks every three milliseconds at the latest.
PAUSE_S = 0.004


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: one of OUTCOMES, why, and its newest read."""

    outcome: str
    note: str = ""
    dex_read_id: int | None = None


Decided = Sequence[tuple[Reading, Outcome]]


class Taking:
    """Books files of one source.

    `content_of` answers the bytes of a file that was no audit, None where they are gone.
    `settle` is told what is decided in the transaction that decides it.
    """

    def __init__(
        self,
        engine: Engine,
        actor: Actor,
        content_of: Callable[[Reading], bytes | None],
        *,
        settle: Callable[[Database, Decided], None] | None = None,
        source_id: int | None = None,
    ) -> None:
        self._engine = engine
        self._actor = actor
        self._content_of = content_of
        self._settled = settle
        self._source_id = source_id

    def book(self, readings: Sequence[Reading]) -> list[tuple[Reading, Outcome]]:
        """Book the files together; when one is refused, each by itself.

        Raises StorageFull and Unavailable: they would meet every other file too.
        """
        decided = [self._refuse(reading) for reading in readings if not reading.intakes]
        return decided + self._book([reading for reading in readings if reading.intakes])

    def _book(self, readings: Sequence[Reading]) -> list[tuple[Reading, Outcome]]:
        if not readings:
            return []
        files = [DexFile(reading.path.name, reading.intakes) for reading in readings]
        try:
            with self._engine.writing() as db:
                answers = dex_arrivals.take_in(db, self._actor, files, source_id=self._source_id)
                decided = list(zip(readings, map(_outcome, answers), strict=True))
                self._settle(db, decided)
        except (StorageFull, Unavailable):
            raise
        except Problem as problem:
            if len(readings) == 1:
                return [self._turn_away(readings[0], problem.detail)]
            return [each for reading in readings for each in self._book([reading])]
        return decided

    def _settle(self, db: Database, decided: Decided) -> None:
        if self._settled is not None:
            self._settled(db, decided)

    def _refuse(self, reading: Reading) -> tuple[Reading, Outcome]:
        """A file that was read and is no audit is kept, so that somebody can look into it."""
        content = None if reading.line is None else self._content_of(reading)
        if reading.line is None or content is None:
            return self._turn_away(reading, reading.refusal)
        decided = reading, Outcome(REFUSED, f"Line {reading.line}: {reading.refusal}")
        with self._engine.writing() as db:
            quarantine_service.keep(
                db,
                self._actor,
                file=Upload(dex_sources.shown_name(reading.path.name), content),
                line=reading.line,
                reason=reading.refusal,
                source_id=self._source_id,
            )
            self._settle(db, [decided])
        return decided

    def _turn_away(self, reading: Reading, reason: str) -> tuple[Reading, Outcome]:
        decided = reading, Outcome(REFUSED, reason)
        with self._engine.writing() as db:
            source_id = self._source_id
            if source_id is None:
                source_id = dex_sources.id_of(db, dex_sources.source_of(db, self._actor))
            dex_sources.note_refused(db, source_id, reading.path.name, reason)
            self._settle(db, [decided])
        return decided


def batches(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """What is booked at a time, by machine and time: so many audits, and no file in parts."""
    batch: list[Reading] = []
    audits = 0
    for reading in sorted(readings, key=_machine_and_time):
        if batch and audits + len(reading.intakes) > MOST_BOOKED:
            yield batch
            batch, audits = [], 0
        batch.append(reading)
        audits += len(reading.intakes)
    if batch:
        yield batch


def _machine_and_time(reading: Reading) -> tuple[str, str, int]:
    """The audits of one machine together and in order, so that its books are derived once."""
    if not reading.intakes:
        return "", "", 0
    first = reading.intakes[0]
    return first.serial or first.asset or "", str(first.clock or ""), first.total_count_init or 0


def _outcome(answer: dict[str, Any] | Existing) -> Outcome:
    if isinstance(answer, Existing):
        return Outcome(DUPLICATE, dex_read_id=answer.body["id"])
    outcome = dex_tellings.outcome_of(answer)
    return Outcome(outcome, "; ".join(answer["warnings"]), answer["id"])
