"""The console: operations of the contract, called from the command line.

The same functions, checked by the same schemas, as a request would reach;
only the actor differs: whoever sits at the machine itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import auth
import contract
from contract import Operation
from contract.results import plain
from db import Engine
from errors import Invalid, Problem


class Console:
    """Calls operations on one open database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._actor = auth.console()
        self._operations = {op.name: op for op in contract.current().operations}

    def call(self, name: str, /, **arguments: Any) -> Any:
        """What the service function answers. Raises Problem, having changed nothing."""
        result = self._called(name, arguments)
        return plain(result) if isinstance(result, dict) else result

    def _called(self, name: str, arguments: dict[str, Any]) -> Any:
        operation = self._operations[name]
        _check(operation, arguments)
        function = contract.function_of(operation)
        if operation.transaction == contract.NONE:
            return function(self._engine, self._actor, **arguments)
        if operation.transaction == contract.READING:
            with self._engine.reading() as db:
                return function(db, self._actor, **arguments)
        try:
            with self._engine.writing() as db:
                return function(db, self._actor, **arguments)
        except Problem as problem:
            if problem.afterwards is not None:
                with self._engine.writing() as db:
                    problem.afterwards(db)
            raise

    def pages(self, name: str, /, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Every item of a list, page by page."""
        cursor = None
        while True:
            page = self.call(name, limit=200, cursor=cursor, **arguments)
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return


def _check(operation: Operation, arguments: dict[str, Any]) -> None:
    if operation.body is None or operation.body.media_type != contract.JSON:
        return
    in_address = {parameter.argument for parameter in operation.parameters}
    body = {name: value for name, value in arguments.items() if name not in in_address}
    if errors := operation.body.validator.errors(body):
        raise Invalid(errors)
