"""`flask estimates`: the estimates of stock, brought up to date at once."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from commands.terminal import Command, engine_here
from services.books import freshness

# Estimates are brought up to date for so long at most.
LONGEST_S = 3_600.0


@click.command(cls=Command)
@with_appcontext
def estimates() -> None:
    """Bring the estimates of stock up to date; the server may be running."""
    with engine_here() as engine:
        refreshed = freshness.catch_up(engine, budget_s=LONGEST_S)
    click.echo(f"{refreshed} devices brought up to date.")
