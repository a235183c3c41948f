"""The company: its name, currency and time zones, as every noun asks for them.

Who changes them is settings_service.py.
"""

from __future__ import annotations

from db import Database, one, scalar
from domain.currencies import decimals_of


def name(db: Database) -> str:
    """The company's name; empty while there is none."""
    return scalar(db, "SELECT company FROM settings WHERE id = 1") or ""


def time_zone(db: Database) -> str:
    """The operator's time zone, an IANA name."""
    row = one(db, "SELECT time_zone FROM settings WHERE id = 1")
    return row["time_zone"] if row else "UTC"


class Zones:
    """The operator's time zones in the course of time, the newest first."""

    def __init__(self, periods: list[tuple[str, str]]) -> None:
        self._periods = periods

    def at(self, moment: str) -> str:
        """The zone at a UTC time; one that was chosen in a second holds behind that second."""
        return next((zone for from_at, zone in self._periods if from_at < moment), "UTC")

    def of_day(self, day: str) -> str:
        """The zone in which a local day was lived."""
        return self.at(f"{day}T12:00:00Z")


def zones(db: Database) -> Zones:
    """The operator's time zones: what happened keeps its day, whatever zone came after."""
    rows = db.query("SELECT from_at, time_zone FROM time_zone_periods ORDER BY from_at DESC")
    return Zones([(row["from_at"], row["time_zone"]) for row in rows])


def zone_and_currency(db: Database) -> tuple[str, str | None]:
    """The operator's time zone, and the currency, a code of ISO 4217."""
    row = one(db, "SELECT time_zone, currency FROM settings WHERE id = 1")
    return (row["time_zone"], row["currency"]) if row else ("UTC", None)


def currency_decimals(db: Database) -> int:
    """How many decimals the operator's currency has: amounts are integers of 10^-decimals."""
    row = one(db, "SELECT currency FROM settings WHERE id = 1")
    return decimals_of(row["currency"]) if row else 2
