"""Fleets of any size for measuring: a few model devices, copied by bulk inserts.

    python -m bench.fleet FILE DEVICES SALES_ROWS

The models (bench/models.py) live through the services, so that everything about
them is as it would be. A copy has ids of its own and is otherwise the same, so
what holds for a model holds for its copies: the ledger's sums, the metrics, the
odometers. Sums by day of all devices are multiplied; what is searched and what is
counted over all devices is made anew.

Ten million sales are 6 GB. Copies are written past the journal and each table is indexed
when it is full; whoever stops this half-way throws the file away.
"""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path

import auth
import clock
from bench.models import DEVICES, Models
from db import Database, Engine, insert_values, open_engine, scalar
from records import trail
from services.books import device_counts
from services.fleet import device_search, location_service, route_service
from services.system import settings_service
from settings import Settings
from storage import migrate
from storage.engines.sqlite import connect
from storage.engines.sqlite_database import SqliteDatabase

ROUTE_SIZE = 60
MOST_READS = 25

# The tables of a device in the order of their references: which ids of a row are shifted by
# how many there are of that noun among the models, and what else differs in a copy.
# `m` is the model's row, `copy` the number of the copy.
SHIFTED: dict[str, dict[str, str]] = {
    "locations": {"id": "locations"},
    "devices": {"id": "devices", "location_id": "locations"},
    "device_assignments": {"device_id": "devices", "location_id": "locations"},
    "cabinets": {"id": "cabinets", "device_id": "devices"},
    "slots": {"id": "slots", "cabinet_id": "cabinets", "device_id": "devices"},
    "planogram_changes": {
        "id": "planogram_changes",
        "cabinet_id": "cabinets",
        "slot_id": "slots",
    },
    "slot_arrangements": {
        "id": "slot_arrangements",
        "slot_id": "slots",
        "device_id": "devices",
        "planogram_change_id": "planogram_changes",
    },
    "dex_reads": {"id": "dex_reads", "device_id": "devices"},
    "dex_contents": {"dex_read_id": "dex_reads"},
    "dex_selections": {"dex_read_id": "dex_reads", "device_id": "devices"},
    "service_orders": {"id": "service_orders"},
    "service_order_cabinets": {"service_order_id": "service_orders", "cabinet_id": "cabinets"},
    "service_order_items": {
        "service_order_id": "service_orders",
        "cabinet_id": "cabinets",
        "slot_id": "slots",
    },
    "visits": {"id": "visits", "service_order_id": "service_orders", "cabinet_id": "cabinets"},
    "slot_facts": {
        "id": "slot_facts",
        "device_id": "devices",
        "slot_id": "slots",
        "visit_id": "visits",
        "planogram_change_id": "planogram_changes",
    },
    "stock_moves": {"id": "stock_moves", "slot_id": "slots", "device_id": "devices"},
    "sales": {
        "id": "sales",
        "device_id": "devices",
        "dex_read_id": "dex_reads",
        "location_id": "locations",
    },
    "daily_location_sales": {"location_id": "locations"},
    "daily_device_sales": {"device_id": "devices"},
    "device_metrics": {"device_id": "devices"},
    "tickets": {"id": "tickets", "device_id": "devices"},
    "ticket_entries": {"id": "ticket_entries", "ticket_id": "tickets"},
}
UNSAFE_PRAGMAS = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA cache_size = -256000",
)
INDEXES = """
    SELECT name, sql FROM sqlite_master
    WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = :name
"""
# Sums over all devices.
MULTIPLIED = ("daily_product_sales", "daily_selection_sales", "daily_sales")
DAYS_OF_ROUTES = """
    INSERT INTO daily_route_sales
        (route_id, sold_on, units, amount_cents, lost_units_e6, lost_cents_e6)
    SELECT COALESCE(v.route_id, 0), d.sold_on, sum(d.units), sum(d.amount_cents),
           sum(d.lost_units_e6), sum(d.lost_cents_e6)
    FROM daily_device_sales d
    JOIN devices v ON v.id = d.device_id
    GROUP BY COALESCE(v.route_id, 0), d.sold_on
"""
NAMED = {
    ("locations", "name"): "m.name || '/' || copy",
    ("devices", "asset"): "m.asset || '/' || copy",
    ("devices", "name"): "m.name || '/' || copy",
    ("devices", "serial"): "m.serial || '/' || copy",
    ("devices", "route_id"): f"(m.id + copy * {DEVICES} - 1) / {ROUTE_SIZE} + 1",
    ("device_assignments", "route_id"): f"(m.device_id + copy * {DEVICES} - 1) / {ROUTE_SIZE} + 1",
    ("sales", "route_id"): f"(m.device_id + copy * {DEVICES} - 1) / {ROUTE_SIZE} + 1",
    ("service_orders", "route_id"): f"copy * {DEVICES} / {ROUTE_SIZE} + 1",
    ("dex_reads", "sha256"): "printf('%08x', copy) || substr(m.sha256, 9)",
}
# Switched off: to tell somebody is no part of what is measured.
WEBHOOK = """
    INSERT INTO webhooks (id, url, description, events, detail, sealed_secret, created_at,
        disabled_at)
    VALUES (1, 'https://erp.example/', '', 'device.changed', 'full', '', :now, :now)
"""
DELIVERY = """
    INSERT INTO webhook_deliveries (webhook_id, event_id, type, occurred_at, data, state, next_at)
    VALUES (1, :event_id, 'device.changed', :now, '{}', :state, :now)
"""
SOURCES = {"dex_read": "dex_reads", "planogram": "planogram_changes", "visit": "visits"}


