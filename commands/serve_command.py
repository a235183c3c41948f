"""`flask serve`: check the database, then serve until stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import click
from flask import current_app
from flask.cli import with_appcontext

from commands import audit_heads
from commands.due_work import beside_of, due_of
from commands.terminal import Command, engine_here, mark_installed, settings_here, tell
from db import Refused
from errors import Problem
from server import serve as serving
from server.check_beside import CheckBeside
from services.books import freshness
from services.start import setup_service
from settings import Settings
from storage import checks, migrate
from storage.engines import database_file
from storage.engines.sqlite import empty_log, is_safe_version

# Estimates are brought up to date for so long before serving.
BEFORE_SERVING_S = 5.0


@click.command(cls=Command)
@click.option("--host", help="The address to listen on (CVD_HOST).")
@click.option("--port", type=click.IntRange(1, 65535), help="The port (CVD_PORT).")
@with_appcontext
def serve(host: str | None, port: int | None) -> None:
    """Check the database, then serve until stopped; a large one is checked beside."""
    settings = settings_here()
    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    beside = CheckBeside(settings)
    findings = checks.check(settings.database_url, content=not beside.is_due)
    tell([finding for finding in findings if finding.level != "ok"])
    if checks.failures(findings):
        raise Refused("CVD does not start before this is mended.")
    if migrate.dialect_of(settings.database_url) == "sqlite" and not is_safe_version():
        settings = replace(settings, workers=1)
    # What is left is brought up to date as somebody asks for it.
    with suppress(Problem), engine_here() as engine:
        freshness.catch_up(engine, budget_s=BEFORE_SERVING_S)
    greeting = "\n".join(_greeting(settings))
    create = current_app.extensions["cvd"]["create"]

    def start() -> None:
        click.echo(greeting)
        audit_heads.tell(settings, "starts at")
        mark_installed(settings.database_url)
        beside.start()

    def stop() -> None:
        beside.stop()
        # First: whoever opens the database after this would take a log that is left for a kill.
        if migrate.dialect_of(settings.database_url) == "sqlite":
            empty_log(database_file.path_of(settings.database_url))
        audit_heads.tell(settings, "ends at")

    serving.serve(
        settings,
        create,
        due=due_of(settings),
        beside=beside_of(settings),
        on_start=start,
        on_stop=stop,
    )


def _greeting(settings: Settings) -> Iterator[str]:
    yield f"CVD is at {settings.address} (stop it with Ctrl-C)"
    with engine_here() as engine:
        token = setup_service.setup_link_token(engine)
    if token is not None:
        # Behind the #: what stands there never reaches a server's or a proxy's log.
        yield f"Create the first administrator: {settings.address}/pages/setup.html#token={token}"
