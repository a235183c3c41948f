"""The contract: what spec/ says, made executable.

Loads spec/*.yaml (OpenAPI 3.1, a file per noun) into one document and each
operation of it into an `Operation`: its path, its roles, its compiled
validators and, once bound, the service function it names.

Extensions used in spec/:
    x-roles         [admin, …] | signed-in | anyone; an operation without it does not start
    x-transaction   none: the function gets the engine and opens its own transactions
    x-reads-only    true: a POST that writes nothing runs in a reading transaction
    x-decides-first module.function that refuses on grounds of state; asked before a body of
                    a wrong shape is complained of
    x-figures       the argument that names the devices whose figures the operation shows, or
                    fleet: what of these is due is brought up to date first
    x-waits-for     nothing (needs neither the database nor a hash) or hash (of a password);
                    left out: for the database, as its transaction says
    x-refusals      under info: what each status of a problem means
"""

from __future__ import annotations

import importlib
import inspect
import keyword
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from click import ClickException

from validation import Validator

SPEC = Path(__file__).resolve().parent / "spec"
ROLES = ("admin", "manager", "driver", "viewer")
ANYONE = "anyone"
SIGNED_IN = "signed-in"
METHODS = ("get", "post", "put", "patch", "delete")
JSON = "application/json"
MULTIPART = "multipart/form-data"
PROBLEM = "application/problem+json"
WRITING = "writing"
READING = "reading"
NONE = "none"
NOTHING = "nothing"
HASH = "hash"

