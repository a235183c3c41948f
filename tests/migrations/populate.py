"""A row for every table, so that a migration is tried on data and not on emptiness.

The rows lie in populated/, a file for each migration that adds a table: NNNN_what.py with
ROWS, pairs of a table and a row. A migration that adds a column which must be filled adds
it to the row. `populate` writes what fits the schema at hand: rows of tables that exist,
with the columns they have.
"""

import runpy
from pathlib import Path

from tests.migrations.schema_reader import columns_of, tables_of

POPULATED = Path(__file__).parent / "populated"
# In the order of the migrations: a row comes behind those that it refers to.
ROWS = [row for path in sorted(POPULATED.glob("*.py")) for row in runpy.run_path(str(path))["ROWS"]]


def populate(db):
    """Fill the tables that are still empty."""
    empty = {
        table
        for table in tables_of(db)
        if db.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] == 0
    }
    columns = columns_of(db)
    for table, row in ROWS:
        if table in empty:
            _insert(db, table, row, columns[table])


def _insert(db, table, row, columns):
    fitting = {name: value for name, value in row.items() if name in columns}
    names = ", ".join(f'"{name}"' for name in fitting)
    values = ", ".join(f":{name}" for name in fitting)
    db.execute(f'INSERT INTO "{table}" ({names}) VALUES ({values})', fitting)
