"""Summaries: a read in one row, as every list and answer shows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from db import Database, Row, json_list, one
from dex.ordering import COUNTERS
from dex.proposal import without_proposal
from errors import NotFound
from services import ignored_selections, reconciliations
from services.dex_checksums import SHOWN

CLOCK_CONTRADICTED = (
    "The machine's clock and its counters disagree: the audit is placed by its counters."
)
KEPT_ONLY = frozenset(
    {
        "counted_units",
        "counted_cents",
        "machine_units",
        "machine_cents",
        "payments_cents",
        "usual_share",
        "unbooked_units",
        "unbooked_cents",
        "notes",
        "renamed",
        "stated_at",
    }
)
SUMMARY = f"""
    r.id, r.device_id, v.asset, v.name AS device_name, r.status, r.read_at, r.clock,
    r.received_at, r.last_seen_at, r.filename, r.sha256, {SHOWN} AS crc, r.serial,
    r.asset AS reported_asset, r.units, r.amount_cents, r.held_reason, r.accepted_at, r.warnings,
    v.ignored_selections, r.finding, r.counted_units, r.counted_cents, r.machine_units,
    r.machine_cents, r.payments_cents, r.usual_share, r.unbooked_units, r.unbooked_cents,
    r.notes, r.renamed, r.stated_at,
    EXISTS (
        SELECT 1 FROM sales s WHERE s.dex_read_id = r.id AND s.new_epoch = 1
    ) AS began_anew
    FROM dex_reads r
    LEFT JOIN devices v ON v.id = r.device_id
"""


def summary(row: Row) -> dict[str, Any]:
    """A row of SUMMARY as the DexRead of the contract."""
    warnings = orjson.loads(row.pop("warnings"))
    # Somebody decided for this device; what is left to propose is said by each selection.
    if row.pop("ignored_selections") not in (None, ignored_selections.NONE):
        warnings = without_proposal(warnings)
    if row.pop("began_anew"):
        warnings.append("Counters began anew: the sales are what they show since zero.")
    if row["clock"] == COUNTERS and row["stated_at"] is not None:
        warnings.append(CLOCK_CONTRADICTED)
    warnings += reconciliations.warnings(row)
    if row["held_reason"] is not None and row["accepted_at"] is None:
        warnings.append(row["held_reason"])
    shown = {name: value for name, value in row.items() if name not in KEPT_ONLY}
    return {**shown, "warnings": warnings, "reconciliation": reconciliations.shown(row)}


def summary_of(db: Database, dex_read_id: int) -> dict[str, Any]:
    """One read. Raises NotFound."""
    row = one(db, f"SELECT {SUMMARY} WHERE r.id = :id", {"id": dex_read_id})
    if row is None:
        raise NotFound("There is no such audit.")
    return summary(row)


def summaries_of(db: Database, dex_read_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """These reads, by id."""
    rows = db.query(
        f"""
        SELECT {SUMMARY}
        WHERE r.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
        """,
        {"ids": json_list(dex_read_ids)},
    )
    return {row["id"]: summary(row) for row in rows}
