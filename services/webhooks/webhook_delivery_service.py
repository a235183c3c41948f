"""Webhook deliveries: what each webhook was told, what it answered, and telling it again."""

from __future__ import annotations

from typing import Any

import clock
from auth import Actor
from db import Database, Row, json_list, one, scalar
from errors import Conflict, Forbidden, NotFound
from records import trail
from records.paging import Sort, page
from services.webhooks import event_types, outbox

MOST_REPLAYED = 10_000
GONE = "There is no such webhook."
NEWEST_FIRST = Sort(key="d.id", tie="d.id", descending=True, number=True)
COLUMNS = """
    d.id, d.webhook_id, d.event_id, d.type, d.occurred_at, d.data, d.state, d.attempts, d.next_at,
    d.last_at, d.status, d.duration_ms, d.answer, d.problem
    FROM webhook_deliveries d
"""
AGAIN = "state = 'waiting', attempts = 0, next_at = :now"
REPLAY_ONE = f"UPDATE webhook_deliveries SET {AGAIN} WHERE id = :id"
# Of those types of which a program may know.
READABLE = "EXISTS (SELECT 1 FROM json_each(:types) t WHERE t.value ->> 'type' = d.type)"
SINCE = f"""
    SELECT d.id FROM webhook_deliveries d
    WHERE d.webhook_id = :webhook_id AND d.occurred_at >= :since
      AND (CAST(:is_person AS bigint) = 1 OR {READABLE})
    ORDER BY d.occurred_at, d.id
    LIMIT CAST(:most AS bigint)
"""
COUNT_SINCE = f"SELECT count(*) FROM ({SINCE}) AS since"
REPLAY_SINCE = f"UPDATE webhook_deliveries SET {AGAIN} WHERE id IN ({SINCE})"


def list_webhook_deliveries(
    db: Database,
    actor: Actor,
    *,
    webhook_id: int,
    state: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
    counted: bool = False,
) -> dict[str, Any]:
    """A page of the deliveries of a webhook, the newest event first; to a program only those of
    which it may know. Raises NotFound."""
    if scalar(db, "SELECT 1 FROM webhooks WHERE id = :id", {"id": webhook_id}) is None:
        raise NotFound(GONE)
    found = page(
        db,
        COLUMNS,
        sort=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={
            "d.webhook_id = :webhook_id": True,
            "d.state = :state": state is not None,
            READABLE: actor.scopes is not None,
        },
        params={"webhook_id": webhook_id, "state": state, "types": _types(actor)},
    )
    return {**found, "items": [_shown(row) for row in found["items"]]}


def get_webhook_delivery(db: Database, actor: Actor, *, webhook_delivery_id: int) -> Row:
    """One delivery. Raises NotFound, Forbidden to a program that may not know of its event."""
    row = one(db, f"SELECT {COLUMNS} WHERE d.id = :id", {"id": webhook_delivery_id})
    if row is None:
        raise NotFound("There is no such delivery: it may have been removed by its age.")
    if not event_types.is_readable(row["type"], actor.scopes):
        needed = " or ".join(event_types.opened_by(row["type"]))
        raise Forbidden(f"This program may not read of {row['type']}: it needs the scope {needed}.")
    return _shown(row)


def replay_webhook_delivery(db: Database, actor: Actor, *, webhook_delivery_id: int) -> Row:
    """Send one once more, at once. Raises NotFound, Conflict where its webhook sends nothing."""
    before = get_webhook_delivery(db, actor, webhook_delivery_id=webhook_delivery_id)
    check_sends(db, before["webhook_id"])
    db.execute(REPLAY_ONE, {"id": webhook_delivery_id, "now": clock.now()})
    after = get_webhook_delivery(db, actor, webhook_delivery_id=webhook_delivery_id)
    trail.record(
        db,
        actor,
        action="webhook_delivery.replayed",
        noun="webhook_delivery",
        noun_id=webhook_delivery_id,
        before={"state": before["state"]},
        after={"state": after["state"], "type": after["type"]},
    )
    return after


def replay_webhook(db: Database, actor: Actor, *, webhook_id: int, since: str) -> dict[str, Any]:
    """{"count", "more"}: send what happened from then on once more, MOST_REPLAYED at once; for a
    program only that of which it may know.

    Raises NotFound, Conflict where the webhook sends nothing.
    """
    check_sends(db, webhook_id)
    asked = {
        "webhook_id": webhook_id,
        "since": since,
        "now": clock.now(),
        "is_person": int(actor.scopes is None),
        "types": _types(actor),
    }
    found = int(scalar(db, COUNT_SINCE, {**asked, "most": MOST_REPLAYED + 1}))
    db.execute(REPLAY_SINCE, {**asked, "most": MOST_REPLAYED})
    told = {"count": min(found, MOST_REPLAYED), "more": found > MOST_REPLAYED}
    trail.record(
        db,
        actor,
        action="webhook.replayed",
        noun="webhook",
        noun_id=webhook_id,
        after={"since": since, "deliveries": told["count"]},
    )
    return told


def check_sends(db: Database, webhook_id: int) -> None:
    """Raises NotFound, Conflict for a webhook that sends nothing; until the commit nobody
    switches it off."""
    db.lock(*outbox.ORDER)
    row = one(db, "SELECT disabled_at, paused_at FROM webhooks WHERE id = :id", {"id": webhook_id})
    if row is None:
        raise NotFound(GONE)
    if row["disabled_at"]:
        raise Conflict("This webhook is switched off: switch it on first.")
    if row["paused_at"]:
        raise Conflict("This webhook is paused: resume it first, which sends what waits as well.")


def _types(actor: Actor) -> str:
    """What a program may know of, as a list for READABLE."""
    types = [] if actor.scopes is None else event_types.readable(actor.scopes)
    return json_list({"type": event_type} for event_type in types)


def _shown(row: Row) -> Row:
    shown = {**row, "body": outbox.body_of(row).decode()}
    del shown["data"]
    if row["state"] != "waiting":
        shown["next_at"] = None
    return shown
