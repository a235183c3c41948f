"""Small audits written by hand, for tests that need one record out of the ordinary."""

from __future__ import annotations

from datetime import datetime

from domain import dex

SALES = ("VA1*1000*10*0*0", "PA1*A1*100", "PA2*10*1000*0*0")


def text(*lines: str, newline: str = "\n") -> bytes:
    """These records and nothing else."""
    return newline.join([*lines, ""]).encode()


def only(
    *lines: str, counters_pair: dex.CountersPair | None = None, decimals: int = 2
) -> dex.Audit:
    """The one audit that these records make."""
    (audit,) = dex.parse(text(*lines), counters_pair, decimals)
    return audit


def passed(audit: dex.Audit, name: str) -> bool | None:
    """The verdict of one check."""
    return next(each for each in audit.checks if each.name == name).passed


def local(text: str) -> datetime:
    """A time as a machine's clock shows it: without a zone."""
    return datetime.fromisoformat(text)
