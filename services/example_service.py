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
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

import clock
from auth import Actor
from db import Database, Row, insert_rows, resume_ids, scalar
from dex import checksum
from dex.crc import crc16
from errors import Conflict, NotFound
from records import company, trail
from services import (
    device_counts,
    device_service,
    location_service,
    product_service,
    route_service,
)

EXAMPLE = Path(__file__).resolve().parent.parent / "cvd.db.example"
# A table comes after those that it refers to.
TABLES = (
    "products",
    "locations",
    "routes",
    "device_types",
    "cabinet_types",
    "devices",
    "device_assignments",
    "cabinets",
    "slots",
    "planogram_changes",
    "slot_arrangements",
    "dex_reads",
    "dex_contents",
    "dex_selections",
    "quarantined_files",
    "service_orders",
    "service_order_cabinets",
    "service_order_items",
    "visits",
    "skips",
    "slot_changes",
    "count_acknowledgements",
    "slot_facts",
    "stock_moves",
    "sales",
    "daily_device_sales",
    "daily_product_sales",
    "daily_selection_sales",
    "daily_route_sales",
    "daily_location_sales",
    "device_metrics",
)
# What follows from the others, and is made from them: at once, or with a device's next audit.
DERIVED = frozenset({"device_counts", "search_grams", "selling_windows"})
# What an installation has of its own.
NOT_COPIED = frozenset(
    {
        "users",
        "sessions",
        "setup_tokens",
        "login_failures",
        "idempotency_keys",
        "settings",
        "time_zone_periods",
        "audit_entries",
        "book_changes",
    }
)
# Whatever else is copied belongs to one of these.
ANYTHING = """
    SELECT 1 FROM products
    UNION ALL SELECT 1 FROM locations
    UNION ALL SELECT 1 FROM routes
    UNION ALL SELECT 1 FROM device_types
    UNION ALL SELECT 1 FROM cabinet_types
    UNION ALL SELECT 1 FROM devices
    UNION ALL SELECT 1 FROM dex_reads
    UNION ALL SELECT 1 FROM quarantined_files
    LIMIT 1
"""
HAS_IDS = "SELECT 1 FROM pragma_table_info(:table) WHERE name = 'id'"
READ_ROWS = {table: f"SELECT * FROM {table} ORDER BY 1" for table in TABLES}
LAST_TIME = "SELECT max(last_seen_at) FROM dex_reads"

_DATED = re.compile(rb"^(?:ID5|EA1|EA3|PA5)\*.*$", re.MULTILINE)
_DAY = re.compile(rb"(?<=\*)20\d{6}(?=\*)")
_SEALED = re.compile(rb"(?s)(?P<covered>ST\*.*?\r\n)G85\*[0-9A-F]{4}")


def load_example(db: Database, actor: Actor) -> None:
    """Copy the example into this database, ending today. Raises NotFound, Conflict."""
    if not EXAMPLE.is_file():
        raise NotFound("The example fleet is not part of this installation.")
    _check_empty(db)
    with closing(sqlite3.connect(f"{EXAMPLE.as_uri()}?mode=ro&immutable=1", uri=True)) as example:
        example.row_factory = sqlite3.Row
        last = example.execute(LAST_TIME).fetchone()[0]
        _copy(db, example, _Calendar(last, company.time_zone(db)))
        counted = [table for table in TABLES if _has_ids(example, table)]
    resume_ids(db, counted)
    _derive(db)
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


def _check_empty(db: Database) -> None:
    if scalar(db, ANYTHING) is not None:
        raise Conflict("The example fleet is only for an empty database: there is data in this.")


def _copy(db: Database, example: Any, calendar: _Calendar) -> None:
    contents = {
        row["dex_read_id"]: calendar.audit(zlib.decompress(row["content"]))
        for row in _rows(example, "dex_contents")
    }
    hashes = {read_id: hashlib.sha256(content).hexdigest() for read_id, content in contents.items()}
    for table in TABLES:
        rows = _moved(_rows(example, table), calendar)
        if table == "dex_reads":
            rows = [_rehashed(row, row["id"], hashes, calendar) for row in rows]
        elif table == "dex_selections":
            rows = [_rehashed(row, row["dex_read_id"], hashes, calendar) for row in rows]
        elif table == "dex_contents":
            rows = [{**row, "content": zlib.compress(contents[row["dex_read_id"]])} for row in rows]
        insert_rows(db, table, rows)


def _derive(db: Database) -> None:
    for service in (device_service, location_service, product_service, route_service):
        service.keep_searchable(db)
    device_counts.count(db)


def _rows(example: Any, table: str) -> list[Row]:
    return [dict(row) for row in example.execute(READ_ROWS[table])]


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
