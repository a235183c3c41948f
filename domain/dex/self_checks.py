"""Does the audit agree with itself? Checks are reported, never a reason to refuse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.dex.amounts import number, total
from domain.dex.cash import Cash
from domain.dex.cashless import Cashless
from domain.dex.checksum import Checksum
from domain.dex.counters import Chosen, Sums
from domain.dex.records import Record
from domain.dex.scale import Scale
from domain.dex.selection import Selection
from domain.dex.totals import NOTHING, Totals, added


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `passed` is None where the audit does not say enough to tell.

    Money is in minor units; `meaning` is a sentence for an operator.
    """

    name: str
    passed: bool | None
    expected: str | int | None
    actual: str | int | None
    meaning: str


def check_crc(checksum: Checksum) -> Check:
    """G85 against the bytes."""
    sentence = {
        "valid": "The file arrived exactly as the machine sent it.",
        "invalid": "The file was changed or damaged on its way: its checksum does not match.",
        "absent": "The machine sent no checksum, so damage on the way cannot be ruled out.",
    }[checksum.state]
    passed = {"valid": True, "invalid": False, "absent": None}[checksum.state]
    return Check("crc", passed, checksum.stated, checksum.computed, sentence)


def check_record_count(records: Sequence[Record]) -> Check:
    """SE1 against the records from ST to SE; some machines count wrongly for years."""
    name = "record_count"
    starts = [index for index, record in enumerate(records) if record.id == "ST"]
    ends = [index for index, record in enumerate(records) if record.id == "SE"]
    if not starts or not ends:
        return Check(
            name, None, None, None, "The file has no start or no end mark, so it may be cut short."
        )
    stated, counted = number(records[ends[-1]].field(1)), ends[-1] - starts[0] + 1
    if stated is None:
        return Check(
            name, None, None, counted, "The machine does not say how many records it sent."
        )
    if stated == counted:
        return Check(name, True, stated, counted, "Every record that the machine sent is here.")
    return Check(
        name,
        False,
        stated,
        counted,
        f"The machine says it sent {stated} records and {counted} are here. "
        "Many machines count wrongly; the checksum is the better judge.",
    )


def check_payments(paid: Totals, cash: Cash, cashless: Sequence[Cashless]) -> list[Check]:
    """VA1 against cash and cashless sales, in money and in units.

    Machines differ in whether token sales are part of the paid total: either way passes.
    """
    cards = added([cash.sales, *(each.totals for each in cashless if each.device != "TA")])
    every = added([cash.sales, *(each.totals for each in cashless)])
    values = (cards.value_init_cents, every.value_init_cents)
    counts = (cards.count_init, every.count_init)
    split = cash.sales != NOTHING
    return [
        _split("paid_value_by_payment", paid.value_init_cents, values if split else None),
        _split("paid_count_by_payment", paid.count_init, counts if split else None),
    ]


def _split(name: str, stated: int | None, sums: tuple[int | None, int | None] | None) -> Check:
    what = "units" if "count" in name else "money"
    if stated is None or sums is None or sums[0] is None:
        return Check(
            name, None, stated, None, f"The machine does not split its {what} by way of payment."
        )
    if stated in sums:
        return Check(name, True, stated, stated, f"Cash and cashless add up to all {what} sold.")
    return Check(
        name, False, stated, sums[0], f"Cash and cashless do not add up to all {what} sold."
    )


def check_selections(paid: Totals, found: Sums) -> list[Check]:
    """VA1 against the sum of the selections, in units and in money."""
    return [
        _summed("paid_count_by_selection", paid.count_init, found.nearest_count(paid.count_init)),
        _summed("paid_value_by_selection", paid.value_init_cents, found.value_cents),
    ]


def _summed(name: str, stated: int | None, actual: int | None) -> Check:
    what = "units" if "count" in name else "money"
    if stated is None or actual is None:
        return Check(
            name, None, stated, actual, f"The machine does not give {what} by selection and in all."
        )
    if stated == actual:
        return Check(
            name, True, stated, actual, f"The selections add up to all {what} the machine sold."
        )
    return Check(
        name,
        False,
        stated,
        actual,
        f"The selections do not add up to all {what} the machine sold. "
        "Removed selections, or vends without a selection, mostly explain this.",
    )


