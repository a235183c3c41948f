"""One audit: everything a DEX file says of one machine at one time.

`parse` is the only way in: it never raises anything but DexError, takes time
in proportion to the bytes, and keeps what it cannot explain as raw records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from dex import checks
from dex.amounts import cents, number, small, total
from dex.cash import Cash, read_cash
from dex.cashless import Cashless, read_cashless
from dex.checks import Check
from dex.checksum import Checksum, CrcState, check
from dex.clock import ClockSource, read_clock
from dex.combined import combine
from dex.counters import Chosen, CountedBy, CountersPair, choose
from dex.error import DexError
from dex.events import Event, PowerOutages, read_events, read_power_outages
from dex.identity import Component, read_components, read_identity
from dex.proposal import proposal
from dex.records import Record, Span, spans
from dex.scale import Scale, read_scale
from dex.selection import Read, Selection, read_selections
from dex.totals import Totals, money_first

_SALES = ("PA1", "PA2", "PA7", "VA1", "VA2", "VA3")


@dataclass(frozen=True, slots=True)
class Audit:
    """One machine's odometers at one time. Texts trimmed, None where not said.

    Money is in minor units of the books' currency (cents, where it has two decimals);
    `decimals` are those that the audit's own amounts were read with.
    `clock` is the machine's own naive local time, as stated: whether to trust it
    is not decided here. `raw` is this audit's part of the file, byte for byte.
    `counters_proved` says of the second pair of counters that VA1 confirms it and not
    the first; `only_since_reset` that the selections' counters since
    initialisation stand still: `count_rst` of each runs.
    """

    communication_id: str | None
    transaction_number: str | None
    serial: str | None
    model: str | None
    build: str | None
    location: str | None
    user_defined: str | None
    asset: str | None
    level: str | None
    revision: str | None
    decimals: int
    currency_numeric: str | None
    currency_alpha: str | None
    clock: datetime | None
    clock_source: ClockSource | None
    crc: CrcState
    crc_stated: str | None
    crc_computed: str | None
    counters_pair: CountersPair
    counters_proved: bool
    counted_by: CountedBy
    only_since_reset: bool
    selections: tuple[Selection, ...]
    paid: Totals
    test: Totals
    free: Totals
    cash: Cash
    cashless: tuple[Cashless, ...]
    components: tuple[Component, ...]
    events: tuple[Event, ...]
    power_outages: PowerOutages
    checks: tuple[Check, ...]
    warnings: tuple[str, ...]
    records: tuple[Record, ...]
    raw: bytes

    @property
    def total_count_init(self) -> int | None:
        """The whole machine's odometer: units of every selection, else VA1; None when unsaid.

        Where the selections count only since a reset, VA1 is all there is.
        """
        counted = total(each.count_init for each in self.selections)
        is_unsaid = counted is None or (self.only_since_reset and self.paid.count_init is not None)
        return self.paid.count_init if is_unsaid else counted

    @property
    def total_value_init_cents(self) -> int | None:
        """The whole machine's money odometer, as `total_count_init`."""
        valued = total(each.value_init_cents for each in self.selections)
        stated = self.paid.value_init_cents
        is_unsaid = valued is None or (self.only_since_reset and stated is not None)
        return stated if is_unsaid else valued


def parse(data: bytes, counters_pair: CountersPair | None = None, decimals: int = 2) -> list[Audit]:
    """The audits in `data`, in file order; at least one. Parts of one machine are one audit.

    `counters_pair` overrides which pair of PA2 counters runs since initialisation
    (decided per device once known); `decimals` are those of the currency that the
    books are kept in, whatever the audit's own amounts are written in. Raises
    DexError, and nothing else, when no audit in the file has a readable PA or VA
    record.
    """
    found = spans(data)
    readable = [span for span in found if _first_unreadable(span.records) is None]
    if not readable:
        raise _first_unreadable(found[0].records) or DexError(1, "Nothing readable.")
    audits = [_audit(span, counters_pair, decimals) for span in readable]
    return combine(audits) if len(audits) > 1 else audits


def _first_unreadable(records: Sequence[Record]) -> DexError | None:
    """Why nothing can be accounted from these records; None when something can."""
    unreadable: Record | None = None
    for record in records:
        if record.id not in _SALES:
            continue
        if record.id == "PA1" and (record.field(1) or record.field(2)):
            return None
        if record.id != "PA1" and any(number(each) is not None for each in record.fields):
            return None
        unreadable = unreadable or record
    if unreadable is None:
        return DexError(
            records[-1].line, "The audit has no PA or VA record, so it says nothing about sales."
        )
    return DexError(unreadable.line, f"The {unreadable.id} record has no readable number.")


