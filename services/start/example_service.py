"""The example fleet: a copy of cvd.db.example's rows, moved in time so that it ends today.

The example was lived through with UTC as local time (scripts/example/). Loading keeps
every wall-clock time and moves the day: what happened at 08:15 happened at 08:15 in
the operator's zone, so each sale stays on its local day. The audits' own bytes are
moved too, and sealed again, so that whatever is derived from them later agrees. The
example's audit log stays behind: here, the one thing that happened is the loading.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

import clock
from auth import Actor
from db import Database, Row, insert_rows, resume_ids, scalar
from domain.dex import checksum
from domain.dex.crc import crc16
from errors import Conflict, NotFound
from records import company, search, trail
from services.books import device_counts
from services.start import example_tables
from settings import PROJECT

EXAMPLE = PROJECT / "cvd.db.example"
HAS_IDS = "SELECT 1 FROM pragma_table_info(:table) WHERE name = 'id'"
LAST_TIME = "SELECT max(last_seen_at) FROM dex_reads"

_DATED = re.compile(rb"^(?:ID5|EA1|EA3|PA5)\*.*$", re.MULTILINE)
_DAY = re.compile(rb"(?<=\*)20\d{6}(?=\*)")
_SEALED = re.compile(rb"(?s)(?P<covered>ST\*.*?\r\n)G85\*[0-9A-F]{4}")


def load_example(db: Database, actor: Actor) -> None:
    """Copy the example into this database, ending today. Raises NotFound, Conflict."""
    if not EXAMPLE.is_file():
        raise NotFound("The example fleet is not part of this installation.")
    with closing(sqlite3.connect(f"{EXAMPLE.as_uri()}?mode=ro&immutable=1", uri=True)) as example:
        example.row_factory = sqlite3.Row
        tables = example_tables.copied(example)
        _check_empty(db, tables)
        last = example.execute(LAST_TIME).fetchone()[0]
        _copy(db, example, _Calendar(last, company.time_zone(db)))
        search.copy(db, example_tables.searched(example))
        counted = [table for table in tables if _has_ids(example, table)]
    resume_ids(db, counted)
    device_counts.count(db)
    trail.record(
        db,
        actor,
        action="example.loaded",
        noun="settings",
        noun_id=1,
        after={"devices": scalar(db, "SELECT count(*) FROM devices")},
    )


def create_example_fleet(db: Database, actor: Actor) -> dict[str, int]:
    """Load the example where there is nothing yet: {"devices"}. Raises NotFound, Conflict."""
    load_example(db, actor)
    return {"devices": scalar(db, "SELECT count(*) FROM devices")}


class _Calendar:
    """Moves the example's days: `last` is its last UTC text, `zone` the operator's."""

    def __init__(self, last: str, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        ended = _naive(last)
        now = clock.to_datetime(clock.now()).astimezone(self._zone).replace(tzinfo=None)
        # Nothing may lie in the future: just after midnight the example ends yesterday.
        today = now.date() if now.time() >= ended.time() else now.date() - timedelta(days=1)
        self._span = today - ended.date()
        self.time: Callable[[str], str] = cache(self._time)
        self.day: Callable[[str], str] = cache(self._day)

    def _time(self, text: str) -> str:
        return clock.to_text((_naive(text) + self._span).replace(tzinfo=self._zone))

    def _day(self, text: str) -> str:
        return (date.fromisoformat(text) + self._span).isoformat()

    def audit(self, content: bytes) -> bytes:
        """An audit with its machine's dates moved, sealed again if the seal was whole."""
        was_whole = checksum.check(content).state == "valid"
        moved = _DATED.sub(lambda line: _DAY.sub(self._machine_day, line[0]), content)
        return _SEALED.sub(_sealed, moved) if was_whole else moved

    def _machine_day(self, found: re.Match[bytes]) -> bytes:
        text = found[0].decode()
        return self.day(f"{text[:4]}-{text[4:6]}-{text[6:]}").replace("-", "").encode()


def _check_empty(db: Database, tables: list[str]) -> None:
    if any(example_tables.is_filled(db, table) for table in tables):
        raise Conflict("The example fleet is only for an empty database: there is data in this.")


def _copy(db: Database, example: Any, calendar: _Calendar) -> None:
    contents = {
        row["dex_read_id"]: calendar.audit(zlib.decompress(row["content"]))
        for row in example_tables.rows_of(example, "dex_contents")
    }
    hashes = {read_id: hashlib.sha256(content).hexdigest() for read_id, content in contents.items()}
    for table in example_tables.copied(example):
        rows = _moved(example_tables.rows_of(example, table), calendar)
        if table == "dex_reads":
            rows = [_rehashed(row, row["id"], hashes, calendar) for row in rows]
        elif table == "dex_selections":
            rows = [_rehashed(row, row["dex_read_id"], hashes, calendar) for row in rows]
        elif table == "dex_contents":
            rows = [{**row, "content": zlib.compress(contents[row["dex_read_id"]])} for row in rows]
        insert_rows(db, table, rows)


def _moved(rows: list[Row], calendar: _Calendar) -> list[Row]:
    """The rows with every time (`…_at`) and local date (`…_on`) moved."""
    names = list(rows[0]) if rows else []
    for name in names:
        move = calendar.time if name.endswith("_at") else calendar.day
        if name.endswith(("_at", "_on")):
            for row in rows:
                row[name] = row[name] and move(row[name])
    return rows


def _rehashed(row: Row, read_id: int, hashes: dict[int, str], calendar: _Calendar) -> Row:
    """The row of a read whose bytes were moved: its hash, and its place, which begins with a time
    and ends with a piece of the hash (dex_placing.position_of)."""
    if row["position"] is not None:
        at, count, _ = row["position"].split("/")
        row["position"] = f"{calendar.time(at)}/{count}/{hashes[read_id][:16]}"
    if "sha256" in row:
        row["sha256"] = hashes[read_id]
    return row


def _sealed(found: re.Match[bytes]) -> bytes:
    return found["covered"] + f"G85*{crc16(found['covered']):04X}".encode()


def _has_ids(example: Any, table: str) -> bool:
    return example.execute(HAS_IDS, {"table": table}).fetchone() is not None


def _naive(text: str) -> datetime:
    return clock.to_datetime(text).replace(tzinfo=None)
