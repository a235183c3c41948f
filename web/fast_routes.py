"""Shortcuts: from the method and path of a request straight to its operation.

Flask finds and frames a request in some 70 µs, which is more than most
operations of the contract take. What is asked most goes past it; everything
else (pages, HEAD, OPTIONS, what is not there) is Flask's, where each operation
is registered as well.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from contract import Operation
from web.binding import Handler

PATH_PARAMETER = re.compile(r"{(\w+)}")
# Few enough to be a 64-bit integer.
MOST_DIGITS = 18
ID = "0"


class Found(NamedTuple):
    """An operation, the function that answers a call of it, and the ids in the path."""

    operation: Operation
    handler: Handler
    ids: dict[str, Any]


class Shortcuts:
    """The handlers of operations by method and shape of path, ids aside."""

    def __init__(self) -> None:
        self._handlers: dict[tuple[str, str], tuple[Operation, Handler, list[str]]] = {}

    def add(self, operation: Operation, handler: Handler) -> None:
        """Let `handler` answer an operation at every path like `/api/products/{product_id}`."""
        shape = PATH_PARAMETER.sub(ID, operation.path)
        names = PATH_PARAMETER.findall(operation.path)
        self._handlers[operation.method.upper(), shape] = operation, handler, names

    def find(self, method: str, path: str) -> Found | None:
        """The handler and the ids in the path; None where there is none for them."""
        ids: list[int] = []
        parts = path.split("/")
        for place, part in enumerate(parts):
            if part.isdigit() and part.isascii() and len(part) <= MOST_DIGITS:
                ids.append(int(part))
                parts[place] = ID
        found = self._handlers.get((method, "/".join(parts)))
        return found and Found(found[0], found[1], dict(zip(found[2], ids, strict=True)))
