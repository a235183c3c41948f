"""Types of events: what the contract's `webhooks` say of each, and which of its data is who's.

The required properties of an event's data are references; the others are for webhooks that
see everything (`detail: full`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

import contract

FULL = "full"
TEST = "webhook.test"
SHAPES = "#/components/schemas/"


def all_types() -> list[dict[str, Any]]:
    """{type, title, description, references, full} of each; the last two are examples of data."""
    return [
        {
            "type": event_type,
            "title": item["post"]["summary"],
            "description": item["post"]["description"],
            "references": seen(event_type, _shape(event_type)["examples"][0], "references"),
            FULL: _shape(event_type)["examples"][0],
        }
        for event_type, item in contract.current().document["webhooks"].items()
    ]


def seen(event_type: str, data: Mapping[str, Any], detail: str) -> dict[str, Any]:
    """Of the data of an event, what a webhook with this `detail` is sent."""
    shape = _shape(event_type)
    names = shape["properties"] if detail == FULL else shape["required"]
    return {name: data[name] for name in names}


def opened_by(event_type: str) -> list[str]:
    """The scopes of which a program needs one to be told of this; none: no program may."""
    item = contract.current().document["webhooks"].get(event_type, {"post": {}})
    scopes: list[str] = item["post"].get("x-scopes", [])
    return scopes


def is_readable(event_type: str, scopes: Collection[str] | None) -> bool:
    """Whether who has these scopes, or is no program (None), may know of such an event."""
    return scopes is None or event_type == TEST or not set(scopes).isdisjoint(opened_by(event_type))


def readable(scopes: Collection[str]) -> list[str]:
    """The types of which a program with these scopes may know."""
    types = contract.current().document["webhooks"]
    return [event_type for event_type in types if is_readable(event_type, scopes)]


@lru_cache(maxsize=64)
def _shape(event_type: str) -> dict[str, Any]:
    document = contract.current().document
    body = document["webhooks"][event_type]["post"]["requestBody"]
    event = body["content"]["application/json"]["schema"]
    name = event["properties"]["data"]["$ref"].removeprefix(SHAPES)
    shape: dict[str, Any] = document["components"]["schemas"][name]
    return shape
