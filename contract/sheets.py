"""Sheets: which columns a list has as a spreadsheet (`x-sheet`), read from the shape of its items.

    x-sheet: sale_sheets.get_sales_sheet                 by a function of its own
    x-sheet: {name: machines, columns: [asset, {serial: Serial number}]}

Columns are properties of an item. A heading that is not stated is the property's name in words, so
that it is the same wherever the property stands. Whoever states `x-sheet` states no `format`, no
`for` and no media type: these are the same for all and are added here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from contract.operations import (
    JSON,
    METHODS,
    SHEET_FORMATS,
    Column,
    ContractError,
    ListSheet,
)

WORD = "x-sheet"
# Reads the function of a list, page after page.
OF_A_LIST = "list_sheets.get_list_sheet"
TEXT, NUMBER, MONEY, DAY, MOMENT, FLAG, WORDS, SEVERAL = [
    "text",
    "number",
    "money",
    "day",
    "moment",
    "flag",
    "words",
    "several",
]
# What every list with a sheet can be asked for.
PARAMETERS = [{"$ref": f"#/components/parameters/{name}"} for name in ("SheetFormat", "SheetFor")]
# What a heading does not repeat of the name of its property.
LEFT_OUT = ("_name", "_cents", "_at", "_on", "_percent")

Resolve = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def complete(document: Mapping[str, Any]) -> None:
    """State what every list with a sheet can be asked for, and what it answers then."""
    for item in document["paths"].values():
        for entry in (item[method] for method in METHODS if WORD in item.get(method, {})):
            entry.setdefault("parameters", []).extend(PARAMETERS)
            content = entry["responses"]["200"]["content"]
            content["text/csv"] = {"schema": {"type": "string"}}
            content[SHEET_FORMATS["xlsx"]] = {"schema": {"type": "string", "format": "binary"}}


def sheet_of(name: str, entry: Mapping[str, Any], resolved: Resolve) -> str | ListSheet | None:
    """What an operation says of its sheet: a function, columns, nothing. Raises ContractError."""
    stated = entry.get(WORD)
    if stated is None or isinstance(stated, str):
        return stated
    if not isinstance(stated, dict) or stated.keys() != {"name", "columns"}:
        raise ContractError(f"{name}: {WORD} is a function, or a name and columns.")
    answer = resolved(entry["responses"]["200"]["content"][JSON]["schema"])
    items = resolved(answer["properties"]["items"]["items"])
    shapes = {each: resolved(shape) for each, shape in items["properties"].items()}
    columns = tuple(_columns(name, stated["columns"], shapes))
    headings = [column.heading for column in columns]
    if len(set(headings)) < len(headings):
        raise ContractError(f"{name}: two columns of {WORD} have one heading.")
    return ListSheet(stated["name"], columns, tuple(_of_machines(columns, shapes)))


def _columns(name: str, stated: Any, shapes: Mapping[str, Any]) -> Iterator[Column]:
    for each in stated:
        ((found, heading),) = each.items() if isinstance(each, dict) else ((each, None),)
        if found not in shapes:
            raise ContractError(f"{name}: {WORD} shows {found}, which its items do not have.")
        kind = _kind(found, shapes[found])
        if kind is None:
            raise ContractError(f"{name}: {WORD} shows {found}, which no cell can show.")
        yield Column(found, heading or heading_of(found), kind, shapes[found].get("x-words"))


def _of_machines(shown: Sequence[Column], shapes: Mapping[str, Any]) -> Iterator[Column]:
    """Each property that is one value, by its own name; of lists those that people see too."""
    seen = {column.name for column in shown}
    for name, shape in shapes.items():
        kind = _kind(name, shape)
        if kind is not None and (kind != SEVERAL or name in seen):
            yield Column(name, name, kind)


def heading_of(name: str) -> str:
    """The name of a property in words: `location_name` is Location, `down_percent` Down (%)."""
    if name == "id":
        return "Number"
    bare = name
    for ending in LEFT_OUT:
        bare = bare.removesuffix(ending)
    words = bare.replace("_", " ").capitalize()
    return f"{words} (%)" if name.endswith("_percent") else words


def _kind(name: str, shape: Mapping[str, Any]) -> str | None:
    """Of which kind a property's cells are; None for what no cell can show."""
    kind = shape.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), None)
    if kind in ("integer", "number"):
        return MONEY if name.endswith("_cents") or "_cents_" in name else NUMBER
    if kind == "string":
        by_format = {"date": DAY, "date-time": MOMENT}.get(shape.get("format", ""))
        return by_format or (WORDS if "enum" in shape or "x-words" in shape else TEXT)
    if kind == "array":
        return SEVERAL
    return FLAG if kind == "boolean" else None
