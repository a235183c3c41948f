"""The one clock: every stored time comes from here, in one spelling.

A time is UTC text to the second, `2026-01-31T08:00:00Z`, so text order is
time order in any database. A local date is `2026-01-31` in the operator's
time zone. Arithmetic happens on aware datetimes, never in SQL.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

_LENGTH = len("2026-01-31T08:00:00Z")
_SECONDS = _LENGTH - 1
AHEAD_SECONDS = 300
_LOCALTIME = Path("/etc/localtime")


def now() -> str:
    """This moment as UTC text."""
    return of_epoch(int(time.time()))


@lru_cache(maxsize=64)  # of one second there are many requests, and lines of the log
def of_epoch(seconds: int) -> str:
    """The UTC text of a moment in seconds since 1970."""
    return to_text(datetime.fromtimestamp(seconds, UTC))


def to_text(moment: datetime) -> str:
    """UTC text of an aware datetime, fractions of a second dropped."""
    if moment.tzinfo is None:
        raise ValueError("A time without its zone cannot be stored.")
    return moment.astimezone(UTC).isoformat()[:_SECONDS] + "Z"


def to_datetime(text: str) -> datetime:
    """The aware datetime of a UTC text; ValueError for any other spelling."""
    if len(text) != _LENGTH or text[-1] != "Z":
        raise ValueError(f"{text!r} does not match 2026-01-31T08:00:00Z")
    return datetime.fromisoformat(text)


def later(
    text: str, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
) -> str:
    """The UTC text that much after `text`; negative amounts are before it."""
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return to_text(to_datetime(text) + span)


def ahead(text: str) -> str:
    """What is later than this was written by a clock that ran ahead; nodes differ a little."""
    return later(text, seconds=AHEAD_SECONDS)


@lru_cache(maxsize=1024)  # the sales of one audit are all of one moment
def local_date(text: str, zone: str) -> str:
    """The date on the wall calendar in `zone` (an IANA name) at that UTC text."""
    return to_datetime(text).astimezone(ZoneInfo(zone)).date().isoformat()


def today(zone: str) -> str:
    """Today's date in `zone`."""
    return local_date(now(), zone)


def day_begin(date: str, zone: str) -> str:
    """The UTC text at which the local date begins in `zone`."""
    # At the ends of the calendar a zone's offset leaves it, and nothing was sold.
    if not "1900-01-01" <= date < "9999-12-30":
        return f"{date}T00:00:00Z"
    return to_text(datetime.fromisoformat(date).replace(tzinfo=ZoneInfo(zone)))


def day_end(date: str, zone: str) -> str:
    """The UTC text at which the local date has just ended in `zone`."""
    if not "1900-01-01" <= date < "9999-12-29":
        return f"{date}T23:59:59Z"
    following = datetime.fromisoformat(date) + timedelta(days=1)
    return day_begin(following.date().isoformat(), zone)


def at_time(date: str, time: str, zone: str) -> str:
    """The UTC text at which clocks in `zone` say `time`, such as 08:00, on that local date."""
    return to_text(datetime.fromisoformat(f"{date}T{time}").replace(tzinfo=ZoneInfo(zone)))


def next_daily(text: str, at: str, zone: str) -> str:
    """The first UTC text behind `text` at which clocks in `zone` say `at`, such as 02:30.

    Where they leave that time out, as much later; where they say it twice, the first time.
    """
    day = to_datetime(text).astimezone(ZoneInfo(zone)).date()
    hours, minutes = map(int, at.split(":"))
    while True:
        moment = datetime.combine(day, datetime.min.time(), ZoneInfo(zone))
        found = to_text(moment.replace(hour=hours, minute=minutes))
        if found > text:
            return found
        day += timedelta(days=1)


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """The IANA names that can be used as a time zone here."""
    return frozenset(available_timezones() - {"localtime", "posixrules", "Factory"})


def machine_zone(tz: str | None) -> str:
    """This machine's zone: `TZ` if it names one, else what the system links to, else UTC."""
    linked = str(_LOCALTIME.resolve()).partition("zoneinfo/")[2]
    named = ((tz or "").lstrip(":"), linked)
    return next((name for name in named if name in zones()), "UTC")
