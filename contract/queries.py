"""Queries: what stands behind the question mark of an address, as arguments of its operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from contract.operations import (
    FORMAT_PARAMETER,
    PAGING_PARAMETERS,
    SHEET_FORMATS,
    SHEET_PARAMETERS,
    Operation,
    Parameter,
    argument_name,
)

Arguments = dict[str, Any]
Errors = list[dict[str, str]]


def read(operation: Operation, query: Mapping[str, str], errors: Errors) -> Arguments:
    """The arguments that a query gives, with the defaults; what is wrong is added to `errors`."""
    arguments: Arguments = {}
    known = set()
    for parameter in operation.parameters:
        if parameter.place == "path":
            continue
        known.add(parameter.name)
        text = query.get(parameter.name)
        if text is None:
            if parameter.required:
                errors.append({"pointer": f"/query/{parameter.name}", "message": "is required"})
            elif "default" in parameter.schema:
                arguments[parameter.argument] = parameter.schema["default"]
            continue
        value = _value(parameter, text)
        found = parameter.validator.errors(value, f"/query/{parameter.name}")
        if isinstance(value, str) and "\x00" in value:
            found = [{"pointer": f"/query/{parameter.name}", "message": "must not hold a NUL"}]
        errors += found
        arguments[parameter.argument] = value
    errors += [
        {"pointer": f"/query/{name[:100]}", "message": "is not known here"}
        for name in query
        if name not in known
    ]
    return arguments


def read_address(operation: Operation, given: Mapping[str, str], errors: Errors) -> Arguments:
    """As `read`, of what stands in an address by name: in its path and behind the question mark."""
    in_path = [parameter for parameter in operation.parameters if parameter.place == "path"]
    names = {parameter.name for parameter in in_path}
    query = {name: text for name, text in given.items() if name not in names}
    arguments = read(operation, query, errors)
    for parameter in in_path:
        value = _value(parameter, given.get(parameter.name, ""))
        errors += parameter.validator.errors(value, f"/query/{parameter.name}")
        arguments[parameter.argument] = value
    return arguments


def address(operation: Operation, given: Mapping[str, str]) -> str:
    """Where an operation answers, of what `read_address` takes."""
    names = {parameter.name for parameter in operation.parameters if parameter.place == "path"}
    query = {name: text for name, text in given.items() if name not in names}
    return f"{operation.path.format_map(given)}?{urlencode(query)}"


def taken_as(operation: Operation, given: Arguments) -> tuple[str | None, str]:
    """As what a list is taken, if not as JSON, and for whom; its function knows nothing of it."""
    if not operation.sheet:
        return None, ""
    form, for_ = (given.pop(argument_name(name)) for name in SHEET_PARAMETERS)
    return (form if form in SHEET_FORMATS else None), for_


def of_sheet(arguments: Mapping[str, Any]) -> Arguments:
    """The arguments of the spreadsheet (`x-sheet`) of a list: it has no pages, and any format."""
    given = {name: value for name, value in arguments.items() if name != FORMAT_PARAMETER}
    given.update((name, None) for name in PAGING_PARAMETERS if name in given)
    return given


def number_or_text(text: str) -> Any:
    """An integer where the text is one; otherwise the text, for the validator to refuse."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else text


def _value(parameter: Parameter, text: str) -> Any:
    if parameter.kind == "integer":
        return number_or_text(text)
    if parameter.kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text
