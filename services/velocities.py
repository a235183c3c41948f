"""Velocities: what each slot of a device sells a day, measured or estimated.

Kept in slots.units_per_day with where it comes from: audits, else visits
(services/slot_visits.py), else other machines. The formulas are in planning/velocity.py.
An estimate is as of the last refresh of its device: another
machine's audit moves the means, but must not touch the whole fleet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cache, partial

from clock import later, to_datetime
from db import Database, Row, json_list, one
from planning import velocity
from planning.velocity import MEASURED, OWN, UNKNOWN, Velocity
from services import selling_windows, slot_visits
from services.selling_windows import Change
from stock import spelling

DAY = timedelta(days=1)
KNOWS = "(units_per_day_basis = 'measured' OR units_per_day_basis = 'visits')"
# Since when a slot `s` has its product; null for its first one.
PLACED_AT = """(
    SELECT max(a.from_at) FROM slot_arrangements a
    WHERE a.slot_id = s.id AND EXISTS (
        SELECT 1 FROM slot_arrangements b
        WHERE b.slot_id = a.slot_id AND b.id < a.id
          AND COALESCE(b.product_id, 0) <> COALESCE(a.product_id, 0)
    )
)"""
NOTHING_SOLD = (0, 0)
# As many as two intervals take.
READS = velocity.LEAST_INTERVALS + 1
# Of so many slots the mean is as good as of all, and costs the same in any fleet.
MOST_COMPARED = 1_000


def refresh(
    db: Database,
    *,
    device_id: int,
    slots: Sequence[Row],
    reads: Sequence[str],
    changes: Sequence[Change] | None = None,
) -> None:
    """Measure each slot's velocity anew, and estimate it where that is not possible.

    `slots` are all of the device (metrics_service.EVERY_SLOT); their rows are kept up to
    date. `reads` are the times of its last READS, newest first. `changes` are those of its
    sales, from who rebuilt its books.
    """
    _keep_all(db, device_id, slots, _measured(db, device_id, slots, reads, changes))


def refresh_unmeasured(db: Database, *, device_id: int, slots: Sequence[Row]) -> None:
    """The same for the slots that no audit measures, which a visit tells of."""
    slots = [slot for slot in slots if slot["units_per_day_basis"] != MEASURED]
    if any(slot["product_id"] is not None for slot in slots):
        _keep_all(db, device_id, slots, {})


def _keep_all(
    db: Database, device_id: int, slots: Sequence[Row], measured: Mapping[int, Velocity]
) -> None:
    unmeasured = [slot for slot in slots if slot["id"] not in measured]
    known = {**measured, **slot_visits.velocities(db, device_id=device_id, slots=unmeasured)}
    # What is known no longer is written too, before the means: they may be of these slots.
    own = [s for s in slots if s["id"] in known or s["units_per_day_basis"] in OWN]
    _keep(db, own, known)
    others = [slot for slot in slots if slot["id"] not in known]
    _keep(db, others, _estimated(db, device_id, others))


def _keep(db: Database, slots: Iterable[Row], found: Mapping[int, Velocity]) -> None:
    """Write what differs; mostly only rates do, and to write the basis too costs twice as much."""
    rates, bases = [], []
    for slot in slots:
        rate, basis = found.get(slot["id"], UNKNOWN)
        if basis != slot["units_per_day_basis"]:
            bases.append({"id": slot["id"], "units_per_day": rate, "basis": basis})
        elif rate != slot["units_per_day"]:
            rates.append({"id": slot["id"], "units_per_day": rate})
        slot["units_per_day"], slot["units_per_day_basis"] = rate, basis
    if rates:
        db.executemany("UPDATE slots SET units_per_day = :units_per_day WHERE id = :id", rates)
    if bases:
        db.executemany(
            """
            UPDATE slots SET units_per_day = :units_per_day, units_per_day_basis = :basis
            WHERE id = :id
            """,
            bases,
        )


def _estimated(db: Database, device_id: int, slots: Sequence[Row]) -> dict[int, Velocity]:
    """The velocities of the slots that hold a product, from the means of their products."""
    products = {slot["product_id"] for slot in slots} - {None}
    if not products:
        return {}
    means = {product: _mean(db, device_id, product) for product in sorted(products)}
    return {slot["id"]: means.get(slot["product_id"], UNKNOWN) for slot in slots}


def _mean(db: Database, device_id: int, product_id: int) -> Velocity:
    """What the product sells in the slots that know it best: the newest of them, however many.

    A machine whose location has no kind is compared by its type alone. A cabinet is emptied
    before it is removed, so none of its slots knows anything.
    """
    found = one(
        db,
        f"""
        SELECT avg(s.units_per_day) AS fleet,
               avg(s.units_per_day) FILTER (
                   WHERE d.device_type_id = this.device_type_id
                     AND (there.kind IS NULL OR there.kind = l.kind)
               ) AS similar
        FROM devices this
        LEFT JOIN locations there ON there.id = this.location_id
        JOIN (
            SELECT device_id, units_per_day FROM slots
            WHERE product_id = :product_id AND {KNOWS}
            ORDER BY id DESC LIMIT {MOST_COMPARED}
        ) AS s ON 1 = 1
        JOIN devices d ON d.id = s.device_id AND d.archived_at IS NULL
        LEFT JOIN locations l ON l.id = d.location_id
        WHERE this.id = :device_id
        """,
        {"device_id": device_id, "product_id": product_id},
    )
    return velocity.estimated(found["similar"], found["fleet"]) if found else UNKNOWN


def _measured(
    db: Database,
    device_id: int,
    slots: Sequence[Row],
    reads: Sequence[str],
    changes: Sequence[Change] | None,
) -> dict[int, Velocity]:
    """The velocities that are known from own sales; the slots of a selection share its sales.

    A selection counts from its first report, and from when one of its slots got its product.
    """
    if len(reads) < READS:
        if changes:
            selling_windows.forget(db, device_id=device_id)
        return {}
    begin, codes = _first_read(db, device_id, reads)
    # Most selections are seen since the same read.
    observed = cache(partial(_days_observed, reads))
    slots = _as_reported(slots, codes)
    reported = _reported(db, device_id, begin, slots, codes)
    sold = selling_windows.sold_behind(db, device_id=device_id, begin=begin, changes=changes)
    by_selection: dict[str, list[Row]] = {}
    for slot in slots:
        if slot["product_id"] is not None and slot["selection"] in reported:
            by_selection.setdefault(slot["selection"], []).append(slot)
    found: dict[int, Velocity] = {}
    for selection, fed in by_selection.items():
        placed_at = min([slot["placed_at"] or "" for slot in fed])
        days = observed(max(reported[selection], placed_at))
        if days is None:
            continue
        units = fractions_out = 0
        # A sale is booked on the first slot's product, whichever slot it left.
        for product in {slot["product_id"] for slot in fed}:
            of_product = sold.get((selection, product), NOTHING_SOLD)
            units += of_product[0]
            fractions_out += of_product[1]
        days_out = fractions_out / selling_windows.FRACTIONS_A_DAY
        each = velocity.measured(units, days, days_out, len(fed))
        if each != UNKNOWN:
            found.update([(slot["id"], each) for slot in fed])
    return found


def _days_observed(reads: Sequence[str], since: str) -> float | None:
    """Days from `since` to the newest read; None where these do not see enough of them."""
    if not velocity.saw_enough(since, reads):
        return None
    return (to_datetime(reads[0]) - to_datetime(since)) / DAY


def _first_read(db: Database, device_id: int, reads: Sequence[str]) -> tuple[str, set[str]]:
    """When the first read was that velocities are measured from, and what it reports.

    It is one of the last 28 days, but two intervals at least lie behind it.
    """
    since = min(later(reads[0], days=-velocity.WINDOW_DAYS), reads[-1])
    rows = db.execute(
        """
        SELECT r.read_at, s.selection
        FROM (
            SELECT id, read_at FROM dex_reads
            WHERE device_id = :device_id AND position >= :since
            ORDER BY position LIMIT 1
        ) AS r
        LEFT JOIN dex_selections s ON s.dex_read_id = r.id
        """,
        {"device_id": device_id, "since": since},
    ).fetchall()
    return rows[0][0], {selection for _, selection in rows} - {None}


def _as_reported(slots: Sequence[Row], codes: set[str]) -> Sequence[Row]:
    """The slots with their selections as the machine spells them: sales are kept by that."""
    sold_by = {slot["selection"] for slot in slots if slot["selection"] and slot["product_id"]}
    if sold_by <= codes:
        return slots
    reported = spelling.compare(codes, sold_by).reported
    if not reported:
        return slots
    return [
        {**slot, "selection": reported.get(slot["selection"], slot["selection"])} for slot in slots
    ]


def _reported(
    db: Database, device_id: int, begin: str, slots: Iterable[Row], codes: set[str]
) -> dict[str, str]:
    """Since when, from the first read on, each selection of the slots is reported."""
    fed = {slot["selection"] for slot in slots} - {None}
    found = dict.fromkeys(codes & fed, begin)
    missing = fed - found.keys()
    if not missing:
        return found
    return found | {
        row["selection"]: row["read_at"]
        for row in db.query(
            """
            SELECT d.selection, min(d.read_at) AS read_at
            FROM dex_reads r
            JOIN dex_selections d ON d.dex_read_id = r.id
              AND d.selection IN (SELECT value ->> 'selection' FROM json_each(:missing))
            WHERE r.device_id = :device_id AND r.position >= :begin
            GROUP BY d.selection
            """,
            {
                "device_id": device_id,
                "begin": begin,
                "missing": json_list({"selection": selection} for selection in missing),
            },
        )
    }
