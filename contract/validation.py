"""Validation: is a value of the shape the contract states, and if not, where and why.

Compiled JSON Schema (2020-12) validators with messages a person can act on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs

JSON_NAMES = {
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
FORMATS = {
    "date": "a date such as 2026-01-31",
    "date-time": "a UTC time such as 2026-01-31T08:00:00Z",
}
MOST_ERRORS = 50
# In JSON text: a NUL, or a number that may be a float. Texts that look so are found as well.
UNCLEAN = re.compile(rb"\\u0000|[0-9][.eE]")
SCHEMAS = "#/components/schemas/"


class Validator:
    """One compiled schema; `components` is what its references point into."""

    def __init__(self, schema: dict[str, Any], components: dict[str, Any]) -> None:
        # A validator keeps a copy of all it is given: the whole contract each would be 100 MB.
        document = {**schema, "components": {"schemas": _reached(schema, components)}}
        self._compiled = jsonschema_rs.Draft202012Validator(document, validate_formats=True)

    def is_valid(self, value: Any) -> bool:
        return self._compiled.is_valid(value)

    def errors(self, value: Any, prefix: str = "") -> list[dict[str, str]]:
        """Each wrong place once as {"pointer", "message"}, at most 50; empty when all is right."""
        try:
            return self._found(value, prefix)
        except ValueError:  # of the validator itself, which goes some 250 levels deep
            return [{"pointer": prefix, "message": "is nested too deeply"}]

    def _found(self, value: Any, prefix: str) -> list[dict[str, str]]:
        if self._compiled.is_valid(value):
            return []
        found: dict[str, str] = {}
        for error in self._compiled.iter_errors(value):
            for place, message in _explained(error, prefix):
                found.setdefault(place, message)
            if len(found) >= MOST_ERRORS:
                break
        return [{"pointer": place, "message": message} for place, message in found.items()]


def _reached(schema: Any, components: dict[str, Any]) -> dict[str, Any]:
    """The named schemas that `schema` refers to, and those that they refer to."""
    reached: dict[str, Any] = {}
    waiting = [schema]
    while waiting:
        for name in _references(waiting.pop()):
            if name not in reached and name in components["schemas"]:
                reached[name] = components["schemas"][name]
                waiting.append(reached[name])
    return reached


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].removeprefix(SCHEMAS)
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _references(part)


def pointer(path: list[Any]) -> str:
    """A JSON pointer (RFC 6901) of a list of keys."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def clean(value: Any, where: str = "") -> Any:
    """A valid JSON value as services and both databases take it.

    `1.0` becomes `1` (JSON Schema counts it as an integer); a NUL, which
    PostgreSQL cannot store, raises ValueError with the pointer of its place.
    Call it on values that were found valid: their depth is then bounded.
    """
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError(where)
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [clean(item, f"{where}/{index}") for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {
            _clean_key(key, where): clean(item, f"{where}/{key}") for key, item in value.items()
        }
    return value


def is_surely_clean(text: bytes) -> bool:
    """Whether `clean` would leave the value of this JSON text as it is."""
    return UNCLEAN.search(text) is None


def _clean_key(key: str, where: str) -> str:
    if "\x00" in key:
        raise ValueError(where)
    return key


def _explained(error: Any, prefix: str) -> list[tuple[str, str]]:
    """The (pointer, message) of each place that one error is about."""
    keyword, limit, place = error.kind.name, error.kind.value, prefix + pointer(error.instance_path)
    if keyword == "required":
        return [(place + pointer([limit]), "is required")]
    if keyword == "additionalProperties":
        return [(place + pointer([name]), "is not known here") for name in limit[:MOST_ERRORS]]
    sentence = _SENTENCES.get(keyword)
    return [(place, sentence(limit, error.instance) if sentence else error.message[:200])]


def _pattern(limit: Any, value: Any) -> str:
    return (
        "must not be empty" if not value.strip() else f"does not have the expected form ({limit})"
    )


_SENTENCES: dict[str, Callable[[Any, Any], str]] = {
    "type": lambda limit, _: (
        "must be "
        + " or ".join(JSON_NAMES[name] for name in ([limit] if isinstance(limit, str) else limit))
    ),
    "format": lambda limit, _: f"must be {FORMATS.get(limit, limit)}",
    "enum": lambda limit, _: (
        "must be one of " + ", ".join("null" if option is None else str(option) for option in limit)
    ),
    "pattern": _pattern,
    "minimum": lambda limit, _: f"must be at least {limit}",
    "maximum": lambda limit, _: f"must be at most {limit}",
    "minLength": lambda limit, _: (
        "must not be empty" if limit == 1 else f"must have at least {limit} characters"
    ),
    "maxLength": lambda limit, _: f"must have at most {limit} characters",
    "minItems": lambda limit, _: f"must list at least {limit}",
    "maxItems": lambda limit, _: f"must list at most {limit}",
    "uniqueItems": lambda *_: "must not repeat itself",
    "minProperties": lambda *_: "must name something to change",
    "oneOf": lambda *_: "is not of any form that is taken here",
}
