"""`flask backup` and `flask restore`: one file, or the vault at CVD_BACKUP_URL."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask.cli import with_appcontext

import clock
from commands import audit_heads
from commands.terminal import Command, Group, engine_here, files_here, settings_here
from storage import backup as backups
from storage.backups import keeping, making, restoring, sealing
from storage.backups.vault import DAILY, Vault, open_vault
from storage.engines.base import Refused

FILE = "FILE"
LATEST = "latest"


class BackupGroup(Group):
    """`flask backup FILE` beside its commands: what is the name of none is the file."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            args = [FILE, *args]
        return super().resolve_command(ctx, args)


@click.group(cls=BackupGroup)
def backup() -> None:
    """Make a backup, and see those that were made; the server may be running."""


@backup.command(FILE)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def into_file(file: Path) -> None:
    """Write everything into one FILE."""
    settings = settings_here()
    manifest = backups.backup(settings.database_url, file, files=files_here(), report=click.echo)
    audit_heads.keep(settings, manifest)
    size = file.stat().st_size
    click.echo(f"{file}: {size:,} bytes, as of {manifest['created_at']}.")


@backup.command()
@with_appcontext
def now() -> None:
    """Make a backup where CVD_BACKUP_URL says, verify it, and remove old ones."""
    settings = settings_here()
    url, plan, vault = settings.database_url, settings.backups, open_vault(settings.backups)
    made = making.make(url, files_here(), vault, kind=DAILY, told=_Told())
    audit_heads.keep(settings, made.manifest)
    removed, _ = keeping.tidy(url, vault, plan, _Told())
    click.echo(
        f"{made.name}: verified; {made.new:,} of {made.blocks:,} blocks are new; "
        f"{removed} old backups removed."
    )


@backup.command("list")
@with_appcontext
def list_backups() -> None:
    """Tell which backups there are, the newest first; each was verified when it was made."""
    settings = settings_here()
    vault = open_vault(settings.backups)
    listed = vault.listed()
    for each in listed:
        click.echo(f"{each.made_at}  {each.kind:<9}  {each.bytes:>15,} bytes")
    click.echo(f"{len(listed)} backups at {vault.place.name}.")


@backup.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def key(file: Path) -> None:
    """Make the key that encrypts backups, in a new FILE for CVD_BACKUP_KEY."""
    sealing.make_key(file.absolute())
    click.echo(
        f"{file} is the key of backups: set CVD_BACKUP_KEY to it. Copy it now to where neither "
        "this machine nor the backups are (a password manager, a printout in a safe): without "
        "it no backup can be read."
    )


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--from", "place", metavar="URL", help="A folder or bucket, or latest.")
@click.option("--at", metavar="TIME", help="The newest that is not after it: 2026-01-31 08:00.")
@click.option("--yes", is_flag=True, help="Do not ask when entries of the audit log go with it.")
@with_appcontext
def restore(file: Path | None, place: str | None, at: str | None, yes: bool) -> None:
    """Replace the database by a backup FILE, or by one --from a place. Needs it alone."""
    settings = settings_here()
    if (file is None) == (place is None and at is None):
        raise click.UsageError("Give a FILE, or --from URL, --from latest or --at TIME.")
    if file is not None:
        loss = _agreed(backups.manifest_of(file), yes)
        url, files = settings.database_url, files_here()
        replaced = backups.restore(url, file, files=files, report=click.echo)
    else:
        vault = open_vault(settings.backups, None if place == LATEST else place)
        loss, replaced = _restore_from(vault, at and _moment(at, settings.time_zone), yes)
    with engine_here() as engine:
        audit_heads.begin_anew(engine, loss)
    click.echo(f"Restored{f'; what was there is kept as {replaced}' if replaced else ''}.")


def _restore_from(vault: Vault, at: str | None, yes: bool) -> tuple[str | None, Path | None]:
    url = settings_here().database_url
    chosen = restoring.chosen(vault, at)
    manifest = restoring.opened(url, vault, chosen)
    click.echo(f"restoring the backup of {chosen.made_at}")
    loss = _agreed(manifest, yes)
    return loss, restoring.restore(url, vault, manifest, files_here(), _Told())


def _agreed(manifest: dict[str, Any], yes: bool) -> str | None:
    """What the audit log loses by it, which was agreed to."""
    loss = audit_heads.loss(settings_here(), manifest)
    if loss:
        click.echo(loss)
        if not yes:
            click.confirm("Restore all the same?", abort=True)
    return loss


def _moment(text: str, zone: str) -> str:
    """UTC text of a time that was typed: with Z or an offset, else by the clock here."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(f'--at "{text}" is no time such as 2026-01-31 08:00.') from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return clock.to_text(moment)


class _Told:
    """Each step once, not each block."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, _done: int, _total: int | None, sentence: str) -> None:
        step = sentence.partition(":")[0]
        if step != self._last:
            self._last = step
            click.echo(step)
