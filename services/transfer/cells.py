"""Cells: what a row says of each field, or what is wrong with it in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from domain.sheets import Cell, days, numbers
from services.transfer.columns import Field

LONGEST_SHOWN = 40
SIGN_WORDS = {".": "a point", ",": "a comma"}
# Kinds of places and roles as other systems and languages say them.
WORDS = {
    "office": "workplace", "büro": "workplace", "industrie": "factory", "fabrik": "factory",
    "school": "education", "university": "education", "schule": "education",
    "hospital": "healthcare", "krankenhaus": "healthcare", "klinik": "healthcare",
    "gym": "leisure", "freizeit": "leisure", "station": "transport", "bahnhof": "transport",
    "shop": "retail", "mall": "retail", "handel": "retail", "öffentlich": "public",
    "sonstige": "other", "fahrer": "driver", "administrator": "admin", "leser": "viewer",
    "disponent": "manager",
}  # fmt: skip
# How buyers paid, as systems and languages say it; what is none of these is another way.
PAYMENTS = {
    "cash": "cash", "coin": "cash", "coins": "cash", "bill": "cash", "bar": "cash",
    "bargeld": "cash", "card": "card", "credit": "card", "credit card": "card", "debit": "card",
    "cashless": "card", "contactless": "card", "nfc": "card", "karte": "card", "bargeldlos": "card",
    "ec": "card", "girocard": "card", "kreditkarte": "card",
}  # fmt: skip


class Reading(NamedTuple):
    """How cells of a file are read: its decimal sign, the decimals of the company's money, whether
    its days begin with the day or the month, and the time zone in which they are days.
    """

    sign: str
    decimals: int
    date_order: str = days.DAY_FIRST
    zone: str = "UTC"


class Fault(NamedTuple):
    """What is wrong with one cell."""

    field: str
    value: str
    message: str


def values_of(
    cells: Sequence[Cell], places: Mapping[int, Field], reading: Reading
) -> tuple[dict[str, Any], list[Fault]]:
    """What a row says by the names of fields; an empty cell says nothing."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for place, field in places.items():
        cell = cells[place] if place < len(cells) else ""
        if cell == "":
            continue
        try:
            values[field.name] = _value(cell, field.shape, reading)
        except ValueError as error:
            faults.append(Fault(field.name, shown(cell), str(error)))
    return values, faults


def shown(cell: Any) -> str:
    """A cell as a sentence names it."""
    text = str(cell)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _value(cell: Cell, shape: str, reading: Reading) -> Any:
    if shape in ("text", "code"):
        return str(cell)
    if shape in ("kind", "role"):
        word = str(cell).casefold()
        return WORDS.get(word, word)
    if shape == "payment":
        return PAYMENTS.get(str(cell).casefold(), "other")
    return _day(cell, reading) if shape == "day" else _number(cell, shape, reading)


def _day(cell: Cell, reading: Reading) -> str:
    found = days.day(cell, reading.date_order, reading.zone)
    if found is None:
        raise ValueError("is no day that is known here: write it as 2026-01-31")
    return found


def _number(cell: Cell, shape: str, reading: Reading) -> int | float:
    number = numbers.number(cell, reading.sign)
    if number is None:
        raise ValueError(f"is no number with {SIGN_WORDS[reading.sign]} as its decimal sign")
    if shape == "degrees":
        return float(number)
    if shape == "money":
        number = number.scaleb(reading.decimals)
        if number != number.to_integral_value():
            raise ValueError(f"has more than {reading.decimals} decimals")
    elif number != number.to_integral_value():
        raise ValueError("is no whole number")
    return int(number)
