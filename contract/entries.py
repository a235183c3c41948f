"""Entries: what the document says of one operation, read into an `Operation`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contract.operations import (
    ANYONE,
    BY_ROLE,
    COSTS,
    HASH,
    JSON,
    LONG,
    MULTIPART,
    NONE,
    NOTHING,
    OWNERS,
    PROBLEM,
    READING,
    ROLES,
    SIGNED_IN,
    WRITING,
    Body,
    ContractError,
    Operation,
    Parameter,
)
from contract.sheets import sheet_of
from contract.validation import Validator

SCOPE = re.compile(r"[\w-]+:[a-z]+")


def operation_of(
    document: dict[str, Any], path: str, method: str, item: Mapping[str, Any]
) -> Operation:
    """One operation of the document. Raises ContractError."""
    entry = item[method]
    name = entry.get("operationId")
    if not name or "." not in name:
        raise ContractError(f"{method.upper()} {path} needs an operationId (module.function).")
    access, roles = roles_of(name, entry.get("x-roles"))
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
    body = _body(document, name, entry.get("requestBody"))
    return Operation(
        name=name,
        method=method,
        path=path,
        summary=entry.get("summary", ""),
        roles=roles,
        access=access,
        transaction=_transaction(name, method, entry),
        parameters=tuple(_parameters(document, item, entry)),
        body=body,
        status=max(answers),
        media_types=tuple(kind for success in successes for kind in success.get("content", {})),
        answers=answers,
        waits_for=_waits_for(name, method, entry),
        function=entry.get("x-function", name),
        before_password_change=_is_stated(name, entry, "x-before-password-change"),
        before_second_factor=_is_stated(name, entry, "x-before-second-factor"),
        keeps_answer=_keeps_answer(name, method, entry, body),
        cost=_cost(name, method, entry),
        decides_first=entry.get("x-decides-first"),
        sheet=sheet_of(name, entry, lambda shape: _resolved(document, shape)),
        figures=entry.get("x-figures"),
        owned_by=_owned_by(name, roles, entry.get("x-owned-by", ())),
        scopes=_scopes(name, entry["x-scopes"]),
        has_settings=_is_stated(name, entry, "x-settings"),
        has_origin=_is_stated(name, entry, "x-origin"),
    )


def roles_of(name: str, stated: Any) -> tuple[str, frozenset[str]]:
    """How access is stated (anyone, signed-in, roles), and the roles. Raises ContractError."""
    if stated in (ANYONE, SIGNED_IN):
        return stated, frozenset(ROLES)
    if not isinstance(stated, list) or not stated:
        raise ContractError(f"{name} has no x-roles: say who may use it.")
    if unknown := set(stated) - set(ROLES):
        raise ContractError(f"{name}: there is no role {', '.join(sorted(unknown))}.")
    return BY_ROLE, frozenset(stated)


def _owned_by(name: str, roles: frozenset[str], stated: Any) -> tuple[str, ...]:
    if not isinstance(stated, list | tuple) or set(stated) - set(OWNERS):
        raise ContractError(f"{name}: x-owned-by is a list of {', '.join(OWNERS)}.")
    if stated and "driver" not in roles:
        raise ContractError(f"{name} has an x-owned-by, but no driver may use it.")
    return tuple(stated)


def _scopes(name: str, stated: Any) -> frozenset[str]:
    is_list = isinstance(stated, list) and all(isinstance(each, str) for each in stated)
    if not is_list or not all(SCOPE.fullmatch(each) for each in stated):
        raise ContractError(f"{name}: x-scopes is a list of scopes such as fleet:read.")
    return frozenset(stated)


def _transaction(name: str, method: str, entry: Mapping[str, Any]) -> str:
    stated = entry.get("x-transaction")
    if stated not in (None, NONE):
        raise ContractError(f"{name}: x-transaction is none or left out.")
    if stated == NONE:
        return NONE
    return READING if method == "get" or entry.get("x-reads-only") else WRITING


def _waits_for(name: str, method: str, entry: Mapping[str, Any]) -> str:
    """What may hold an operation up: NOTHING, HASH, LONG, READING or WRITING."""
    stated = entry.get("x-waits-for")
    if stated not in (None, NOTHING, HASH, LONG):
        raise ContractError(f"{name}: x-waits-for is {NOTHING}, {HASH}, {LONG} or left out.")
    if stated is not None:
        return str(stated)
    transaction = _transaction(name, method, entry)
    if transaction == NONE:
        return READING if method == "get" else WRITING
    return transaction


def _cost(name: str, method: str, entry: Mapping[str, Any]) -> str:
    """How much of a limit a call takes: one of COSTS, by its method where it does not say."""
    stated = entry.get("x-cost")
    if stated is not None and stated not in COSTS:
        raise ContractError(f"{name}: x-cost is {', '.join(COSTS)} or left out.")
    if stated is not None:
        return str(stated)
    return READING if method == "get" or entry.get("x-reads-only") else WRITING


def _is_stated(name: str, entry: Mapping[str, Any], word: str) -> bool:
    stated = entry.get(word, False)
    if stated not in (True, False):
        raise ContractError(f"{name}: {word} is true or false.")
    return bool(stated)


def _keeps_answer(name: str, method: str, entry: Mapping[str, Any], body: Body | None) -> bool:
    """Whether the answer is kept under an Idempotency-Key: of a POST that writes, unless denied."""
    word = "x-keeps-answer"
    if entry.get(word, False) is not False:
        raise ContractError(f"{name}: {word} is false or left out.")
    if method != "post" or word in entry:
        return False
    schemas = body.schema["properties"] if body else {}
    # With the answer goes a fast hash of the request, which would be one of the password.
    if any(_is_password(schema, named) for named, schema in schemas.items()):
        raise ContractError(f"{name} takes a password: state {word}: false.")
    return _transaction(name, method, entry) == WRITING


def _is_password(schema: Mapping[str, Any], named: str) -> bool:
    return schema.get("format") == "password" or "password" in named


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


def _body(document: dict[str, Any], name: str, stated: Mapping[str, Any] | None) -> Body | None:
    if stated is None:
        return None
    ((media_type, content),) = stated["content"].items()
    schema = _resolved(document, content["schema"])
    files = tuple(n for n, each in schema["properties"].items() if each.get("format") == "binary")
    # The bytes of a file are not JSON: everything else in a form is validated.
    checked = (
        {**schema, "properties": {**schema["properties"], **{name: {} for name in files}}}
        if media_type == MULTIPART
        else content["schema"]
    )
    return Body(
        media_type=media_type,
        properties=tuple(schema["properties"]),
        files=files,
        required=stated.get("required", False),
        validator=Validator(checked, document["components"]),
        schema=schema,
        reserved={
            each: roles_of(f"{name}: {each}", of["x-roles"])[1]
            for each, of in schema["properties"].items()
            if "x-roles" in of
        },
        most_bytes=_most_bytes(name, media_type, stated.get("x-most-bytes")),
    )


def _most_bytes(name: str, media_type: str, stated: Any) -> int | None:
    if stated is not None and (media_type != MULTIPART or type(stated) is not int or stated < 1):
        raise ContractError(f"{name}: x-most-bytes is a number of bytes, of a form with a file.")
    return stated


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
