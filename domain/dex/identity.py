"""Who speaks: the machine and the parts that name themselves in its audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.dex.records import Record

_PARTS = {
    "CB1": "control board",
    "CA1": "coin mech",
    "BA1": "bill validator",
    "DA1": "card reader",
    "DB1": "second card reader",
    "TA1": "token mech",
}


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the machine as it names itself; empty fields are None."""

    kind: str
    serial: str | None
    model: str | None
    software: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    """What DXS, ID1, ID4 and ST say of the machine; empty fields are None."""

    communication_id: str | None
    transaction_number: str | None
    serial: str | None
    model: str | None
    build: str | None
    location: str | None
    user_defined: str | None
    asset: str | None
    level: str | None
    revision: str | None
    currency_numeric: str | None
    currency_alpha: str | None


def said(record: Record | None, position: int) -> str | None:
    """The trimmed field, None when the record or the field is missing or empty."""
    return (record.field(position) or None) if record else None


def _assigned(record: Record | None, position: int) -> str | None:
    """A number somebody gave the machine; zeros alone are a field nobody filled in."""
    text = said(record, position)
    return text if text and text.strip("0") else None


def read_identity(first: dict[str, Record]) -> Identity:
    """`first` holds the first record of each id."""
    machine, money = first.get("ID1"), first.get("ID4")
    alpha = said(money, 3)
    return Identity(
        communication_id=said(first.get("DXS"), 1),
        transaction_number=said(first.get("ST"), 2),
        serial=_assigned(machine, 1),
        model=said(machine, 2),
        build=said(machine, 3),
        location=said(machine, 4),
        user_defined=said(machine, 5),
        asset=_assigned(machine, 6),
        level=said(machine, 7),
        revision=said(machine, 8),
        currency_numeric=said(money, 2),
        # Some machines leave a code here that is no currency ("5").
        currency_alpha=alpha.upper() if alpha and len(alpha) == 3 and alpha.isalpha() else None,
    )


def read_component(record: Record) -> Component:
    """The identity in CB1, CA1, BA1, DA1…: serial, model, software."""
    kind = _PARTS.get(record.id, record.id)
    return Component(kind, said(record, 1), said(record, 2), said(record, 3))


def read_components(records: Sequence[Record]) -> tuple[Component, ...]:
    """The parts that say anything at all, in file order."""
    parts = [read_component(record) for record in records if record.id in _PARTS]
    return tuple(part for part in parts if part.serial or part.model or part.software)
