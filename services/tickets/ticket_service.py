"""Tickets: notes, tasks and what is wrong, of one device, one location or one service order.

A note is only to be known and has no state; anything else goes open -> in_progress -> done, and
may be reopened. A ticket of a device may say since when the machine is down and when it was up
again (availability_service.py). Audits open tickets of their own for the faults that they tell
of (fault_tickets.py); who may see which is said in ticket_rights.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import clock
from auth import Actor
from db import Database, Row, json_list, one, scalar
from errors import Forbidden, Invalid, NotFound
from records import company, search, trail
from records.changes import check_version, compare_and_set
from records.paging import Sort, like, page
from services.tickets import ticket_rights, ticket_thread
from services.tickets.ticket_rights import SEEN_BY_DRIVER

NOTE, NOTED, OPEN, DONE = "note", "noted", "open", "done"
# Of a ticket `t`; spelled as in the indexes of open ones.
IS_OPEN = "t.done_at IS NULL AND t.kind <> 'note'"
IS_DOWN = "t.down_since IS NOT NULL AND t.up_since IS NULL"
DUE = "COALESCE(t.due_on, '9999-12-31')"
SORTS = {
    "due_on": Sort(key=DUE, tie="t.id"),
    "newest": Sort(key="t.id", tie="t.id", descending=True, number=True),
}
TICKET = """
    t.id, t.kind, t.status, t.text, t.device_id, d.asset, t.location_id,
    COALESCE(l.name, stands.name) AS location_name, t.service_order_id, t.due_on, t.assignee_id,
    u.username AS assignee_name, t.down_since, t.up_since, t.code, t.seen_count, t.first_seen_at,
    t.last_seen_at, t.over_at, t.user_id, t.username, t.created_at, t.done_at, t.version
    FROM tickets t
    LEFT JOIN devices d ON d.id = t.device_id
    LEFT JOIN locations stands ON stands.id = d.location_id
    LEFT JOIN locations l ON l.id = t.location_id
    LEFT JOIN users u ON u.id = t.assignee_id
"""
GIVEN = "t.assignee_id = :actor_id"
IS_OVERDUE = f"{DUE} < :today"
OF_ROUTE = "t.device_id IN (SELECT d.id FROM devices d WHERE d.route_id = :route_id)"
FOUND = "t.id IN (SELECT CAST(value AS bigint) FROM json_each(:found))"
# What a driver changes only in what they wrote themselves.
AUTHORS = frozenset({"text", "kind", "due_on"})


def list_tickets(
    db: Database,
    actor: Actor,
    *,
    status: str,
    sort: str,
    limit: int,
    mine: bool = False,
    overdue: bool = False,
    down: bool = False,
    cursor: str | None = None,
    counted: bool = False,
    q: str | None = None,
    kind: str | None = None,
    device_id: int | None = None,
    location_id: int | None = None,
    service_order_id: int | None = None,
    route_id: int | None = None,
) -> dict[str, Any]:
    """A page of tickets; `q` searches their words."""
    found_ids = search.found(db, noun="ticket", q=q)
    asked = {
        "actor_id": actor.user_id,
        "status": status,
        "kind": kind,
        "mine": mine,
        "down": down,
        "today": clock.today(company.time_zone(db)) if overdue else None,
        "device_id": device_id,
        "location_id": location_id,
        "service_order_id": service_order_id,
        "route_id": route_id,
        "found": None if found_ids is None else json_list(found_ids),
        "q": None if q is None else like(q),
    }
    return _listed(db, actor, asked, SORTS[sort], limit, cursor, counted=counted)


def get_ticket(db: Database, actor: Actor, *, ticket_id: int) -> Row:
    """One ticket. Raises NotFound, also for one that is not the driver's to see."""
    ticket_rights.check_seen(db, actor, ticket_id=ticket_id)
    return _shown(db, ticket_id)


