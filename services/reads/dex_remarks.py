"""Remarks: what is odd about an audit, in sentences that are kept with it."""

from __future__ import annotations

from collections.abc import Iterable

from domain.currencies import CURRENCIES, decimals_of
from services.reads.dex_intakes import Intake
from services.reads.dex_placing import Moment


def of_currency(intake: Intake, currency: str | None) -> Iterable[str]:
    """Another currency; where it has other decimals, the audit says so by itself."""
    stated = intake.currency
    if stated not in CURRENCIES or currency is None or stated == currency:
        return
    if decimals_of(stated) == decimals_of(currency):
        yield f"The audit counts in {stated}, but the books are kept in {currency}."


def of_clock(intake: Intake, moment: Moment) -> Iterable[str]:
    if moment.is_trusted:
        return
    if intake.clock is None:
        yield "The audit does not say when it was read: its counters or its receipt place it."
    else:
        yield (
            f"The machine's clock says {intake.clock:%Y-%m-%d %H:%M}, which cannot be: "
            "the audit is placed by its counters or its receipt."
        )
