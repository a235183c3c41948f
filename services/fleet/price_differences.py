"""Price differences: slots of which the machine asks another price than CVD wants.

The wanted price is the slot's own; the asked one is what the last read reports of its
selection. A difference is a task for the next visit until somebody says that they set the
price; then the next read shows whether it holds. Nothing of that is kept but the answers of
visits, so a difference closes with the read that reports the wanted price.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from contract.types import LastPriceAnswer, PriceDifference
from db import Database, Row, json_list, typed

DONE, NOT_DONE = "done", "not_done"
# One cabinet after another: an order has up to 200, of a fleet of many more.
DIFFERENCES = """
    SELECT s.cabinet_id, s.id AS slot_id, s.selection, s.label, s.product_id,
           p.name AS product_name, s.price_cents, d.price_cents AS machine_price_cents,
           r.read_at, s.units_per_day, s.position
    FROM json_each(:cabinet_ids) w
    CROSS JOIN slots s
    JOIN products p ON p.id = s.product_id
    JOIN dex_reads r ON r.id = (
        SELECT l.id FROM dex_reads l
        WHERE l.device_id = s.device_id AND l.position IS NOT NULL
        ORDER BY l.position DESC LIMIT 1
    )
    JOIN dex_selections d ON d.dex_read_id = r.id AND d.selection = s.selection
    WHERE s.cabinet_id = CAST(w.value AS bigint) AND s.price_cents <> d.price_cents
"""
# The last answer that stands of each slot; one of another wanted price says nothing any more.
ANSWERS = """
    SELECT a.slot_id, a.price_cents, a.outcome, a.reason, a.notes, v.id AS visit_id, v.username,
           v.finished_at AS answered_at
    FROM json_each(:slot_ids) w
    JOIN price_answers a ON a.slot_id = CAST(w.value AS bigint) AND a.visit_id = (
        SELECT b.visit_id FROM price_answers b
        JOIN visits o ON o.id = b.visit_id AND o.reversed_at IS NULL
        WHERE b.slot_id = CAST(w.value AS bigint)
        ORDER BY o.finished_at DESC, o.id DESC LIMIT 1
    )
    JOIN visits v ON v.id = a.visit_id
"""
CABINETS = """
    SELECT id FROM cabinets WHERE device_id = :device_id AND removed_at IS NULL ORDER BY position
"""


def of_device(db: Database, device_id: int) -> list[PriceDifference]:
    """The differences of a device, in the order of its slots."""
    cabinet_ids = [row["id"] for row in db.query(CABINETS, {"device_id": device_id})]
    found = of_cabinets(db, cabinet_ids)
    return [each for cabinet_id in cabinet_ids for each in found[cabinet_id]]


def of_cabinets(
    db: Database, cabinet_ids: Iterable[int]
) -> defaultdict[int, list[PriceDifference]]:
    """The differences of these cabinets, by cabinet."""
    grouped: defaultdict[int, list[PriceDifference]] = defaultdict(list)
    rows = list(db.query(DIFFERENCES, {"cabinet_ids": json_list(cabinet_ids)}))
    if not rows:
        return grouped
    # Here, for few differ: by the statement every slot of the cabinets would be sorted.
    rows.sort(key=lambda row: row.pop("position"))
    answers = _answers(db, [row["slot_id"] for row in rows])
    for difference in typed(PriceDifference, [_shown(row, answers) for row in rows]):
        grouped[difference["cabinet_id"]].append(difference)
    return grouped


def _shown(row: Row, answers: Mapping[tuple[int, int], LastPriceAnswer]) -> Row:
    answer = answers.get((row["slot_id"], row["price_cents"]))
    was_set = answer is not None and answer["outcome"] == DONE
    pace = row.pop("units_per_day")
    lower = row["price_cents"] - row["machine_price_cents"]
    shown: dict[str, Any] = {
        **row,
        "lost_cents_per_day": None if pace is None else round(lower * pace),
        "answer": answer,
        "is_to_do": not (was_set and answer and answer["answered_at"] > row["read_at"]),
    }
    return shown


def _answers(db: Database, slot_ids: Iterable[int]) -> dict[tuple[int, int], LastPriceAnswer]:
    """By slot and wanted price."""
    return {
        (row["slot_id"], row["price_cents"]): {
            "visit_id": row["visit_id"],
            "username": row["username"],
            "answered_at": row["answered_at"],
            "outcome": row["outcome"],
            "reason": row["reason"],
            "notes": row["notes"],
        }
        for row in db.query(ANSWERS, {"slot_ids": json_list(slot_ids)})
    }
