"""Selling windows: what the selections of a device sold in the weeks that its velocities rest on.

Sums of its sales behind one moment, by selection and product. They are kept per device
and changed by what a rebuild of its books changes, so that an audit costs the same
however often its machine reports. Time sold out is summed in ten-thousandths of a
day, as exactly as sales have it, so that no order of arrival ends in another sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import orjson

from clock import later
from db import Database, Row, one

# By selection and product: units, and ten-thousandths of a day sold out.
Sold = dict[tuple[str, int | None], tuple[int, int]]
# A sale that is gone (-1) or new (1).
Change = tuple[int, Row]

FRACTIONS_A_DAY = 10_000
FOREVER = "9999"


def sold_behind(
    db: Database, *, device_id: int, begin: str, changes: Sequence[Change] | None
) -> Sold:
    """What a device sold behind `begin`, now that its sales changed by `changes`; kept.

    Who rebuilds its books holds the device and says the changes. Who only asks says
    None, and nothing is kept.
    """
    kept = one(
        db,
        "SELECT begin_at, sold FROM selling_windows WHERE device_id = :device_id",
        {"device_id": device_id},
    )
    if kept is None:
        sold = _between(db, device_id, begin, FOREVER)
    else:
        sold = {(name, product): (units, out) for name, product, units, out in _rows(kept)}
        _add(sold, (each for each in changes or () if each[1]["closed_at"] > kept["begin_at"]))
        _move(db, device_id, sold, kept["begin_at"], begin)
    if changes is not None:
        _keep(db, device_id, begin, sold, kept)
    return sold


def forget(db: Database, *, device_id: int) -> None:
    """Keep nothing of a device that has too few audits."""
    db.execute("DELETE FROM selling_windows WHERE device_id = :device_id", {"device_id": device_id})


def _rows(kept: Row) -> list[tuple[str, int | None, int, int]]:
    rows: list[tuple[str, int | None, int, int]] = orjson.loads(kept["sold"])
    return rows


def _add(sold: Sold, changes: Iterable[Change]) -> None:
    for sign, sale in changes:
        out = round(sale["days_out"] * FRACTIONS_A_DAY)
        _count(sold, (sale["selection"], sale["product_id"]), sign * sale["units"], sign * out)


def _move(db: Database, device_id: int, sold: Sold, begin: str, to: str) -> None:
    """Let the sums begin at another moment."""
    if begin == to:
        return
    sign = 1 if to < begin else -1
    for key, (units, out) in _between(db, device_id, min(begin, to), max(begin, to)).items():
        _count(sold, key, sign * units, sign * out)


def _count(sold: Sold, key: tuple[str, int | None], units: int, out: int) -> None:
    before = sold.get(key, (0, 0))
    sold[key] = before[0] + units, before[1] + out


def _between(db: Database, device_id: int, behind: str, up_to: str) -> Sold:
    """The sums of what was sold behind a moment, up to another one."""
    rows = db.query(
        # The day of a sale, by which its row is found, is a local one.
        """
        SELECT selection, product_id, CAST(sum(units) AS bigint) AS units,
               CAST(sum(CAST(round(days_out * 10000) AS bigint)) AS bigint) AS out
        FROM sales
        WHERE device_id = :device_id AND sold_on BETWEEN :first AND :last
          AND closed_at > :behind AND closed_at <= :up_to
        GROUP BY selection, product_id
        """,
        {
            "device_id": device_id,
            "first": later(behind, days=-1)[:10],
            "last": FOREVER if up_to == FOREVER else later(up_to, days=1)[:10],
            "behind": behind,
            "up_to": up_to,
        },
    )
    return {(row["selection"], row["product_id"]): (row["units"], row["out"]) for row in rows}


def _keep(db: Database, device_id: int, begin: str, sold: Sold, kept: Row | None) -> None:
    sums = [(*key, *found) for key, found in sold.items() if any(found)]
    text = orjson.dumps(sorted(sums, key=lambda row: (row[0], row[1] or 0))).decode()
    if kept is not None and (kept["begin_at"], kept["sold"]) == (begin, text):
        return
    db.execute(
        """
        INSERT INTO selling_windows (device_id, begin_at, sold)
        VALUES (:device_id, :begin_at, :sold)
        ON CONFLICT (device_id) DO UPDATE SET begin_at = excluded.begin_at, sold = excluded.sold
        """,
        {"device_id": device_id, "begin_at": begin, "sold": text},
    )
