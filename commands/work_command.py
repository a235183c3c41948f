"""`flask work`: do jobs, beside those that `flask serve` does, here or on another node."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from commands.due_work import beside_of, due_of
from commands.terminal import Command, settings_here
from db import Refused
from server import job_keeper
from storage import checks, migrate
from storage.engines.sqlite import is_safe_version


@click.command(cls=Command)
@with_appcontext
def work() -> None:
    """Do jobs, one after the other, until stopped; start several for more at a time."""
    settings = settings_here()
    if migrate.dialect_of(settings.database_url) == "sqlite" and not is_safe_version():
        raise Refused("This SQLite can be used by one process alone: `flask serve` does the jobs.")
    # What the server that is started first looks at in full.
    failures = checks.failures(checks.check(settings.database_url, content=False))
    if failures:
        raise Refused(failures[0].message)
    name = job_keeper.name_of_worker()
    click.echo(f"Jobs are done by {name} (stop it with Ctrl-C)")
    job_keeper.work(settings, name, due=due_of(settings), beside=beside_of(settings))
