"""Mass selection: which rows somebody chose, by their ids or by the filters of their list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from auth import Actor
from contract.results import plain
from db import Database
from errors import Invalid
from services.catalogue import product_service
from services.fleet import device_service, route_service

# At once, by noun. Each device is held, and PostgreSQL has room for some 6,000 locks.
MOST = {"device": 3_000, "product": 5_000, "route": 5_000}

Lists = Callable[..., dict[str, Any]]
# By noun: its list, the sort that is cheapest, and the filters that the list has.
LISTS: Mapping[str, tuple[Lists, str, frozenset[str]]] = {
    "device": (
        device_service.list_devices,
        "asset",
        frozenset({"q", "archived", "route_id", "location_id", "product_id"}),
    ),
    "product": (product_service.list_products, "name", frozenset({"q", "archived", "category"})),
    "route": (route_service.list_routes, "name", frozenset({"q", "archived", "driver_id"})),
}


def ids_of(db: Database, actor: Actor, noun: str, selection: Mapping[str, Any]) -> list[int]:
    """The ids of the chosen rows, in order; whether there are such rows is not looked at.

    Raises Invalid for a filter that the list does not have, and for more than MOST.
    """
    if "ids" in selection:
        check_count(len(selection["ids"]), f"{noun}s", MOST[noun])
        return sorted(selection["ids"])
    lists, sort, filters = LISTS[noun]
    given: Mapping[str, Any] = selection["filter"]
    wrong = sorted(given.keys() - filters)
    if wrong:
        raise Invalid(
            [
                {
                    "pointer": f"/selection/filter/{name}",
                    "message": f"is not a filter of the list of {noun}s",
                }
                for name in wrong
            ]
        )
    asked = {"archived": False, **given}
    found = plain(lists(db, actor, limit=MOST[noun] + 1, sort=sort, **asked))
    ids = sorted(row["id"] for row in found["items"])
    check_count(len(ids), f"{noun}s", MOST[noun])
    return ids


def check_count(count: int, nouns: str, most: int) -> None:
    """Invalid where more are chosen than are changed at once."""
    if count > most:
        raise Invalid.at("/selection", f"is more than {most:,} {nouns}: narrow the list")


def check_found(selection: Mapping[str, Any], found: Iterable[int], noun: str) -> None:
    """Invalid for ids that are named and not found."""
    if "ids" not in selection:
        return
    known = set(found)
    ids: Sequence[int] = selection["ids"]
    missing = [index for index, each in enumerate(ids) if each not in known]
    if missing:
        raise Invalid(
            [
                {"pointer": f"/selection/ids/{index}", "message": f"is not a {noun}"}
                for index in missing
            ]
        )
