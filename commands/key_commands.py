"""`flask keys`: what the access tokens of programs are signed with."""

from __future__ import annotations

import click

import auth
from commands.terminal import Group, engine_here
from services.people import signing_key_service

keys = Group("keys", help="Look after the keys that sign the tokens of programs.")


@keys.command()
@click.option("--at-once", is_flag=True, help="The keys before verify nothing any longer.")
def rotate(at_once: bool) -> None:
    """Sign tokens with a new key from here on."""
    with engine_here() as engine, engine.writing() as db:
        kid = signing_key_service.begin(db, auth.console(), at_once=at_once, is_sealed_anew=True)
    before = "verify nothing any longer" if at_once else "verify until their tokens have ended"
    click.echo(f"Tokens are signed with the key {kid}; those before {before}.")
