"""`flask backup` and `flask restore`: everything in one file, and back from it."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from commands import audit_heads
from commands.terminal import Command, engine_here, files_here, settings_here
from storage import backup as backups


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Write everything into one FILE; the server may be running."""
    settings = settings_here()
    manifest = backups.backup(settings.database_url, file, files=files_here(), report=click.echo)
    audit_heads.keep(settings, manifest)
    size = file.stat().st_size
    click.echo(f"{file}: {size:,} bytes, as of {manifest['created_at']}.")


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask when entries of the audit log go with it.")
@with_appcontext
def restore(file: Path, yes: bool) -> None:
    """Replace the database by a backup FILE. Needs the database alone."""
    settings = settings_here()
    loss = audit_heads.loss(settings, backups.manifest_of(file))
    if loss:
        click.echo(loss)
        if not yes:
            click.confirm("Restore all the same?", abort=True)
    replaced = backups.restore(settings.database_url, file, files=files_here(), report=click.echo)
    with engine_here() as engine:
        audit_heads.begin_anew(engine, loss)
    click.echo(f"Restored{f'; what was there is kept as {replaced}' if replaced else ''}.")
