"""Book checks: does everything that is kept agree with what it is kept of?

`flask check` asks. A check is a statement that answers only what is wrong, run over
the fleet in parts: a hundred devices, or the days of one year, each part in a
transaction of its own, so that a large database is looked at beside a running server
and in bounded memory. To add one, write its statement and list it in CHECKS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from db import Database, Engine, Row, scalar
from records import seals
from services.books import device_counts, figures, past_sales

DEVICES_AT_ONCE = 100
# So many faults of one check are told; one already says that a backup is needed.
MOST_TOLD = 5

Part = Mapping[str, Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What a check found: `wrong` are sentences, `doubts` what it cannot show."""

    name: str
    looked_at: str
    wrong: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """`look` gives the faults of one part as sentences; `parts` are what it is asked for."""

    name: str
    looked_at: str
    look: Callable[[Database, Part], Iterator[str]]
    parts: Callable[[Engine], list[Part]]


def run(engine: Engine, progress: Callable[[str, int, int], None]) -> Iterator[Outcome]:
    """Every check in turn; `progress(name, done, all)` is called as it goes on."""
    for check in CHECKS:
        wrong: list[str] = []
        parts = check.parts(engine)
        for number, part in enumerate(parts):
            progress(check.name, number, len(parts))
            with engine.reading() as db:
                wrong += check.look(db, part)
            if len(wrong) >= MOST_TOLD:
                break
        yield Outcome(check.name, check.looked_at, tuple(wrong[:MOST_TOLD]))
    progress("audit log", 0, 1)
    yield _audit_log(engine)


def _by_device(engine: Engine) -> list[Part]:
    with engine.reading() as db:
        most = scalar(db, "SELECT max(id) FROM devices") or 0
    return [
        {"first": first, "last": first + DEVICES_AT_ONCE - 1, "most": MOST_TOLD}
        for first in range(1, most + 1, DEVICES_AT_ONCE)
    ]


def _by_year(engine: Engine) -> list[Part]:
    with engine.reading() as db:
        ends = [scalar(db, sql) for sql in (FIRST_SALE, LAST_SALE, FIRST_SUM, LAST_SUM)]
    years = [int(end[:4]) for end in ends if end]
    return [
        {"first": f"{year:04}-01-01", "last": f"{year:04}-12-31", "most": MOST_TOLD}
        for year in (range(min(years), max(years) + 1) if years else ())
    ]


def _whole(_: Engine) -> list[Part]:
    return [{}]


def _asking(sql: str, words: Callable[[Row], str]) -> Callable[[Database, Part], Iterator[str]]:
    def look(db: Database, part: Part) -> Iterator[str]:
        for row in db.query(sql, part):
            yield words(row)

    return look


def _device_counts(db: Database, _: Part) -> Iterator[str]:
    kept, counted = device_counts.counted(db), device_counts.of_all(db)
    for kind in sorted(kept.keys() | counted.keys()):
        if kept[kind] != counted[kind]:
            yield f"{kept[kind]} devices are kept as {kind}, {counted[kind]} are."


def _audit_log(engine: Engine) -> Outcome:
    with engine.reading() as db:
        found = seals.verify(db)
    wrong = () if found["ok"] else (f"Entry {found['broken_id']}: {found['reason']}",)
    looked_at = f"{found['entries']} entries are sealed upon each other."
    return Outcome("audit log", looked_at, wrong, tuple(found["doubts"]))


FIRST_SALE = "SELECT min(sold_on) FROM sales"
LAST_SALE = "SELECT max(sold_on) FROM sales"
FIRST_SUM = "SELECT min(sold_on) FROM daily_device_sales"
LAST_SUM = "SELECT max(sold_on) FROM daily_device_sales"

