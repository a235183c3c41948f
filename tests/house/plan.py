"""The plan of the house: rooms and areas, and what may know what.

The room of a module is read from its path: "web/call.py" is of the room web,
"services/orders/needs.py" of the area orders.
"""

GROUND = {"clock", "domain", "errors", "watch"}
AREAS = (
    {"system", "people", "views"},
    {"webhooks"},
    {"catalogue"},
    {"books"},
    {"fleet"},
    {"warehouse", "money", "tickets"},
    {"reads", "orders"},
    {"files", "alerts", "insight", "driver", "integrations", "start", "transfer"},
    {"upkeep"},
)
# What a room may know beside itself and the ground; areas also know those of earlier rows.
DIRECTIONS = {
    "clock": set(),
    "errors": set(),
    "watch": set(),
    "domain": {"clock", "errors"},
    "contract": GROUND,
    "storage": {"clock", "errors", "watch"},
    "db": {"clock", "errors", "storage", "watch"},
    "addresses": set(),
    "settings": GROUND | {"addresses", "storage"},
    "auth": GROUND | {"db"},
    "tokens": GROUND | {"auth", "db"},
    "jobs": GROUND | {"auth", "contract", "db"},
    "records": GROUND | {"auth", "db"},
    "services": GROUND | {"records", "auth", "db", "jobs", "settings", "tokens"},
    "web": GROUND | {"contract", "records", "auth", "db", "settings", "tokens"},
    "server": GROUND | {"contract", "web", "storage", "settings", "auth", "db", "jobs"},
    "commands": GROUND
    | {"contract", "services", "storage", "server", "records", "auth", "db", "jobs", "settings"},
}
# These put the rooms together, or measure and build with all of them.
KNOW_ALL = {"app", "cli", "bench", "deploy", "scripts"}
SHAPES = {"contract/results.py", "contract/types.py"}  # what services know of the contract
# These show it, and what a role may do by it.
KNOW_THE_CONTRACT = {
    "services/system",
    "services/people",
    "services/transfer",
    "services/views",
    "services/webhooks",
}


def room_of(place: str) -> str:
    """The room of a place: "web", "db", or with the area "services/books"."""
    parts = place.removesuffix(".py").split("/")
    return "/".join(parts[:2]) if parts[0] == "services" and len(parts) > 2 else parts[0]


def area_row(room: str) -> int | None:
    """In which row of AREAS a room is; None for what is no area."""
    rows = [row for row, areas in enumerate(AREAS) if room.removeprefix("services/") in areas]
    return rows[0] if rows and room.startswith("services/") else None


def has_room(place: str) -> bool:
    room = room_of(place)
    if room.startswith("services/"):
        return area_row(room) is not None
    return room in DIRECTIONS.keys() | KNOW_ALL


def may_know(place: str, other: str) -> bool:
    """Whether the module at `place` may import the one at `other`."""
    room, known = room_of(place), room_of(other)
    if room == known or room in KNOW_ALL:
        return True
    if known.startswith("services/"):
        row, earlier = area_row(room), area_row(known)
        if row is not None:
            return earlier is not None and earlier < row
        return "services" in DIRECTIONS.get(room, set())
    if room.startswith("services/") and known == "contract":
        return other in SHAPES or room in KNOW_THE_CONTRACT
    return known in DIRECTIONS.get(room.split("/")[0], set())
