"""`flask user`: the people who may sign in."""

from __future__ import annotations

import sys

import click

import auth
import contract
from commands.local_calls import Console
from commands.terminal import Group, console_here, engine_here
from db import Refused
from services.people import user_service

user = Group("user", help="Add and list the people who may sign in.")


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
    with console_here() as console:
        console.call("user_service.create_user", username=name, role=role, password=password)
    click.echo(f"{name} may sign in as {role}.")


@user.command()
@click.argument("name")
def unlock(name: str) -> None:
    """Let a person try to sign in at once, after failed tries in that name."""
    with engine_here() as engine, engine.writing() as opened:
        forgotten = user_service.unlock_user(opened, auth.console(), username=name)
    click.echo(f"{name} can try at once." if forgotten else f"{name} did not have to wait.")


@user.command()
@click.argument("name")
def reset(name: str) -> None:
    """Print a one-time password for a person; their sessions end."""
    with console_here() as console:
        given = console.call("user_service.create_password_reset", user_id=_id_of(console, name))
    click.echo(f"{given['password']} signs {name} in once, within a day.")


@user.command("reset-second-factor")
@click.argument("name")
def reset_second_factor(name: str) -> None:
    """Take app and passkeys of a person away, whose phone is gone; their sessions end."""
    with console_here() as console:
        console.call("second_factor_service.create_reset", user_id=_id_of(console, name))
    click.echo(f"The password alone signs {name} in.")


@user.command("list")
def list_users() -> None:
    """List the people who may sign in."""
    with console_here() as console:
        for row in console.pages("user_service.list_users"):
            state = f"disabled {row['disabled_at']}" if row["disabled_at"] else ""
            click.echo(f"{row['role']:<8}  {row['username']:<24}  {state}".rstrip())


def _id_of(console: Console, name: str) -> int:
    """Raises Refused where nobody is called so."""
    found = console.pages("user_service.list_users", q=name)
    ids: list[int] = [row["id"] for row in found if row["username"].lower() == name.lower()]
    if not ids:
        raise Refused(f"There is no user {name}.")
    return ids[0]