QUANTITIES = """
    SELECT q.id, q.device_id, q.quantity, q.moved, q.balance
    FROM (
        SELECT s.id, s.device_id, COALESCE(s.quantity, 0) AS quantity,
               COALESCE((
                   SELECT CAST(sum(m.quantity) AS bigint) FROM stock_moves m WHERE m.slot_id = s.id
               ), 0) AS moved,
               COALESCE((
                   SELECT m.balance FROM stock_moves m WHERE m.slot_id = s.id
                   ORDER BY m.id DESC LIMIT 1
               ), 0) AS balance
        FROM slots s
        WHERE s.device_id BETWEEN :first AND :last
    ) q
    WHERE q.quantity <> q.moved OR q.quantity <> q.balance
    ORDER BY q.id
    LIMIT CAST(:most AS bigint)
"""
BALANCES = """
    SELECT b.id, b.slot_id, b.balance, b.before_it, b.quantity
    FROM (
        SELECT m.id, m.slot_id, m.balance, m.quantity,
               COALESCE(lag(m.balance) OVER (PARTITION BY m.slot_id ORDER BY m.id), 0) AS before_it
        FROM stock_moves m
        WHERE m.device_id BETWEEN :first AND :last
    ) b
    WHERE b.balance <> b.before_it + b.quantity OR b.balance < 0
    ORDER BY b.id
    LIMIT CAST(:most AS bigint)
"""
READS = """
    SELECT r.id, r.device_id, r.units, r.amount_cents, s.units AS sold, s.amount_cents AS amount
    FROM dex_reads r
    JOIN (
        SELECT dex_read_id, CAST(sum(units) AS bigint) AS units,
               CAST(sum(amount_cents) AS bigint) AS amount_cents
        FROM sales
        WHERE device_id BETWEEN :first AND :last
        GROUP BY dex_read_id
    ) s ON s.dex_read_id = r.id
    WHERE r.units <> s.units OR r.amount_cents <> s.amount_cents
    ORDER BY r.id
    LIMIT CAST(:most AS bigint)
"""
DEVICE_DAYS = """
    SELECT d.sold_on, d.device_id AS of_what, CAST(sum(d.units) AS bigint) AS units,
           CAST(sum(d.amount_cents) AS bigint) AS amount_cents
    FROM (
        SELECT sold_on, device_id, units, amount_cents
        FROM daily_device_sales WHERE device_id BETWEEN :first AND :last
        UNION ALL
        SELECT sold_on, device_id, -units, -amount_cents
        FROM sales WHERE device_id BETWEEN :first AND :last
        UNION ALL
        SELECT sold_on, device_id, -units, -amount_cents
        FROM past_sales WHERE is_counted = 1 AND device_id BETWEEN :first AND :last
    ) d
    GROUP BY d.sold_on, d.device_id
    HAVING sum(d.units) <> 0 OR sum(d.amount_cents) <> 0
    ORDER BY d.sold_on, d.device_id
    LIMIT CAST(:most AS bigint)
"""
PRODUCT_DAYS = """
    SELECT d.sold_on, d.product_id AS of_what, CAST(sum(d.units) AS bigint) AS units,
           CAST(sum(d.amount_cents) AS bigint) AS amount_cents
    FROM (
        SELECT sold_on, product_id, units, amount_cents
        FROM daily_product_sales WHERE sold_on BETWEEN :first AND :last
        UNION ALL
        SELECT sold_on, COALESCE(product_id, 0), -units, -amount_cents
        FROM sales WHERE sold_on BETWEEN :first AND :last
        UNION ALL
        SELECT sold_on, COALESCE(product_id, 0), -units, -amount_cents
        FROM past_sales WHERE is_counted = 1 AND sold_on BETWEEN :first AND :last
    ) d
    GROUP BY d.sold_on, d.product_id
    HAVING sum(d.units) <> 0 OR sum(d.amount_cents) <> 0
    ORDER BY d.sold_on, d.product_id
    LIMIT CAST(:most AS bigint)
"""
SELECTION_DAYS = """
    SELECT d.sold_on, d.selection AS of_what, CAST(sum(d.units) AS bigint) AS units,
           CAST(sum(d.amount_cents) AS bigint) AS amount_cents
    FROM (
        SELECT sold_on, selection, units, amount_cents
        FROM daily_selection_sales WHERE sold_on BETWEEN :first AND :last
        UNION ALL
        SELECT sold_on, selection, -units, -amount_cents
        FROM sales WHERE sold_on BETWEEN :first AND :last
        UNION ALL
        SELECT sold_on, selection, -units, -amount_cents
        FROM past_sales WHERE is_counted = 1 AND sold_on BETWEEN :first AND :last
    ) d
    GROUP BY d.sold_on, d.selection
    HAVING sum(d.units) <> 0 OR sum(d.amount_cents) <> 0
    ORDER BY d.sold_on, d.selection
    LIMIT CAST(:most AS bigint)
"""
DAYS = """
    SELECT d.sold_on, CAST(sum(d.units) AS bigint) AS units,
           CAST(sum(d.amount_cents) AS bigint) AS amount_cents
    FROM (
        SELECT sold_on, units, amount_cents
        FROM daily_sales WHERE sold_on BETWEEN :first AND :last
        UNION ALL
        SELECT sold_on, -units, -amount_cents
        FROM sales WHERE sold_on BETWEEN :first AND :last
        UNION ALL
        SELECT sold_on, -units, -amount_cents
        FROM past_sales WHERE is_counted = 1 AND sold_on BETWEEN :first AND :last
    ) d
    GROUP BY d.sold_on
    HAVING sum(d.units) <> 0 OR sum(d.amount_cents) <> 0
    ORDER BY d.sold_on
    LIMIT CAST(:most AS bigint)
"""
WITH_PAST_SALES = """
    SELECT v.id, v.asset FROM devices v
    WHERE v.id BETWEEN :first AND :last
      AND EXISTS (SELECT 1 FROM past_sales p WHERE p.device_id = v.id)
    ORDER BY v.id
"""
METRICS = """
    SELECT d.id, d.asset, d.archived_at, m.device_id IS NOT NULL AND
        COALESCE(m.archived_at, '') = COALESCE(d.archived_at, '') AS is_kept, m.figures_at,
        m.sold_out_slots, m.probably_sold_out_slots, m.low_slots, m.unknown_slots,
        m.units_to_par, m.fault_count, m.price_difference_count
    FROM devices d
    LEFT JOIN device_metrics m ON m.device_id = d.id
    WHERE d.id BETWEEN :first AND :last
    ORDER BY d.id
"""
# Those that a person counts with; the others are made of the same levels.
FIGURES = (
    *("sold_out_slots", "probably_sold_out_slots", "low_slots", "unknown_slots"),
    *("units_to_par", "fault_count", "price_difference_count"),
)


