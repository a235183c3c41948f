"""Who else uses a database of PostgreSQL."""

from __future__ import annotations

import time
from typing import Any

from storage.engines.base import Refused

# Its own helpers, as autovacuum, give way by themselves.
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend'
"""
# PostgreSQL notes a little later that a command before this one has ended.
LEFT_WITHIN_S, LOOK_EVERY_S = 2.0, 0.05


def refuse_others(connection: Any) -> None:
    """Raises `Refused` while there is another connection to the database of this one.

    The connection is outside of a transaction: inside, it would see the same ones for ever.
    """
    until = time.monotonic() + LEFT_WITHIN_S
    while connection.execute(OTHERS).fetchone() != (0,):
        if time.monotonic() > until:
            raise Refused("The database is in use: stop the server and other commands first.")
        time.sleep(LOOK_EVERY_S)
