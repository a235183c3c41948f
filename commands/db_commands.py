"""`flask db`: the schema of the database, and what an upgrade makes of the books."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import click

import auth
from commands.local_calls import Console
from commands.terminal import Group, engine_here, mark_installed, settings_here
from db import Engine
from records import company, trail
from services.reads import rereading
from services.system import settings_service
from settings import Settings
from storage import copying, migrate
from storage.audit_files import AuditFiles
from storage.files.file_copying import copy_files
from storage.files.store import open_store

db = Group("db", help="Upgrade, roll back or show the schema of the database.")


@db.command()
def upgrade() -> None:
    """Bring the schema up to this version; on SQLite, while nothing else uses the database."""
    settings = settings_here()
    done = migrate.upgrade(settings.database_url, report=click.echo)
    with engine_here() as engine, engine.writing() as opened:
        settings_service.ensure(opened, settings)
        trail.begin_sealing(opened)
    mark_installed(settings.database_url)
    click.echo(f"{len(done)} applied." if done else "The schema is up to date.")
    _reread(settings)


@db.command("book-changes")
def book_changes() -> None:
    """List the machines whose books an upgrade changed, before and after."""
    with engine_here() as engine:
        decimals = _decimals(engine)
        for row in Console(engine).pages("rereading.list_book_changes"):
            click.echo(_change(row, decimals))


@db.command()
@click.option("--to", metavar="ID", help="Undo everything after this one; else only the last.")
def rollback(to: str | None) -> None:
    """Undo migrations. Needs the database alone."""
    done = migrate.rollback(settings_here().database_url, to=to, report=click.echo)
    click.echo(f"{len(done)} rolled back." if done else "There is nothing to roll back.")


@db.command()
def status() -> None:
    """Show each migration and whether it is applied."""
    for row in migrate.status(settings_here().database_url):
        click.echo(f"{row['state']:<8}  {row['applied_at'] or '-':<20}  {row['id']}")


@db.command()
@click.option("--to", metavar="URL", required=True, help="An empty database of the other engine.")
def copy(to: str) -> None:
    """Copy everything to an empty database of the other engine. Needs both alone."""
    settings = settings_here()
    theirs = AuditFiles(to, keys=settings.audit_keys, head=settings.audit_head)
    settings.audit_files.refuse_others(theirs)
    files = 0
    with _Bars() as bars:

        def along() -> None:
            nonlocal files
            # Files in a bucket stay there: the copy refers to the same ones.
            if settings.files_url is None:
                ours, others = (open_store(url, None) for url in (settings.database_url, to))
                files = copy_files(ours, others, report=partial(bars.report, "files"))

        copied = copying.copy(settings.database_url, to, report=bars.report, along=along)
    settings.audit_files.copy_to(theirs)
    mark_installed(to)
    click.echo(
        f"{copied.rows:,} rows of {len(copied.hashes)} tables and {files:,} files were copied, "
        "and each table and file compared by its SHA-256. To go on with the copy, set "
        "CVD_DATABASE_URL to its URL and start CVD."
    )


class _Bars:
    """A bar of progress for each table that takes a while."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __enter__(self) -> _Bars:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def report(self, table: str, done: int, total: int) -> None:
        """As storage/copying.py tells it."""
        if done == 0:
            self._end()
            self._bar = click.progressbar(
                length=total, label=f"{table:<24}", show_pos=True, file=sys.stderr
            )
            self._bar.__enter__()
        else:
            self._bar.update(done - self._bar.pos)

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)


def _reread(settings: Settings) -> None:
    """Read stored audits again where the rules got better; an interrupted one goes on here."""
    with engine_here() as engine:
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
