"""The command line: Flask's own, with what an operator does at the machine itself."""

from __future__ import annotations

from flask import Flask

from commands.archive_command import archive
from commands.audit_commands import audit
from commands.backup_commands import backup, restore
from commands.check_command import check
from commands.db_commands import db
from commands.dex_commands import dex
from commands.estimates_command import estimates
from commands.key_commands import keys
from commands.routes_command import routes
from commands.serve_command import serve
from commands.user_commands import user
from commands.work_command import work

__all__ = ["register", "routes"]


def register(app: Flask) -> None:
    """Give `flask` these commands; `routes` replaces Flask's own where CVD is installed."""
    mine = (serve, work, check, db, user, dex, estimates, audit, keys, archive, backup, restore)
    for command in mine:
        app.cli.add_command(command)
