"""`flask routes`: the operations of the contract, instead of Flask's own list of addresses."""

from __future__ import annotations

import click

import contract
from commands.terminal import Command
from contract import Operation


@click.command(cls=Command)
def routes() -> None:
    """List the contract: method, path, roles, function."""
    rows = [(op.method.upper(), op.path, _who(op), op.name) for op in contract.current().operations]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _who(operation: Operation) -> str:
    return operation.access if operation.access != "roles" else " ".join(sorted(operation.roles))
