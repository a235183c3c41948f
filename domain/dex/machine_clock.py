"""What the machine's own clock says: naive local times, never trusted blindly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from domain.dex.records import Record

ClockSource = Literal["id5", "ea3"]


def moment(date: str, time: str, seconds: str = "") -> datetime | None:
    """The naive local time of a date (YYMMDD or YYYYMMDD) and a time (HHMM or HHMMSS).

    Leading zeros that a machine dropped are restored; two-digit years are
    1980..2079. None when either part is missing or impossible.
    """
    date, time, seconds = date.strip(), time.strip(), seconds.strip()
    if not (_digits(date, 8) and _digits(time, 6)) or len(date) == 7:
        return None
    if len(date) <= 6:
        date = date.zfill(6)
        date = ("19" if date[:2] >= "80" else "20") + date
    time = time.zfill(4) if len(time) <= 4 else time.zfill(6)
    second = time[4:] or (seconds if _digits(seconds, 2) else "0")
    try:
        return datetime(  # noqa: DTZ001 - the machine names no zone
            int(date[:-4]),
            int(date[-4:-2]),
            int(date[-2:]),
            int(time[:2]),
            int(time[2:4]),
            int(second),
        )
    except ValueError:
        return None


def _digits(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= most


def read_clock(records: Sequence[Record]) -> tuple[datetime | None, ClockSource | None]:
    """When the machine says it was read: ID5, else "this read" of EA3, else nothing."""
    for record in records:
        if record.id == "ID5" and (at := moment(record.field(1), record.field(2), record.field(3))):
            return at, "id5"
    for record in records:
        if record.id == "EA3" and (at := moment(record.field(2), record.field(3))):
            return at, "ea3"
    return None, None
