"""`flask dex`: DEX reads from files, many at once."""

from __future__ import annotations

import sys
from typing import Any

import click

from commands.terminal import Group, engine_here, settings_here
from services.reads.dex_import import DexImport, files_of

dex = Group("dex", help="Take in DEX audits.")


@dex.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
def import_audits(paths: tuple[str, ...]) -> None:
    """Take in audits: files, whole folders, or quoted patterns."""
    files, absent = files_of(paths)
    for path in absent:
        click.echo(f"There is nothing at {path}.", err=True)
    with engine_here() as engine, _progress(len(files)) as bar:
        imported = DexImport(engine, settings_here().max_upload_bytes)
        for taken in imported.take_in(files):
            bar.update(taken)
    for line in imported.report():
        click.echo(line)
    if absent or not imported.has_read_any:
        raise SystemExit(1)


def _progress(files: int) -> Any:
    return click.progressbar(length=files, label="Taking in", show_pos=True, file=sys.stderr)
