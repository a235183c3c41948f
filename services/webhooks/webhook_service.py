"""Webhooks: other programs that are told of what happens here, each with a secret of its own.

What happened is written by outbox.py, sent by webhook_sender.py; what became of it is looked
at and sent again by webhook_delivery_service.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import clock
from auth import Actor
from contract.types import DashboardAttentionWebhooks, DashboardAttentionWebhooksItem
from db import Database, Row, one, scalar, typed
from errors import Conflict, Forbidden, Invalid, NotFound
from records import trail
from records.changes import check_version, compare_and_set, since
from services.webhooks import (
    delivery_rows,
    destinations,
    event_types,
    outbox,
    webhook_delivery_service,
    webhook_secrets,
)
from services.webhooks.delivery_rows import FIRST
from services.webhooks.outbox import ORDER
from settings import Settings

MOST_WEBHOOKS = 20
MOST_COUNTED = 1_000
TEST_SENTENCE = "This is a test of CVD."
# What the audit log says of one; no secret is among it.
TOLD = ("url", "description", "events", "detail", "disabled_at")

SHOWN = f"""
    SELECT w.id, w.url, w.description, w.events, w.detail, w.disabled_at, w.paused_at, w.problem,
        w.before_until, w.created_at, w.version, d.next_at, d.attempts, d.problem AS last_problem,
        (SELECT count(*) FROM (
            SELECT 1 FROM webhook_deliveries x WHERE x.webhook_id = w.id AND x.state = 'waiting'
            LIMIT {MOST_COUNTED}) AS counted) AS waiting,
        (SELECT count(*) FROM (
            SELECT 1 FROM webhook_deliveries x WHERE x.webhook_id = w.id AND x.state = 'failed'
            LIMIT {MOST_COUNTED}) AS counted) AS failed,
        (SELECT x.last_at FROM webhook_deliveries x
         WHERE x.webhook_id = w.id AND x.state = 'delivered'
         ORDER BY x.id DESC LIMIT 1) AS last_delivered_at
    FROM webhooks w
    LEFT JOIN webhook_deliveries d ON d.id = {FIRST}
"""
ALL = f"{SHOWN} ORDER BY w.id"
ONE = f"{SHOWN} WHERE w.id = :id"
ATTENTION = """
    SELECT id, url, description, problem, COALESCE(paused_at, disabled_at) AS since
    FROM webhooks
    WHERE problem IS NOT NULL
    ORDER BY id
"""
INSERT = """
    INSERT INTO webhooks (url, description, events, detail, sealed_secret, created_at)
    VALUES (:url, :description, :events, :detail, '', :now)
    RETURNING id
"""
UPDATE = """
    UPDATE webhooks SET url = :url, description = :description, events = :events,
        detail = :detail, disabled_at = :disabled_at, paused_at = :paused_at, problem = :problem,
        version = version + 1
    WHERE id = :id AND version = :version
"""
RESUME = """
    UPDATE webhooks SET paused_at = NULL, problem = NULL, version = version + 1 WHERE id = :id
"""
# What failed when it was paused, and so stands before all that waits.
SEND_FAILED = """
    UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, next_at = :now
    WHERE webhook_id = :id AND state = 'failed' AND last_at >= :paused_at
"""
TRY_FIRST = f"""
    UPDATE webhook_deliveries SET next_at = :now
    WHERE id = (SELECT {FIRST} FROM webhooks w WHERE w.id = :id)
