"""Signatures: the service function that an operation names, and whether it takes what is stated."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from typing import Any

from contract.operations import NONE, ContractError, Operation


def function_of(operation: Operation) -> Callable[..., Any]:
    """The service function an operation names; ContractError when it is absent or differs."""
    function = function_named(operation.function)
    _check_signature(operation, function)
    return function


def function_named(name: str) -> Callable[..., Any]:
    """The function in services/ that module.function names. Raises ContractError."""
    module_name, _, function_name = name.partition(".")
    try:
        module = importlib.import_module(f"services.{module_name}")
    except ModuleNotFoundError as missing:
        raise ContractError(f"{name}: there is no services/{module_name}.py.") from missing
    function = getattr(module, function_name, None)
    if function is None:
        raise ContractError(f"{name}: services/{module_name}.py has no {function_name}().")
    return function  # type: ignore[no-any-return]  # getattr of a module is untyped


def _check_signature(operation: Operation, function: Callable[..., Any]) -> None:
    parameters = list(inspect.signature(function).parameters.values())
    first = [p.name for p in parameters[:2]]
    expected = ["engine" if operation.transaction == NONE else "db", "actor"]
    if first != expected:
        raise ContractError(f"{operation.name}() must begin with ({', '.join(expected)}).")
    named = {p.name for p in parameters[2:] if p.kind is p.KEYWORD_ONLY}
    if named != operation.arguments or len(named) != len(parameters) - 2:
        difference = ", ".join(sorted(named ^ operation.arguments)) or "they must be keyword-only"
        raise ContractError(
            f"{operation.name}(): its arguments differ from the contract's ({difference})."
        )
