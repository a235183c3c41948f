"""A row for every table, so that a migration is tried on data and not on emptiness.

A migration that adds a table adds a row here; one that adds a column which must
be filled adds it to the row. `populate` writes what fits the schema at hand: rows
of tables that exist, with the columns they have.
"""

from tests.migrations.schema_reader import columns_of, tables_of

AT = "2026-01-31T08:00:00Z"
LATER = "2026-01-31T09:00:00Z"
HASH = "0" * 64

ROWS = [
    ("users", {"id": 1, "username": "ann", "display_name": "Ann", "role": "manager",
               "password_hash": "x", "created_at": AT}),
    ("users", {"id": 2, "username": "bob", "display_name": "Bob ÄÖ 'quoted' 50%", "email": "b@c.d",
               "role": "driver", "password_hash": "x", "created_at": AT, "disabled_at": LATER}),
    ("sessions", {"id": 1, "token_hash": HASH, "user_id": 1, "created_at": AT,
                  "last_seen_at": LATER}),
    ("login_failures", {"subject": "account:bob", "failures": 3, "last_failed_at": AT,
                        "blocked_until": LATER}),
    ("setup_tokens", {"id": 1, "token_hash": HASH, "created_at": AT}),
    ("settings", {"id": 1, "company": "Acme", "currency": "EUR", "time_zone": "Europe/Berlin",
                  "locale": "de-DE"}),
    ("idempotency_keys", {"user_id": 1, "idempotency_key": "k", "operation": "o",
                          "request_hash": HASH, "status": 201, "answer": "{}", "created_at": AT}),
    ("audit_entries", {"id": 1, "occurred_at": AT, "user_id": 1, "username": "ann",
                       "action": "user.created", "noun": "user", "noun_id": 2, "changes": "{}",
                       "request_id": "r", "previous_hash": HASH, "hash": HASH}),
    ("products", {"id": 1, "sku": "COLA", "name": "Cola", "category": "drinks",
                  "price_cents": 150, "cost_cents": 60, "case_size": 24}),
    ("products", {"id": 2, "name": "Nüsse", "category": "snacks", "price_cents": 120,
                  "case_size": 1, "archived_at": AT}),
    ("locations", {"id": 1, "name": "Station", "kind": "transport", "address": "Road 1",
                   "latitude": 52.5, "longitude": -0.25, "notes": ""}),
    ("routes", {"id": 1, "name": "North", "driver_id": 2}),
    ("device_types", {"id": 1, "name": "Snack", "max_cabinets": 2, "version": 3}),
    ("cabinet_types", {"id": 1, "name": "6 x 8", "rows": 6, "columns": 8, "version": 2}),
    ("devices", {"id": 1, "asset": "A-1", "name": "Hall", "device_type_id": 1, "location_id": 1,
                 "route_id": 1, "serial": "S1", "counters_pair": "first",
                 "ignored_selections": '["B7"]'}),
    ("cabinets", {"id": 1, "device_id": 1, "position": 1, "cabinet_type_id": 1, "rows": 6,
                  "columns": 8}),
    ("slots", {"id": 1, "cabinet_id": 1, "device_id": 1, "position": 1, "row": 1, "column": 1,
               "label": "A1", "selection": "A1", "product_id": 1, "capacity": 10, "par_level": 8,
               "price_cents": 150, "quantity": 4, "units_per_day": 1.5,
               "units_per_day_basis": "measured"}),
    ("slots", {"id": 2, "cabinet_id": 1, "device_id": 1, "position": 2, "row": 1, "column": 2,
               "label": "A2", "capacity": 0, "par_level": 0, "quantity": 0}),
    ("planogram_changes", {"id": 1, "cabinet_id": 1, "slot_id": 1, "user_id": 1,
                           "username": "ann", "changed_at": AT, "changes": "[]"}),
    ("slot_arrangements", {"id": 1, "slot_id": 1, "device_id": 1, "from_at": AT, "product_id": 1,
                           "selection": "A1", "capacity": 10,
                           "planogram_change_id": 1}),
    ("dex_reads", {"id": 1, "device_id": 1, "status": "baseline", "position": "p1", "read_at": AT,
                   "clock": "id5", "received_at": AT, "received_by": 1, "last_seen_at": AT,
                   "filename": "a.dex", "sha256": HASH, "crc": "valid", "warnings": "[]",
                   "faults": "[]", "stated_at": AT, "paid_count_init": 9, "notes": "[]"}),
    ("book_changes", {"device_id": 1, "rules": 1, "units_before": 30, "units_after": 20,
                      "amount_before_cents": 4500, "amount_after_cents": 3000, "held_before": 0,
                      "held_after": 1, "changed_at": AT}),
    ("dex_contents", {"dex_read_id": 1, "content": b"\x00\xff"}),
    ("dex_selections", {"dex_read_id": 1, "device_id": 1, "selection": "A1", "position": "p1",
                        "read_at": AT, "price_cents": 150, "count_init": 2**40,
                        "value_init_cents": 150}),
    ("quarantined_files", {"id": 1, "filename": "b.dex", "received_at": AT, "size": 2,
                           "sha256": HASH, "line": 1, "reason": "no", "content": b"\x00"}),
    ("slot_facts", {"id": 1, "device_id": 1, "slot_id": 1, "kind": "visit", "visit_id": 1,
                    "occurred_at": AT, "recorded_at": AT, "counted": 0, "added": 4}),
    ("stock_moves", {"id": 1, "slot_id": 1, "device_id": 1, "product_id": 1, "reason": "fill",
                     "quantity": 4, "balance": 4, "occurred_at": AT, "recorded_at": AT,
                     "source_kind": "visit", "source_id": 1}),
    ("sales", {"id": 1, "device_id": 1, "dex_read_id": 1, "selection": "A1", "product_id": 1,
               "units": 2, "amount_cents": 300, "opened_at": AT, "closed_at": LATER,
               "sold_on": "2026-01-31", "days_out": 0.5}),
    ("daily_device_sales", {"sold_on": "2026-01-31", "device_id": 1, "units": 2,
                            "amount_cents": 300}),
    ("daily_product_sales", {"sold_on": "2026-01-31", "product_id": 1, "units": 2,
                             "amount_cents": 300}),
    ("daily_selection_sales", {"sold_on": "2026-01-31", "selection": "A1", "units": 2,
                               "amount_cents": 300}),
    ("device_metrics", {"device_id": 1, "sold_out_slots": 0, "low_slots": 1, "unknown_slots": 0,
                        "days_of_inventory": 2.5, "faults": "[]", "fault_count": 0,
                        "price_difference_count": 0}),
    ("selling_windows", {"device_id": 1, "begin_at": AT, "sold": '[["A1", 1, 2, 5000]]'}),
    ("device_counts", {"kind": "in_use", "devices": 1}),
    ("search_grams", {"noun": "device", "gram": "a-1", "noun_id": 1}),
    ("service_orders", {"id": 1, "route_id": 1, "driver_id": 2, "status": "planned",
                        "scheduled_on": "2026-02-01", "service_on": "2026-02-01", "notes": "",
                        "units": 4, "created_at": AT,
                        "created_by": 1}),
    ("service_order_cabinets", {"service_order_id": 1, "cabinet_id": 1, "position": 1}),
    ("service_order_items", {"service_order_id": 1, "cabinet_id": 1, "slot_id": 1,
                             "product_id": 1, "quantity": 4}),
    ("visits", {"id": 1, "service_order_id": 1, "cabinet_id": 1, "user_id": 2, "username": "bob",
                "notes": "", "finished_at": AT, "recorded_at": AT}),
]  # fmt: skip


def populate(db):
    """Fill the tables that are still empty."""
    empty = {
        table
        for table in tables_of(db)
        if db.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] == 0
    }
    for table, row in ROWS:
        if table in empty:
            _insert(db, table, row)


def _insert(db, table, row):
    fitting = {name: value for name, value in row.items() if name in columns_of(db, table)}
    names = ", ".join(f'"{name}"' for name in fitting)
    values = ", ".join(f":{name}" for name in fitting)
    db.execute(f'INSERT INTO "{table}" ({names}) VALUES ({values})', fitting)