def create_ticket(
    db: Database,
    actor: Actor,
    *,
    kind: str,
    text: str,
    device_id: int | None = None,
    location_id: int | None = None,
    service_order_id: int | None = None,
    due_on: str | None = None,
    assignee_id: int | None = None,
    down_since: str | None = None,
    up_since: str | None = None,
) -> Row:
    """A new ticket of one device, location or order. Raises Invalid."""
    of = {
        "device_id": device_id,
        "location_id": location_id,
        "service_order_id": service_order_id,
    }
    wanted = {
        **of,
        "kind": kind,
        "status": NOTED if kind == NOTE else OPEN,
        "text": text,
        "due_on": due_on,
        "assignee_id": assignee_id,
        "down_since": down_since,
        "up_since": up_since,
        "user_id": actor.user_id,
        "username": actor.username,
        "now": clock.now(),
    }
    ticket_rights.check_of(db, actor, of=of)
    _check(db, wanted)
    ticket_id = scalar(
        db,
        """
        INSERT INTO tickets (kind, status, device_id, location_id, service_order_id, text, due_on,
            assignee_id, down_since, up_since, handled_at, user_id, username, created_at)
        VALUES (:kind, :status, :device_id, :location_id, :service_order_id, :text, :due_on,
            :assignee_id, :down_since, :up_since, :now, :user_id, :username, :now)
        RETURNING id
        """,
        wanted,
    )
    keep_searchable(db, texts={ticket_id: text})
    row = _shown(db, ticket_id)
    trail.created(db, actor, "ticket", _logged(row))
    return row


def update_ticket(
    db: Database, actor: Actor, *, ticket_id: int, version: int, changes: Mapping[str, Any]
) -> Row:
    """Change what `changes` names; done, of a machine that is down, says that it is up.

    Raises NotFound, Conflict, Invalid; Forbidden for a driver who changes another's words.
    """
    before = held(db, actor, ticket_id=ticket_id)
    check_version(before, version)
    if actor.is_driver and before["user_id"] != actor.user_id and AUTHORS & changes.keys():
        raise Forbidden("A driver changes the words and the day only of what they wrote.")
    wanted = _after(before, changes)
    _check(db, wanted, given_to=before["assignee_id"])
    compare_and_set(
        db,
        """
        UPDATE tickets SET kind = :kind, status = :status, text = :text, due_on = :due_on,
            assignee_id = :assignee_id, down_since = :down_since, up_since = :up_since,
            done_at = :done_at, handled_at = COALESCE(handled_at, :now), version = version + 1
        WHERE id = :id AND version = :version
        """,
        {**wanted, "now": clock.now()},
        reread=lambda: _shown(db, ticket_id),
    )
    after = _shown(db, ticket_id)
    if after["text"] != before["text"]:
        keep_searchable(db, texts={ticket_id: after["text"]})
    ticket_thread.add_changes(db, actor, before=before, after=after)
    trail.updated(db, actor, "ticket", _logged(before), _logged(after))
    return after


def list_ticket_assignees(db: Database, actor: Actor) -> dict[str, Any]:
    """{items}: everybody in use who does something about tickets, by name."""
    rows = db.query(
        """
        SELECT id, username, display_name, role FROM users
        WHERE role IN ('admin', 'manager', 'driver') AND disabled_at IS NULL
        ORDER BY lower(display_name), id
        """
    )
    return {"items": list(rows)}


def held(db: Database, actor: Actor, *, ticket_id: int) -> Row:
    """A ticket that this transaction changes: it holds what the ticket is of. Raises NotFound.

    Audits that tell of the same fault hold the device too.
    """
    row = get_ticket(db, actor, ticket_id=ticket_id)
    for noun in ("service_order", "location", "device"):
        if row[f"{noun}_id"] is not None:
            db.lock(noun, row[f"{noun}_id"])
    return get_ticket(db, actor, ticket_id=ticket_id)


def handle(db: Database, actor: Actor, *, ticket_id: int) -> None:
    """Note that a person did something with it: no audit closes it any more. Raises NotFound."""
    held(db, actor, ticket_id=ticket_id)
    db.execute(
        "UPDATE tickets SET handled_at = :now WHERE id = :id AND handled_at IS NULL",
        {"id": ticket_id, "now": clock.now()},
    )


def keep_searchable(db: Database, *, texts: Mapping[int, str]) -> None:
    """Let tickets, by their id, be found by their words."""
    search.keep(db, noun="ticket", texts={each: (text,) for each, text in texts.items()})


