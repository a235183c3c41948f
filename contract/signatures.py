"""Signatures: the service function that an operation names, and whether it takes what is stated."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from contract import sheets
from contract.kinds import Kind
from contract.operations import NONE, ContractError, Operation

SERVICES = Path(__file__).resolve().parent.parent / "services"


def function_of(operation: Operation) -> Callable[..., Any]:
    """The service function an operation names; ContractError when it is absent or differs."""
    function = function_named(operation.function)
    _check_signature(operation, function)
    return function


def sheet_function_of(operation: Operation) -> Callable[..., Any]:
    """What gives the spreadsheet of a list that has one (results.Sheet). Raises ContractError."""
    if isinstance(operation.sheet, str):
        return function_named(operation.sheet)
    return partial(function_named(sheets.OF_A_LIST), operation)


def function_of_kind(kind: Kind) -> Callable[..., Any]:
    """The function that does a job of this kind; ContractError when it is absent or differs."""
    function = function_named(kind.function)
    _check_parameters(kind.name, function, ["engine", "actor", "job"], frozenset(kind.properties))
    return function


def function_named(name: str) -> Callable[..., Any]:
    """The function in services/ that module.function names. Raises ContractError.

    A module is found by its name alone, whatever area it lies in.
    """
    module_name, _, function_name = name.partition(".")
    place = places(SERVICES).get(module_name)
    if place is None:
        raise ContractError(f"{name}: there is no module {module_name} in services/.")
    function = getattr(importlib.import_module(place), function_name, None)
    if function is None:
        raise ContractError(f"{name}: {place} has no {function_name}().")
    return function  # type: ignore[no-any-return]  # getattr of a module is untyped


@cache
def places(folder: Path) -> dict[str, str]:
    """The modules of a package by their stems; ContractError where two have one."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.py")):
        if path.stem == "__init__":
            continue
        place = ".".join(path.relative_to(folder.parent).with_suffix("").parts)
        if path.stem in found:
            raise ContractError(f"{found[path.stem]} and {place} have one name.")
        found[path.stem] = place
    return found


def _check_signature(operation: Operation, function: Callable[..., Any]) -> None:
    first = ["engine" if operation.transaction == NONE else "db", "actor"]
    if operation.has_settings:
        first.append("settings")
    _check_parameters(operation.name, function, first, operation.arguments)


def _check_parameters(
    name: str, function: Callable[..., Any], first: list[str], arguments: frozenset[str]
) -> None:
    parameters = list(inspect.signature(function).parameters.values())
    if [p.name for p in parameters[: len(first)]] != first:
        raise ContractError(f"{name}() must begin with ({', '.join(first)}).")
    named = {p.name for p in parameters[len(first) :] if p.kind is p.KEYWORD_ONLY}
    if named != arguments or len(named) != len(parameters) - len(first):
        difference = ", ".join(sorted(named ^ arguments)) or "they must be keyword-only"
        raise ContractError(f"{name}(): its arguments differ from the contract's ({difference}).")
