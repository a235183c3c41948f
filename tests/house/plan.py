"""The plan of the house: rooms and areas, what may know what, and where modules go.

The room of a module is read from its path. Those that have not moved yet are listed with
the place that they will have, so that the tests hold before a move and after it.
"""

GROUND = {"clock", "domain", "errors"}
AREAS = (
    {"system", "people", "catalogue"},
    {"books"},
    {"fleet"},
    {"warehouse", "money"},
    {"reads", "orders"},
    {"insight", "driver", "integrations", "start"},
)
# What a room may know beside itself and the ground; areas also know those of earlier rows.
DIRECTIONS = {
    "clock": set(),
    "errors": set(),
    "domain": {"clock", "errors"},
    "contract": GROUND,
    "storage": {"clock", "errors"},
    "db": {"clock", "errors", "storage"},
    "settings": GROUND | {"storage"},
    "auth": GROUND | {"db"},
    "jobs": GROUND | {"db"},
    "records": GROUND | {"auth", "db"},
    "services": GROUND | {"records", "auth", "db", "jobs", "settings"},
    "web": GROUND | {"contract", "records", "auth", "db", "settings"},
    "server": GROUND | {"contract", "web", "storage", "settings"},
    "commands": GROUND
    | {"contract", "services", "storage", "server", "records", "auth", "db", "jobs", "settings"},
}
# These put the rooms together, or measure and build with all of them.
KNOW_ALL = {"app", "cli", "bench", "scripts"}
RESULTS = "contract/results.py"  # what services know of the contract
# These show it, and what a role may do by it.
KNOW_THE_CONTRACT = {"services/system", "services/people"}

