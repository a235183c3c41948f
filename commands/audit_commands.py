"""`flask audit`: the seals of the audit log."""

from __future__ import annotations

import click

import auth
from commands.terminal import Group, engine_here
from records import trail

audit = Group("audit", help="Look after the seals of the audit log.")


@audit.command()
def rotate() -> None:
    """Seal the audit log with a new key from here on."""
    with engine_here() as engine:
        with engine.writing() as opened:
            trail.rotate_key(opened, auth.console())
        key = engine.audit.keys()[-1]
    click.echo(f"Entries are sealed with the key {key.name} from entry {key.from_entry} on.")