def _quantity(row: Row) -> str:
    return (
        f"Slot {row['id']} of device {row['device_id']} is kept at {row['quantity']}, its moves "
        f"sum up to {row['moved']} and end at {row['balance']}."
    )


def _balance(row: Row) -> str:
    return (
        f"Move {row['id']} of slot {row['slot_id']} leaves {row['balance']}, but "
        f"{row['before_it']} and {row['quantity']} make {row['before_it'] + row['quantity']}."
    )


def _read(row: Row) -> str:
    return (
        f"DEX read {row['id']} is kept with {row['units']} units and {row['amount_cents']} cents, "
        f"its sales are {row['sold']} and {row['amount']}."
    )


def _whole_day(row: Row) -> str:
    return (
        f"{row['sold_on']}: the sum of the day is {row['units']} units and "
        f"{row['amount_cents']} cents more than its sales."
    )


def _day(noun: str) -> Callable[[Row], str]:
    return lambda row: (
        f"{row['sold_on']}, {noun} {row['of_what']}: the sum of the day is {row['units']} units "
        f"and {row['amount_cents']} cents more than its sales."
    )


def _metrics(db: Database, part: Part) -> Iterator[str]:
    """The figures of each device as they were at the time for which they were made."""
    for row in list(db.query(METRICS, part)):
        name = f"Device {row['id']} ({row['asset']})"
        if not row["is_kept"]:
            yield f"{name} has no figures of its own, or those of another."
        elif row["figures_at"] and not row["archived_at"]:
            right = figures.figures(db, device_id=row["id"], now=row["figures_at"])
            for figure in FIGURES:
                if row[figure] != right[figure]:
                    yield f"{name} is kept with {figure} {row[figure]}, which are {right[figure]}."


def _past_sales(db: Database, part: Part) -> Iterator[str]:
    """No day of a device is counted both by a spreadsheet and by its reads, and each by one."""
    for row in list(db.query(WITH_PAST_SALES, part)):
        found = past_sales.misplaced(db, device_id=row["id"])
        if found:
            yield (
                f"Device {row['id']} ({row['asset']}): imported sales of {found['first']}, and "
                f"{found['number']} in all, are on the wrong side of its first read."
            )


CHECKS = (
    Check("stock", "Quantities are the sums of their moves.", _asking(QUANTITIES, _quantity),
          _by_device),
    Check("balances", "Each move goes on from the one before.", _asking(BALANCES, _balance),
          _by_device),
    Check("reads", "DEX reads are the sums of their sales.", _asking(READS, _read), _by_device),
    Check("device days", "Days of devices are the sums of their sales.",
          _asking(DEVICE_DAYS, _day("device")), _by_device),
    Check("product days", "Days of products are the sums of their sales.",
          _asking(PRODUCT_DAYS, _day("product")), _by_year),
    Check("selection days", "Days of selections are the sums of their sales.",
          _asking(SELECTION_DAYS, _day("selection")), _by_year),
    Check("imported sales", "Imported sales are counted before the first read alone.",
          _past_sales, _by_device),
    Check("days", "Days are the sums of their sales.", _asking(DAYS, _whole_day), _by_year),
    Check("metrics", "Figures of devices are those of their books.", _metrics, _by_device),
    Check("device counts", "The counts of devices are right.", _device_counts, _whole),
)  # fmt: skip
