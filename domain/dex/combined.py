"""Combination machines: a master and its slaves, each with an audit of its own in one file.

They state one serial, mostly one time, and often the same codes. Such audits are
one: the parts are cabinets in the order of the file. Audits that one machine sent
one after the other stay apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from domain.dex.amounts import total
from domain.dex.cash import Cash
from domain.dex.cashless import Cashless
from domain.dex.checksum import CrcState
from domain.dex.error import DexError
from domain.dex.events import PowerOutages
from domain.dex.records import spans
from domain.dex.selection import Selection
from domain.dex.self_checks import Check
from domain.dex.totals import Totals, added

if TYPE_CHECKING:
    from domain.dex.audit import Audit

Relation = Literal["parts", "in turn", "unclear"]

# Parts are read one after the other.
_ONE_READING = timedelta(minutes=10)
# What one machine may sell while it is read twice.
_SOLD_BETWEEN = 5


def combine(audits: Sequence[Audit]) -> list[Audit]:
    """The audits with the parts of one machine made one. Raises DexError where it is unclear."""
    groups: list[list[Audit]] = []
    for audit, key in zip(audits, _machines(audits), strict=True):
        for group in groups:
            if key is not None and _belongs(audit, group, key, audits):
                group.append(audit)
                break
        else:
            groups.append([audit])
    return [audit for group in groups for audit in (_made_one(group) or group)]


def _made_one(group: Sequence[Audit]) -> list[Audit] | None:
    """The parts as one; None where there are none, or their bytes put together read otherwise."""
    if len(group) == 1:
        return None
    again = spans(b"".join(each.raw for each in group))
    if [len(span.records) for span in again] != [len(each.records) for each in group]:
        return None
    return [_one(group)]


def _machines(audits: Iterable[Audit]) -> Iterator[tuple[str | None, str | None] | None]:
    """The serial and asset of each; what follows in one envelope without either is the same."""
    key: tuple[str | None, str | None] | None = None
    for audit in audits:
        if audit.serial or audit.asset:
            key = audit.serial, audit.asset
        elif any(record.id == "DXS" for record in audit.records):
            key = None
        yield key


def _belongs(
    audit: Audit,
    group: Sequence[Audit],
    key: tuple[str | None, str | None],
    audits: Sequence[Audit],
) -> bool:
    """Whether this audit is another part of the machine whose parts are `group`."""
    serial, asset = key
    if (group[0].serial, group[0].asset) != (serial, asset):
        return False
    models = [each.model for each in audits if each.serial in (serial, None)]
    each_its_own = None not in models and len(set(models)) == len(models)
    for other in group:
        if not (each_its_own or _at_once(other, audit)):
            return False
        relation = _relation(other, audit)
        if relation == "unclear":
            raise DexError(
                audit.records[0].line,
                f"Two audits of the machine {serial or asset} cannot be told apart: they may be "
                "two parts of it, or two readings. Send them one by one.",
            )
        if relation == "in turn":
            return False
    return True


def _at_once(a: Audit, b: Audit) -> bool:
    if a.clock is None or b.clock is None:
        return True
    return abs(a.clock - b.clock) <= _ONE_READING


def _relation(a: Audit, b: Audit) -> Relation:
    if a.model and b.model and a.model != b.model:
        return "parts"
    before, after = _odometers(a), _odometers(b)
    shared = before.keys() & after.keys()
    if not shared:
        return "parts" if before and after else "in turn"
    changes = [after[code][1] - before[code][1] for code in shared]
    rises, falls = max(changes) > 0, min(changes) < 0
    if not rises and not falls:
        return "in turn"
    priced_apart = sum(_priced_apart(before[code][0], after[code][0]) for code in shared)
    if (rises and falls) or 2 * priced_apart > len(shared) or _continues(b):
        return "parts"
    if a.clock is None or b.clock is None:
        return "in turn" if rises else "unclear"
    if abs(sum(changes)) <= _SOLD_BETWEEN:
        return "in turn"
    return "parts" if falls else "unclear"


def _continues(audit: Audit) -> bool:
    """Whether an audit names no machine in an envelope that another has opened."""
    return not audit.communication_id and not audit.serial and not audit.asset


def _odometers(audit: Audit) -> dict[str, tuple[int | None, int]]:
    """Price and counter of each selection; of the whole machine where it names none."""
    found = {
        each.selection: (each.price_cents, each.count_init or each.count_rst or 0)
        for each in audit.selections
    }
    return found or {"": (None, audit.paid.count_init or 0)}


def _priced_apart(a: int | None, b: int | None) -> bool:
    return bool(a) and bool(b) and a != b


def _one(parts: Sequence[Audit]) -> Audit:
    """The parts as one audit, the first of them speaking for all."""
    first = parts[0]
    pairs = {each.counters_pair for each in parts}
    counted = {each.counted_by for each in parts}
    selections = _selections(parts)
    said = f"of the machine {first.serial or first.asset} are one read"
    named = next((each.selection for each in selections if ":" in each.selection), None)
    named_so = f"; selections of the second are named as in {named}" if named else ""
    return replace(
        first,
        clock=next((each.clock for each in parts if each.clock), None),
        clock_source=next((each.clock_source for each in parts if each.clock), None),
        crc=_crc(parts),
        crc_stated=_joined(each.crc_stated for each in parts),
        crc_computed=_joined(each.crc_computed for each in parts),
        counters_pair=first.counters_pair if len(pairs) == 1 else "first",
        counters_proved=len(pairs) == 1 and all(each.counters_proved for each in parts),
        counted_by=first.counted_by if len(counted) == 1 else "PA2 and PA7",
        only_since_reset=all(each.only_since_reset for each in parts),
        selections=selections,
        paid=added(each.paid for each in parts),
        test=added(each.test for each in parts),
        free=added(each.free for each in parts),
        cash=_cash([each.cash for each in parts]),
        cashless=_cashless(parts),
        components=tuple(component for each in parts for component in each.components),
        events=tuple(event for each in parts for event in each.events),
        power_outages=PowerOutages(
            total(each.power_outages.count_init for each in parts),
            total(each.power_outages.count_rst for each in parts),
        ),
        checks=tuple(_check(checks) for checks in zip(*(e.checks for e in parts), strict=True)),
        warnings=(
            f"{len(parts)} audits {said}, master first{named_so}.",
            *(
                warning if number == 1 else f"Part {number}: {warning}"
                for number, each in enumerate(parts, start=1)
                for warning in each.warnings
            ),
        ),
        records=tuple(record for each in parts for record in each.records),
        raw=b"".join(each.raw for each in parts),
    )


def _selections(parts: Sequence[Audit]) -> tuple[Selection, ...]:
    """The selections of all parts; those of a part that shares a code begin with its number."""
    found: list[Selection] = []
    codes: set[str] = set()
    for number, part in enumerate(parts, start=1):
        shared = any(each.selection in codes for each in part.selections)
        prefix = f"{number}:" if shared else ""
        found += [
            each._replace(selection=prefix + each.selection, part=number)
            for each in part.selections
        ]
        codes |= {each.selection for each in part.selections}
    return tuple(found)


def _crc(parts: Sequence[Audit]) -> CrcState:
    states = [each.crc for each in parts]
    return "invalid" if "invalid" in states else "absent" if "absent" in states else "valid"


def _joined(texts: Iterable[str | None]) -> str | None:
    return " ".join(text for text in texts if text) or None


def _cash(parts: Sequence[Cash]) -> Cash:
    """Every figure added; coins beside each other."""
    merged: dict[str, object] = {}
    for each in fields(Cash):
        values = [getattr(part, each.name) for part in parts]
        if each.name == "sales":
            merged[each.name] = added(values)
        elif each.name == "coins":
            merged[each.name] = tuple(coin for coins in values for coin in coins)
        elif each.name == "bills_as":
            merged[each.name] = next((value for value in values if value), None)
        else:
            merged[each.name] = total(values)
    return replace(parts[0], **merged)  # type: ignore[arg-type]  # one field of each name


def _cashless(parts: Sequence[Audit]) -> tuple[Cashless, ...]:
    found: dict[str, Cashless] = {}
    for part in parts:
        for each in part.cashless:
            known = found.get(each.device)
            totals: Totals = added([known.totals, each.totals]) if known else each.totals
            component = known.component if known and known.component else each.component
            found[each.device] = Cashless(each.device, totals, component)
    return tuple(found.values())


def _check(parts: Sequence[Check]) -> Check:
    """One check over all parts: it speaks of the part that is worst off."""
    order = (False, None, True)
    number, worst = min(
        enumerate(parts, start=1), key=lambda part: (order.index(part[1].passed), part[0])
    )
    if all(each.passed == worst.passed for each in parts):
        return replace(
            worst,
            expected=_summed([each.expected for each in parts]),
            actual=_summed([each.actual for each in parts]),
        )
    return replace(worst, meaning=f"Part {number}: {worst.meaning}")


def _summed(values: Sequence[str | int | None]) -> str | int | None:
    numbers = [value for value in values if isinstance(value, int)]
    if len(numbers) == len(values):
        return sum(numbers)
    return _joined(str(value) for value in values if value is not None)
