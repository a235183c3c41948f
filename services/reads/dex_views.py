"""What an audit says, in words and figures for somebody who never saw DEX."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

from db import Database, Row, one
from domain.dex import Audit, Check, Record, Selection
from domain.dex import fields as dex_fields
from domain.dex import layout as dex_layout
from domain.dex.layout import Layout
from services.books import ignored_selections
from services.fleet import spellings
from services.reads import dex_checksums, dex_contents

MOST_RECORDS = 2_000
# A real audit has some thousand; a file of nothing but asterisks has millions.
MOST_FIELDS = 40_000


def detail(db: Database, *, dex_read_id: int) -> dict[str, Any]:
    """The parsed part of a DexReadDetail; units are those since the previous read.

    Its `remarks` are sentences that belong to the warnings of the read.
    """
    read = _read(db, dex_read_id)
    previous = _previous(db, read)
    pair = read["counters_pair"]
    try:
        audit = dex_contents.parsed(db, dex_read_id=dex_read_id, counters_pair=pair)
    except dex_contents.Gone as gone:
        return _without_content(read, previous, gone.detail)
    codes = [each.selection for each in audit.selections]
    found = spellings.of_audit(db, device_id=read["device_id"], codes=codes)
    layouts = _layouts(audit)
    layout = layouts.get(1)
    records = _shown(audit.records)
    return {
        "model": audit.model,
        "previous_read_id": previous["id"] if previous else None,
        "previous_read_at": previous["read_at"] if previous else None,
        "selections": _selections(db, read, audit, layouts, found.slots),
        "events": [
            {
                "code": event.code,
                "meaning": event.meaning,
                "severity": event.severity,
                "occurred_at": event.occurred_at.isoformat() if event.occurred_at else None,
                "active": event.active,
                "count": event.count_init,
            }
            for event in audit.events
        ],
        "checks": [_check(check, crc=read["crc"]) for check in audit.checks],
        "layout": layout_fields(layout) if layout else None,
        "cash_box_cents": _cash_since(read, previous),
        "records": [_record(record) for record in records],
        "records_omitted": len(audit.records) - len(records),
        "remarks": found.remarks,
        "has_content": True,
    }


def _without_content(read: Row, previous: Row | None, sentence: str) -> dict[str, Any]:
    """What is still known of a read whose bytes were removed."""
    return {
        "model": None,
        "previous_read_id": previous["id"] if previous else None,
        "previous_read_at": previous["read_at"] if previous else None,
        "selections": [],
        "events": [],
        "checks": [],
        "layout": None,
        "cash_box_cents": _cash_since(read, previous),
        "records": [],
        "records_omitted": 0,
        "remarks": [sentence],
        "has_content": False,
    }


def _check(check: Check, *, crc: str) -> dict[str, Any]:
    if check.name == "crc" and crc == dex_checksums.ABSENT and check.passed is False:
        check = replace(check, passed=None, meaning=dex_checksums.MEANING)
    return {
        "name": check.name,
        "passed": check.passed,
        "expected": _text(check.expected),
        "actual": _text(check.actual),
        "meaning": check.meaning,
    }


def layout_of(selections: Iterable[Selection]) -> Layout | None:
    """The grid that these selections suggest; None when there are none."""
    codes = [each.selection for each in selections if not each.ignorable]
    return dex_layout.detect(codes) if codes else None


def _layouts(audit: Audit) -> dict[int, Layout]:
    """The grid of each cabinet: of each part of a combination machine."""
    found = {}
    for part in {each.part for each in audit.selections}:
        layout = layout_of(each for each in audit.selections if each.part == part)
        if layout is not None:
            found[part] = layout
    return found


def layout_fields(layout: Layout) -> dict[str, Any]:
    return {
        "pattern": layout.pattern,
        "rows": layout.rows,
        "columns": layout.columns,
        "confidence": layout.confidence,
    }


def _read(db: Database, dex_read_id: int) -> Row:
    return next(
        db.query(
            """
            SELECT r.id, r.device_id, r.crc, r.position, r.cash_box_init_cents, r.held_reason,
                   r.accepted_at, v.counters_pair, v.ignored_selections
            FROM dex_reads r
            LEFT JOIN devices v ON v.id = r.device_id
            WHERE r.id = :id
            """,
            {"id": dex_read_id},
        )
    )


def _previous(db: Database, read: Row) -> Row | None:
    if read["position"] is None:
        return None
    return one(
        db,
        """
        SELECT id, read_at, cash_box_init_cents FROM dex_reads
        WHERE device_id = :device_id AND position < :position
        ORDER BY position DESC LIMIT 1
        """,
        read,
    )


def _cash_since(read: Row, previous: Row | None) -> int | None:
    """Collectable cash between two reads; a counter that fell shows what came since zero."""
    now, before = read["cash_box_init_cents"], previous and previous["cash_box_init_cents"]
    if now is None or before is None:
        return None
    return int(now - before if now >= before else now)


def _selections(
    db: Database,
    read: Row,
    audit: Audit,
    layouts: Mapping[int, Layout],
    otherwise: Mapping[str, Row],
) -> list[dict[str, Any]]:
    sold = {row["selection"]: row for row in _sold(db, read)}
    ignored = ignored_selections.codes(read["ignored_selections"] or ignored_selections.NONE)
    waits = read["held_reason"] is not None and read["accepted_at"] is None
    found = []
    for each in audit.selections:
        layout = layouts.get(each.part)
        row, column = layout.places.get(each.selection, (None, None)) if layout else (None, None)
        sale = sold.get(each.selection)
        other = otherwise.get(each.selection)
        if sale is not None and other is not None:
            sale |= {
                "slot_product_id": other["product_id"],
                "product_id": sale["product_id"] or other["product_id"],
                "product_name": sale["product_name"] or other["product_name"],
            }
        is_ignored = each.selection in ignored
        known = sale is not None and sale["has_previous"] and not waits and not is_ignored
        # What no slot sells a product by, and what costs nothing and never has, but counts.
        ignorable = sale is not None and sale["slot_product_id"] is None and each.ignorable
        found.append(
            {
                "selection": each.selection,
                "cabinet": each.part,
                "row": row,
                "column": column,
                "name": each.product_name,
                "price_cents": each.price_cents,
                "count_init": each.count_init,
                "value_init_cents": each.value_init_cents,
                "count_rst": each.count_rst,
                "value_rst_cents": each.value_rst_cents,
                "units": sale["units"] if sale and known else None,
                "amount_cents": sale["amount_cents"] if sale and known else None,
                "product_id": sale["product_id"] if sale else None,
                "product_name": sale["product_name"] if sale else None,
                "sold_out_at": each.sold_out_at.isoformat() if each.sold_out_at else None,
                "ignored": is_ignored,
                "ignorable": ignorable and bool(each.count_init) and not is_ignored,
            }
        )
    return found


def _sold(db: Database, read: Row) -> Iterable[Row]:
    """By selection: its sale, whether an earlier read reports it, and the product it sells now."""
    return db.query(
        """
        SELECT d.selection, COALESCE(s.units, 0) AS units,
               COALESCE(s.amount_cents, 0) AS amount_cents,
               t.product_id AS slot_product_id,
               COALESCE(s.product_id, t.product_id) AS product_id, p.name AS product_name,
               EXISTS (
                   SELECT 1 FROM dex_reads r
                   CROSS JOIN dex_selections b
                   WHERE r.device_id = d.device_id AND r.position < d.position
                     AND b.dex_read_id = r.id AND b.selection = d.selection
               ) AS has_previous
        FROM dex_selections d
        LEFT JOIN sales s ON s.dex_read_id = d.dex_read_id AND s.selection = d.selection
        LEFT JOIN (
            SELECT device_id, selection, min(product_id) AS product_id
            FROM slots WHERE device_id = :device_id AND product_id IS NOT NULL
            GROUP BY device_id, selection
        ) t ON t.device_id = d.device_id AND t.selection = d.selection
        LEFT JOIN products p ON p.id = COALESCE(s.product_id, t.product_id)
        WHERE d.dex_read_id = :id
        """,
        read,
    )


def _shown(records: Sequence[Record]) -> Sequence[Record]:
    """The first records, as many as a page can show."""
    fields = accumulate(len(record.fields) for record in records[:MOST_RECORDS])
    return records[: sum(count <= MOST_FIELDS for count in fields)]


def _record(record: Record) -> dict[str, Any]:
    return {
        "line": record.line,
        "id": record.id,
        "raw": "*".join([record.id, *record.fields]),
        "fields": [{"name": name, "value": value} for name, value in dex_fields.describe(record)],
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
