"""Similar machines: what a machine is compared with, the mean of those of its kind.

Of its type at its kind of location, where enough of these are known, else of its type alone.
Only machines in use count whose sales of the period span days enough, and of many the newest,
so that a mean costs the same in any fleet and whoever doubts it can add it up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from db import Database, json_list
from services.books import reading_days
from services.books.sale_groups import Scope

ENOUGH_DAYS = 14.0
# Fewer machines say nothing of their kind.
LEAST = 3
MOST = 200
# So far is looked for those at a kind of location.
MOST_LOOKED_AT = 2_000
TYPE, TYPE_AND_LOCATION = "type", "type_and_location"
OF_TYPE = """
    SELECT d.id, l.kind
    FROM (
        SELECT id, location_id FROM devices
        WHERE device_type_id = :device_type_id AND archived_at IS NULL
        ORDER BY id DESC LIMIT CAST(:most AS bigint)
    ) AS d
    LEFT JOIN locations l ON l.id = d.location_id
    ORDER BY d.id DESC
"""
SOLD = """
    SELECT d.device_id, CAST(sum(d.units) AS bigint) AS units,
           CAST(sum(d.amount_cents) AS bigint) AS amount_cents,
           CAST(sum(d.lost_units_e6) AS bigint) AS lost_units_e6,
           CAST(sum(d.lost_cents_e6) AS bigint) AS lost_cents_e6
    FROM daily_device_sales d
    WHERE d.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
      AND d.sold_on BETWEEN :from AND :to
    GROUP BY d.device_id
"""


class Sold(NamedTuple):
    """What a machine sold in a period, and how many days that spans; `read_days` without imported
    ones, of which nobody knows what was sold out.
    """

    days: float
    read_days: float
    units: int = 0
    amount_cents: int = 0
    lost_units_e6: int = 0
    lost_cents_e6: int = 0


class Mean(NamedTuple):
    """A day of the mean machine: units, and money in minor units; `lost_cents` of those that were
    read days enough, None where none was.
    """

    basis: str
    machines: int
    units: float
    amount_cents: float
    lost_cents: float | None


def sold(db: Database, scope: Scope, device_ids: Sequence[int]) -> dict[int, Sold]:
    """What each of these machines sold in the period."""
    reads = reading_days.of_devices(db, scope, list(device_ids))
    sums = {
        row["device_id"]: row
        for row in db.query(SOLD, {**scope.params, "ids": json_list(device_ids)})
    }
    nothing: dict[str, int] = {}
    return {
        device_id: Sold(
            read.days,
            read.read_days,
            **{
                name: sums.get(device_id, nothing).get(name, 0)
                for name in ("units", "amount_cents", "lost_units_e6", "lost_cents_e6")
            },
        )
        for device_id, read in reads.items()
    }


class Kinds:
    """The machines of each kind in a period, looked up once for all that are compared."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db, self._scope = db, scope
        self._of_type: dict[int, list[tuple[int, str | None]]] = {}
        self._sold: dict[tuple[int, ...], dict[int, Sold]] = {}

    def mean(self, device_id: int, device_type_id: int, kind: str | None) -> Mean | None:
        """The mean of the machines like this one, itself not among them; None of too few."""
        if device_type_id not in self._of_type:
            asked = {"device_type_id": device_type_id, "most": MOST_LOOKED_AT}
            self._of_type[device_type_id] = [
                (row["id"], row["kind"]) for row in self._db.query(OF_TYPE, asked)
            ]
        of_type = self._of_type[device_type_id]
        if kind is not None:
            there = [each for each, place in of_type if place == kind]
            found = self._mean(TYPE_AND_LOCATION, device_id, there)
            if found is not None:
                return found
        return self._mean(TYPE, device_id, [each for each, _ in of_type])

    def _mean(self, basis: str, device_id: int, alike: Sequence[int]) -> Mean | None:
        others = [each for other, each in self._newest(alike) if other != device_id][:MOST]
        if len(others) < LEAST:
            return None
        read = [each for each in others if each.read_days >= ENOUGH_DAYS]
        return Mean(
            basis,
            len(others),
            _mean(each.units / each.days for each in others),
            _mean(each.amount_cents / each.days for each in others),
            _mean(each.lost_cents_e6 / 1_000_000 / each.read_days for each in read)
            if read
            else None,
        )

    def _newest(self, alike: Sequence[int]) -> list[tuple[int, Sold]]:
        """The newest whose sales span days enough: one more than count, for the machine itself."""
        found: list[tuple[int, Sold]] = []
        for begin in range(0, len(alike), MOST + 1):
            found += self._measured(alike[begin : begin + MOST + 1]).items()
            if len(found) > MOST:
                break
        return found[: MOST + 1]

    def _measured(self, device_ids: Sequence[int]) -> dict[int, Sold]:
        """Those whose sales span days enough."""
        key = tuple(device_ids)
        if key not in self._sold:
            found = sold(self._db, self._scope, key)
            self._sold[key] = {
                device_id: found[device_id]
                for device_id in key
                if found[device_id].days >= ENOUGH_DAYS
            }
        return self._sold[key]


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known)
