"""One audit: everything a DEX file says of one machine at one time.

`parse` is the only way in: it never raises anything but DexError, takes time
in proportion to the bytes, and keeps what it cannot explain as raw records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dex import checks
from dex.amounts import cents, number, total
from dex.cash import Cash, read_cash
from dex.cashless import Cashless, read_cashless
from dex.checks import Check
from dex.checksum import CrcState, check
from dex.clock import ClockSource, read_clock
from dex.counters import CountersPair, choose_pair
from dex.error import DexError
from dex.events import Event, PowerOutages, read_events, read_power_outages
from dex.identity import Component, read_components, read_identity
from dex.proposal import proposal
from dex.records import Record, Span, spans
from dex.selection import Selection, read_selections
from dex.totals import Totals, money_first

_SALES = ("PA1", "PA2", "VA1", "VA2", "VA3")


@dataclass(frozen=True, slots=True)
class Audit:
    """One machine's odometers at one time. Money in cents, texts trimmed, None where not said.

    `clock` is the machine's own naive local time, as stated: whether to trust it
    is not decided here. `raw` is this audit's part of the file, byte for byte.
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
        """The whole machine's odometer: units of every selection, else VA1; None when unsaid."""
        counted = total(each.count_init for each in self.selections)
        return self.paid.count_init if counted is None else counted

    @property
    def total_value_init_cents(self) -> int | None:
        """The whole machine's money odometer, as `total_count_init`."""
        valued = total(each.value_init_cents for each in self.selections)
        return self.paid.value_init_cents if valued is None else valued


def parse(data: bytes, counters_pair: CountersPair | None = None) -> list[Audit]:
    """The audits in `data`, in file order; at least one.

    `counters_pair` overrides which pair of PA2 counters runs since initialisation
    (decided per device once known). Raises DexError, and nothing else, when no
    audit in the file has a readable PA or VA record.
    """
    found = spans(data)
    readable = [span for span in found if _first_unreadable(span.records) is None]
    if not readable:
        raise _first_unreadable(found[0].records) or DexError(1, "Nothing readable.")
    return [_audit(span, counters_pair) for span in readable]


def _first_unreadable(records: Sequence[Record]) -> DexError | None:
    """Why nothing can be accounted from these records; None when something can."""
    sales = [record for record in records if record.id in _SALES]
    if not sales:
        return DexError(
            records[-1].line, "The audit has no PA or VA record, so it says nothing about sales."
        )
    for record in sales:
        if record.id == "PA1" and record.field(1):
            return None
        if record.id != "PA1" and any(number(each) is not None for each in record.fields):
            return None
    return DexError(sales[0].line, f"The {sales[0].id} record has no readable number.")


def _audit(span: Span, override: CountersPair | None) -> Audit:
    records, first = span.records, span.first
    identity = read_identity(first)
    decimals = identity.decimals
    paid = money_first(first.get("VA1"), decimals)
    stated, odd_selections = read_selections(records, decimals, paid.count_init)
    pair = override or choose_pair(stated, paid)
    selections = tuple(each.second_pair() for each in stated) if pair == "second" else tuple(stated)
    cash, odd_cash = read_cash(records, first, decimals)
    cashless = read_cashless(first, decimals)
    checksum = check(span.raw)
    clock, clock_source = read_clock(records)
    tubes = first.get("CA15")
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
        decimals=decimals,
        currency_numeric=identity.currency_numeric,
        currency_alpha=identity.currency_alpha,
        clock=clock,
        clock_source=clock_source,
        crc=checksum.state,
        crc_stated=checksum.stated,
        crc_computed=checksum.computed,
        counters_pair=pair,
        selections=selections,
        paid=paid,
        test=money_first(first.get("VA2"), decimals),
        free=money_first(first.get("VA3"), decimals),
        cash=cash,
        cashless=cashless,
        components=read_components(records),
        events=read_events(records),
        power_outages=read_power_outages(first.get("EA7")),
        checks=(
            checks.check_crc(checksum),
            checks.check_record_count(records),
            *checks.check_payments(paid, cash, cashless),
            *checks.check_selections(paid, selections),
            checks.check_since_reset(paid, selections),
            checks.check_pair(pair, paid, selections),
            checks.check_cash_in(cash),
            checks.check_tubes(cash, cents(number(tubes.field(1)), decimals) if tubes else None),
        ),
        warnings=(*_oddities(span, pair, selections), *odd_selections, *odd_cash),
        records=records,
        raw=span.raw,
    )


def _oddities(span: Span, pair: CountersPair, selections: Sequence[Selection]) -> list[str]:
    warnings = []
    if span.stray_lines:
        warnings.append(f"{span.stray_lines} lines are not DEX records and were left out.")
    if pair == "second":
        warnings.append(
            "This machine writes its since-reset counters first; the second pair is used."
        )
    if not selections:
        warnings.append("The audit names no selections, so it books no sales.")
    free = [each.selection for each in selections if each.ignorable and each.count_init]
    return [*warnings, *proposal(free)]
