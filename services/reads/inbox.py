"""The inbox: a folder that is watched; audits that are dropped there are booked.

Each worker looks now and then; one at a time books, by a lease in the database. A file that was
booked and not moved yet when somebody was killed is booked again, which changes nothing: the
same bytes are one read.
"""

from __future__ import annotations

import io
import logging
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import clock
from auth import ADMIN, Actor
from db import Database, Engine, one
from errors import Problem, StorageFull, Unavailable
from records import company
from services.reads import dex_archives, dex_sources, inbox_folder
from services.reads.dex_archives import Archive, BadArchive, Member
from services.reads.dex_reader import Reading, read_content
from services.reads.dex_taking import PAUSE_S, REFUSED, Decided, Taking, batches
from services.reads.inbox_folder import Dropped, InboxFolder

log = logging.getLogger("cvd.jobs")

INBOX = Actor(user_id=None, username="inbox", role=ADMIN, request_id="inbox")
LEASE_S = 60
# Jobs wait meanwhile.
MOST_SECONDS = 10.0
TOLD_EVERY_S = 60
CLEARED_EVERY_S = 3600.0
MOST_READ_FILES = 64
MOST_READ_BYTES = 16 * 2**20
# A zip may be as long as one that is sent.
MOST_BYTES_OF_ARCHIVE = 50 * 2**20
TOO_LARGE = f"It is larger than {MOST_BYTES_OF_ARCHIVE // 2**20} MiB."
BROKEN = "CVD broke off at it, by a fault of the program: the log of the server says where."

TELL = """
    INSERT INTO dex_inbox (id, folder, problem, looked_at) VALUES (1, :folder, :problem, :now)
    ON CONFLICT (id) DO UPDATE SET
        folder = excluded.folder, problem = excluded.problem, looked_at = excluded.looked_at
"""
CLAIM = """
    UPDATE dex_inbox SET holder = :holder, held_until = :until
    WHERE id = 1 AND (holder IS NULL OR holder = :holder OR held_until < :now)
"""
LEAVE = "UPDATE dex_inbox SET holder = NULL, held_until = NULL WHERE id = 1 AND holder = :holder"


class Inbox:
    """The watched folder in one worker. `look` is called every few seconds."""

    def __init__(self, folder: Path, days: int, max_bytes: int) -> None:
        self._folder = InboxFolder(folder)
        self._days = days
        self._max_bytes = max_bytes
        self._name = secrets.token_hex(8)
        self._told: tuple[str | None, float] = ("", 0.0)
        self._cleared_at = -CLEARED_EVERY_S

    def look(self, engine: Engine) -> None:
        """Book what is complete, for MOST_SECONDS at most; what is wrong is told, not raised."""
        problem = self._folder.problem()
        if problem is None:
            try:
                self._book_complete(engine)
            except OSError as error:
                problem = f"{self._folder.folder} cannot be used: {error.strerror}."
            except (StorageFull, Unavailable) as full:
                problem = full.detail
        self._tell(engine, problem)

    def _book_complete(self, engine: Engine) -> None:
        complete = self._folder.complete()
        if not complete and not self._folder.taken():
            self._clear_away()
            return
        # So that there is a row whose lease can be had.
        self._tell(engine, None)
        if not self._holds(engine):
            return
        try:
            for dropped in complete:
                with suppress(FileNotFoundError):  # taken back by who dropped it
                    self._folder.take(dropped)
            ends = time.monotonic() + MOST_SECONDS
            for group in _groups(self._folder.taken()):
                if time.monotonic() > ends or not self._holds(engine):
                    return
                self._book(engine, group)
        finally:
            with engine.writing() as db:
                db.execute(LEAVE, {"holder": self._holder})

    @property
    def _holder(self) -> str:
        # Workers are forked from one process, each with what it had.
        return f"{self._name}-{os.getpid()}"

    def _holds(self, engine: Engine) -> bool:
        now = clock.now()
        claim = {"holder": self._holder, "now": now, "until": clock.later(now, seconds=LEASE_S)}
        with engine.writing() as db:
            return db.execute(CLAIM, claim).rowcount == 1

    def _book(self, engine: Engine, group: Sequence[Dropped]) -> None:
        """Book files of one gateway and move each; one that breaks CVD costs only itself."""
        try:
            told = _Group(engine, group, self._max_bytes).book()
        except Problem:
            raise
        except Exception:
            log.exception("The inbox goes on after an error.")
            if len(group) > 1:
                for dropped in group:
                    self._book(engine, [dropped])
                return
            told = {0: BROKEN}
        day = clock.now()[:10]
        for number, dropped in enumerate(group):
            reason = told.get(number)
            if reason is None:
                self._folder.finish(dropped, day)
            else:
                self._folder.refuse(dropped, reason)

    def _clear_away(self) -> None:
        if time.monotonic() - self._cleared_at >= CLEARED_EVERY_S:
            self._cleared_at = time.monotonic()
            self._folder.clear_away(self._days)

    def _tell(self, engine: Engine, problem: str | None) -> None:
        """For people, when it is another than before and once a minute."""
        before, told_at = self._told
        if problem == before and time.monotonic() - told_at < TOLD_EVERY_S:
            return
        if problem is not None and problem != before:
            log.warning("Inbox: %s", problem)
        folder = dex_sources.shown_path(self._folder.folder)
        with suppress(Problem), engine.writing() as db:
            db.execute(TELL, {"folder": folder, "problem": problem, "now": clock.now()})
            self._told = (problem, time.monotonic())


