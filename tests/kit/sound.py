"""Sound requests, made of the contract alone, and the nouns that these make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

import contract
from contract import Operation
from tests.kit.people import Person

# `/api/packets/{packet_id}`: one of a list.
ONE = re.compile(r"(?P<list>/api/[\w-]+)/\{(?P<id>\w+_id)\}")
# Nouns that are of others, though their contract can not say of which.
OF_OTHERS = {
    "mass_change_id": "of chosen rows",
    "planned_change_id": "of chosen rows",
    "ticket_id": "of a device, a location or an order",
}
_numbers = count(1)


def make_others(person: Person, known: Mapping[str, Any]) -> dict[str, int]:
    """One more of each noun that is made by itself and is not among the `known` ids: its id."""
    return {
        name: person.post(create.path, json=sound_body(create)).json["id"]
        for name, create in _made_by_themselves()
        if name not in known
    }


def sound_body(operation: Operation) -> dict[str, Any] | None:
    """The least body that the operation takes; texts differ each time. None where it takes none."""
    if operation.body is None:
        return None
    schema = operation.body.schema
    needed = list(schema.get("required", ()))
    others = [name for name in schema["properties"] if name not in needed]
    names = [*needed, *others[: max(0, schema.get("minProperties", 0) - len(needed))]]
    return {name: _value(schema["properties"][name]) for name in names}


def _made_by_themselves() -> Iterator[tuple[str, Operation]]:
    """The id in the paths of a noun that needs no other, and the operation that makes one."""
    operations = contract.current().operations
    creating = {each.path: each for each in operations if each.method == "post"}
    for each in operations:
        one = ONE.fullmatch(each.path)
        create = creating.get(one["list"]) if one and each.method == "get" else None
        if one and create and one["id"] not in OF_OTHERS and _needs_no_other(create):
            yield one["id"], create


def _needs_no_other(create: Operation) -> bool:
    if create.body is None or create.body.media_type != contract.JSON:
        return False
    return not any(name.endswith(("_id", "_ids")) for name in create.body.schema["required"])


def _value(stated: Mapping[str, Any]) -> Any:
    schema = _resolved(stated)
    kind = schema.get("type", "object")
    if "enum" in schema:
        return schema["enum"][0]
    if isinstance(kind, list):
        return None
    if kind == "string":
        text = f"intruder{next(_numbers)}"
        if "examples" in schema and not re.search(schema.get("pattern", ""), text):
            return schema["examples"][0]
        return {"date": "2026-01-31", "date-time": "2026-01-31T08:00:00Z"}.get(
            schema.get("format", ""), text
        )
    if kind == "array":
        return [_value(schema["items"])] * schema.get("minItems", 0)
    return {"integer": schema.get("minimum", 0), "number": 0, "boolean": True}.get(
        kind, schema.get("examples", [{}])[0]
    )


def _resolved(stated: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in stated:
        target: Any = contract.current().document
        for part in stated["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        stated = target
    return stated
