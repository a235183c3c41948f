"""What `flask check` says of books and audit log, beside the lines about the storage."""

from __future__ import annotations

import time
from collections.abc import Iterator

import click

from db import Engine
from services.books import book_checks
from services.books.book_checks import Outcome
from storage.checks import Finding, Level

TELL_EVERY_S = 1.0


def book_findings(engine: Engine) -> Iterator[Finding]:
    """A line or several for each check, with the progress of a long one beside it."""
    for outcome in book_checks.run(engine, _Progress()):
        yield from _lines(outcome)


class _Progress:
    """Says on standard error how far a check got, once a second at most."""

    def __init__(self) -> None:
        self._told_at = time.monotonic()

    def __call__(self, name: str, done: int, parts: int) -> None:
        if time.monotonic() - self._told_at >= TELL_EVERY_S:
            self._told_at = time.monotonic()
            click.echo(f"checking  {name}: {done} of {parts} parts", err=True)


def _lines(outcome: Outcome) -> Iterator[Finding]:
    told: list[tuple[Level, str]] = [("failure", wrong) for wrong in outcome.wrong]
    told += [("warning", doubt) for doubt in outcome.doubts]
    for level, message in told or [("ok", outcome.looked_at)]:
        yield Finding(outcome.name, level, message)