class _Group:
    """Files of one gateway that are read together, zips file by file."""

    def __init__(self, engine: Engine, group: Sequence[Dropped], max_bytes: int) -> None:
        self._engine = engine
        self._group = group
        self._max_bytes = max_bytes
        self._refused: dict[int, str] = {}
        self._good: set[int] = set()
        self._contents: dict[int, bytes] = {}
        # Of each reading, by its number: in which of the files it was.
        self._file_of: list[int] = []

    def book(self) -> dict[int, str]:
        """Which of the files are refused as a whole, and why. Raises StorageFull, Unavailable."""
        with self._engine.writing() as db:
            decimals = company.currency_decimals(db)
            source_id = dex_sources.id_of(db, dex_sources.of_inbox(self._gateway()))
        taking = Taking(
            self._engine, INBOX, self._content_of, settle=self._settle, source_id=source_id
        )
        for readings in _in_parts(self._readings(decimals)):
            for batch in batches(readings):
                taking.book(batch)
                time.sleep(PAUSE_S)
            self._contents.clear()
        return {n: why for n, why in self._refused.items() if n not in self._good}

    def _gateway(self) -> str:
        gateway = self._group[0].gateway
        return dex_sources.shown_name(gateway) if gateway else ""

    def _content_of(self, reading: Reading) -> bytes | None:
        return self._contents.get(reading.number)

    def _settle(self, _db: Database, decided: Decided) -> None:
        for reading, outcome in decided:
            number = self._file_of[reading.number]
            if outcome.outcome == REFUSED:
                self._refused.setdefault(number, outcome.note)
            else:
                self._good.add(number)

    def _readings(self, decimals: int) -> Iterator[Reading]:
        for number, dropped in enumerate(self._group):
            for member in self._members(dropped):
                index = len(self._file_of)
                self._file_of.append(number)
                path = Path(dex_sources.shown_name(member.name))
                if member.content is None:
                    yield Reading(path, refusal=member.refusal, number=index)
                    continue
                reading = read_content(path, member.content, decimals, index)
                if not reading.intakes:
                    self._contents[index] = member.content
                yield reading

    def _members(self, dropped: Dropped) -> Iterator[Member]:
        """The file, or those in it; none where it is gone."""
        name = dropped.path.name
        if dropped.size > MOST_BYTES_OF_ARCHIVE:
            yield Member(name, None, TOO_LARGE)
            return
        try:
            content = inbox_folder.read(dropped.path)
            if content.startswith(dex_archives.BEGINS):
                yield from Archive(io.BytesIO(content)).members()
            elif len(content) > self._max_bytes:
                yield Member(name, None, f"It is larger than {self._max_bytes:,} bytes.")
            else:
                yield Member(name, content)
        except BadArchive as error:
            yield Member(name, None, str(error))
        except FileNotFoundError:
            return
        except OSError as error:
            yield Member(name, None, f"It cannot be read: {error.strerror}.")


def state(db: Database) -> dict[str, str | None] | None:
    """{folder, problem, looked_at} as a worker found it last; None where none looks."""
    return one(db, "SELECT folder, problem, looked_at FROM dex_inbox WHERE id = 1")


def forget(engine: Engine) -> None:
    """No folder is watched any more."""
    with engine.reading() as db:
        is_known = state(db) is not None
    if is_known:
        with engine.writing() as db:
            db.execute("DELETE FROM dex_inbox")


def _groups(taken: Sequence[Dropped]) -> Iterator[list[Dropped]]:
    """Files of one gateway, as many as may be held."""
    group: list[Dropped] = []
    for dropped in taken:
        is_full = len(group) == MOST_READ_FILES or sum(e.size for e in group) > MOST_READ_BYTES
        if group and (is_full or group[0].gateway != dropped.gateway):
            yield group
            group = []
        group.append(dropped)
    if group:
        yield group


def _in_parts(readings: Iterator[Reading]) -> Iterator[list[Reading]]:
    part: list[Reading] = []
    for reading in readings:
        part.append(reading)
        if len(part) == MOST_READ_FILES:
            yield part
            part = []
    if part:
        yield part
