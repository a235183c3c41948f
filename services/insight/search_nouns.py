"""Searched nouns: who may find one, by which of its texts, and how a hit is shown.

Whoever may not list a noun does not find it either, and of devices, routes and tickets a driver
finds those that their lists show. What is archived, disabled or done is not looked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from auth import ADMIN, DRIVER, MANAGER, VIEWER, Actor
from services.fleet.visibility import VISIBLE_TO_DRIVER
from services.tickets.ticket_rights import SEEN_BY_DRIVER

EVERYBODY = frozenset({ADMIN, MANAGER, DRIVER, VIEWER})


@dataclass(frozen=True, slots=True)
class Noun:
    """`rows` selects noun_id, title, name, detail, status and up to four searched texts, folded.

    `own` is the condition of what a driver sees of it; None where they see all.
    """

    name: str
    scope: str
    rows: str
    among: str
    roles: frozenset[str] = EVERYBODY
    own: str | None = None

    def may(self, actor: Actor) -> bool:
        """Whether somebody may list it."""
        is_in_scope = actor.scopes is None or self.scope in actor.scopes
        return actor.role in self.roles and is_in_scope


NOUNS = (
    Noun(
        name="device",
        scope="fleet:read",
        rows="""
            SELECT d.id AS noun_id, d.asset AS title, d.name, l.name AS detail, NULL AS status,
                   lower(d.asset) AS first, lower(d.name) AS second,
                   lower(d.serial) AS third, lower(l.name) AS fourth
            FROM devices d
            LEFT JOIN locations l ON l.id = d.location_id
            WHERE d.archived_at IS NULL
        """,
        among="d.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))",
        own=VISIBLE_TO_DRIVER,
    ),
    Noun(
        name="product",
        scope="catalogue:read",
        rows="""
            SELECT p.id AS noun_id, p.name AS title, NULL AS name, p.category AS detail,
                   NULL AS status, lower(p.name) AS first, lower(p.category) AS second,
                   lower(p.sku) AS third, NULL AS fourth
            FROM products p
            WHERE p.archived_at IS NULL
        """,
        among="p.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))",
    ),
    Noun(
        name="location",
        scope="fleet:read",
        rows="""
            SELECT l.id AS noun_id, l.name AS title, NULL AS name, l.address AS detail,
                   NULL AS status, lower(l.name) AS first, lower(l.address) AS second,
                   NULL AS third, NULL AS fourth
            FROM locations l
            WHERE l.archived_at IS NULL
        """,
        among="l.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))",
    ),
    Noun(
        name="route",
        scope="fleet:read",
        rows="""
            SELECT r.id AS noun_id, r.name AS title, NULL AS name, u.display_name AS detail,
                   NULL AS status, lower(r.name) AS first, NULL AS second,
                   NULL AS third, NULL AS fourth
            FROM routes r
            LEFT JOIN users u ON u.id = r.driver_id
            WHERE r.archived_at IS NULL
        """,
        among="r.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))",
        own="r.driver_id = :actor_id",
    ),
    Noun(
        name="user",
        scope="people:read",
        rows="""
            SELECT u.id AS noun_id, u.display_name AS title, NULL AS name, u.username AS detail,
                   u.role AS status, lower(u.display_name) AS first, lower(u.username) AS second,
                   NULL AS third, NULL AS fourth
            FROM users u
            WHERE u.disabled_at IS NULL
        """,
        among="u.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))",
        roles=frozenset({ADMIN}),
    ),
    Noun(
        name="ticket",
        scope="tickets:read",
        rows="""
            SELECT t.id AS noun_id, substr(t.text, 1, 200) AS title, NULL AS name,
                   d.asset AS detail, t.status, lower(t.text) AS first, NULL AS second,
                   NULL AS third, NULL AS fourth
            FROM tickets t
            LEFT JOIN devices d ON d.id = t.device_id
            WHERE t.done_at IS NULL
        """,
        among="t.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))",
        own=SEEN_BY_DRIVER,
    ),
)
# The pieces of their statements, by the name of the noun.
ROWS = {noun.name: noun.rows for noun in NOUNS}
AMONG = {noun.name: noun.among for noun in NOUNS}
OWN = {noun.name: noun.own for noun in NOUNS}
