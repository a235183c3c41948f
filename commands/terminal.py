"""What the commands share: how they refuse, and the settings and the database here.

Whoever may run a command may read the database file, so they act as an
administrator. Commands can be used beside a running server, except where one
needs the database alone and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

import contract
from commands.local_calls import Console
from db import Engine, Refused, open_engine
from errors import Problem
from settings import Settings
from storage import migrate
from storage.checks import Finding
from storage.engines import database_file
from storage.files.store import Store, open_store


class Command(click.Command):
    """A command that answers a refusal with its sentence, not with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (Problem, Refused, contract.ContractError) as refusal:
            raise click.ClickException(str(refusal)) from None


class Group(AppGroup):
    """Commands of one noun: `flask db …`."""

    command_class = Command


def settings_here() -> Settings:
    """The settings of the application whose command runs."""
    settings: Settings = current_app.extensions["cvd"]["settings"]
    return settings


def files_here() -> Store:
    """Where its photos and other files are. Raises Refused."""
    settings = settings_here()
    return open_store(settings.database_url, settings.files_url)


@contextmanager
def engine_here() -> Iterator[Engine]:
    """Its database, open; raises Refused for one of a version too new to work on."""
    settings = settings_here()
    url = settings.database_url
    opened = open_engine(url, audit=settings.audit_files, files=files_here())
    with closing(opened) as engine:
        # Behind the opening, which notes an unclean stop.
        migrate.refuse_unworkable(url)
        yield engine


@contextmanager
def console_here() -> Iterator[Console]:
    """Operations of the contract on its database."""
    with engine_here() as engine:
        yield Console(engine)


def mark_installed(url: str) -> None:
    """Note beside an SQLite file that there was a database, so that its loss is noticed."""
    if migrate.dialect_of(url) == "sqlite":
        # A full disk must not keep CVD from starting.
        with suppress(OSError):
            database_file.installed_mark(database_file.path_of(url)).touch(mode=0o600)


def tell(findings: Iterable[Finding]) -> None:
    """One line for each; what is not well goes to standard error."""
    for finding in findings:
        click.echo(
            f"{finding.level:<8}  {finding.name}: {finding.message}", err=finding.level != "ok"
        )
