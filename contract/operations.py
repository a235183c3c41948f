"""Operations: the rows of the contract, as every part of the program sees them."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from click import ClickException

from contract.validation import Validator

ROLES = ("admin", "manager", "driver", "viewer")
# What belongs to one user is nobody else's, whatever the role.
USER = "user"
# What is assigned to a driver, or to an account, makes what belongs to it their own.
OWNERS = ("route", "service_order", USER)
ANYONE = "anyone"
SIGNED_IN = "signed-in"
BY_ROLE = "roles"
METHODS = ("get", "post", "put", "patch", "delete")
JSON = "application/json"
MULTIPART = "multipart/form-data"
PROBLEM = "application/problem+json"
WRITING = "writing"
READING = "reading"
NONE = "none"
NOTHING = "nothing"
HASH = "hash"
LONG = "long"
# What an operation costs besides reading and writing.
FREE = "nothing"
COSTLY = "costly"
COSTS = (FREE, READING, WRITING, COSTLY)

# Of a list that may be had as a spreadsheet: as what, and for whom.
FORMAT_PARAMETER = "format"
FOR_PARAMETER = "for"
SHEET_PARAMETERS = (FORMAT_PARAMETER, FOR_PARAMETER)
SHEET_FORMATS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A spreadsheet has no pages.
PAGING_PARAMETERS = ("limit", "cursor")


class ContractError(ClickException):
    """spec/ and the code disagree: one sentence naming the operation and what is wrong."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One path or query parameter. `kind` is its JSON type, `place` is path or query."""

    name: str
    place: str
    kind: str
    required: bool
    validator: Validator
    schema: Mapping[str, Any]

    @property
    def argument(self) -> str:
        """Its name in Python: `from` is a keyword and arrives as `from_`."""
        return argument_name(self.name)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the property it shows, what stands above it, of which kind its cells are.

    `words` names the words of the audit log that stand for its values: actions or nouns.
    """

    name: str
    heading: str
    kind: str
    words: str | None = None


@dataclass(frozen=True, slots=True)
class ListSheet:
    """What a list is called as a file, its columns for people, and those for machines."""

    name: str
    columns: tuple[Column, ...]
    of_machines: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """The request body: JSON, or multipart with the `files` among its properties.

    `reserved` names the properties that only some of the operation's roles may send. Where
    `most_bytes` is stated, a file has at most so many, and arrives on the disk (`Spooled`).
    """

    media_type: str
    properties: tuple[str, ...]
    files: tuple[str, ...]
    required: bool
    validator: Validator
    schema: Mapping[str, Any]
    reserved: Mapping[str, frozenset[str]]
    most_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the contract.

    `name` and `function` are module.function, `status` is that of a first success.
    """

    name: str
    method: str
    path: str
    summary: str
    roles: frozenset[str]
    access: str
    transaction: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    status: int
    media_types: tuple[str, ...]
    answers: Mapping[int, Validator | None] = field(repr=False)
    waits_for: str
    function: str
    before_password_change: bool
    before_second_factor: bool
    keeps_answer: bool
    cost: str = COSTLY
    decides_first: str | None = None
    # What answers a spreadsheet, where `format` asks for one: a function, or columns of the list.
    sheet: str | ListSheet | None = None
    figures: str | None = None
    # A driver, or with USER everybody, may only about what these nouns make their own.
    owned_by: tuple[str, ...] = ()
    # Any of these lets an API key use it; without any, no key may.
    scopes: frozenset[str] = frozenset()
    # Its function gets the settings of the installation as its third argument.
    has_settings: bool = False
    # Its actor says by which address they came (`origin`); those of no role always do.
    has_origin: bool = False

    @property
    def arguments(self) -> frozenset[str]:
        """The keyword arguments its function takes besides the first two."""
        names = {p.argument for p in self.parameters if not self._is_of_sheet(p)}
        if self.body is None:
            return frozenset(names)
        if self.method == "patch":
            return frozenset(names | {"version", "changes"})
        return frozenset(names | {argument_name(name) for name in self.body.properties})

    @property
    def is_versioned(self) -> bool:
        """Whether a change must send the version that it changes."""
        return self.body is not None and "version" in self.body.properties

    def is_allowed(self, role: str | None) -> bool:
        """Whether somebody of this role (None: not signed in) may use the operation at all."""
        return self.access == ANYONE or role in self.roles

    def is_open_to(self, role: str | None, scopes: frozenset[str] | None) -> bool:
        """Whether a role may use it with a key of these scopes, or without one (None)."""
        return self.is_allowed(role) and (scopes is None or bool(self.scopes & scopes))

    def _is_of_sheet(self, parameter: Parameter) -> bool:
        return self.sheet is not None and parameter.name in SHEET_PARAMETERS


def argument_name(name: str) -> str:
    """A contract name as a Python argument."""
    return f"{name}_" if keyword.iskeyword(name) else name
