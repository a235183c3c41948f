"""Plans: what the rows of a file would do, looked at one by one and done together.

A plan is made in a preview, which throws it away, and again in the transaction that carries it
out. What it does, the services of the nouns do: their rules are its rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple, Protocol

import contract
from auth import Actor
from db import Database, Row
from services.transfer.cells import shown
from services.transfer.columns import kinds

CREATES, CHANGES, SAME, REPEATED, WRONG = "creates", "changes", "same", "repeated", "wrong"
# A message that begins so goes on with what is named before it.
GOES_ON = ("is", "has", "must", "belongs", "may")
VERDICTS = (CREATES, CHANGES, SAME, REPEATED, WRONG)


@dataclass(slots=True)
class Look:
    """What becomes of one row, with a sentence for each thing that it does or that is wrong."""

    verdict: str
    says: list[str] = field(default_factory=list)


class Effect(NamedTuple):
    """What an import did to one noun: `before` is None where it created it.

    `version` is what it left behind.
    """

    noun: str
    noun_id: int
    before: Row | None
    version: int


class Wrong(Exception):
    """What is wrong with one field of a row."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message


# How many are done of how many; it raises where nobody wants it any more.
Told = Callable[[int, int], None]


class Plan(Protocol):
    """The rows of one file, of one kind."""

    def look(self, line: int, values: dict[str, Any]) -> Look:
        """What a row would do, after those before it. Raises Wrong."""

    def creates(self) -> dict[str, int]:
        """How many of which noun would be created."""

    def apply(self, db: Database, actor: Actor, told: Told, import_id: int) -> Iterable[Effect]:
        """Do what the rows said that were looked at, for this import."""


@dataclass(eq=False, slots=True)
class Ref:
    """A noun that is there, or that the import creates: then it has no id until it did."""

    noun: str
    name: str
    id: int | None = None
    body: dict[str, Any] = field(default_factory=dict)
    # Whether a row that is not wrong names it: nothing is created for others.
    is_used: bool = False


def check(operation: str, body: Mapping[str, Any]) -> None:
    """Raises Wrong where the contract does not take this body of the operation."""
    for error in _validator(operation).errors(body):
        name = next((part for part in reversed(error["pointer"].split("/")) if not part.isdigit()),
                    "")  # fmt: skip
        raise Wrong(name, error["message"])


@cache
def _validator(operation: str) -> Any:
    (body,) = (each.body for each in contract.current().operations if each.name == operation)
    return body.validator  # type: ignore[union-attr]  # each operation that is named has one


def sentence(kind: str, line: int, name: str, value: Any, message: str) -> str:
    """What is wrong with a row, naming it, the column and the value."""
    stated = kinds()[kind].get(name)
    label = stated.label if stated else name.replace("_", " ").capitalize()
    said = "" if value is None else f" “{shown(value)}”"
    colon = "" if message.split(" ", 1)[0] in GOES_ON else ":"
    return f"Row {line}, {label}{said}{colon} {message}."


def changed(
    kind: str, before: Mapping[str, Any], changes: Mapping[str, Any], decimals: int
) -> list[str]:
    """Each change in words: `Price 1.50 → 1.80`."""
    return [
        f"{kinds()[kind][name].label} {said(name, before[name], decimals)} → "
        f"{said(name, value, decimals)}"
        for name, value in changes.items()
        if name in kinds()[kind]
    ]


def said(name: str, value: Any, decimals: int) -> str:
    """A value as a sentence says it; money with its decimals."""
    if value is None or value == "":
        return "none"
    if name.endswith("_cents"):
        return f"{value / 10**decimals:.{decimals}f}"
    return shown(value)
