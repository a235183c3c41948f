"""Previews: a file, read as somebody chose or as it was found, and each row looked at."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from auth import Actor
from db import Database, Row, one
from domain.sheets import MOST_ROWS, BadSheet, Cell, Line, days, find, numbers
from records import company
from services.transfer import cells as cell_values
from services.transfer import columns, files, histories, plans
from services.transfer.cells import Reading
from services.transfer.files import Choice
from services.transfer.histories import HistoryPlan
from services.transfer.lists import ListPlan
from services.transfer.machines import MachinePlan
from services.transfer.plans import WRONG, Look, Plan, Wrong
from services.transfer.slots import SlotPlan

PLANS: dict[str, Callable[[Database, Actor, str, int], Plan]] = {
    "products": ListPlan,
    "locations": ListPlan,
    "devices": MachinePlan,
    "slots": SlotPlan,
    "sales": HistoryPlan,
    "users": ListPlan,
}
REMEMBERED = "SELECT kind, columns FROM import_sources WHERE mark = :mark"
NUMBERS = ("money", "degrees")
DAYS = ("day",)
SALES = "sales"
# Where no day of a file tells: whose money is dollars of the United States writes the month first.
MONTH_FIRST = frozenset({"USD"})
# So many are shown of a file of which nobody knows yet what its columns are.
SHOWN_UNKNOWN = 200
NOT_KNOWN = "What kind of list it is was not recognised: choose it, and what its columns are."


class Table(NamedTuple):
    """A file as it was read: its header, what is below it, and how it was read."""

    headers: list[str]
    lines: list[Line]
    found: Row


@dataclass
class Preview:
    """What a file would do: how it was read, and what becomes of each of its rows."""

    kind: str | None
    table: Table
    found: Row
    looks: list[tuple[Line, Look]] = field(default_factory=list)
    plan: Plan | None = None

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(look.verdict for _, look in self.looks)
        return {verdict: counted[verdict] for verdict in plans.VERDICTS}


def table_of(content: bytes, chosen: Mapping[str, Any]) -> Table:
    """Raises BadSheet."""
    choice = Choice(chosen.get("encoding"), chosen.get("delimiter"), chosen.get("sheet"))
    read = files.read(content, choice)
    header = find(read.lines, columns.is_known, chosen.get("header_row"))
    below = read.lines[header.place + 1 :]
    if not below:
        raise BadSheet("There are no rows below the names of its columns.")
    if len(below) > MOST_ROWS:
        raise BadSheet(f"It has more than {MOST_ROWS:,} rows: divide it into several files.")
    found = {
        "header_row": read.lines[header.place].number,
        "encoding": read.encoding,
        "delimiter": read.delimiter,
        "sheet": read.sheet,
        "sheets": read.sheets,
    }
    return Table(header.names, below, found)


def preview(db: Database, actor: Actor, table: Table, chosen: Mapping[str, Any]) -> Preview:
    """Look at every row, writing nothing."""
    match, is_remembered, is_passing = _match(db, table, chosen)
    kind = None if match is None else match.kind
    given = {} if match is None else match.columns
    found = {
        **table.found,
        "columns": given,
        "is_remembered": is_remembered,
        "is_passing": is_passing,
    }
    problem = _problem(kind, given)
    made = Preview(kind, table, found)
    if kind is None or problem:
        found |= {"problem": problem, "decimal_sign": None, "date_order": None,
                  "nouns": {}}  # fmt: skip
        made.looks = [(line, Look(WRONG, [])) for line in table.lines[:SHOWN_UNKNOWN]]
        return made
    places = {
        place: columns.kinds()[kind][given[header]]
        for place, header in enumerate(table.headers)
        if header in given
    }
    sign = chosen.get("decimal_sign") or _sign(table, _of_shapes(places, NUMBERS))
    dated = _of_shapes(places, DAYS)
    zone, currency = company.zone_and_currency(db)
    order = chosen.get("date_order") or _date_order(table, dated, currency)
    reading = Reading(sign, company.currency_decimals(db), order, zone)
    made.plan = PLANS[kind](db, actor, kind, reading.decimals)
    made.looks = [
        (
            line,
            _look(
                made.plan,
                kind,
                line,
                cell_values.values_of(line.cells, places, reading),
                reading.decimals,
            ),
        )
        for line in table.lines
    ]
    found |= {"date_order": order if dated else None}
    found |= {"decimal_sign": sign, "nouns": {n: c for n, c in made.plan.creates().items() if c}}
    return made


def mark_of(headers: Sequence[str]) -> str:
    """By which a file with these columns is known again."""
    return hashlib.sha256(orjson.dumps(list(headers))).hexdigest()


def _match(
    db: Database, table: Table, chosen: Mapping[str, Any]
) -> tuple[columns.Match | None, bool, bool]:
    """The kind and columns, as chosen, as remembered, or by their names.

    And whether they are remembered as others than the names say, and whether they are only so
    until the machines of the file are there.
    """
    headers = table.headers
    kind, given = chosen.get("kind"), chosen.get("columns")
    if kind is not None and given is not None:
        is_passing = chosen.get("is_passing", False)
        return columns.Match(kind, _sound(kind, given, headers)), False, is_passing
    kept = one(db, REMEMBERED, {"mark": mark_of(headers)})
    if kept is not None and kind in (None, kept["kind"]) and given is None:
        remembered = _sound(kept["kind"], orjson.loads(kept["columns"]), headers)
        is_other = remembered != columns.matched(kept["kind"], headers)
        return columns.Match(kept["kind"], remembered), is_other, False
    if kind is not None:
        return columns.Match(kind, columns.matched(kind, headers)), False, False
    found = columns.best(headers)
    slots = None if found is None else _slots_first(db, table, found)
    return (found, False, False) if slots is None else (slots, False, True)


def _slots_first(db: Database, table: Table, found: columns.Match) -> columns.Match | None:
    """The list of slots as which a list of sales brings its machines, if none is there yet."""
    if found.kind != SALES:
        return None
    (header,) = [each for each, name in found.columns.items() if name == "asset"]
    cells = _cells(table, [table.headers.index(header)])
    if histories.knows_any(db, {str(cell) for cell in cells}):
        return None
    return columns.best(table.headers, besides=SALES)


def _sound(kind: str, given: Mapping[str, str], headers: Sequence[str]) -> dict[str, str]:
    """Those of columns that the file has, each field once."""
    found: dict[str, str] = {}
    for header, name in given.items():
        if header in headers and name in columns.kinds()[kind] and name not in found.values():
            found[header] = name
    return found


def _problem(kind: str | None, given: Mapping[str, str]) -> str | None:
    if kind is None:
        return NOT_KNOWN
    missing = columns.missing(kind, given)
    return f"No column gives the {missing[0].lower()}: choose which one does." if missing else None


def _of_shapes(places: Mapping[int, columns.Field], shapes: Sequence[str]) -> list[int]:
    return [place for place, each in places.items() if each.shape in shapes]


def _sign(table: Table, places: Sequence[int]) -> str:
    usual = "," if table.found["delimiter"] == ";" else "."
    return numbers.sign_of(_cells(table, places)) or usual


def _date_order(table: Table, places: Sequence[int], currency: str | None) -> str:
    usual = days.MONTH_FIRST if currency in MONTH_FIRST else days.DAY_FIRST
    return days.order_of(_cells(table, places)) or usual


def _cells(table: Table, places: Sequence[int]) -> list[Cell]:
    """As many cells of these columns as tell how all are written."""
    return [
        line.cells[place]
        for place in places
        for line in table.lines[:2_000]
        if place < len(line.cells)
    ]


def _look(
    plan: Plan,
    kind: str,
    line: Line,
    read: tuple[Row, list[cell_values.Fault]],
    decimals: int,
) -> Look:
    values, faults = read
    if faults:
        return Look(
            WRONG,
            [plans.sentence(kind, line.number, each.field, each.value, each.message)
             for each in faults],
        )  # fmt: skip
    try:
        return plan.look(line.number, values)
    except Wrong as wrong:
        value = values.get(wrong.name)
        if value is not None:
            value = plans.said(wrong.name, value, decimals)
        return Look(WRONG, [plans.sentence(kind, line.number, wrong.name, value, wrong.message)])
