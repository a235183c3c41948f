"""Tellings: what happens to an alert, told to whoever wants to hear of it.

Every alert opens, resolves and is acknowledged through here, in the transaction that makes it
so; whoever else is to hear of it is told here too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import clock
from auth import DRIVER
from db import Database, Row
from domain import working_hours
from records import company
from services.alerts import alert_events
from services.alerts.rules_on import Rule

AT_ONCE, DIGEST, NONE = "at_once", "digest", "none"
DIGEST_AT = "07:00"

PEOPLE = """
    SELECT id, role FROM users
    WHERE disabled_at IS NULL AND email IS NOT NULL AND email <> ''
    ORDER BY id
"""
TELL = """
    INSERT INTO alert_tellings (alert_id, user_id, how, due_at)
    VALUES (:alert_id, :user_id, :how, :due_at)
    ON CONFLICT (alert_id, user_id) DO UPDATE SET
        how = excluded.how, due_at = excluded.due_at, alert_mail_id = NULL
        WHERE alert_tellings.alert_mail_id IS NOT NULL
           OR excluded.due_at < alert_tellings.due_at
"""
# Nobody is sent a mail of what is over before it was written.
FORGET = "DELETE FROM alert_tellings WHERE alert_id = :alert_id AND alert_mail_id IS NULL"


class Told:
    """Who is told in one transaction; `sends_mail` where there is a server for it."""

    def __init__(self, db: Database, *, sends_mail: bool) -> None:
        self._db = db
        self._sends_mail = sends_mail
        self._people: list[Row] | None = None

    def opened(self, alert: Row, rules: Sequence[Rule], *, driver_id: int | None) -> None:
        """An alert was opened; it is told to those whom the rules name, each once."""
        alert_events.opened(self._db, alert["id"])
        self._tell(alert, rules, driver_id)

    def worsened(self, alert: Row, rules: Sequence[Rule], *, driver_id: int | None) -> None:
        """An alert reached the thresholds of further rules; it is told to those whom they name,
        also to who was told before.
        """
        self._tell(alert, rules, driver_id)

    def resolved(self, alert: Row) -> None:
        """What an alert was opened for holds no longer."""
        alert_events.resolved(self._db, alert["id"])
        self._db.execute(FORGET, {"alert_id": alert["id"]})

    def acknowledged(self, alert: Row) -> None:
        """Somebody has seen it, so nobody needs a mail of it any more."""
        self._db.execute(FORGET, {"alert_id": alert["id"]})

    def _tell(self, alert: Row, rules: Sequence[Rule], driver_id: int | None) -> None:
        rules = [rule for rule in rules if rule.email != NONE]
        if not self._sends_mail or not rules:
            return
        if self._people is None:
            self._people = list(self._db.query(PEOPLE))
        now, zone = clock.now(), company.time_zone(self._db)
        rows = []
        for person, theirs in self._by_person(rules, driver_id).items():
            # Who is told at once need not read it again the next morning.
            how, due_at = min(_due(rule, now, zone) for rule in theirs)
            rows.append({"alert_id": alert["id"], "user_id": person, "how": how, "due_at": due_at})
        self._db.executemany(TELL, rows)

    def _by_person(self, rules: Iterable[Rule], driver_id: int | None) -> dict[int, list[Rule]]:
        """Drivers hear of the machines on their own routes and of their own orders alone."""
        found = defaultdict(list)
        for rule in rules:
            for person in self._people or ():
                if person["role"] not in rule.roles and person["id"] not in rule.user_ids:
                    continue
                if person["role"] == DRIVER and person["id"] != driver_id:
                    continue
                found[person["id"]].append(rule)
        return found


def _due(rule: Rule, now: str, zone: str) -> tuple[str, str]:
    """("at_once" or "digest", when)."""
    if rule.email == DIGEST:
        due_at = working_hours.next_digest(now, zone, at=DIGEST_AT, weekdays=rule.weekdays)
        return DIGEST, due_at
    due_at = working_hours.first_within(
        now,
        zone,
        weekdays=rule.weekdays,
        from_time=rule.from_time,
        until_time=rule.until_time,
    )
    return AT_ONCE, due_at
