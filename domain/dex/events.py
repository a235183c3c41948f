"""What happened at the machine: EA1 (an event with its time) and EA2 (an event's counters)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.dex.amounts import number, small
from domain.dex.event_codes import CODES, UNITS, Severity
from domain.dex.machine_clock import moment
from domain.dex.records import Record

_OF_SELECTIONS = ("EJ", "EL", "OA", "OB")
_LONGEST = max(map(len, CODES))


@dataclass(frozen=True, slots=True)
class Event:
    """One EA1 or EA2 record. Counts and `active` are EA2's, time and duration EA1's.

    `unit` is the part of the machine, "" when the code does not tell; `raw` is
    the record as it came, for what the standard leaves to makers.
    """

    code: str
    meaning: str
    unit: str
    severity: Severity
    occurred_at: datetime | None
    count_init: int | None
    count_rst: int | None
    active: bool | None
    duration_minutes: int | None
    raw: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PowerOutages:
    """EA7: how often the power was cut."""

    count_init: int | None
    count_rst: int | None


def meaning(code: str) -> str:
    """The code in words: its longest known prefix, and what its `_n` suffix names.

    An unknown code is returned as it came.
    """
    known, suffix = _known(code), code.partition("_")[2].strip()
    text = CODES[known][0] if known else code.strip()
    if not (known and suffix):
        return text
    return f"{text}, {_named(known)} {suffix}"


def _named(known: str) -> str:
    """What the `_n` suffix of a code counts."""
    if known.startswith("E") and known.endswith("U") and len(known) > 2:
        return "code"
    return "selection" if known[:2] in _OF_SELECTIONS else "unit"


def severity(code: str) -> Severity:
    """How much the code should worry an operator; "info" for an unknown one."""
    known = _known(code)
    return CODES[known][1] if known else "info"


def unit(code: str) -> str:
    """The part of the machine that an E code names with its second letter, else ""."""
    return UNITS.get(code[1:2], "") if code.startswith("E") else ""


def _known(code: str) -> str:
    head = code.partition("_")[0].strip()[:_LONGEST]
    for length in range(len(head), 1, -1):
        if head[:length] in CODES:
            return head[:length]
    return ""


def read_events(records: Sequence[Record]) -> tuple[Event, ...]:
    """Every EA1 and EA2 that names a code, in file order."""
    return tuple(
        _timed(record) if record.id == "EA1" else _counted(record)
        for record in records
        if record.id in ("EA1", "EA2") and record.field(1)
    )


def _timed(record: Record) -> Event:
    code = record.field(1)
    return Event(
        code=code,
        meaning=meaning(code),
        unit=unit(code),
        severity=severity(code),
        occurred_at=moment(record.field(2), record.field(3)),
        count_init=None,
        count_rst=None,
        active=None,
        duration_minutes=number(record.field(4)),
        raw=record.fields,
    )


def _counted(record: Record) -> Event:
    code = record.field(1)
    return Event(
        code=code,
        meaning=meaning(code),
        unit=unit(code),
        severity=severity(code),
        occurred_at=None,
        count_init=small(record.field(3)),
        count_rst=small(record.field(2)),
        active={"0": False, "1": True}.get(record.field(5)),
        duration_minutes=None,
        raw=record.fields,
    )


def read_power_outages(record: Record | None) -> PowerOutages:
    """`record` is EA7 or nothing."""
    if record is None:
        return PowerOutages(None, None)
    return PowerOutages(small(record.field(2)), small(record.field(1)))