def _audit(span: Span, override: CountersPair | None, books: int) -> Audit:
    records, first = span.records, span.first
    identity = read_identity(first)
    scale = read_scale(first.get("ID4"), partial(_prices, records), books)
    paid = money_first(first.get("VA1"), scale.shift)
    read = read_selections(records, scale.shift, paid.count_init)
    chosen = choose(read.selections, read.unnamed, paid, override)
    cash, odd_cash = read_cash(records, first, scale)
    cashless = read_cashless(first, scale.shift)
    checksum = check(span.raw)
    clock, clock_source = read_clock(records)
    return Audit(
        communication_id=identity.communication_id,
        transaction_number=identity.transaction_number,
        serial=identity.serial,
        model=identity.model,
        build=identity.build,
        location=identity.location,
        user_defined=identity.user_defined,
        asset=identity.asset,
        level=identity.level,
        revision=identity.revision,
        decimals=scale.decimals,
        currency_numeric=identity.currency_numeric,
        currency_alpha=identity.currency_alpha,
        clock=clock,
        clock_source=clock_source,
        crc=checksum.state,
        crc_stated=checksum.stated,
        crc_computed=checksum.computed,
        counters_pair=chosen.pair,
        counters_proved=chosen.is_proved,
        counted_by=chosen.counted_by,
        only_since_reset=chosen.only_since_reset,
        selections=chosen.selections,
        paid=paid,
        test=money_first(first.get("VA2"), scale.shift),
        free=money_first(first.get("VA3"), scale.shift),
        cash=cash,
        cashless=cashless,
        components=read_components(records),
        events=read_events(records),
        power_outages=read_power_outages(first.get("EA7")),
        checks=_checks(span, checksum, scale, books, paid, chosen, cash, cashless),
        warnings=(*_oddities(span, scale, read, chosen), *odd_cash),
        records=records,
        raw=span.raw,
    )


def _checks(
    span: Span,
    checksum: Checksum,
    scale: Scale,
    books: int,
    paid: Totals,
    chosen: Chosen,
    cash: Cash,
    cashless: Sequence[Cashless],
) -> tuple[Check, ...]:
    tubes = span.first.get("CA15")
    return (
        checks.check_crc(checksum),
        checks.check_record_count(span.records),
        *checks.check_payments(paid, cash, cashless),
        *checks.check_selections(paid, chosen.sums),
        # Counters that stand still are behind whatever was counted since a reset.
        checks.check_since_reset(paid, () if chosen.only_since_reset else chosen.selections),
        checks.check_pair(chosen, paid),
        checks.check_scale(scale, books),
        checks.check_cash_in(cash),
        checks.check_tubes(cash, cents(number(tubes.field(1)), scale.shift) if tubes else None),
    )


def _prices(records: Sequence[Record]) -> list[int]:
    """What the selections cost, in the audit's own units."""
    # Only where codes stand one field too far: a code is no price.
    names = [record for record in records if record.id == "PA1"]
    at = 2 if any(record.field(1) for record in names) else 3
    prices = (small(record.field(at)) for record in names)
    return [price for price in prices if price is not None]


def _of_second_pair(span: Span, chosen: Chosen) -> str:
    told = span.first.get("VA1")
    is_alone = not any(each.count_rst for each in chosen.selections)
    if is_alone and (told is None or not number(told.field(2))):
        return (
            "Only the third and fourth counters of the selections run, and no total of the "
            "machine tells since when: they are read as those that run on."
        )
    return "This machine writes its since-reset counters first; the second pair is used."


def _oddities(span: Span, scale: Scale, read: Read, chosen: Chosen) -> list[str]:
    warnings = []
    if span.stray_lines:
        warnings.append(f"{span.stray_lines} lines are not DEX records and were left out.")
    if scale.sentence:
        warnings.append(scale.sentence)
    if chosen.pair == "second":
        warnings.append(_of_second_pair(span, chosen))
    if chosen.only_since_reset:
        warnings.append("The selections of this machine count only since the last reset.")
    if chosen.counted_by != "PA2":
        warnings.append(
            "This machine counts sales by way of payment; what a selection sold is their sum."
        )
    left_out = [each.selection for each in read.unnamed if each.by_payment().count_init]
    if left_out and chosen.counted_by == "PA2":
        warnings.append(
            f"Payments name selections that the audit does not list: {', '.join(left_out[:5])}; "
            "they were left out."
        )
    if not chosen.selections:
        warnings.append("The audit names no selections, so it books no sales.")
    free = [each.selection for each in chosen.selections if each.ignorable and each.count_init]
    return [*warnings, *proposal(free), *read.warnings]
