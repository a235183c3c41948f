"""Which tables an SQLite database has, each after those that it refers to."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any

# Each table, once for every table that it refers to, or once with NULL.
REFERENCES = """
    SELECT t.name, r."table"
    FROM sqlite_master t LEFT JOIN pragma_foreign_key_list(t.name) r
    WHERE t.type = 'table' AND t.name NOT LIKE '\\_%' ESCAPE '\\' AND t.name NOT LIKE 'sqlite%'
    ORDER BY t.name, r."table"
"""


def ordered_tables(connection: Any) -> list[str]:
    """Their names, without those in which migrations are kept book of, as foreign keys say."""
    references: dict[str, set[str]] = {}
    for name, other in connection.execute(REFERENCES):
        references.setdefault(name, set()).update({other} - {None, name})
    return list(TopologicalSorter(references).static_order())