"""
# Held before its deliveries are touched, as whoever sends them does.
HOLD = "UPDATE webhooks SET lease = NULL WHERE id = :id"


def list_webhooks(db: Database, actor: Actor) -> dict[str, list[Row]]:
    """{"items"}: all of them, the first made first."""
    return {"items": [_shown(row) for row in db.query(ALL)]}


def list_event_types(db: Database, actor: Actor) -> dict[str, list[dict[str, Any]]]:
    """{"items"}: {type, title, description, references, full} of each, with examples."""
    return {"items": event_types.all_types()}


def get_webhook(db: Database, actor: Actor, *, webhook_id: int) -> Row:
    """One webhook. Raises NotFound."""
    return _shown(_row(db, webhook_id))


def create_webhook(
    db: Database,
    actor: Actor,
    settings: Settings,
    *,
    url: str,
    events: Sequence[str],
    description: str = "",
    detail: str = "references",
) -> dict[str, Any]:
    """A new one with its `secret`. Raises Invalid for its URL, Conflict beyond MOST_WEBHOOKS,
    Forbidden to a program for events of which it may not know."""
    _check_events(actor, events)
    _check_url(url, settings)
    # So that two at once are not one too many.
    db.lock(*ORDER)
    if scalar(db, "SELECT count(*) FROM webhooks") >= MOST_WEBHOOKS:
        raise Conflict(
            f"There are {MOST_WEBHOOKS} webhooks, which is all there can be: remove one first."
        )
    made = {"url": url, "description": description, "events": " ".join(events), "detail": detail}
    webhook_id = int(scalar(db, INSERT, {**made, "now": clock.now()}))
    secret = webhook_secrets.give(db, webhook_id)
    _record(db, actor, "created", webhook_id, after=_told(_row(db, webhook_id)))
    return {**get_webhook(db, actor, webhook_id=webhook_id), "secret": secret}


def update_webhook(
    db: Database,
    actor: Actor,
    settings: Settings,
    *,
    webhook_id: int,
    version: int,
    changes: Mapping[str, Any],
) -> Row:
    """Change what `changes` names; `disabled` switches it off or on. Raises NotFound, Conflict,
    Invalid, Forbidden to a program where it is told of events of which that may not know."""
    # Nobody tells it of anything while it is switched off.
    db.lock(*ORDER)
    before = _row(db, webhook_id)
    check_version(_shown(before), version)
    wanted = {
        **before,
        **changes,
        "disabled_at": since(before["disabled_at"], changes.get("disabled")),
    }
    if "events" in changes:
        wanted["events"] = " ".join(changes["events"])
    # To switch it off leads nothing anywhere.
    if changes != {"disabled": True}:
        _check_events(actor, [*before["events"].split(), *wanted["events"].split()])
    if "url" in changes:
        _check_url(wanted["url"], settings)
    if wanted["disabled_at"] != before["disabled_at"]:
        # Somebody has seen why it went no further; a pause alone ends by `resume_webhook`.
        wanted.update(paused_at=None, problem=None)
    compare_and_set(
        db, UPDATE, wanted, reread=lambda: get_webhook(db, actor, webhook_id=webhook_id)
    )
    if wanted["disabled_at"]:
        delivery_rows.fail_waiting(db, webhook_id, delivery_rows.SWITCHED_OFF)
    after = _told(_row(db, webhook_id))
    _record(db, actor, "updated", webhook_id, before=_told(before), after=after)
    return get_webhook(db, actor, webhook_id=webhook_id)


def delete_webhook(db: Database, actor: Actor, *, webhook_id: int) -> None:
    """Remove one with its deliveries. Raises NotFound."""
    before = _row(db, webhook_id)
    # Whoever tells of an event meanwhile finds it, or does not, and never half of it.
    db.lock(*ORDER)
    db.execute(HOLD, {"id": webhook_id})
    db.execute("DELETE FROM webhook_deliveries WHERE webhook_id = :id", {"id": webhook_id})
    db.execute("DELETE FROM webhooks WHERE id = :id", {"id": webhook_id})
    _record(db, actor, "removed", webhook_id, before=_told(before))


def replace_secret(db: Database, actor: Actor, *, webhook_id: int) -> dict[str, Any]:
    """One with a new `secret`; the one before signs for a day as well.

    Raises NotFound, Forbidden to a program where it is told of events of which that may not know.
    """
    # Who has the secret can tell the receiver of anything.
    _check_events(actor, _row(db, webhook_id)["events"].split())
    secret = webhook_secrets.replace(db, webhook_id)
    _record(db, actor, "secret_replaced", webhook_id)
    return {**get_webhook(db, actor, webhook_id=webhook_id), "secret": secret}


def test_webhook(db: Database, actor: Actor, *, webhook_id: int) -> Row:
    """The delivery of a test, which is sent behind what waits. Raises NotFound, Conflict."""
    webhook_delivery_service.check_sends(db, webhook_id)
    row = _row(db, webhook_id)
    data = {"webhook_id": webhook_id, "sentence": TEST_SENTENCE}
    outbox.write(db, [outbox.Event(event_types.TEST, data, [row])])
    db.execute(TRY_FIRST, {"id": webhook_id, "now": clock.now()})
    _record(db, actor, "tested", webhook_id)
    found = webhook_delivery_service.list_webhook_deliveries(
        db, actor, webhook_id=webhook_id, limit=1
    )
    latest: Row = found["items"][0]
    return latest


def resume_webhook(db: Database, actor: Actor, *, webhook_id: int) -> Row:
    """Go on with one that was paused. Raises NotFound, Conflict for one that was not."""
    row = _row(db, webhook_id)
    if row["paused_at"] is None:
        raise Conflict("This webhook is not paused.", current=_shown(row))
    db.execute(RESUME, {"id": webhook_id})
    now = clock.now()
    db.execute(SEND_FAILED, {"id": webhook_id, "paused_at": row["paused_at"], "now": now})
    db.execute(TRY_FIRST, {"id": webhook_id, "now": now})
    _record(db, actor, "resumed", webhook_id, before={"problem": row["problem"]})
    return get_webhook(db, actor, webhook_id=webhook_id)


def list_attention(db: Database) -> DashboardAttentionWebhooks:
    """Those that were paused or switched off by failures: {"count", "more", "items"}."""
    items = typed(DashboardAttentionWebhooksItem, db.query(ATTENTION))
    return {"count": len(items), "more": False, "items": items}


def _row(db: Database, webhook_id: int) -> Row:
    row = one(db, ONE, {"id": webhook_id})
    if row is None:
        raise NotFound(webhook_delivery_service.GONE)
    return row


def _check_events(actor: Actor, events: Sequence[str]) -> None:
    for event_type in events:
        if not event_types.is_readable(event_type, actor.scopes):
            needed = " or ".join(event_types.opened_by(event_type))
            raise Forbidden(
                f"This program may not have a webhook told of {event_type}: "
                + (f"it needs the scope {needed}." if needed else "no program may.")
            )


def _check_url(url: str, settings: Settings) -> None:
    try:
        destinations.check(url, settings.webhook_networks)
    except destinations.NotAllowed as refused:
        raise Invalid.at("/url", str(refused)) from None


def _shown(row: Row) -> Row:
    is_retrying = bool(row["attempts"]) and not row["disabled_at"] and not row["paused_at"]
    is_before_in_force = (row["before_until"] or "") > clock.now()
    names = ("id", "url", "description", "detail", "waiting", "failed", "last_delivered_at",
             "created_at", "version")  # fmt: skip
    return {
        **{name: row[name] for name in names},
        "events": row["events"].split(),
        "state": _state(row, is_retrying=is_retrying),
        "problem": row["last_problem"] if is_retrying else row["problem"],
        "next_at": None if row["paused_at"] else row["next_at"],
        "secret_before_until": row["before_until"] if is_before_in_force else None,
    }


def _state(row: Row, *, is_retrying: bool) -> str:
    if row["disabled_at"]:
        return "disabled"
    if row["paused_at"]:
        return "paused"
    return "retrying" if is_retrying else "active"


def _told(row: Row) -> Row:
    # Behind the question mark of a URL stand the secrets of others.
    return {**{name: row[name] for name in TOLD}, "url": row["url"].partition("?")[0]}


def _record(
    db: Database,
    actor: Actor,
    what: str,
    webhook_id: int,
    *,
    before: Row | None = None,
    after: Row | None = None,
) -> None:
    trail.record(
        db,
        actor,
        action=f"webhook.{what}",
        noun="webhook",
        noun_id=webhook_id,
        before=before,
        after=after,
    )
