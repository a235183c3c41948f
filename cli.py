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

import audit_heads
import auth
import backup as backups
import contract
import schema
import server
import storage_checks
from book_findings import book_findings
from check_beside import CheckBeside
from console import Console
from contract import Operation
from db import Engine, Refused, open_engine
from dex_import import DexImport, files_of
from engines import database_file
from engines.sqlite import empty_log, is_safe_version
from errors import Problem
from records import company, trail
from services import (
    freshness,
    rereading,
    settings_service,
    setup_service,
    user_service,
)
from settings import Settings
from storage_checks import Finding

# Estimates are brought up to date so long before serving, and so long by the command.
BEFORE_SERVING_S = 5.0
LONGEST_S = 3_600.0


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
audit = Group("audit", help="Look after the seals of the audit log.")


def register(app: Flask) -> None:
    """Give `flask` these commands; `routes` replaces Flask's own where CVD is installed."""
    for command in (serve, check, db, user, dex, estimates, audit, backup, restore):
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
    # What is left is brought up to date as somebody asks for it.
    with suppress(Problem), _engine() as engine:
        freshness.catch_up(engine, budget_s=BEFORE_SERVING_S)
    greeting = "\n".join(_greeting(settings))
    create = current_app.extensions["cvd"]["create"]

    def start() -> None:
        click.echo(greeting)
        audit_heads.tell(settings, "starts at")
        _mark_installed(settings.database_url)
        beside.start()

    def stop() -> None:
        beside.stop()
        # First: whoever opens the database after this would take a log that is left for a kill.
        if schema.dialect_of(settings.database_url) == "sqlite":
            empty_log(database_file.path_of(settings.database_url))
        audit_heads.tell(settings, "ends at")

    server.serve(settings, create, on_start=start, on_stop=stop)


@db.command()
def upgrade() -> None:
    """Bring the schema up to this version. Needs the database alone."""
    settings = _settings()
    done = schema.upgrade(settings.database_url, report=click.echo)
    with _engine() as engine, engine.writing() as opened:
        settings_service.ensure(opened, settings)
        trail.begin_sealing(opened)
    _mark_installed(settings.database_url)
    click.echo(f"{len(done)} applied." if done else "The schema is up to date.")
    _reread(settings)


@db.command("book-changes")
def book_changes() -> None:
    """List the machines whose books an upgrade changed, before and after."""
    with _engine() as engine:
        decimals = _decimals(engine)
        for row in Console(engine).pages("rereading.list_book_changes"):
            click.echo(_change(row, decimals))


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


@user.command()
@click.argument("name")
def unlock(name: str) -> None:
    """Let a person try to sign in at once, after failed tries in that name."""
    with _engine() as engine, engine.writing() as opened:
        forgotten = user_service.unlock_user(opened, auth.console(), username=name)
    click.echo(f"{name} can try at once." if forgotten else f"{name} did not have to wait.")


@user.command()
@click.argument("name")
def reset(name: str) -> None:
    """Print a one-time password for a person; their sessions end."""
    with _console() as console:
        found = console.pages("user_service.list_users", q=name)
        ids = [row["id"] for row in found if row["username"].lower() == name.lower()]
        if not ids:
            raise Refused(f"There is no user {name}.")
        given = console.call("user_service.create_password_reset", user_id=ids[0])
    click.echo(f"{given['password']} signs {name} in once, within a day.")


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
    settings = _settings()
    manifest = backups.backup(settings.database_url, file, report=click.echo)
    audit_heads.keep(settings, manifest)
    size = file.stat().st_size
    click.echo(f"{file}: {size:,} bytes, as of {manifest['created_at']}.")


@audit.command()
def rotate() -> None:
    """Seal the audit log with a new key from here on."""
    with _engine() as engine:
        with engine.writing() as opened:
            trail.rotate_key(opened, auth.console())
        key = engine.audit.keys()[-1]
    click.echo(f"Entries are sealed with the key {key.name} from entry {key.from_entry} on.")


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask when entries of the audit log go with it.")
@with_appcontext
def restore(file: Path, yes: bool) -> None:
    """Replace the database by a backup FILE. Needs the database alone."""
    settings = _settings()
    loss = audit_heads.loss(settings, backups.manifest_of(file))
    if loss:
        click.echo(loss)
        if not yes:
            click.confirm("Restore all the same?", abort=True)
    replaced = backups.restore(settings.database_url, file, report=click.echo)
    with _engine() as engine:
        audit_heads.begin_anew(engine, loss)
    click.echo(f"Restored{f'; what was there is kept as {replaced}' if replaced else ''}.")


@click.command(cls=Command)
@click.option("--quick", is_flag=True, help="Leave out books and audit log, which take a while.")
@with_appcontext
def check(quick: bool) -> None:
    """Check database, machine, books and audit log; fails when something is wrong."""
    findings = storage_checks.check(_settings().database_url)
    _tell(findings)
    if not quick and not storage_checks.failures(findings):
        with _engine() as engine:
            for finding in book_findings(engine):
                findings.append(finding)
                _tell([finding])
    if storage_checks.failures(findings):
        raise SystemExit(1)


@click.command(cls=Command)
@with_appcontext
def estimates() -> None:
    """Bring the estimates of stock up to date; the server may be running."""
    with _engine() as engine:
        refreshed = freshness.catch_up(engine, budget_s=LONGEST_S)
    click.echo(f"{refreshed} devices brought up to date.")


@click.command(cls=Command)
def routes() -> None:
    """List the contract: method, path, roles, function."""
    rows = [(op.method.upper(), op.path, _who(op), op.name) for op in contract.current().operations]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _reread(settings: Settings) -> None:
    """Read stored audits again where the rules got better; an interrupted one goes on here."""
    with _engine() as engine:
        with engine.reading() as opened:
            left = rereading.left(opened)
        if not left:
            return
        click.echo(
            f"The audits of {left:,} machines are read again by this version's rules. It may be "
            "interrupted, and goes on with the next `flask db upgrade`."
        )
        with click.progressbar(
            length=left, label="Reading again", show_pos=True, file=sys.stderr
        ) as bar:
            changes = list(rereading.reread_all(engine, auth.console(), on_device=bar.update))
        decimals = _decimals(engine)
        for change in changes:
            click.echo(_change(change, decimals))
        click.echo(
            f"The books of {len(changes):,} machines changed; those of the others are as before. "
            "`flask db book-changes` shows this list again."
        )


def _decimals(engine: Engine) -> int:
    with engine.reading() as opened:
        return company.currency_decimals(opened)


def _change(change: dict[str, Any], decimals: int) -> str:
    """One machine before and after."""
    before, after = (
        f"{change[f'units_{side}']:,} units, "
        f"{change[f'amount_{side}_cents'] / 10**decimals:,.{decimals}f}"
        for side in ("before", "after")
    )
    held = change["held_after"] - change["held_before"]
    waits = f"; audits that wait for somebody {held:+d}" if held else ""
    return f"  {change['asset']}: {before} -> {after}{waits}"


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
    settings = _settings()
    url = settings.database_url
    with closing(open_engine(url, audit=settings.audit_files)) as engine:
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
