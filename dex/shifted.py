"""Selections whose records begin with an empty field, so that all others stand one too far."""

from __future__ import annotations

from collections.abc import Sequence

from dex.amounts import number, total
from dex.records import Record

_COUNTED = frozenset({"PA2", "PA3", "PA4"})


def straightened(records: Sequence[Record]) -> tuple[Sequence[Record], list[str]]:
    """The records as the standard has them, and what was done, as sentences.

    Decided for the audit as a whole: no PA1 has a code in its first field, and those
    that say anything have one in the second. Counters (PA2 to PA4) stand where they
    should on the machines that do this, unless VA1 says that they are shifted too.
    """
    names = [record for record in records if record.id == "PA1" and any(record.fields)]
    if not names or not all(not each.field(1) and each.field(2) for each in names):
        return records, []
    moved = {"PA1"}
    if _are_counters_shifted(records):
        moved |= _COUNTED
    straight = [
        record._replace(fields=record.fields[1:])
        if record.id in moved and not record.field(1)
        else record
        for record in records
    ]
    return straight, [
        "The selections begin with an empty field (PA1); their codes were taken from the next one."
    ]


def _are_counters_shifted(records: Sequence[Record]) -> bool:
    sold = next((record for record in records if record.id == "VA1"), None)
    counts = [record for record in records if record.id == "PA2"]
    if sold is None or not counts or any(each.field(1) for each in counts):
        return False
    summed = total(number(each.field(2)) for each in counts)
    return bool(summed) and summed == number(sold.field(2))
