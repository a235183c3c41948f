"""A list as a spreadsheet: the columns that the contract states, of all its pages.

The list's own function gives the rows, a page after the other out of one snapshot, so a file has
what its page shows, for the same people. People get headings and values in words, local times and
amounts with the decimals of the currency; machines get what the API answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson

import clock
import contract
from auth import Actor
from contract import Column, ListSheet, Operation, function_named, sheets
from contract.results import Sheet, plain
from db import Database
from domain import spreadsheets
from domain.spreadsheets import FOR_MACHINES, MACHINES, Cell, Style
from records import paging
from services.system import settings_service

# More than a page on a screen: fewer seeks, and a megabyte or so in memory.
PAGE = 1_000


class _Company(NamedTuple):
    """How the company writes."""

    zone: ZoneInfo
    currency: str
    decimals: int


def get_list_sheet(
    operation: Operation, db: Database, actor: Actor, *, for_: str, **asked: Any
) -> Sheet:
    """All pages of a list as a spreadsheet. Raises what the list raises."""
    stated = operation.sheet
    if not isinstance(stated, ListSheet):
        raise TypeError(f"{operation.name} states no columns.")
    # How many rows there are is said with the first page, whose rows come as the first.
    with paging.all_counted():
        first = _page(db, actor, operation, {**asked, "counted": True})
    items = _items(db, actor, operation, asked, first)
    count = first["total"]["count"]
    settings = settings_service.get_settings(db, actor)
    name = f"{stated.name}-{clock.today(settings['time_zone'])}"
    if for_ == MACHINES:
        names = [column.name for column in stated.of_machines]
        rows = ([_as_it_is(item.get(each)) for each in names] for item in items)
        return Sheet(name, count, names, rows, FOR_MACHINES)
    header, row, style = _for_people(stated, settings)
    return Sheet(name, count, header, map(row, items), style)


def _for_people(
    stated: ListSheet, settings: Mapping[str, Any]
) -> tuple[list[str], Callable[[dict[str, Any]], list[Cell]], Style]:
    """The header, what makes a row of an item, and how they are written."""
    company = _Company(
        ZoneInfo(settings["time_zone"]), settings["currency"], settings["currency_decimals"]
    )
    columns = [(column.name, _cells(column, company)) for column in stated.columns]

    def row(item: dict[str, Any]) -> list[Cell]:
        # A property that only some items have is absent in the others.
        return [None if item.get(each) is None else cell(item[each]) for each, cell in columns]

    header = [_heading(column, company) for column in stated.columns]
    return header, row, spreadsheets.for_people(settings["locale"])


def _page(db: Database, actor: Actor, operation: Operation, asked: Mapping[str, Any]) -> Any:
    return plain(function_named(operation.function)(db, actor, **{**asked, "limit": PAGE}))


def _items(
    db: Database, actor: Actor, operation: Operation, asked: Mapping[str, Any], found: Any
) -> Iterator[dict[str, Any]]:
    """The items of a page and of all that follow, of which one at a time is held."""
    while True:
        yield from found["items"]
        cursor = found["next_cursor"]
        if cursor is None:
            return
        found = _page(db, actor, operation, {**asked, "cursor": cursor, "counted": False})


def _heading(column: Column, company: _Company) -> str:
    is_amount = column.kind == sheets.MONEY
    return f"{column.heading} ({company.currency})" if is_amount else column.heading


def _cells(column: Column, company: _Company) -> Callable[[Any], Cell]:
    """What makes a cell of a value that is there."""
    if column.words:
        words = _audit_words(column.words)
        return lambda value: words.get(value, value)
    made: dict[str, Callable[[Any], Cell]] = {
        sheets.MONEY: lambda cents: spreadsheets.amount(cents, company.decimals),
        sheets.DAY: date.fromisoformat,
        sheets.MOMENT: lambda text: _local(text, company.zone),
        sheets.WORDS: lambda word: str(word).replace("_", " ").capitalize(),
        sheets.SEVERAL: _joined,
    }
    return made.get(column.kind, lambda value: value)


def _local(text: str, zone: ZoneInfo) -> datetime:
    return clock.to_datetime(text).astimezone(zone).replace(tzinfo=None)


def _audit_words(which: str) -> Mapping[str, str]:
    stated = contract.current().audit
    if which == "nouns":
        return stated.nouns
    return {name: action.words for name, action in stated.actions.items()}


def _joined(values: list[Any]) -> str:
    """Several values in one cell; of changes each with what it was and what it became."""
    return "; ".join(map(_change, values))


def _change(value: Any) -> str:
    if isinstance(value, dict) and value.keys() == {"field", "from", "to"}:
        return f"{value['field']}: {_word(value['from'])} → {_word(value['to'])}"
    return _word(value)


def _word(value: Any) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _as_it_is(value: Any) -> Cell:
    """As JSON has it: a list or an object is its text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return orjson.dumps(value).decode() if isinstance(value, list | dict) else value
