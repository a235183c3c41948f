"""Mails of alerts: written once for each person from what they are to be told of, then sent.

A mail is written in the transaction that notes whom and what it tells, with the job that sends
it (alert_mail_job.py). Its Message-ID is made here: where it is sent twice, because a worker was
killed between sending and noting it, both are the same mail.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

import clock
import jobs
from auth import ADMIN, Actor
from db import Database, Engine, json_list, scalar
from records import company
from services.alerts import mail_texts
from services.alerts.tellings import DIGEST
from services.system import settings_service
from settings import Settings

WRITER = Actor(user_id=None, username="alerts", role=ADMIN, request_id="alerts")
JOB = "alerts.mail"
# A storm of alerts is one mail a minute to each, not one for each of them.
PAUSE_S = 60
MOST_PEOPLE = 50
# What one mail names; it says how many more there are.
MOST_NAMED = 200
DUE = """
    SELECT DISTINCT t.user_id, t.how FROM alert_tellings t
    WHERE t.alert_mail_id IS NULL AND t.due_at <= :now
      AND NOT EXISTS (
          SELECT 1 FROM alert_mails m WHERE m.user_id = t.user_id AND m.created_at > :since
      )
    ORDER BY t.user_id, t.how
    LIMIT CAST(:most AS bigint)
"""
# Read once: what another worker notes while the mail is written is told by the next one.
WAITING = """
    SELECT alert_id FROM alert_tellings
    WHERE user_id = :user_id AND how = :how AND alert_mail_id IS NULL AND due_at <= :now
"""
MAILED = "SELECT 1 FROM alert_mails WHERE user_id = :user_id AND created_at > :since LIMIT 1"
AMONG = "(SELECT CAST(value AS bigint) FROM json_each(:alert_ids))"
# Since it was noted, a driver may have got another route, and somebody else become a driver.
TAKEN = f"""
    SELECT a.id, a.kind, a.detail, a.since, a.lost_cents_per_day, a.device_id, a.noun,
           a.noun_id, d.asset, d.name, l.name AS location_name
    FROM alert_tellings t
    JOIN users u ON u.id = t.user_id
    JOIN alerts a ON a.id = t.alert_id AND a.resolved_at IS NULL
    LEFT JOIN devices d ON d.id = a.device_id
    LEFT JOIN locations l ON l.id = d.location_id
    WHERE t.user_id = :user_id AND t.alert_id IN {AMONG}
      AND (u.role <> 'driver'
           OR d.route_id IN (SELECT r.id FROM routes r WHERE r.driver_id = u.id)
           OR (a.noun = 'service_order' AND EXISTS (
               SELECT 1 FROM service_orders o WHERE o.id = a.noun_id AND o.driver_id = u.id
           )))
    ORDER BY COALESCE(a.lost_cents_per_day, -1) DESC, a.id
    LIMIT CAST(:most AS bigint)
"""
INSERT = """
    INSERT INTO alert_mails (user_id, message_id, subject, plain, html, created_at)
    VALUES (:user_id, :message_id, :subject, :plain, :html, :now)
    RETURNING id
"""
NOTE = f"""
    UPDATE alert_tellings SET alert_mail_id = :alert_mail_id
    WHERE user_id = :user_id AND alert_id IN {AMONG}
"""
FORGET = f"""
    DELETE FROM alert_tellings
    WHERE user_id = :user_id AND alert_id IN {AMONG} AND alert_mail_id IS NULL
"""


def write_due(engine: Engine, settings: Settings) -> int:
    """Write the mails whose time has come; how many. Raises Unavailable."""
    now = clock.now()
    since = clock.later(now, seconds=-PAUSE_S)
    with engine.reading() as db:
        due = list(db.query(DUE, {"now": now, "since": since, "most": MOST_PEOPLE}))
    written = 0
    for row in due:
        with engine.writing() as db:
            written += _write(db, settings, user_id=row["user_id"], how=row["how"])
    return written


def insert(db: Database, settings: Settings, *, user_id: int, text: mail_texts.Text) -> int:
    """A mail to somebody, which a job sends once this transaction is committed; its id."""
    host = urlsplit(settings.address).hostname
    mail_id = scalar(
        db,
        INSERT,
        {
            "user_id": user_id,
            "message_id": f"<{secrets.token_hex(16)}@{host}>",
            "subject": text.subject,
            "plain": text.plain,
            "html": text.html,
            "now": clock.now(),
        },
    )
    arguments = {"alert_mail_id": mail_id}
    jobs.enqueue(db, WRITER, JOB, arguments, key=f"alert_mail:{mail_id}")
    return int(mail_id)


def _write(db: Database, settings: Settings, *, user_id: int, how: str) -> int:
    # Of two workers one writes it; of a digest and what is told at once, one waits a minute.
    db.lock("alert_mails", user_id)
    now = clock.now()
    since = clock.later(now, seconds=-PAUSE_S)
    if scalar(db, MAILED, {"user_id": user_id, "since": since}) is not None:
        return 0
    waiting = db.query(WAITING, {"user_id": user_id, "how": how, "now": now})
    told = {"user_id": user_id, "alert_ids": json_list(row["alert_id"] for row in waiting)}
    alerts = list(db.query(TAKEN, {**told, "most": MOST_NAMED}))
    if not alerts:
        # All of it was over, or is another's, before anybody was told.
        db.execute(FORGET, told)
        return 0
    text = mail_texts.of_alerts(
        alerts,
        address=settings.address,
        company=company.name(db),
        money=mail_texts.Money(settings_service.get_settings(db, WRITER)["currency"]),
        is_digest=how == DIGEST,
        is_cut=len(alerts) == MOST_NAMED,
    )
    mail_id = insert(db, settings, user_id=user_id, text=text)
    db.execute(NOTE, {**told, "alert_mail_id": mail_id})
    return 1
