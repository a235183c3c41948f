"""Text that would like to be markup, and every field of the contract that takes text.

    text_fields()                       {(operation, pointer): schema}, walked from the contract
    Payloads().for_schema(schema)       text that fits the field, another one each time

Each payload calls `hit()` where it gets to run, and carries the attribute `pwned` where
it gets to be an element.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import count
from typing import Any

import contract
from contract.validation import Validator

MARK = "pwned"
PAYLOADS = (
    "<img src=x onerror=hit() pwned>",
    "<script>hit()</script><b pwned>",
    '"><svg onload=hit() pwned>',
    "'><svg onload=hit() pwned>",
    "</title></textarea></style></script><img src=x onerror=hit() pwned>",
    '" autofocus onfocus=hit() onmouseover=hit() pwned="',
    "' autofocus onfocus=hit() onmouseover=hit() pwned='",
    "` onfocus=hit() autofocus pwned x=`",
    "javascript:hit()//",
    "A|javascript:hit() x|//evil.invalid y",
    '<iframe srcdoc="<script>parent.hit()</script>" pwned></iframe>',
    "<a href=javascript:hit() pwned>x</a><form action=javascript:hit()>",
    "<i onpointerenter=hit() style='width:expression(hit());background:url(//evil.invalid)' pwned>",
    "{{constructor.constructor('hit()')()}}${hit()}#{hit()}<%=hit()%>",
    '<math><mtext><style><img title="</style><img src=x onerror=hit() pwned>">',
    "&lt;img src=x onerror=hit() pwned&gt;",
    "%3Cimg%20src%3Dx%20onerror%3Dhit()%20pwned%3E",
    "<img/src=x/onerror=hit()/pwned>@evil.invalid",
    "<link rel=stylesheet href=//evil.invalid/x.css pwned><base href=//evil.invalid>",
    "\u202e\u200b<b pwned>\u2066",
    # For short fields.
    "<svg onload=hit()>",
    '"onfocus="hit()',
    "'onfocus='hit()",
    "<b pwned>",
)
# Text that nobody may choose freely, and which no page shows.
SECRETS = {
    *("password", "current_password", "new_password", "token", "refresh_token", "api_key"),
    *("code", "state", "iss"),
}
# Free by its schema, but the service takes only a zone that exists; or what a provider answers,
# of which a test of its own tells.
NAMED = {"time_zone", "error"}
FILE = "/file"

Field = tuple[str, str]


@lru_cache(maxsize=1)
def text_fields() -> dict[Field, Mapping[str, Any]]:
    """Every property of a request's body that takes free text: (operation, pointer) -> schema."""
    return {
        (operation.name, place): schema
        for operation in contract.current().operations
        if operation.body is not None
        for place, schema in _texts(operation.body.schema, "")
    }


class Payloads:
    """Hands out payloads in turn, each with a number behind it: names must differ."""

    def __init__(self) -> None:
        self._turn = count()
        self._number = count(1)

    def for_schema(self, schema: Mapping[str, Any]) -> str:
        """The next payload that fits."""
        start, number = next(self._turn), next(self._number)
        for offset in range(len(PAYLOADS)):
            text = f"{PAYLOADS[(start + offset) % len(PAYLOADS)]}{number:x}"
            if _fits(schema, text):
                return text
        raise AssertionError(f"no payload fits {schema}")


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema that a reference means."""
    while "$ref" in schema:
        named = schema["$ref"].rpartition("/")[2]
        schema = contract.current().document["components"]["schemas"][named]
    return schema


def _texts(stated: Mapping[str, Any], place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    schema = resolved(stated)
    name = place.rpartition("/")[2]
    if place == FILE or (name not in SECRETS | NAMED and any(_fits(schema, t) for t in PAYLOADS)):
        yield place, schema
    for other in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(other, []):
            yield from _texts(part, place)
    for key, part in schema.get("properties", {}).items():
        yield from _texts(part, f"{place}/{key}")
    if "items" in schema:
        yield from _texts(schema["items"], f"{place}/*")
    if isinstance(schema.get("additionalProperties"), Mapping):
        yield f"{place}/", schema.get("propertyNames", {})
        yield from _texts(schema["additionalProperties"], f"{place}/*")


def _fits(schema: Mapping[str, Any], text: str) -> bool:
    kinds = schema.get("type", [])
    if "string" not in ([kinds] if isinstance(kinds, str) else kinds) or "format" in schema:
        return False
    return _validator(json.dumps(schema)).is_valid(text)


@lru_cache(maxsize=64)
def _validator(schema: str) -> Validator:
    return Validator(json.loads(schema), contract.current().document["components"])