def _listed(
    db: Database,
    actor: Actor,
    asked: Row,
    sort: Sort,
    limit: int,
    cursor: str | None,
    *,
    counted: bool,
) -> dict[str, Any]:
    """A page of the tickets that are `asked` for; None narrows nothing."""
    return page(
        db,
        TICKET,
        sort=sort,
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={
            SEEN_BY_DRIVER: actor.is_driver,
            IS_OPEN: asked["status"] == OPEN,
            "t.status = :status": asked["status"] in (DONE, NOTED),
            "t.kind = :kind": asked["kind"] is not None,
            GIVEN: asked["mine"],
            IS_OVERDUE: asked["today"] is not None,
            IS_DOWN: asked["down"],
            "t.device_id = :device_id": asked["device_id"] is not None,
            "t.location_id = :location_id": asked["location_id"] is not None,
            "t.service_order_id = :service_order_id": asked["service_order_id"] is not None,
            OF_ROUTE: asked["route_id"] is not None,
            FOUND: asked["found"] is not None,
            "lower(t.text) LIKE :q ESCAPE '\\'": asked["q"] is not None,
        },
        params=asked,
    )


def _after(before: Row, changes: Mapping[str, Any]) -> Row:
    """What the ticket is to be; what follows from a change is changed with it."""
    wanted = {**before, **changes}
    was_note, is_note = before["kind"] == NOTE, wanted["kind"] == NOTE
    if was_note and not is_note and "status" not in changes:
        wanted["status"] = OPEN
    if is_note and not was_note:
        wanted["status"] = NOTED
    if wanted["status"] != DONE:
        wanted["done_at"] = None
    elif before["status"] != DONE:
        wanted["done_at"] = clock.now()
        if wanted["down_since"] is not None and wanted["up_since"] is None:
            wanted["up_since"] = max(wanted["down_since"], clock.now())
    if wanted["down_since"] is None and "up_since" not in changes:
        wanted["up_since"] = None
    return wanted


def _check(db: Database, wanted: Row, given_to: int | None = None) -> None:
    """Invalid for values that cannot be. Whom it was given to already may be disabled since."""
    if wanted["kind"] == NOTE:
        _check_note(wanted)
    _check_down(wanted)
    if wanted["assignee_id"] != given_to:
        ticket_rights.check_assignee(db, wanted["assignee_id"])


def _check_note(wanted: Row) -> None:
    if wanted["status"] != NOTED:
        raise Invalid.at("/status", "A note is never done: make it a task first.")
    named = {
        "due_on": "A note has no due day: make it a task.",
        "assignee_id": "A note is nobody's to do: make it a task.",
        "down_since": "A note puts no machine down: say what is wrong, as a fault.",
    }
    for name, sentence in named.items():
        if wanted[name] is not None:
            raise Invalid.at(f"/{name}", sentence)


def _check_down(wanted: Row) -> None:
    down, up = wanted["down_since"], wanted["up_since"]
    latest = clock.ahead(clock.now())
    if down is not None and wanted["device_id"] is None:
        raise Invalid.at("/down_since", "Only a machine can be down: write the ticket of a device.")
    if down is not None and down > latest:
        raise Invalid.at("/down_since", "is later than now")
    if down is not None and up is None and wanted["status"] == DONE:
        raise Invalid.at("/down_since", "The ticket is done: open it again, or say since when up.")
    if up is not None and down is None:
        raise Invalid.at("/up_since", "Say since when the machine was down as well.")
    if up is not None and down is not None and not down <= up <= latest:
        raise Invalid.at("/up_since", "is before the machine was down, or later than now")


def _logged(row: Row) -> Row:
    """What the audit log has of a ticket: what follows from ids, names above all, it has not."""
    follows = {"asset", "location_name", "assignee_name", "username", "user_id"}
    return {name: value for name, value in row.items() if name not in follows}


def _shown(db: Database, ticket_id: int) -> Row:
    row = one(db, f"SELECT {TICKET} WHERE t.id = :id", {"id": ticket_id})
    if row is None:
        raise NotFound("There is no such ticket.")
    return row
