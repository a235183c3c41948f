"""Spellings: slots whose selection an audit writes otherwise (`1` and `01`), for who looks at it.

What they sell is booked by the same rule (`stock.spelling`), read by read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from db import Database, Row
from domain.stock import spelling


@dataclass(frozen=True, slots=True)
class Found:
    """`slots` by the audit's code: {label, selection, product_id, product_name}."""

    slots: dict[str, Row] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


NOTHING = Found()


def of_audit(db: Database, *, device_id: int | None, codes: Iterable[str]) -> Found:
    """The slots of the device that these codes mean without fitting exactly."""
    if device_id is None:
        return NOTHING
    slots: dict[str, Row] = {}
    for row in _slots(db, device_id):
        slots.setdefault(row["selection"], row)
    found = spelling.compare(codes, slots)
    if found == spelling.SAME:
        return NOTHING
    return Found(
        {audit: slots[code] for audit, code in found.known.items()},
        tuple(_remarks(found, slots)),
    )


def _remarks(found: spelling.Spelling, slots: dict[str, Row]) -> Iterator[str]:
    for audit, code in sorted(found.known.items()):
        yield (
            f"The audit says selection {audit}, slot {slots[code]['label']} sells by {code}: "
            "nothing else fits, so they are taken for the same."
        )
    for audit, several in sorted(found.unsure.items()):
        yield (
            f"No slot sells by selection {audit}; {' or '.join(several)} may be meant. Correct it "
            "in the planogram: until then it is booked without a product."
        )


def _slots(db: Database, device_id: int) -> Iterable[Row]:
    return db.query(
        """
        SELECT s.label, s.selection, s.product_id, p.name AS product_name
        FROM slots s
        JOIN products p ON p.id = s.product_id
        WHERE s.device_id = :device_id AND s.selection IS NOT NULL
        ORDER BY s.position
        """,
        {"device_id": device_id},
    )