# In C, where PyYAML was built so: a tenth of the time, which every start takes.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Turned into CSV by the app for every operation whose contract offers text/csv.
FORMAT_PARAMETER = "format"
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
class Body:
    """The request body: JSON, or multipart with one `file`."""

    media_type: str
    properties: tuple[str, ...]
    required: bool
    validator: Validator
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the contract. `name` is module.function, `status` that of a first success."""

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
    decides_first: str | None = None
    # The function that answers a spreadsheet, where `format` asks for one.
    csv: str | None = None
    figures: str | None = None

    @property
    def arguments(self) -> frozenset[str]:
        """The keyword arguments its function takes besides the first two."""
        names = {p.argument for p in self.parameters if not self._is_format(p)}
        if self.body is None:
            return frozenset(names)
        if self.method == "patch":
            return frozenset(names | {"version", "changes"})
        return frozenset(names | {argument_name(name) for name in self.body.properties})

    @property
    def has_csv(self) -> bool:
        return "text/csv" in self.media_types

    @property
    def is_versioned(self) -> bool:
        """Whether a change must send the version that it changes."""
        return self.body is not None and "version" in self.body.properties

    def is_allowed(self, role: str | None) -> bool:
        """Whether somebody of this role (None: not signed in) may use the operation at all."""
        return self.access == ANYONE or role in self.roles

    def _is_format(self, parameter: Parameter) -> bool:
        return self.has_csv and parameter.name == FORMAT_PARAMETER


@dataclass(frozen=True, slots=True)
class Contract:
    """The whole contract: the merged document as served, and its operations."""

    document: dict[str, Any]
    operations: tuple[Operation, ...]
    problem: Validator

    def of_role(self, role: str | None) -> list[str]:
        """The names of the operations a role may use, sorted."""
        return sorted(op.name for op in self.operations if op.is_allowed(role))


@lru_cache(maxsize=1)
def current() -> Contract:
    """The contract in spec/, loaded once."""
    return load(SPEC)


def load(folder: Path) -> Contract:
    """Read and check every file of `folder`. Raises ContractError."""
    document = _merged(folder)
    components = document["components"]
    operations = tuple(
        _operation(document, path, method, item)
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    )
    problem = Validator({"$ref": "#/components/schemas/Problem"}, components)
    return Contract(document, operations, problem)


def function_of(operation: Operation) -> Callable[..., Any]:
    """The service function an operation names; ContractError when it is absent or differs."""
    function = function_named(operation.name)
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


def argument_name(name: str) -> str:
    """A contract name as a Python argument."""
    return f"{name}_" if keyword.iskeyword(name) else name


def _merged(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = {"paths": {}, "components": {"parameters": {}, "schemas": {}}}
    files = sorted(folder.glob("*.yaml"))
    for file in files:
        part = yaml.load(file.read_text(encoding="utf-8"), Loader)  # noqa: S506  # a safe one
        for section in ("openapi", "info"):
            if section in part:
                document[section] = part[section]
        _tag(part.get("paths", {}), file.stem)
        _merge(document["paths"], part.get("paths", {}), file)
        for section, entries in part.get("components", {}).items():
            _merge(document["components"][section], entries, file)
    if "openapi" not in document:
        raise ContractError(f"No contract in {folder}: common.yaml is missing.")
    return {"openapi": document.pop("openapi"), "info": document.pop("info"), **document}


def _tag(paths: Mapping[str, Any], noun: str) -> None:
    """The file of an operation is the noun that whoever reads the whole finds it under."""
    for item in paths.values():
        for method in METHODS:
            if method in item:
                item[method]["tags"] = [noun]


def _merge(whole: dict[str, Any], part: Mapping[str, Any], file: Path) -> None:
    for name, entry in part.items():
        if name in whole:
            raise ContractError(f"{file.name}: {name} is stated twice in the contract.")
        whole[name] = entry


def _operation(
    document: dict[str, Any], path: str, method: str, item: Mapping[str, Any]
) -> Operation:
    entry = item[method]
    name = entry.get("operationId")
    if not name or "." not in name:
        raise ContractError(f"{method.upper()} {path} needs an operationId (module.function).")
    access, roles = _roles(name, entry.get("x-roles"))
    # Every operation may answer with the one error shape.
    entry["responses"].setdefault(
        "default",
        {
            "description": "A problem.",
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        },
    )
    answers = dict(_answers(document, entry["responses"]))
    if not answers:
        raise ContractError(f"{name} states no answer of a success.")
    successes = [entry["responses"][str(status)] for status in answers]
    return Operation(
        name=name,
        method=method,
        path=path,
        summary=entry.get("summary", ""),
        roles=roles,
        access=access,
        transaction=_transaction(name, method, entry),
        parameters=tuple(_parameters(document, item, entry)),
        body=_body(document, entry.get("requestBody")),
        status=max(answers),
        media_types=tuple(kind for success in successes for kind in success.get("content", {})),
        answers=answers,
        waits_for=_waits_for(name, method, entry),
        decides_first=entry.get("x-decides-first"),
        csv=entry.get("x-csv"),
        figures=entry.get("x-figures"),
    )


def _roles(name: str, stated: Any) -> tuple[str, frozenset[str]]:
    if stated in (ANYONE, SIGNED_IN):
        return stated, frozenset(ROLES)
    if not isinstance(stated, list) or not stated:
        raise ContractError(f"{name} has no x-roles: say who may use it.")
    if unknown := set(stated) - set(ROLES):
        raise ContractError(f"{name}: there is no role {', '.join(sorted(unknown))}.")
    return "roles", frozenset(stated)


def _transaction(name: str, method: str, entry: Mapping[str, Any]) -> str:
    stated = entry.get("x-transaction")
    if stated not in (None, NONE):
        raise ContractError(f"{name}: x-transaction is none or left out.")
    if stated == NONE:
        return NONE
    return READING if method == "get" or entry.get("x-reads-only") else WRITING


def _waits_for(name: str, method: str, entry: Mapping[str, Any]) -> str:
    """What may hold an operation up: NOTHING, HASH, READING or WRITING."""
    stated = entry.get("x-waits-for")
    if stated not in (None, NOTHING, HASH):
        raise ContractError(f"{name}: x-waits-for is {NOTHING}, {HASH} or left out.")
    if stated is not None:
        return str(stated)
    transaction = _transaction(name, method, entry)
    if transaction == NONE:
        return READING if method == "get" else WRITING
    return transaction


def _parameters(
    document: dict[str, Any], item: Mapping[str, Any], entry: Mapping[str, Any]
) -> Iterator[Parameter]:
    for stated in [*item.get("parameters", []), *entry.get("parameters", [])]:
        parameter = _resolved(document, stated)
        schema = _resolved(document, parameter["schema"])
        kind = schema.get("type", "string")
        yield Parameter(
            name=parameter["name"],
            place=parameter["in"],
            kind=kind if isinstance(kind, str) else kind[0],
            required=parameter.get("required", False),
            validator=Validator(parameter["schema"], document["components"]),
            schema=schema,
        )


def _body(document: dict[str, Any], stated: Mapping[str, Any] | None) -> Body | None:
    if stated is None:
        return None
    ((media_type, content),) = stated["content"].items()
    schema = _resolved(document, content["schema"])
    # The bytes of a file are not JSON: everything else in a form is validated.
    checked = (
        {**schema, "properties": {**schema["properties"], "file": {}}}
        if media_type == MULTIPART
        else content["schema"]
    )
    return Body(
        media_type=media_type,
        properties=tuple(schema["properties"]),
        required=stated.get("required", False),
        validator=Validator(checked, document["components"]),
        schema=schema,
    )


def _answers(
    document: dict[str, Any], responses: Mapping[str, Any]
) -> Iterator[tuple[int, Validator | None]]:
    for status, response in responses.items():
        if status.startswith("2"):
            schema = response.get("content", {}).get(JSON, {}).get("schema")
            yield int(status), Validator(schema, document["components"]) if schema else None


def _resolved(document: dict[str, Any], stated: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in stated:
        target: Any = document
        for part in stated["$ref"].removeprefix("#/").split("/"):
            if part not in target:
                raise ContractError(f"The contract refers to {stated['$ref']}, which is not there.")
            target = target[part]
        stated = target
    return stated


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