def check_since_reset(paid: Totals, selections: Sequence[Selection]) -> Check:
    """What was counted since a reset is part of what was counted in all."""
    known = False
    counters: Sequence[Selection | Totals] = (*selections, paid)
    for each in counters:
        within, since = each.count_init, each.count_rst
        if within is None or since is None:
            continue
        known = True
        if since > within:
            name = (
                f"Selection {each.selection}"
                if isinstance(each, Selection)
                else "The machine's total"
            )
            return Check(
                "since_reset",
                False,
                within,
                since,
                f"{name}: {since:,} units since the last reset of {within:,} in all cannot be.",
            )
    if not known:
        return Check(
            "since_reset", None, None, None, "The machine does not count since a reset and in all."
        )
    return Check(
        "since_reset",
        True,
        None,
        None,
        "No selection sold more since its last reset than it sold in all.",
    )


def check_pair(chosen: Chosen, paid: Totals) -> Check:
    """Which counters are accounted from, and whether VA1 confirms them."""
    found = chosen.sums
    nearest = found.nearest_count(paid.count_init)
    if paid.count_init is None or nearest is None:
        passed = None
    else:
        passed = nearest == paid.count_init or (
            bool(paid.value_init_cents) and found.value_cents == paid.value_init_cents
        )
    if chosen.only_since_reset:
        sentence = "Only the counters since the last reset run; those since initialisation do not."
    elif chosen.counted_by == "PA7":
        sentence = "Sales are read from the payments of each selection (PA7): their sum."
    elif chosen.counted_by == "PA2 and PA7":
        sentence = (
            "Sales are read from each selection (PA2), and from its payments (PA7) "
            "where it says nothing by itself."
        )
    elif chosen.pair == "first":
        sentence = "Sales are read from the first two counters of each selection."
    else:
        sentence = "Sales are read from the third and fourth counters of each selection" + (
            ", because those are the ones that add up to the machine's total."
            if passed
            else ", because the first two are never ahead of them."
        )
    if passed is False and not chosen.only_since_reset:
        sentence += " The machine's total does not confirm it."
    return Check("counters_pair", passed, paid.count_init, nearest, sentence)


def check_scale(scale: Scale, books: int) -> Check:
    """How many decimals amounts have, against those of the books."""
    if scale.sentence:
        return Check("decimals", False, books, scale.stated, scale.sentence)
    if scale.stated is None:
        return Check(
            "decimals", None, books, None, "The audit does not say how many decimals amounts have."
        )
    return Check(
        "decimals",
        True,
        books,
        scale.stated,
        "Amounts are written as the books are kept."
        if scale.shift == 0
        else "Amounts are written on another scale, and were converted.",
    )


def check_cash_in(cash: Cash) -> Check:
    """CA3: cash in = to box + to tubes + bills."""
    name, stated = "cash_in", cash.in_init_cents
    parts = (cash.to_box_init_cents, cash.to_tubes_init_cents, cash.bill_value_init_cents)
    if stated is None or any(part is None for part in parts):
        return Check(name, None, stated, None, "The machine does not say where its cash went.")
    actual = total(parts)
    if stated == actual:
        return Check(
            name,
            True,
            stated,
            actual,
            "All cash that came in went to the box, the tubes or the bills.",
        )
    return Check(
        name, False, stated, actual, "Box, tubes and bills do not add up to the cash that came in."
    )


def check_tubes(cash: Cash, stated: int | None) -> Check:
    """CA15 against the coins of CA17."""
    name = "tube_value"
    if stated is None or not cash.coins:
        return Check(name, None, stated, None, "The machine does not list the coins in its tubes.")
    actual = sum((each.value_cents or 0) * (each.in_tube or 0) for each in cash.coins)
    if stated == actual:
        return Check(
            name, True, stated, actual, "The coins in the tubes are worth what the machine says."
        )
    return Check(
        name, False, stated, actual, "The coins in the tubes are not worth what the machine says."
    )