MOVES = {
    "answers.py": "web/answers.py",
    "arguments.py": "web/arguments.py",
    "assets.py": "web/assets.py",
    "audit_files.py": "storage/audit_files.py",
    "audit_heads.py": "commands/audit_heads.py",
    "backup.py": "storage/backup.py",
    "binding.py": "web/binding.py",
    "book_findings.py": "commands/book_findings.py",
    "bundles.py": "web/bundles.py",
    "check_beside.py": "server/check_beside.py",
    "connections.py": "server/connections.py",
    "console.py": "commands/local_calls.py",
    "currencies.py": "domain/currencies.py",
    "dex/__init__.py": "domain/dex/__init__.py",
    "dex/agreement.py": "domain/dex/agreement.py",
    "dex/amounts.py": "domain/dex/amounts.py",
    "dex/audit.py": "domain/dex/audit.py",
    "dex/cash.py": "domain/dex/cash.py",
    "dex/cashless.py": "domain/dex/cashless.py",
    "dex/checks.py": "domain/dex/self_checks.py",
    "dex/checksum.py": "domain/dex/checksum.py",
    "dex/clock.py": "domain/dex/machine_clock.py",
    "dex/combined.py": "domain/dex/combined.py",
    "dex/counters.py": "domain/dex/counters.py",
    "dex/crc.py": "domain/dex/crc.py",
    "dex/error.py": "domain/dex/error.py",
    "dex/event_codes.py": "domain/dex/event_codes.py",
    "dex/events.py": "domain/dex/events.py",
    "dex/fields.py": "domain/dex/fields.py",
    "dex/identity.py": "domain/dex/identity.py",
    "dex/intervals.py": "domain/dex/solving.py",
    "dex/layout.py": "domain/dex/layout.py",
    "dex/odometers.py": "domain/dex/odometers.py",
    "dex/ordering.py": "domain/dex/ordering.py",
    "dex/proposal.py": "domain/dex/proposal.py",
    "dex/readings.py": "domain/dex/readings.py",
    "dex/records.py": "domain/dex/records.py",
    "dex/registers.py": "domain/dex/registers.py",
    "dex/renames.py": "domain/dex/renames.py",
    "dex/scale.py": "domain/dex/scale.py",
    "dex/selection.py": "domain/dex/selection.py",
    "dex/shifted.py": "domain/dex/shifted.py",
    "dex/totals.py": "domain/dex/totals.py",
    "dex/writer.py": "domain/dex/writer.py",
    "dex_import.py": "services/reads/dex_import.py",
    "dex_reader.py": "services/reads/dex_reader.py",
    "doorkeeper.py": "server/doorkeeper.py",
    "engine_json.py": "records/json_rows.py",
    "engines/__init__.py": "storage/engines/__init__.py",
    "engines/base.py": "storage/engines/base.py",
    "engines/database_file.py": "storage/engines/database_file.py",
    "engines/fair_lock.py": "storage/engines/fair_lock.py",
    "engines/migration_backends.py": "storage/engines/migration_backends.py",
    "engines/migration_files.py": "storage/engines/migration_files.py",
    "engines/placeholders.py": "storage/engines/placeholders.py",
    "engines/postgresql.py": "storage/engines/postgresql.py",
    "engines/postgresql_errors.py": "storage/engines/postgresql_errors.py",
    "engines/postgresql_pool.py": "storage/engines/postgresql_pool.py",
    "engines/sqlite.py": "storage/engines/sqlite.py",
    "engines/sqlite_errors.py": "storage/engines/sqlite_errors.py",
    "exchange.py": "web/call.py",
    "gateway.py": "server/rsgi.py",
    "idempotency.py": "web/idempotency.py",
    "known_devices.py": "services/people/known_devices.py",
    "lane.py": "server/loop.py",
    "locales.py": "domain/locales.py",
    "logs.py": "web/logs.py",
    "pages.py": "web/pages.py",
    "paging.py": "records/paging.py",
    "passwords.py": "services/people/passwords.py",
    "planning/__init__.py": "domain/planning/__init__.py",
    "planning/estimate.py": "domain/planning/estimate.py",
    "planning/levels.py": "domain/planning/levels.py",
    "planning/lost.py": "domain/planning/lost.py",
    "planning/metrics.py": "domain/planning/metrics.py",
    "planning/velocity.py": "domain/planning/velocity.py",
    "schema.py": "storage/migrate.py",
    "security_log.py": "records/security_log.py",
    "server.py": "server/serve.py",
    "services/assignments.py": "services/books/assignments.py",
    "services/audit_chain.py": "records/seals.py",
    "services/audit_service.py": "services/system/audit_service.py",
    "services/board_service.py": "services/insight/board_service.py",
    "services/book_checks.py": "services/books/book_checks.py",
    "services/books.py": "services/books/rebuild.py",
    "services/cabinet_type_service.py": "services/fleet/cabinet_type_service.py",
    "services/cabinets.py": "services/fleet/cabinets.py",
    "services/changes.py": "records/changes.py",
    "services/chosen_selections.py": "services/books/chosen_selections.py",
    "services/contract_service.py": "services/system/contract_service.py",
    "services/count_difference_service.py": "services/books/count_difference_service.py",
    "services/dashboard_service.py": "services/insight/dashboard_service.py",
    "services/device_counts.py": "services/books/device_counts.py",
    "services/device_service.py": "services/fleet/device_service.py",
    "services/device_type_service.py": "services/fleet/device_type_service.py",
    "services/dex_arrivals.py": "services/reads/dex_arrivals.py",
    "services/dex_booking.py": "services/reads/dex_booking.py",
    "services/dex_checksums.py": "services/reads/dex_checksums.py",
    "services/dex_contents.py": "services/reads/dex_contents.py",
    "services/dex_intakes.py": "services/reads/dex_intakes.py",
    "services/dex_placing.py": "services/reads/dex_placing.py",
    "services/dex_preview_service.py": "services/reads/dex_preview_service.py",
    "services/dex_read_service.py": "services/reads/dex_read_service.py",
    "services/dex_strangers.py": "services/reads/dex_strangers.py",
    "services/dex_summaries.py": "services/reads/dex_summaries.py",
    "services/dex_views.py": "services/reads/dex_views.py",
    "services/example_service.py": "services/start/example_service.py",
    "services/fills.py": "services/orders/fills.py",
    "services/freshness.py": "services/books/freshness.py",
    "services/health_service.py": "services/system/health_service.py",
    "services/ignored_selections.py": "services/books/ignored_selections.py",
    "services/installation_service.py": "services/reads/installation_service.py",
    "services/intervals.py": "services/books/intervals.py",
    "services/known_stock.py": "services/books/known_stock.py",
    "services/ledger.py": "services/books/ledger.py",
    "services/location_service.py": "services/fleet/location_service.py",
    "services/lost_sales.py": "services/books/lost_sales.py",
    "services/metrics_service.py": "services/fleet/metrics_service.py",
    "services/needs.py": "services/orders/needs.py",
    "services/order_state.py": "services/orders/order_state.py",
    "services/order_stops.py": "services/orders/order_stops.py",
    "services/planogram_service.py": "services/fleet/planogram_service.py",
    "services/product_holders.py": "services/fleet/product_holders.py",
    "services/product_overview_service.py": "services/insight/product_overview_service.py",
    "services/product_service.py": "services/catalogue/product_service.py",
    "services/product_slots.py": "services/fleet/product_slots.py",
    "services/proposals.py": "services/reads/proposals.py",
    "services/quarantine_service.py": "services/reads/quarantine_service.py",
    "services/reading_days.py": "services/books/reading_days.py",
    "services/reconciliations.py": "services/books/reconciliations.py",
    "services/rereading.py": "services/reads/rereading.py",
    "services/route_service.py": "services/fleet/route_service.py",
    "services/sale_groups.py": "services/books/sale_groups.py",
    "services/sale_service.py": "services/books/sale_service.py",
    "services/sale_sheets.py": "services/books/sale_sheets.py",
    "services/sales_by_day.py": "services/books/sales_by_day.py",
    "services/search.py": "records/search.py",
    "services/selling_windows.py": "services/books/selling_windows.py",
    "services/service_order_service.py": "services/orders/service_order_service.py",
    "services/session_service.py": "services/people/session_service.py",
    "services/settings_service.py": "services/system/settings_service.py",
    "services/setup_service.py": "services/start/setup_service.py",
    "services/skip_service.py": "services/orders/skip_service.py",
    "services/skips.py": "services/orders/skips.py",
    "services/slot_change_service.py": "services/fleet/slot_change_service.py",
    "services/slot_levels.py": "services/books/slot_levels.py",
    "services/slot_visits.py": "services/books/slot_visits.py",
    "services/spellings.py": "services/fleet/spellings.py",
    "services/standings.py": "services/books/standings.py",
    "services/stock_service.py": "services/books/stock_service.py",
    "services/unbooked.py": "services/books/unbooked.py",
    "services/user_service.py": "services/people/user_service.py",
    "services/velocities.py": "services/books/velocities.py",
    "services/visit_service.py": "services/orders/visit_service.py",
    "shortcuts.py": "web/fast_routes.py",
    "spreadsheets.py": "domain/spreadsheets.py",
    "stock/__init__.py": "domain/stock/__init__.py",
    "stock/replay.py": "domain/stock/replay.py",
    "stock/spelling.py": "domain/stock/spelling.py",
    "storage_checks.py": "storage/checks.py",
    "supervisor.py": "server/supervisor.py",
    "threads.py": "server/threads.py",
    "throttle.py": "services/people/throttle.py",
}


