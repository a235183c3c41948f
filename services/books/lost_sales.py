"""Lost sales: how much each sale of a device says was lost while its selection was sold out.

The rate is that of the weeks before (lost.py), of the same selection and product. It
rests only on what was sold before, and a sale is derived anew with all behind it. So any
order of arrival ends in the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import chain
from operator import itemgetter
from typing import Any

import clock
from db import Database, Row, json_list, scalar
from domain.planning import lost
from domain.planning.lost import NOTHING, Lost

DAY = timedelta(days=1)
# As exactly as sales have their days out.
ROUNDED = 0.0002
SOLD = """
    SELECT id, selection, product_id, units, amount_cents, opened_at, closed_at, days_out,
           lost_units_e6, lost_cents_e6
    FROM sales
    WHERE device_id = :device_id AND sold_on BETWEEN :first AND :last
      AND selection IN (SELECT value ->> 'selection' FROM json_each(:selections))
"""


def add(db: Database, *, device_id: int, sales: Sequence[dict[str, Any]], gone: set[int]) -> None:
    """Write into each of the sales, all that stand behind a moment, what was lost.

    `gone`: the ids of sales behind that moment which stand by now.
    """
    for sale in sales:
        sale["lost_units_e6"] = sale["lost_cents_e6"] = 0
    if not any(sale["days_out"] for sale in sales):
        return
    past = _Past(db, device_id, sales, gone)
    for sale in sorted(sales, key=lambda each: each["closed_at"]):
        found = NOTHING
        if sale["days_out"]:
            found = past.carried(sale) or past.measured(sale)
        sale["lost_units_e6"], sale["lost_cents_e6"] = found
        past.note(sale)


class _Past:
    """What the selections sold before, read as far back as somebody asks."""

    def __init__(
        self, db: Database, device_id: int, sales: Sequence[dict[str, Any]], gone: set[int]
    ) -> None:
        self._db, self._device_id, self._gone = db, device_id, gone
        self._selections = {sale["selection"] for sale in sales if sale["days_out"]}
        self._first_closed = min(sale["closed_at"] for sale in sales)
        self._since = min(sale["opened_at"] for sale in sales if sale["days_out"])
        # What stands before the moment, and what is derived behind it, by selection in order.
        self._stands: dict[str, list[Row]] | None = None
        self._derived: dict[str, list[dict[str, Any]]] = {}
        self._is_whole = False
        self._first_read = ""

    def note(self, sale: dict[str, Any]) -> None:
        """The sale is past for those behind it."""
        if sale["selection"] in self._selections:
            self._derived.setdefault(sale["selection"], []).append(sale)

    def carried(self, sale: dict[str, Any]) -> Lost | None:
        """At the rate of the interval before, if it was sold out throughout this one."""
        if sale["units"] or sale["days_out"] < _days(sale) - ROUNDED:
            return None
        if self._stands is None:
            self._stands = self._read(self._since, self._since)
        stands, derived = self._rows(sale["selection"])
        for row in chain(reversed(derived), reversed(stands)):
            if row["closed_at"] == sale["opened_at"] and row["product_id"] == sale["product_id"]:
                if not row["lost_units_e6"]:
                    return None
                before = Lost(row["lost_units_e6"], row["lost_cents_e6"])
                return lost.carried(
                    before, days_out_before=row["days_out"], days_out=sale["days_out"]
                )
        return None

    def measured(self, sale: dict[str, Any]) -> Lost:
        """At the rate of the weeks before and of the interval itself."""
        self._read_all()
        until = sale["closed_at"]
        begin = clock.later(until, days=-lost.WINDOW_DAYS)
        since, after = begin, self._first_read
        units, amount_cents, days_out = 0, 0, 0.0
        for row in chain(*self._rows(sale["selection"]), (sale,)):
            if row["closed_at"] <= begin:
                continue
            if row["product_id"] != sale["product_id"]:
                after = max(after, row["closed_at"])
                continue
            since = min(since, row["opened_at"])
            units += row["units"]
            amount_cents += row["amount_cents"]
            days_out += row["days_out"]
        return lost.lost(
            units=units,
            amount_cents=amount_cents,
            days_in_stock=_between(max(since, after), until) - days_out,
            days_out=sale["days_out"],
        )

    def _read_all(self) -> None:
        if self._is_whole:
            return
        self._is_whole = True
        first = scalar(
            self._db,
            "SELECT min(position) FROM dex_reads WHERE device_id = :device_id",
            {"device_id": self._device_id},
        )
        self._first_read = (first or "").partition("/")[0]
        begin = clock.later(self._since, days=-lost.WINDOW_DAYS)
        self._stands = self._read(begin, self._first_closed)

    def _rows(self, selection: str) -> tuple[Sequence[Row], Sequence[Row]]:
        """What stands of a selection, and what was derived behind it."""
        return (self._stands or {}).get(selection, ()), self._derived.get(selection, ())

    def _read(self, first: str, last: str) -> dict[str, list[Row]]:
        """Sales of the selections around these moments that stand before what is derived."""
        rows = self._db.query(
            SOLD,
            {
                "device_id": self._device_id,
                # The day of a sale, by which its row is found, is a local one.
                "first": clock.later(first, days=-1)[:10],
                "last": clock.later(last, days=1)[:10],
                "selections": json_list({"selection": name} for name in self._selections),
            },
        )
        found: dict[str, list[Row]] = {}
        for row in sorted(rows, key=itemgetter("closed_at")):
            if row["id"] not in self._gone:
                found.setdefault(row["selection"], []).append(row)
        return found


def _days(sale: dict[str, Any]) -> float:
    return _between(sale["opened_at"], sale["closed_at"])


def _between(begin: str, end: str) -> float:
    return (clock.to_datetime(end) - clock.to_datetime(begin)) / DAY
