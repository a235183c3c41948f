"""Past sales: what machines sold before their first read, as spreadsheets brought it.

They are rows of their own, marked with their import, and are counted in the same sums by day
as sales between reads. A day is counted only before the local day of the machine's first read:
from then on reads say what was sold. Whoever changes which read is the first one asks `settle`,
so that any order of reads and imports ends in the same books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import clock
from db import Database, Row, insert_values, one, scalar
from records.company import Zones, zones
from services.books import assignments, sales_by_day

FOREVER = "9999"
KEPT = (
    *("import_id", "device_id", "sold_on", "selection", "product_id", "payment", "units"),
    *("amount_cents", "route_id", "location_id", "is_counted"),
)
SUMMED = """
    SELECT sold_on, selection, product_id, units, amount_cents, route_id, location_id,
        0 AS lost_units_e6, 0 AS lost_cents_e6
    FROM past_sales
"""
FIRST_READ = "SELECT min(position) FROM dex_reads WHERE device_id = :device_id"
OF_ONE = "SELECT 1 FROM past_sales WHERE import_id = :import_id LIMIT 1"
HAS_SOME = "SELECT 1 FROM past_sales WHERE device_id = :device_id LIMIT 1"
NOW_HELD = f"{SUMMED} WHERE device_id = :device_id AND is_counted = 1 AND sold_on >= :cut"
NOW_COUNTED = f"{SUMMED} WHERE device_id = :device_id AND is_counted = 0 AND sold_on < :cut"
HOLD = """
    UPDATE past_sales SET is_counted = 0
    WHERE device_id = :device_id AND is_counted = 1 AND sold_on >= :cut
"""
COUNT = """
    UPDATE past_sales SET is_counted = 1
    WHERE device_id = :device_id AND is_counted = 0 AND sold_on < :cut
"""
DAYS = """
    SELECT DISTINCT p.sold_on, i.filename FROM past_sales p
    JOIN imports i ON i.id = p.import_id
    WHERE p.device_id = :device_id
"""
DEVICES = """
    SELECT DISTINCT device_id FROM past_sales WHERE import_id = :import_id ORDER BY device_id
"""
OF_IMPORT = f"{SUMMED} WHERE import_id = :import_id AND device_id = :device_id AND is_counted = 1"
REMOVE = "DELETE FROM past_sales WHERE import_id = :import_id"
MISPLACED = """
    SELECT min(sold_on) AS first, count(*) AS number FROM past_sales
    WHERE device_id = :device_id
      AND ((is_counted = 1 AND sold_on >= :cut) OR (is_counted = 0 AND sold_on < :cut))
"""
SUMS = """
    SELECT count(DISTINCT device_id) AS devices, min(sold_on) AS first_on, max(sold_on) AS last_on,
        CAST(COALESCE(sum(units), 0) AS bigint) AS units,
        CAST(COALESCE(sum(amount_cents), 0) AS bigint) AS amount_cents
    FROM past_sales WHERE import_id = :import_id AND is_counted = :is_counted
"""


class Sold(NamedTuple):
    """What a file says that a machine sold on one day."""

    device_id: int
    sold_on: str
    selection: str
    product_id: int | None
    payment: str | None
    units: int
    amount_cents: int


def cut(db: Database, device_id: int, whose: Zones) -> str:
    """The local day from which reads say what the device sold; FOREVER where it was not read."""
    first = scalar(db, FIRST_READ, {"device_id": device_id})
    if first is None:
        return FOREVER
    read_at = first.partition("/")[0]
    return clock.local_date(read_at, whose.at(read_at))


def days_of(db: Database, device_id: int) -> dict[str, str]:
    """The days of which past sales of the device are kept, and the file that brought them."""
    rows = db.query(DAYS, {"device_id": device_id})
    return {row["sold_on"]: row["filename"] for row in rows}


def add(db: Database, *, import_id: int, sold: Iterable[Sold]) -> Iterator[int]:
    """Keep what an import brought, and count it as far as no read does; how many rows so far.

    Holds the devices; what is kept of a device and day already was looked at under that lock by
    who asks.
    """
    by_device: dict[int, list[Sold]] = defaultdict(list)
    for each in sold:
        by_device[each.device_id].append(each)
    sums = sales_by_day.roll_up(db)
    whose = sums.zones(db)
    done = 0
    for device_id, some in sorted(by_device.items()):
        db.lock("device", device_id)
        rows = list(_placed(db, import_id, device_id, some, whose))
        insert_values(db, "past_sales", KEPT, list(map(itemgetter(*KEPT), rows)))
        sums.add(1, device_id, [row for row in rows if row["is_counted"]])
        done += len(rows)
        yield done


def remove(db: Database, *, import_id: int) -> int:
    """Take back all that an import brought, from every sum too; how many rows there were."""
    sums = sales_by_day.roll_up(db)
    devices = [row["device_id"] for row in db.query(DEVICES, {"import_id": import_id})]
    for device_id in devices:
        db.lock("device", device_id)
        named = {"import_id": import_id, "device_id": device_id}
        sums.add(-1, device_id, db.query(OF_IMPORT, named))
    return db.execute(REMOVE, {"import_id": import_id}).rowcount


def settle(db: Database, *, device_id: int) -> None:
    """Count what is before the device's first read and hold the rest, by the reads as they are.

    Whoever asks holds the device.
    """
    if scalar(db, HAS_SOME, {"device_id": device_id}) is None:
        return
    sums = sales_by_day.roll_up(db)
    named = {"device_id": device_id, "cut": cut(db, device_id, sums.zones(db))}
    for sign, rows, change in ((-1, NOW_HELD, HOLD), (1, NOW_COUNTED, COUNT)):
        changed = list(db.query(rows, named))
        if changed:
            sums.add(sign, device_id, changed)
            db.execute(change, named)


def has_some(db: Database, *, import_id: int) -> bool:
    """Whether sales of an import are kept."""
    return scalar(db, OF_ONE, {"import_id": import_id}) is not None


def sums_of(db: Database, *, import_id: int) -> dict[str, Row]:
    """{counted, held} of what an import brought: devices, first and last day, units, amount."""
    found: dict[str, Row] = {}
    for name, is_counted in (("counted", 1), ("held", 0)):
        row = one(db, SUMS, {"import_id": import_id, "is_counted": is_counted})
        assert row is not None  # noqa: S101  # a sum has one row
        found[name] = row
    return found


def misplaced(db: Database, *, device_id: int) -> Row | None:
    """{first, number} of days that are counted beside reads, or not though no read counts them."""
    named = {"device_id": device_id, "cut": cut(db, device_id, zones(db))}
    row = one(db, MISPLACED, named)
    return row if row and row["number"] else None


def _placed(
    db: Database, import_id: int, device_id: int, sold: Sequence[Sold], whose: Zones
) -> Iterator[dict[str, Any]]:
    """Rows with the route and location of their day, and whether they are counted."""
    history = assignments.history_of(db, device_id=device_id)
    reads_begin = cut(db, device_id, whose)
    for each in sold:
        place = history.at(clock.day_end(each.sold_on, whose.of_day(each.sold_on)))
        yield {
            **each._asdict(),
            "import_id": import_id,
            "route_id": place.route_id,
            "location_id": place.location_id,
            "is_counted": int(each.sold_on < reads_begin),
            "lost_units_e6": 0,
            "lost_cents_e6": 0,
        }
