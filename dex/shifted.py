"""Selections whose records begin with an empty field, so that all others stand one too far."""

from __future__ import annotations

from collections.abc import Sequence

from dex.amounts import number, total
from dex.records import Record

CODES_NEXT = (
    "The selections begin with an empty field (PA1); their codes were taken from the next one."
)
COUNTERS_NEXT = (
    "The selections' counters begin with an empty field (PA2); they were taken from the next one."
)
_COUNTED = frozenset({"PA2", "PA3", "PA4"})


def straightened(records: Sequence[Record]) -> tuple[Sequence[Record], list[str]]:
    """The records as the standard has them, and what was done, as sentences.

    Decided for the audit as a whole: no PA1 has a code in its first field, and those
    that say anything have one in the second. Counters (PA2 to PA4) stand where they
    should on most machines that do this, unless VA1 or the prices say that they are
    shifted too; on some, only they are.
    """
    are_codes = _are_codes_shifted(records)
    moved = {"PA1"} if are_codes else set()
    if _are_counters_shifted(records, price_at=3 if are_codes else 2):
        moved |= _COUNTED
    if not moved:
        return records, []
    straight = [
        record._replace(fields=record.fields[1:])
        if record.id in moved and not record.field(1)
        else record
        for record in records
    ]
    return straight, [CODES_NEXT if are_codes else COUNTERS_NEXT]


def _are_codes_shifted(records: Sequence[Record]) -> bool:
    is_named = False
    for record in records:
        if record.id == "PA1" and any(record.fields):
            if record.field(1) or not record.field(2):
                return False
            is_named = True
    return is_named


def _are_counters_shifted(records: Sequence[Record], *, price_at: int) -> bool:
    counts = []
    for record in records:
        if record.id == "PA2":
            # Mostly the first one tells.
            if record.field(1):
                return False
            counts.append(record)
    if not counts:
        return False
    summed = total(number(each.field(2)) for each in counts)
    if not summed:
        return False
    sold = next((record for record in records if record.id == "VA1"), None)
    if sold is not None and number(sold.field(2)):
        return summed == number(sold.field(2))
    return _cost_so(records, price_at)


def _cost_so(records: Sequence[Record], price_at: int) -> bool:
    """Whether the second and third field of each PA2 are a count and its money by the price."""
    price: int | None = None
    found = []
    for record in records:
        if record.id == "PA1":
            price = number(record.field(price_at))
        elif record.id == "PA2" and (count := number(record.field(2))):
            found.append(bool(price) and count * (price or 0) == number(record.field(3)))
    return bool(found) and all(found)
