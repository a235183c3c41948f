"""`flask check`: whether database, machine, books and audit log are sound."""

from __future__ import annotations

from itertools import chain

import click
from flask.cli import with_appcontext

from commands.backup_finding import backup_finding
from commands.book_findings import book_findings
from commands.file_findings import file_findings
from commands.inbox_findings import inbox_findings
from commands.terminal import Command, engine_here, settings_here, tell
from storage import checks


@click.command(cls=Command)
@click.option("--quick", is_flag=True, help="Leave out books and audit log, which take a while.")
@with_appcontext
def check(quick: bool) -> None:
    """Check database, machine, books and audit log; fails when something is wrong."""
    settings = settings_here()
    findings = [*checks.check(settings.database_url), backup_finding(settings)]
    tell(findings)
    if not quick and not checks.failures(findings):
        with engine_here() as engine:
            for finding in chain(
                book_findings(engine),
                file_findings(engine),
                inbox_findings(engine, settings_here()),
            ):
                findings.append(finding)
                tell([finding])
    if checks.failures(findings):
        raise SystemExit(1)
