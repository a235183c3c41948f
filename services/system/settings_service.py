"""Settings: the operator's company, currency, time zone and language; one row.

The first values come from the environment (`ensure`) and the setup page; from
then on only from here. The time zone decides which day a sale belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import clock
from auth import Actor
from db import Database, Row, one, scalar
from domain.currencies import CURRENCIES, decimals_of
from errors import Conflict, Invalid, Unavailable
from records import trail
from records.changes import check_version, compare_and_set
from services.system import schedule_service
from settings import Settings

SINCE_EVER = ""
KEEP_ZONE = """
    INSERT INTO time_zone_periods (from_at, time_zone) VALUES (:from_at, :time_zone)
    ON CONFLICT (from_at) DO UPDATE SET time_zone = excluded.time_zone
"""
HAS_SOLD = """
    SELECT 1 FROM (
        SELECT amount_cents FROM sales UNION ALL SELECT amount_cents FROM past_sales
    ) s
    WHERE amount_cents > 0
    LIMIT 1
"""
HAS_DAYS = "SELECT 1 FROM (SELECT id FROM sales UNION ALL SELECT id FROM past_sales) s LIMIT 1"
HAS_READS = "SELECT 1 FROM dex_reads LIMIT 1"
# As the contract bounds them.
MOST_PRICE = 100_000_000
UNFIT = """
    SELECT CAST(sum(CASE
        WHEN cents % CAST(:divisor AS bigint) <> 0 THEN 1
        WHEN cents * CAST(:factor AS bigint) > :most THEN 1
        ELSE 0
    END) AS bigint)
    FROM (
        SELECT price_cents AS cents FROM products
        UNION ALL SELECT cost_cents FROM products WHERE cost_cents IS NOT NULL
        UNION ALL SELECT price_cents FROM slots WHERE price_cents IS NOT NULL
    ) prices
"""
SCALED = (
    """
    UPDATE products SET
        price_cents = price_cents * CAST(:factor AS bigint) / CAST(:divisor AS bigint),
        cost_cents = cost_cents * CAST(:factor AS bigint) / CAST(:divisor AS bigint),
        version = version + 1
    """,
    """
    UPDATE slots
    SET price_cents = price_cents * CAST(:factor AS bigint) / CAST(:divisor AS bigint)
    WHERE price_cents IS NOT NULL
    """,
    # Who is arranging one has the prices of before.
    "UPDATE cabinets SET version = version + 1",
)


def get_settings(db: Database, actor: Actor) -> Row:
    """The settings. Raises Unavailable while `flask db upgrade` has not written the first ones."""
    row = one(
        db,
        "SELECT company, currency, time_zone, locale, version FROM settings WHERE id = 1",
    )
    if row is None:
        raise Unavailable("The database has no settings yet: run `flask db upgrade`.")
    return {**row, "currency_decimals": decimals_of(row["currency"])}


def list_currencies(db: Database, actor: Actor) -> list[dict[str, Any]]:
    """[{code, decimals}] of all currencies, by code."""
    return [{"code": code, "decimals": decimals_of(code)} for code in sorted(CURRENCIES)]


def update_settings(db: Database, actor: Actor, *, version: int, changes: Mapping[str, Any]) -> Row:
    """Change what `changes` names. Raises Conflict, Invalid."""
    before = get_settings(db, actor)
    check_version(before, version)
    check_values(changes)
    if changes.get("time_zone", before["time_zone"]) != before["time_zone"]:
        _change_time_zone(db, changes["time_zone"])
    if changes.get("currency", before["currency"]) != before["currency"]:
        _change_currency(db, before["currency"], changes["currency"])
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
    trail.record(
        db, actor, action="settings.updated", noun="settings", noun_id=1, before=before, after=after
    )
    return after


def first_steps_hidden_at(db: Database) -> str | None:
    """When somebody put the first steps away; None while they are shown."""
    hidden_at: str | None = scalar(db, "SELECT first_steps_hidden_at FROM settings WHERE id = 1")
    return hidden_at


def keep_first_steps_hidden(db: Database, *, at: str | None) -> None:
    """Put them away, or show them again (None). No version: nobody's open form is about it."""
    db.execute("UPDATE settings SET first_steps_hidden_at = :at WHERE id = 1", {"at": at})


def check_values(changes: Mapping[str, Any]) -> None:
    """Invalid for a time zone that is not known here, or a currency that is none."""
    errors = []
    if "time_zone" in changes and changes["time_zone"] not in clock.zones():
        errors.append({"pointer": "/time_zone", "message": "is not a time zone known here"})
    if "currency" in changes and changes["currency"] not in CURRENCIES:
        errors.append({"pointer": "/currency", "message": "is not a currency of ISO 4217"})
    if errors:
        raise Invalid(errors)


def _change_time_zone(db: Database, time_zone: str) -> None:
    """Other days from now on; before anything is sold, also for what is older."""
    if scalar(db, HAS_DAYS) is None:
        db.execute("DELETE FROM time_zone_periods")
        from_at = SINCE_EVER
    else:
        from_at = clock.now()
    db.execute(KEEP_ZONE, {"from_at": from_at, "time_zone": time_zone})


def _change_currency(db: Database, before: str, after: str) -> None:
    """Let each price keep its figure. Conflict where amounts are booked, or a price can't be kept.

    1.80 is 180 minor units of a currency with two decimals and 1800 of one with three.
    """
    more = decimals_of(after) - decimals_of(before)
    if scalar(db, HAS_SOLD) is not None:
        raise Conflict(
            f"Sales are booked in {before}, so the currency stays: amounts are never converted. "
            "Books in another currency are an installation of their own."
        )
    if more and scalar(db, HAS_READS) is not None:
        raise Conflict(
            f"Audits are stored with the {decimals_of(before)} decimals of {before}, and {after} "
            f"has {decimals_of(after)}: choose a currency with as many, or start with an empty "
            "database."
        )
    factor, divisor = 10 ** max(more, 0), 10 ** max(-more, 0)
    scale = {"factor": factor, "divisor": divisor, "most": MOST_PRICE}
    unfit = scalar(db, UNFIT, scale)
    if unfit:
        raise Conflict(
            f"{unfit} {'price or cost' if unfit == 1 else 'prices and costs'} can't be written "
            f"in {after}, which has {decimals_of(after)} decimals: change them first."
        )
    if more:
        for sql in SCALED:
            db.execute(sql, scale)


def ensure(db: Database, settings: Settings) -> None:
    """Write the first values, those of the environment, where there are none; and schedules."""
    schedule_service.forget_stale(db)
    schedule_service.ensure(db)
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
    db.execute(
        """
        INSERT INTO time_zone_periods (from_at, time_zone)
        SELECT '', time_zone FROM settings WHERE id = 1
        ON CONFLICT (from_at) DO NOTHING
        """
    )