def planned(module: str) -> str:
    """The place that a module has, or will have."""
    return MOVES.get(module, module)


def room_of(place: str) -> str:
    """The room of a place: "web", "db", or with the area "services/books"."""
    parts = place.removesuffix(".py").split("/")
    return "/".join(parts[:2]) if parts[0] == "services" and len(parts) > 2 else parts[0]


def area_row(room: str) -> int | None:
    """In which row of AREAS a room is; None for what is no area."""
    rows = [row for row, areas in enumerate(AREAS) if room.removeprefix("services/") in areas]
    return rows[0] if rows and room.startswith("services/") else None


def has_room(place: str) -> bool:
    room = room_of(place)
    if room.startswith("services/"):
        return area_row(room) is not None
    return room in DIRECTIONS.keys() | KNOW_ALL


def may_know(place: str, other: str) -> bool:
    """Whether the module at `place` may import the one at `other`."""
    room, known = room_of(place), room_of(other)
    if room == known or room in KNOW_ALL:
        return True
    if known.startswith("services/"):
        row, earlier = area_row(room), area_row(known)
        if row is not None:
            return earlier is not None and earlier < row
        return "services" in DIRECTIONS.get(room, set())
    if room.startswith("services/") and known == "contract":
        return other == RESULTS or room in KNOW_THE_CONTRACT
    return known in DIRECTIONS.get(room.split("/")[0], set())
