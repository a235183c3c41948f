"""Small audits as machines in the field write them, for tables of what each series sold."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.dex import writer
from tests.kit.factories import make_device, make_planogram, send_audit

SUM = "sum"
BEGIN = datetime(2026, 10, 1, 9, 0)  # noqa: DTZ001  # a machine knows no zone
STOCKED, CAPACITY = 9_000, 10_000
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Shown:
    """The records of one audit, without identity and time; `files` are parts behind it."""

    lines: Sequence[str]
    at: datetime | None = None
    parts: Sequence[Shown] = ()
    model: str = "X"


@dataclass(frozen=True)
class Probe:
    """Audits of one machine, and what they sold; `held` of them wait for somebody.

    `says` is part of a sentence; `wrong_clocks` how many of the audits are flagged for it.
    `slots` sell by these codes (those of the audits unless said), and lose `from_slots` units;
    `unbooked` is what the device counted and did not book.
    """

    audits: Sequence[Shown]
    units: int
    cents: int | None = None
    held: int = 0
    currency: str = "EUR"
    says: str = ""
    orders: str = "any"
    wrong_clocks: int | None = None
    slots: Sequence[str] | None = None
    from_slots: int | None = None
    unbooked: int = 0

    @property
    def money(self) -> int:
        return self.units * 100 if self.cents is None else self.cents


def at(day: int, hour: int, minute: int = 0, *, month: int = 10, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute)  # noqa: DTZ001  # a machine knows no zone


def shows(
    selections: dict[str, Any],
    total: Any = SUM,
    *,
    when: datetime | None = None,
    price: int | None = 100,
    id4: str = "ID4*2*978*EUR",
    more: Sequence[str] = (),
    parts: Sequence[Shown] = (),
    model: str = "X",
) -> Shown:
    """A number is units at `price`, a tuple the fields of PA2, a list records as they are;
    `total` is VA1: the sum, None, units, or its fields.
    """
    lines = [id4] if id4 else []
    paid = {name: _fields(each, price or 0) for name, each in selections.items()}
    if total == SUM:
        total = sum(int(each[0] or 0) for each in paid.values() if each)
    if isinstance(total, int):
        total = (total * (price or 0), total, 0, 0)
    if total is not None:
        lines.append(writer.record("VA1", *total))
    lines += more
    for name, each in selections.items():
        if isinstance(each, list):
            lines += each
            continue
        lines.append(writer.record("PA1", name, price))
        lines.append(writer.record("PA2", *paid[name]))
    return Shown(lines, when, parts, model)


def counted(*counters: tuple[int, datetime]) -> list[Shown]:
    """An audit for each: what the counter of selection 11 shows, and when."""
    return [shows({"11": counter}, when=moment) for counter, moment in counters]


def _fields(each: Any, price: int) -> Sequence[Any]:
    if isinstance(each, int):
        return each, each * price, 0, 0
    return () if isinstance(each, list) else each


def written(shown: Shown, serial: str, moment: datetime) -> bytes:
    """The file that machine sends at that moment."""
    lines = [
        writer.record("ID1", serial, shown.model),
        *shown.lines,
        writer.record("ID5", f"{moment:%Y%m%d}", f"{moment:%H%M}"),
    ]
    return writer.seal(lines) + b"".join(written(each, serial, moment) for each in shown.parts)


def selections_of(audits: Sequence[Shown]) -> list[str]:
    """The codes of all audits, as the product names them."""
    found: dict[str, None] = {}
    for shown in audits:
        own: set[str] = set()
        for number, part in enumerate([shown, *shown.parts], start=1):
            codes = _codes(part)
            prefix = f"{number}:" if own & set(codes) else ""
            found |= dict.fromkeys(prefix + code for code in codes)
            own |= set(codes)
    return list(found)


def _codes(shown: Shown) -> list[str]:
    records = [line.split("*") for line in shown.lines]
    found = [record[1] or record[2] for record in records if record[0] in ("PA1", "PA7")]
    return list(dict.fromkeys(code for code in found if code))


def make_stocked(person: Any, codes: Sequence[str], serial: str) -> Any:
    """A new device whose slots sell by these codes, counted long before."""
    device = make_device(person, asset=serial, rows=1, columns=max(1, len(codes)))
    make_planogram(
        person,
        device["cabinets"][0]["id"],
        selections=codes,
        capacity=CAPACITY,
        par_level=CAPACITY,
        price_cents=None,
        quantity=STOCKED,
        as_of="2026-01-01T06:00:00Z",
    )
    return device


def told(person: Any, probe: Probe, order: Sequence[int]) -> tuple[Any, list[Any]]:
    """A new device that was sent the audits in this order, and its reads as they then are."""
    serial = f"FP{next(_numbers)}"
    device = make_stocked(person, probe.slots or selections_of(probe.audits), serial)
    ids = {}
    for index in order:
        shown = probe.audits[index]
        moment = shown.at or BEGIN + timedelta(days=7 * index)
        content = written(shown, serial, moment)
        answer = send_audit(person, content, device_id=device["id"])
        assert answer.status == 201, answer.text
        ids[index] = answer.json["id"]
    return device, [
        person.get(f"/api/dex-reads/{ids[index]}").json for index in range(len(probe.audits))
    ]


def sold_from_slots(person: Any, device: Any) -> int:
    """What left the slots since they were counted."""
    cabinet = device["cabinets"][0]["id"]
    slots = person.get(f"/api/cabinets/{cabinet}/planogram").json["slots"]
    return sum(STOCKED - slot["quantity"] for slot in slots if slot["product_id"])


def said(reads: Sequence[Any]) -> str:
    """Everything the reads tell a person, a line each."""
    lines: list[str] = []
    for number, read in enumerate(reads, start=1):
        found = read["reconciliation"]
        lines.append(
            f"{number}. {read['read_at']} {read['finding']} {read['units']} units "
            f"{read['amount_cents']} ({read['clock']})"
        )
        lines += [f"   ! {each}" for each in read["warnings"]]
        if read["held_reason"]:
            lines.append(f"   HELD {read['held_reason']}")
        if found:
            lines.append(f"   = {found['sentence']}")
    return "\n".join(lines)
