"""Answered prices: what a visit did about prices that the machine asks otherwise than CVD wants.

Which prices differ is a matter of the fleet (price_differences); a slot that nobody answered
for stays as open as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from contract.types import PriceAnswers, VisitPriceAnswer
from db import Database, Row, insert_rows, json_list, typed
from errors import Invalid
from services.fleet.price_differences import NOT_DONE

OTHER = "other"


def keep(db: Database, *, visit_id: int, cabinet_id: int, answers: PriceAnswers) -> list[Row]:
    """Keep the answers of a visit and give them as they were kept.

    Raises Invalid naming every one that cannot be: of a slot elsewhere, of one that is named
    twice, and a price that was not set without saying why.
    """
    if not answers:
        return []
    slots = db.query("SELECT id FROM slots WHERE cabinet_id = :id", {"id": cabinet_id})
    _check(answers, {row["id"] for row in slots})
    rows: list[Row] = [
        {
            "slot_id": answer["slot_id"],
            "price_cents": answer["price_cents"],
            "outcome": answer["outcome"],
            "reason": answer.get("reason") if answer["outcome"] == NOT_DONE else None,
            "notes": answer.get("notes", ""),
        }
        for answer in answers
    ]
    insert_rows(db, "price_answers", [{"visit_id": visit_id, **row} for row in rows])
    return rows


def by_visit(db: Database, visit_ids: Sequence[int]) -> defaultdict[int, list[VisitPriceAnswer]]:
    """The answers of these visits, in the order of the slots."""
    grouped: defaultdict[int, list[VisitPriceAnswer]] = defaultdict(list)
    if not visit_ids:
        return grouped
    rows = list(
        db.query(
            """
            SELECT a.visit_id, a.slot_id, s.label, s.selection, a.price_cents, a.outcome,
                   a.reason, a.notes
            FROM json_each(:visit_ids) w
            JOIN price_answers a ON a.visit_id = CAST(w.value AS bigint)
            JOIN slots s ON s.id = a.slot_id
            ORDER BY a.visit_id, s.position
            """,
            {"visit_ids": json_list(visit_ids)},
        )
    )
    of_visits = [row.pop("visit_id") for row in rows]
    for visit_id, answer in zip(of_visits, typed(VisitPriceAnswer, rows), strict=True):
        grouped[visit_id].append(answer)
    return grouped


def _check(answers: PriceAnswers, slot_ids: set[int]) -> None:
    errors: list[dict[str, Any]] = []
    seen: set[int] = set()
    for index, answer in enumerate(answers):
        slot_id = answer["slot_id"]
        wrong = None
        if slot_id not in slot_ids:
            wrong = "slot_id", f"Slot {slot_id} is not in this cabinet."
        elif slot_id in seen:
            wrong = "slot_id", "is named twice: send one answer for a slot"
        elif answer["outcome"] == NOT_DONE and answer.get("reason") is None:
            wrong = "reason", "Say why the price was not set."
        elif answer.get("reason") == OTHER and not answer.get("notes", "").strip():
            wrong = "notes", "Say in words why the price was not set."
        if wrong is not None:
            errors.append({"pointer": f"/price_answers/{index}/{wrong[0]}", "message": wrong[1]})
        seen.add(slot_id)
    if errors:
        raise Invalid(errors)
