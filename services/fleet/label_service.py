"""Labels: what is stuck on what stands somewhere, with a QR code that leads to its page.

A code says an address of CVD as people reach it, and names what it leads to by its id, so it
holds when that is renamed or moved. Who is not signed in signs in first and then comes there.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from auth import Actor
from contract.types import Label, LabelNoun
from db import Database, Row, json_list
from records.paging import Sort, page

# Level Q of ISO/IEC 18004: a quarter of a code may be scratched off.
ERROR_LEVEL = "Q"


# `id`, `title`, `name` and `place`, up to WHERE. Those of cabinets come by their machines.
DEVICES = """
    d.id, d.asset AS title, d.name, l.name AS place
    FROM devices d
    LEFT JOIN locations l ON l.id = d.location_id
"""
LOCATIONS = "l.id, l.name AS title, l.address AS name, NULL AS place FROM locations l"
CABINETS = """
    SELECT device_id, id, position FROM cabinets
    WHERE device_id IN (SELECT CAST(value AS bigint) FROM json_each(:device_ids))
      AND removed_at IS NULL
"""
DEVICE_IS_CHOSEN = "d.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))"
LOCATION_IS_CHOSEN = "l.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))"
LOCATION_IS_ON_ROUTE = """
    l.id IN (
        SELECT r.location_id FROM devices r
        WHERE r.route_id = :route_id AND r.archived_at IS NULL
    )
"""
BY_ASSET = Sort(key="d.asset_order", tie="d.id")
BY_NAME = Sort(key="lower(l.name)", tie="l.id")
# The page that a code leads to.
PAGES = {
    "device": "/devices/{id}",
    "cabinet": "/devices/{id}/planogram?cabinet={position}",
    "location": "/devices?location_id={id}",
}


def list_labels(
    db: Database,
    actor: Actor,
    *,
    noun: LabelNoun,
    limit: int,
    cursor: str | None = None,
    counted: bool = False,
    ids: str | None = None,
    route_id: int | None = None,
    location_id: int | None = None,
) -> dict[str, Any]:
    """A page of labels: {"items", "next_cursor", "address", "is_only_here"}.

    `ids` are numbers with commas between them; what is archived or unknown has no label. A page
    of cabinets holds those of `limit` machines, and their total counts these.
    """
    of_locations = noun == "location"
    found = page(
        db,
        LOCATIONS if of_locations else DEVICES,
        sort=BY_NAME if of_locations else BY_ASSET,
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={
            "l.archived_at IS NULL": of_locations,
            LOCATION_IS_CHOSEN: of_locations and ids is not None,
            LOCATION_IS_ON_ROUTE: of_locations and route_id is not None,
            "l.id = :location_id": of_locations and location_id is not None,
            "d.archived_at IS NULL": not of_locations,
            DEVICE_IS_CHOSEN: not of_locations and ids is not None,
            "d.route_id = :route_id": not of_locations and route_id is not None,
            "d.location_id = :location_id": not of_locations and location_id is not None,
        },
        params={
            "ids": json_list(map(int, (ids or "0").split(","))),
            "route_id": route_id,
            "location_id": location_id,
        },
    )
    rows = _with_cabinets(db, found["items"]) if noun == "cabinet" else found["items"]
    return {
        **found,
        "items": [_label(noun, row, actor.origin) for row in rows],
        "address": actor.origin,
        "is_only_here": _is_only_here(actor.origin),
    }


def _with_cabinets(db: Database, devices: Sequence[Row]) -> list[Row]:
    """A row for each cabinet of these machines, in their order."""
    of_device = {device["id"]: device for device in devices}
    cabinets = db.query(CABINETS, {"device_ids": json_list(of_device)})
    places = {device_id: place for place, device_id in enumerate(of_device)}
    return [
        {**of_device[each["device_id"]], "position": each["position"], "cabinet_id": each["id"]}
        for each in sorted(cabinets, key=lambda each: (places[each["device_id"]], each["position"]))
    ]


def _label(noun: LabelNoun, row: Row, origin: str) -> Label:
    url = f"{origin}/#{PAGES[noun].format(**row)}"
    cabinet = f"Cabinet {row['position']}" if noun == "cabinet" else None
    # A machine that nobody named is called like its asset.
    name = row["name"] if row["name"] != row["title"] else None
    return {
        "noun": noun,
        "noun_id": row["cabinet_id"] if noun == "cabinet" else row["id"],
        "title": row["title"],
        "lines": [line for line in (cabinet, name, row["place"]) if line],
        "url": url,
        "modules": _modules(url),
    }


def _modules(text: str) -> list[str]:
    import segno  # few need it

    code = segno.make(text, error=ERROR_LEVEL, micro=False, boost_error=False)
    return ["".join("1" if module else "0" for module in row) for row in code.matrix]


def _is_only_here(origin: str) -> bool:
    host = urlsplit(origin).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
