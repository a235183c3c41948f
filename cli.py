"""The command line: Flask's own, with what an operator does at the machine itself.

Whoever may run these may read the database file, so they act as an
administrator. They can be used beside a running server, except where a
command needs the database alone and says so.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

import backup as backups
import contract
import schema
import server
import storage_checks
from check_beside import CheckBeside
from console import Console
from contract import Operation
from db import Engine, Refused, open_engine
from dex_import import DexImport, files_of
from engines import database_file
from engines.sqlite import empty_log, is_safe_version
from errors import Problem
from services import settings_service, setup_service
from settings import Settings
from storage_checks import Finding


class Command(click.Command):
    """A command that answers a refusal with its sentence, not with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (Problem, Refused, contract.ContractError) as refusal:
            raise click.ClickException(str(refusal)) from None


class Group(AppGroup):
    command_class = Command


db = Group("db", help="Upgrade, roll back or show the schema of the database.")
user = Group("user", help="Add and list the people who may sign in.")
dex = Group("dex", help="Take in DEX audits.")


def register(app: Flask) -> None:
    """Give `flask` these commands; `routes` replaces Flask's own where CVD is installed."""
    for command in (serve, check, db, user, dex, backup, restore):
        app.cli.add_command(command)


@click.command(cls=Command)
@click.option("--host", help="The address to listen on (CVD_HOST).")
@click.option("--port", type=click.IntRange(1, 65535), help="The port (CVD_PORT).")
@with_appcontext
def serve(host: str | None, port: int | None) -> None:
    """Check the database, then serve until stopped; a large one is checked beside."""
    settings = _settings()
    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    beside = CheckBeside(settings)
    findings = storage_checks.check(settings.database_url, content=not beside.is_due)
    _tell([finding for finding in findings if finding.level != "ok"])
    if storage_checks.failures(findings):
        raise Refused("CVD does not start before this is mended.")
    if schema.dialect_of(settings.database_url) == "sqlite" and not is_safe_version():
        settings = replace(settings, workers=1)
    greeting = "\n".join(_greeting(settings))

    def start() -> None:
        click.echo(greeting)
        _mark_installed(settings.database_url)
        beside.start()

    def stop() -> None:
        beside.stop()
        if schema.dialect_of(settings.database_url) == "sqlite":
            empty_log(database_file.path_of(settings.database_url))

    server.serve(settings, on_start=start, on_stop=stop)


@db.command()
def upgrade() -> None:
    """Bring the schema up to this version. Needs the database alone."""
    settings = _settings()
    done = schema.upgrade(settings.database_url, report=click.echo)
    with _engine() as engine, engine.writing() as opened:
        settings_service.ensure(opened, settings)
    _mark_installed(settings.database_url)
    click.echo(f"{len(done)} applied." if done else "The schema is up to date.")


@db.command()
@click.option("--to", metavar="ID", help="Undo everything after this one; else only the last.")
def rollback(to: str | None) -> None:
    """Undo migrations. Needs the database alone."""
    done = schema.rollback(_settings().database_url, to=to, report=click.echo)
    click.echo(f"{len(done)} rolled back." if done else "There is nothing to roll back.")


@db.command()
def status() -> None:
    """Show each migration and whether it is applied."""
    for row in schema.status(_settings().database_url):
        click.echo(f"{row['state']:<8}  {row['applied_at'] or '-':<20}  {row['id']}")


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice(contract.ROLES), required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(name: str, role: str, password_stdin: bool) -> None:
    """Add a person who may sign in."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with _console() as console:
        console.call("user_service.create_user", username=name, role=role, password=password)
    click.echo(f"{name} may sign in as {role}.")


@user.command("list")
def list_users() -> None:
    """List the people who may sign in."""
    with _console() as console:
        for row in console.pages("user_service.list_users"):
            state = f"disabled {row['disabled_at']}" if row["disabled_at"] else ""
            click.echo(f"{row['role']:<8}  {row['username']:<24}  {state}".rstrip())


@dex.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
def import_audits(paths: tuple[str, ...]) -> None:
    """Take in audits: files, whole folders, or quoted patterns."""
    files, absent = files_of(paths)
    for path in absent:
        click.echo(f"There is nothing at {path}.", err=True)
    with _engine() as engine, _progress(len(files)) as bar:
        imported = DexImport(engine, _settings().max_upload_bytes)
        for taken in imported.take_in(files):
            bar.update(taken)
    for line in imported.report():
        click.echo(line)
    if absent or not imported.has_read_any:
        raise SystemExit(1)


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Write everything into one FILE; the server may be running."""
    manifest = backups.backup(_settings().database_url, file, report=click.echo)
    size = file.stat().st_size
    click.echo(f"{file}: {size:,} bytes, as of {manifest['created_at']}.")


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def restore(file: Path) -> None:
    """Replace the database by a backup FILE. Needs the database alone."""
    replaced = backups.restore(_settings().database_url, file, report=click.echo)
    click.echo(f"Restored{f'; what was there is kept as {replaced}' if replaced else ''}.")


@click.command(cls=Command)
@with_appcontext
def check() -> None:
    """Check database and machine; fails when CVD would not serve."""
    findings = storage_checks.check(_settings().database_url)
    _tell(findings)
    if storage_checks.failures(findings):
        raise SystemExit(1)


@click.command(cls=Command)
def routes() -> None:
    """List the contract: method, path, roles, function."""
    rows = [(op.method.upper(), op.path, _who(op), op.name) for op in contract.current().operations]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _settings() -> Settings:
    settings: Settings = current_app.extensions["cvd"]["settings"]
    return settings


def _mark_installed(url: str) -> None:
    if schema.dialect_of(url) == "sqlite":
        # A full disk must not keep CVD from starting.
        with suppress(OSError):
            database_file.installed_mark(database_file.path_of(url)).touch(mode=0o600)


@contextmanager
def _engine() -> Iterator[Engine]:
    url = _settings().database_url
    with closing(open_engine(url)) as engine:
        # Behind the opening, which notes an unclean stop.
        schema.refuse_newer(url)
        yield engine


@contextmanager
def _console() -> Iterator[Console]:
    with _engine() as engine:
        yield Console(engine)


def _greeting(settings: Settings) -> Iterator[str]:
    yield f"CVD is at {settings.address} (stop it with Ctrl-C)"
    with _engine() as engine:
        token = setup_service.setup_link_token(engine)
    if token is not None:
        # Behind the #: what stands there never reaches a server's or a proxy's log.
        yield f"Create the first administrator: {settings.address}/pages/setup.html#token={token}"


def _progress(files: int) -> Any:
    return click.progressbar(length=files, label="Taking in", show_pos=True, file=sys.stderr)


def _tell(findings: Iterable[Finding]) -> None:
    for finding in findings:
        click.echo(
            f"{finding.level:<8}  {finding.name}: {finding.message}", err=finding.level != "ok"
        )


def _who(operation: Operation) -> str:
    return operation.access if operation.access != "roles" else " ".join(sorted(operation.roles))
