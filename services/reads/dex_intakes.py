"""Intakes: what CVD keeps of an audit, read from its bytes without asking a database.

Small and pure, so that another process can read ahead of the one that books.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from domain import dex
from domain.dex import Audit, CountersPair
from domain.dex.amounts import total
from domain.dex.checksum import CrcState
from domain.dex.machine_clock import ClockSource
from domain.dex.totals import Totals

# A machine tells of a few. What a broken file tells beyond them would open a ticket and an alert
# for each of its lines, under codes that no index takes.
MOST_FAULTS = 100
LONGEST_CODE = 60


class Odometer(NamedTuple):
    """One selection as an audit shows it; what it counted since its initialisation."""

    selection: str
    price_cents: int | None
    count_init: int
    value_init_cents: int | None
    count_rst: int | None = None
    value_rst_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """One audit: `content` is its bytes, compressed; `faults` is JSON, as it is stored.

    `clock` is the machine's own naive local time: whether to trust it is decided
    where it is placed. `counters_proved`: this audit alone shows which pair runs on.
    """

    sha256: str
    content: bytes
    crc: CrcState
    serial: str | None
    asset: str | None
    clock: datetime | None
    clock_source: ClockSource | None
    counters_pair: CountersPair
    counters_proved: bool
    odometers: tuple[Odometer, ...]
    total_count_init: int | None
    total_value_init_cents: int | None
    cash_box_init_cents: int | None
    warnings: tuple[str, ...]
    faults: str
    paid: Totals
    payments_value_init_cents: int | None
    crc_stated: str | None
    currency: str | None


def intakes_of(content: bytes, decimals: int) -> list[Intake]:
    """The audits of a file, in file order; at least one. Raises DexError.

    Amounts are in minor units of a currency with so many `decimals`.
    """
    audits = dex.parse(content, None, decimals)
    if len(audits) == 1:
        return [intake_from(audits[0], content)]
    return [intake_from(audit, audit.raw) for audit in audits]


def by_pair(intake: Intake, pair: CountersPair, decimals: int) -> Intake:
    """The same audit, accounted from this pair of its counters."""
    if pair == intake.counters_pair:
        return intake
    audit = dex.parse(zlib.decompress(intake.content), pair, decimals)[0]
    return replace(
        intake,
        counters_pair=audit.counters_pair,
        odometers=_odometers(audit),
        total_count_init=audit.total_count_init,
        total_value_init_cents=audit.total_value_init_cents,
    )


def intake_from(audit: Audit, content: bytes) -> Intake:
    """What is kept of an audit that these bytes say."""
    return Intake(
        sha256=hashlib.sha256(content).hexdigest(),
        content=zlib.compress(content),
        crc=audit.crc,
        serial=audit.serial,
        asset=audit.asset,
        clock=audit.clock,
        clock_source=audit.clock_source,
        counters_pair=audit.counters_pair,
        counters_proved=audit.counters_proved,
        odometers=_odometers(audit),
        total_count_init=audit.total_count_init,
        total_value_init_cents=audit.total_value_init_cents,
        cash_box_init_cents=audit.cash.expected_box_init_cents,
        warnings=audit.warnings,
        faults=json.dumps(_faults(audit)),
        paid=audit.paid,
        payments_value_init_cents=_by_payment(audit),
        crc_stated=audit.crc_stated,
        currency=audit.currency_alpha,
    )


def _odometers(audit: Audit) -> tuple[Odometer, ...]:
    return tuple(
        Odometer(
            each.selection,
            each.price_cents,
            # A machine may count since its last reset only.
            each.count_init or 0,
            each.value_init_cents,
            each.count_rst,
            each.value_rst_cents,
        )
        for each in audit.selections
        if each.count_init is not None or each.count_rst is not None
    )


def _by_payment(audit: Audit) -> int | None:
    """The money of all ways of payment, as far as VA1 counts it."""
    return total(
        [
            audit.cash.sales.value_init_cents,
            *(
                each.totals.value_init_cents
                for each in audit.cashless
                if each.device in ("DA", "DB")
            ),
        ]
    )


def _faults(audit: Audit) -> list[dict[str, str]]:
    """The faults that are active now, or happened within the last day of the machine's clock.

    The first MOST_FAULTS of them; a code of more than LONGEST_CODE letters is none.
    """
    found: dict[str, str] = {}
    for event in audit.events:
        recent = (
            event.occurred_at is not None
            and audit.clock is not None
            and audit.clock - event.occurred_at <= timedelta(days=1)
        )
        is_on = event.active or (event.active is None and recent)
        if event.severity == "fault" and is_on and len(event.code) <= LONGEST_CODE:
            found.setdefault(event.code, event.meaning)
    first = islice(found.items(), MOST_FAULTS)
    return [{"code": code, "meaning": meaning} for code, meaning in first]
