"""Labels: what is stuck on what stands somewhere, with a QR code that leads to its page.

A code says an address of CVD as people reach it, and names what it leads to by its id, so it
holds when that is renamed or moved. Who is not signed in signs in first and then comes there.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from auth import Actor
from contract.types import Label, LabelNoun
from db import Database, Row, json_list
from records.paging import Sort, page

# Level Q of ISO/IEC 18004: a quarter of a code may be scratched off.
ERROR_LEVEL = "Q"


# By noun: `id`, `title`, `name`, `place`, `device_id` and `position`, up to WHERE.
SELECT = {
    "device": """
        d.id, d.asset AS title, d.name, l.name AS place, d.id AS device_id, 0 AS position
        FROM devices d
        LEFT JOIN locations l ON l.id = d.location_id
    """,
    "cabinet": """
        c.id, d.asset AS title, d.name, l.name AS place, d.id AS device_id, c.position
        FROM devices d
        JOIN cabinets c ON c.device_id = d.id AND c.removed_at IS NULL
        LEFT JOIN locations l ON l.id = d.location_id
    """,
    "location": """
        l.id, l.name AS title, l.address AS name, NULL AS place, 0 AS device_id, 0 AS position
        FROM locations l
    """,
}
SORTS = {
    "device": Sort(key="d.asset_order", tie="d.id"),
    "cabinet": Sort(key="d.asset_order", tie="c.id"),
    "location": Sort(key="lower(l.name)", tie="l.id"),
}
IN_USE = {
    "device": "d.archived_at IS NULL",
    "cabinet": "d.archived_at IS NULL",
    "location": "l.archived_at IS NULL",
}
CHOSEN = {
    "device": "d.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))",
    "cabinet": "c.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))",
    "location": "l.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))",
}
ON_ROUTE = {
    "device": "d.route_id = :route_id",
    "cabinet": "d.route_id = :route_id",
    "location": """
        l.id IN (
            SELECT r.location_id FROM devices r
            WHERE r.route_id = :route_id AND r.archived_at IS NULL
        )
    """,
}
AT_LOCATION = {
    "device": "d.location_id = :location_id",
    "cabinet": "d.location_id = :location_id",
    "location": "l.id = :location_id",
}
# The page that a code leads to, of the columns above.
PAGES = {
    "device": "/devices/{id}",
    "cabinet": "/devices/{device_id}/planogram?cabinet={position}",
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

    `ids` are numbers with commas between them; those that are archived or unknown have none.
    """
    found = page(
        db,
        SELECT[noun],
        sort=SORTS[noun],
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={
            IN_USE[noun]: True,
            CHOSEN[noun]: ids is not None,
            ON_ROUTE[noun]: route_id is not None,
            AT_LOCATION[noun]: location_id is not None,
        },
        params={
            "ids": json_list(map(int, (ids or "0").split(","))),
            "route_id": route_id,
            "location_id": location_id,
        },
    )
    return {
        **found,
        "items": [_label(noun, row, actor.origin) for row in found["items"]],
        "address": actor.origin,
        "is_only_here": _is_only_here(actor.origin),
    }


def _label(noun: LabelNoun, row: Row, origin: str) -> Label:
    url = f"{origin}/#{PAGES[noun].format(**row)}"
    cabinet = f"Cabinet {row['position']}" if row["position"] else None
    # A machine that nobody named is called like its asset.
    name = row["name"] if row["name"] != row["title"] else None
    return {
        "noun": noun,
        "noun_id": row["id"],
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
