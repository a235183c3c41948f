"""Sales as a spreadsheet: for people in the company's way of writing, or for machines.

People get amounts with the decimals of the currency, the machine, the period and what is
known of cost and margin; machines get minor units, a comma and no mark, whatever the language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from auth import Actor
from contract.results import Sheet
from db import Database, one
from domain import spreadsheets
from domain.spreadsheets import FOR_MACHINES, MACHINES, Cell, Style
from services.books import sale_service
from services.system import settings_service

FIGURES_FOR_MACHINES = ("key", "label", "units", "amount_cents", "lost_units", "lost_cents")
FIRST = {
    "day": "Day",
    "device": "Machine",
    "product": "Product",
    "selection": "Selection",
    "route": "Route",
    "location": "Location",
    "category": "Category",
}
NARROWED = (
    ("Machine", "device_id", "SELECT asset AS name FROM devices WHERE id = :id"),
    ("Route", "route_id", "SELECT name FROM routes WHERE id = :id"),
    ("Location", "location_id", "SELECT name FROM locations WHERE id = :id"),
)


def get_sales_sheet(db: Database, actor: Actor, *, for_: str, **asked: Any) -> Sheet:
    """All of `list_sales` as a spreadsheet; named for what it is of and its period."""
    walk = sale_service.walk_sales(db, actor, **asked)
    names = {
        heading: found["name"]
        for heading, argument, sql in NARROWED
        if asked.get(argument) is not None and (found := one(db, sql, {"id": asked[argument]}))
    }
    name = _name(names, asked)
    if for_ == MACHINES:
        rows = ([item[name] for name in FIGURES_FOR_MACHINES] for item in walk.items)
        return Sheet(name, walk.length, FIGURES_FOR_MACHINES, rows, FOR_MACHINES)
    header, row, style = _for_people(db, actor, names, asked)
    return Sheet(name, walk.length, header, map(row, walk.items), style)


def _for_people(
    db: Database, actor: Actor, names: dict[str, str], asked: dict[str, Any]
) -> tuple[list[str], Callable[[dict[str, Any]], list[Cell]], Style]:
    """The header, what makes a row of an item, and how they are written."""
    settings = settings_service.get_settings(db, actor)
    amount = partial(spreadsheets.amount, decimals=settings["currency_decimals"])
    currency = settings["currency"]
    group_by = asked["group_by"]
    of_whom = {heading: name for heading, name in names.items() if heading != FIRST[group_by]}
    is_read = group_by == "day" and asked.get("device_id") is not None

    def row(item: dict[str, Any]) -> list[Cell]:
        return [
            *([item["sku"] or ""] if group_by == "product" else []),
            item["label"],
            *(["yes" if item["read"] else "not read"] if is_read else []),
            item["units"],
            amount(item["amount_cents"]),
            currency,
            *(
                [amount(item["cost_cents"]), amount(item["margin_cents"])]
                if group_by == "product"
                else []
            ),
            None if item["lost_units"] is None else Decimal(str(item["lost_units"])),
            amount(item["lost_cents"]),
            *of_whom.values(),
            date.fromisoformat(asked["from_"]),
            date.fromisoformat(asked["to"]),
        ]

    style = spreadsheets.for_people(settings["locale"])
    return _header(group_by, is_read, of_whom), row, style


def _header(group_by: str, is_read: bool, of_whom: Iterable[str]) -> list[str]:
    return [
        *(["SKU"] if group_by == "product" else []),
        FIRST[group_by],
        *(["Read"] if is_read else []),
        "Units",
        "Amount",
        "Currency",
        *(["Cost", "Margin"] if group_by == "product" else []),
        "Lost units",
        "Lost amount",
        *of_whom,
        "From",
        "To",
    ]


def _name(names: dict[str, str], asked: dict[str, Any]) -> str:
    """`sales-2005-2026-11-24--30`: of whom, and the period without what its ends share."""
    from_, to = asked["from_"], asked["to"]
    shared = 8 if from_[:7] == to[:7] else 5 if from_[:4] == to[:4] else 0
    period = from_ if from_ == to else f"{from_}--{to[shared:]}"
    group = [] if asked["group_by"] == "product" else ["by", asked["group_by"]]
    parts = ["sales", *group, *names.values()]
    whose = "-".join(re.sub(r"[^\w.]+", "-", part).strip("-") or "x" for part in parts)
    return f"{whose}-{period}"