def make(file: Path, *, devices: int, sales: int) -> None:
    """Write an SQLite database with so many devices (in twenties) and, about, sales rows."""
    copies = max(1, devices // DEVICES)
    each = sales // (copies * DEVICES)
    url = f"sqlite:///{file}"
    migrate.upgrade(url)
    with closing(open_engine(url)) as engine:
        with engine.writing() as db:
            settings_service.ensure(db, Settings(database_url=url, time_zone="UTC"))
        Models(engine, reads=min(MOST_READS, max(4, each // 5)), sales=each).make()
    with closing(connect(file, timeout_s=0)) as connection:
        for pragma in UNSAFE_PRAGMAS:
            connection.execute(pragma)
        _multiply(SqliteDatabase(connection), copies)
    with closing(open_engine(url)) as engine:
        _finish(engine, copies * DEVICES)


def _multiply(db: Database, copies: int) -> None:
    nouns = {noun for shifts in SHIFTED.values() for noun in shifts.values()}
    sizes = {noun: _size(db, noun) for noun in sorted(nouns)}
    _routes(db, copies * DEVICES)
    for table in SHIFTED:
        indexes = list(db.query(INDEXES, {"name": table}))
        for index in indexes:
            db.execute(f"DROP INDEX {index['name']}")
        db.execute(_copying(db, table, sizes), {"copies": copies})
        for index in indexes:
            db.execute(index["sql"])
    for table in MULTIPLIED:
        db.execute(
            f"""
            UPDATE {table} SET units = units * :n, amount_cents = amount_cents * :n,
                lost_units_e6 = lost_units_e6 * :n, lost_cents_e6 = lost_cents_e6 * :n
            """,
            {"n": copies},
        )
    db.execute("DELETE FROM daily_route_sales")
    db.execute(DAYS_OF_ROUTES)


def _size(db: Database, noun: str) -> int:
    """How many of a noun the models have; few reads leave no visits."""
    size: int = scalar(db, f"SELECT COALESCE(max(id), 0) FROM {noun}")
    return size


def _routes(db: Database, devices: int) -> None:
    db.executemany(
        "INSERT INTO routes (name, driver_id) VALUES (:name, NULL)",
        [{"name": f"Route {number}"} for number in range(2, (devices - 1) // ROUTE_SIZE + 2)],
    )


def _copying(db: Database, table: str, sizes: dict[str, int]) -> str:
    """The statement that copies every row of a model's table `:copies` - 1 times."""
    columns = [row["name"] for row in db.query(f"PRAGMA table_info({table})")]
    values = [_value(table, column, sizes) for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    return f"""
        WITH RECURSIVE numbers (copy) AS (
            SELECT 1 WHERE :copies > 1
            UNION ALL
            SELECT copy + 1 FROM numbers WHERE copy + 1 < :copies
        ), models AS MATERIALIZED (SELECT * FROM {table})
        INSERT INTO {table} ({names})
        SELECT {", ".join(values)} FROM numbers CROSS JOIN models m
    """


def _value(table: str, column: str, sizes: dict[str, int]) -> str:
    if (table, column) in NAMED:
        return NAMED[table, column]
    if (table, column) == ("stock_moves", "source_id"):
        cases = " ".join(f"WHEN '{kind}' THEN {sizes[noun]}" for kind, noun in SOURCES.items())
        return f"m.source_id + copy * CASE m.source_kind {cases} END"
    noun = SHIFTED[table].get(column)
    return f'm."{column}" + copy * {sizes[noun]}' if noun else f'm."{column}"'


def _finish(engine: Engine, devices: int) -> None:
    """What is searched, counted and told, and an entry of the audit log for each device."""
    with engine.writing() as db:
        for number in range(1, devices + 1):
            device_search.keep(db, device_id=number)
            location_service.keep_searchable(db, location_id=number)
        route_service.keep_searchable(db)
        device_counts.count(db)
        _change_all(db, devices)
        _plan(db, devices)
        _deliver(db, devices)
        for number in range(1, devices + 1):
            trail.record(
                db,
                auth.console("bench"),
                action="device.created",
                noun="device",
                noun_id=number,
                after={"name": f"Machine {number}"},
            )


def _change_all(db: Database, devices: int) -> None:
    """A change of all devices at once, which has a part for each, and many of a few."""
    for first, last in ((1, devices), *((number, number) for number in range(1, devices, 4))):
        change_id = scalar(
            db,
            """
            INSERT INTO mass_changes
                (noun, kind, field, change, changed_rows, username, changed_at)
            VALUES ('device', 'device_route', 'route', '{}', :rows, 'bench', :now)
            RETURNING id
            """,
            {"rows": last - first + 1, "now": clock.now()},
        )
        value = '{"shown":null,"columns":{}}'
        columns = ("mass_change_id", "noun_id", "name", "holder_id", "version", "was", "became")
        numbers = range(first, last + 1)
        parts = [(change_id, each, f"M{each}", each, 2, value, value) for each in numbers]
        insert_values(db, "mass_change_parts", columns, parts)


def _plan(db: Database, devices: int) -> None:
    """Changes that wait for their day, and so many that were taken back."""
    for _ in range(devices):
        for state in ("planned", "cancelled"):
            db.execute(
                """
                INSERT INTO planned_changes
                    (kind, change, ids, selected_rows, from_on, username, planned_at, state,
                     ended_at)
                VALUES ('slot_price', '{"kind":"slot_price","price":{"set_cents":150}}', '[1]', 1,
                        '2099-01-01', 'bench', :now, :state, :ended_at)
                """,
                {
                    "now": clock.now(),
                    "state": state,
                    "ended_at": None if state == "planned" else clock.now(),
                },
            )


def _deliver(db: Database, devices: int) -> None:
    """A webhook that was told of each device, and so many deliveries of other states."""
    now = clock.now()
    db.execute(WEBHOOK, {"now": now})
    for state in ("delivered", "waiting", "failed"):
        rows = ({"event_id": f"{state}{n}", "state": state, "now": now} for n in range(devices))
        db.executemany(DELIVERY, rows)


def main() -> None:
    file, devices, sales = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    began = time.monotonic()
    make(file, devices=devices, sales=sales)
    print(f"{file}: {file.stat().st_size:,} bytes in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
