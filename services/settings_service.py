"""Settings: the operator's company, currency, time zone and language; one row.

The first values come from the environment (`ensure`) and the setup page; from
then on only from here. The time zone decides which day a sale belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import clock
from auth import Actor
from currencies import CURRENCIES, decimals_of
from db import Database, Row, one
from errors import Invalid, Unavailable
from services import audit_service
from services.changes import check_version, compare_and_set
from settings import Settings


def get_settings(db: Database, actor: Actor) -> Row:
    """The settings. Raises Unavailable while `flask db upgrade` has not written the first ones."""
    row = one(
        db,
        "SELECT company, currency, time_zone, locale, version FROM settings WHERE id = 1",
    )
    if row is None:
        raise Unavailable("The database has no settings yet: run `flask db upgrade`.")
    return row


def update_settings(db: Database, actor: Actor, *, version: int, changes: Mapping[str, Any]) -> Row:
    """Change what `changes` names. Raises Conflict, Invalid."""
    before = get_settings(db, actor)
    check_version(before, version)
    check_values(changes)
    compare_and_set(
        db,
        """
        UPDATE settings SET
            company = :company,
            currency = :currency,
            time_zone = :time_zone,
            locale = :locale,
            version = version + 1
        WHERE id = 1 AND version = :version
        """,
        {**before, **changes},
        reread=lambda: get_settings(db, actor),
    )
    after = get_settings(db, actor)
    audit_service.record(
        db, actor, action="settings.updated", noun="settings", noun_id=1, before=before, after=after
    )
    return after


def check_values(changes: Mapping[str, Any]) -> None:
    """Invalid for a time zone that is not known here, or a currency that is none."""
    errors = []
    if "time_zone" in changes and changes["time_zone"] not in clock.zones():
        errors.append({"pointer": "/time_zone", "message": "is not a time zone known here"})
    if "currency" in changes and changes["currency"] not in CURRENCIES:
        errors.append({"pointer": "/currency", "message": "is not a currency of ISO 4217"})
    if errors:
        raise Invalid(errors)


def ensure(db: Database, settings: Settings) -> None:
    """Write the first values, those of the environment, where there are none."""
    db.execute(
        """
        INSERT INTO settings (id, company, currency, time_zone, locale)
        VALUES (1, :company, :currency, :time_zone, :locale)
        ON CONFLICT (id) DO NOTHING
        """,
        {
            "company": settings.company,
            "currency": settings.currency,
            "time_zone": settings.time_zone,
            "locale": settings.locale,
        },
    )


def time_zone(db: Database) -> str:
    """The operator's time zone, an IANA name."""
    row = one(db, "SELECT time_zone FROM settings WHERE id = 1")
    return row["time_zone"] if row else "UTC"


def currency(db: Database) -> str | None:
    """The operator's currency, a code of ISO 4217."""
    row = one(db, "SELECT currency FROM settings WHERE id = 1")
    return row["currency"] if row else None


def currency_decimals(db: Database) -> int:
    """How many decimals the operator's currency has: amounts are integers of 10^-decimals."""
    row = one(db, "SELECT currency FROM settings WHERE id = 1")
    return decimals_of(row["currency"]) if row else 2
