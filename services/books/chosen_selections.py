"""Chosen selections: what people decided for a device's selections, kept in its row.

Which it ignores (`ignored_selections`), and which it calls by another name now. Until
somebody links the two, a new name has nothing to be compared with, and books nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from db import Database, Row
from errors import Invalid
from services.books import ignored_selections


class Chosen(NamedTuple):
    """`links`: the former name of each selection that was renamed."""

    ignored: frozenset[str]
    links: Mapping[str, str]


def of_device(db: Database, device_id: int) -> Chosen:
    """What was decided for this device."""
    row = next(
        db.query(
            "SELECT ignored_selections, linked_selections FROM devices WHERE id = :id",
            {"id": device_id},
        )
    )
    return Chosen(
        frozenset(ignored_selections.codes(row["ignored_selections"])),
        links(row["linked_selections"]),
    )


def links(kept: str) -> dict[str, str]:
    """What devices.linked_selections holds: former names by the new ones."""
    if kept == ignored_selections.NONE:
        return {}
    return {link["selection"]: link["formerly"] for link in json.loads(kept)}


def in_order(wanted: Iterable[Row]) -> list[Row]:
    """Links of the contract, as they are kept: each new name once. Raises Invalid."""
    by_name: dict[str, Row] = {}
    for index, link in enumerate(wanted):
        selection, pointer = link["selection"], f"/linked_selections/{index}"
        if selection == link["formerly"]:
            raise Invalid.at(pointer, f"links {selection} to itself")
        if selection in by_name:
            raise Invalid.at(pointer, f"links {selection} a second time")
        by_name[selection] = {"selection": selection, "formerly": link["formerly"]}
    return [by_name[selection] for selection in sorted(by_name)]
