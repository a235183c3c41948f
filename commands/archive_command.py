"""`flask archive FILE`: everything that the company has, as files that anything can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import click
from flask.cli import with_appcontext

import auth
from commands.terminal import Command, engine_here
from records import trail
from services.upkeep import archive_contents

Item = TypeVar("Item")
# Nobody else of this machine may read it.
MODE = 0o600


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def archive(file: Path) -> None:
    """Write all tables as CSV, photos and DEX files into one zip FILE; no passwords or keys.

    It is no backup: it cannot be restored.
    """
    rows = 0

    def counted(items: Iterable[Item]) -> Iterator[Item]:
        nonlocal rows
        for item in items:
            rows += 1
            yield item

    partial = file.with_name(f"{file.name}.partial")
    with engine_here() as engine:
        with engine.writing() as db:
            trail.record(
                db,
                auth.console(),
                action="export.everything_asked",
                noun="export",
                noun_id=None,
                after={"name": file.name},
            )
        partial.unlink(missing_ok=True)
        partial.touch(MODE)
        try:
            with (
                engine.reading() as db,
                partial.open("wb") as out,
            ):
                for piece in archive_contents.pieces(engine, db, counted):
                    out.write(piece)
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)
    click.echo(f"{file}: {rows:,} rows and files, {file.stat().st_size:,} bytes.")
