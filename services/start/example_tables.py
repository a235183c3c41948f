"""Which tables of the example are copied, and in which order: all but those named here.

A table comes after those that it refers to, as the example's foreign keys say.
"""

from __future__ import annotations

from typing import Any

from db import Database, Row, ordered_tables, scalar

# What an installation has of its own.
NOT_COPIED = frozenset(
    {
        "users",
        "sessions",
        "api_keys",
        "token_families",
        "signing_keys",
        "second_factors",
        "recovery_codes",
        "passkeys",
        "sign_in_rules",
        "identities",
        "ended_flows",
        "setup_tokens",
        "login_failures",
        "idempotency_keys",
        "settings",
        "time_zone_periods",
        "audit_entries",
        "book_changes",
        "jobs",
        "mass_changes",
        "mass_change_parts",
        "planned_changes",
        "schedules",
        "webhooks",
        "webhook_deliveries",
        "retention",
        "removals",
        "erasures",
        "audit_redactions",
        "touched",
        "alert_rules",
        "alerts",
        "alert_mails",
        "alert_tellings",
        "imports",
        "import_files",
        "import_rows",
        "import_effects",
        "import_sources",
        "past_sales",
        "saved_views",
        "saved_view_pins",
        "list_layouts",
    }
)
# What follows from the others, and is made from them: at once, or with a device's next audit.
DERIVED = frozenset({"device_counts", "search_grams", "selling_windows"})
# Users stay behind, and what finds them.
SEARCHED = "SELECT noun, gram, noun_id FROM search_grams WHERE noun <> 'user'"


def copied(example: Any) -> list[str]:
    """The tables that are copied, each after those that it refers to; `example` is SQLite's."""
    tables = ordered_tables(example)
    return [table for table in tables if table not in NOT_COPIED | DERIVED]


def rows_of(example: Any, table: str) -> list[Row]:
    """All rows of a table of the example."""
    return [dict(row) for row in example.execute(f'SELECT * FROM "{table}" ORDER BY 1')]


def searched(example: Any) -> list[Row]:
    """What the nouns that are copied are found by."""
    return [dict(row) for row in example.execute(SEARCHED)]


def is_filled(db: Database, table: str) -> bool:
    """Whether a table that is copied has rows here already."""
    return scalar(db, f'SELECT 1 FROM "{table}" LIMIT 1') is not None
