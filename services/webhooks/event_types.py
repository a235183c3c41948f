"""Types of events: what the contract's `webhooks` say of each, and which of its data is who's.

The required properties of an event's data are references; the others are for webhooks that
see everything (`detail: full`).
"""

from __future__ import annotations

from collections.abc import Mapping
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


@lru_cache(maxsize=64)
def _shape(event_type: str) -> dict[str, Any]:
    document = contract.current().document
    body = document["webhooks"][event_type]["post"]["requestBody"]
    event = body["content"]["application/json"]["schema"]
    name = event["properties"]["data"]["$ref"].removeprefix(SHAPES)
    shape: dict[str, Any] = document["components"]["schemas"][name]
    return shape
