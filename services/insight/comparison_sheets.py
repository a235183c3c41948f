"""A comparison as a spreadsheet: a row for each machine, as the company's language has it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from auth import Actor
from contract.results import Sheet
from db import Database
from domain import spreadsheets
from domain.spreadsheets import FOR_MACHINES, MACHINES, Cell, Style
from services.insight import comparison_service
from services.system import settings_service

OWN_FOR_MACHINES = (
    *("device_id", "asset", "name", "location_name", "device_type_name", "days", "units"),
    *("amount_cents", "units_per_day", "cents_per_day", "lost_units", "lost_cents"),
    *("sold_out_percent", "visits", "filled_units", "up_percent", "missing", "surplus"),
)
KIND_FOR_MACHINES = (
    *("machines", "units_per_day", "cents_per_day", "units_percent", "cents_percent"),
)
HEADER = (
    "Machine",
    "Name",
    "Location",
    "Type",
    "Days",
    "Units",
    "Amount",
    "Currency",
    "Units a day",
    "Amount a day",
    "Machines of its kind",
    "Their units a day",
    "Their amount a day",
    "Units more, %",
    "Amount more, %",
    "Lost units",
    "Lost amount",
    "Sold out, %",
    "Visits",
    "Units filled",
    "Up, %",
    "Missing",
    "Too many",
    "From",
    "To",
)
NO_KIND = dict.fromkeys(KIND_FOR_MACHINES)


def get_comparison_sheet(
    db: Database, actor: Actor, *, for_: str, from_: str, to: str, **asked: Any
) -> Sheet:
    """The machines of `get_comparison`; raises what that raises."""
    found = comparison_service.get_comparison(db, actor, from_=from_, to=to, **asked)
    machines = found["machines"]
    name = f"comparison-{from_}--{to}"
    if for_ == MACHINES:
        header = [*OWN_FOR_MACHINES, *(f"kind_{each}" for each in KIND_FOR_MACHINES)]
        return Sheet(name, len(machines), header, map(_for_machines, machines), FOR_MACHINES)
    row, style = _for_people(db, actor, from_, to)
    return Sheet(name, len(machines), HEADER, map(row, machines), style)


def _for_machines(machine: dict[str, Any]) -> list[Cell]:
    kind = machine["kind"] or NO_KIND
    own = [machine[each] for each in OWN_FOR_MACHINES]
    values = own + [kind[each] for each in KIND_FOR_MACHINES]
    return [_number(each) if isinstance(each, float) else each for each in values]


def _for_people(
    db: Database, actor: Actor, from_: str, to: str
) -> tuple[Callable[[dict[str, Any]], list[Cell]], Style]:
    """What makes a row of a machine, and how it is written."""
    settings = settings_service.get_settings(db, actor)
    amount = partial(spreadsheets.amount, decimals=settings["currency_decimals"])
    currency = settings["currency"]

    def row(machine: dict[str, Any]) -> list[Cell]:
        kind = machine["kind"] or NO_KIND
        return [
            machine["asset"],
            machine["name"],
            machine["location_name"] or "",
            machine["device_type_name"],
            _number(machine["days"]),
            machine["units"],
            amount(machine["amount_cents"]),
            currency,
            _number(machine["units_per_day"]),
            amount(machine["cents_per_day"]),
            kind["machines"],
            _number(kind["units_per_day"]),
            amount(kind["cents_per_day"]),
            _number(kind["units_percent"]),
            _number(kind["cents_percent"]),
            _number(machine["lost_units"]),
            amount(machine["lost_cents"]),
            _number(machine["sold_out_percent"]),
            machine["visits"],
            machine["filled_units"],
            _number(machine["up_percent"]),
            machine["missing"],
            machine["surplus"],
            from_,
            to,
        ]

    return row, spreadsheets.for_people(settings["locale"])


def _number(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
