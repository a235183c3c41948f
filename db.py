"""The database: engines, transactions, and the few words services need.

    with engine.reading() as db:                       one consistent snapshot
        one(db, "SELECT … WHERE id = :id", {"id": 7})
    with engine.writing() as db:                       one transaction
        db.execute("UPDATE …", {...})

SQL is written once, in the subset both engines share. A list of ids is bound
as one value: `id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))` with
`{"ids": json_list(ids)}`; rows as objects, `value ->> 'name'`. Write
`CAST(x AS double precision)`, because REAL is half as precise on PostgreSQL,
and `LIMIT CAST(:limit AS bigint)`, because SQLite plans a statement anew for
each value of a bare limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any, TypeVar, cast

import orjson

import clock
from storage import checks, migrate
from storage.audit_files import FIRST_SEAL, AuditFiles, Head, Key
from storage.backups import keeping, making
from storage.backups.vault import DAILY, INCREMENT, Listed, open_vault
from storage.engines.base import Cursor, Database, Engine, IntegrityError, Params, Refused, Row
from storage.engines.postgresql import PostgresqlEngine
from storage.engines.references import ordered_tables
from storage.engines.sqlite import SqliteEngine, is_safe_version
from storage.files.store import Store
from storage.fitness import Fitness, fitness
from storage.job_figures import ENDED_WITHIN_S, JobFigures, job_figures
from storage.state import State, backed_up_at, schema_of, state_of

__all__ = [
    "ENDED_WITHIN_S",
    "FIRST_SEAL",
    "AuditFiles",
    "Cursor",
    "Database",
    "Engine",
    "Fitness",
    "Head",
    "IntegrityError",
    "JobFigures",
    "Key",
    "Refused",
    "Row",
    "State",
    "back_up",
    "fitness",
    "insert_rows",
    "insert_values",
    "job_figures",
    "json_list",
    "listed_backups",
    "one",
    "open_engine",
    "ordered_tables",
    "resume_ids",
    "scalar",
    "schema_of",
    "state_of",
    "state_of_backups",
    "storage_findings",
    "tidy_backups",
    "typed",
    "where",
]

Shape = TypeVar("Shape")

# Never back to an id that was given already, be its row removed or not.
RESUME_IDS = """
    SELECT setval(given.sequence, GREATEST(given.highest, given.last, 1),
                  COALESCE(given.highest, given.last) IS NOT NULL)
    FROM (
        SELECT r.sequence, pg_sequence_last_value(r.sequence) AS last,
            (SELECT max(id) FROM "{table}") AS highest
        FROM (SELECT CAST(pg_get_serial_sequence(:table, 'id') AS regclass) AS sequence) r
    ) given
"""


INSERT_ROWS = 'INSERT INTO "{table}" ({columns}) VALUES {rows}'
# On SQLite one statement for many rows takes half as long as one for each row. There are few
# sizes, so that the statements stay prepared. psycopg sends many together by itself.
ROWS_AT_ONCE = {"sqlite": (64, 16, 4, 1), "postgresql": (1,)}


def open_engine(
    url: str,
    *,
    create: bool = False,
    at_once: bool = True,
    patience_s: float = 30.0,
    pool_size: int = 16,
    audit: AuditFiles | None = None,
    files: Store | None = None,
) -> Engine:
    """Open `sqlite:///file` or `postgresql://…`.

    `create` makes a missing SQLite file; unless it must answer `at_once`, a PostgreSQL
    server is first asked by the first transaction; `patience_s` is how long a transaction
    waits for its turn before `errors.Unavailable`; `pool_size` bounds connections
    that are kept (SQLite) or used at once (PostgreSQL); `audit` is what vouches for
    the audit log, and `files` where files are, unless they lie beside the database.
    Raises `Refused`.
    """
    if url.startswith("sqlite:"):
        return SqliteEngine(
            url, create=create, patience_s=patience_s, pool_size=pool_size, audit=audit, files=files
        )
    if url.startswith(("postgresql:", "postgres:")):
        return PostgresqlEngine(
            url,
            patience_s=patience_s,
            pool_size=pool_size,
            at_once=at_once,
            audit=audit,
            files=files,
        )
    raise Refused("The database URL must begin with sqlite:/// or postgresql://.")


def storage_findings(url: str) -> list[checks.Finding]:
    """What `flask check` finds of the storage; nothing where one process has SQLite alone."""
    if migrate.dialect_of(url) == "sqlite" and not is_safe_version():
        return []
    return checks.check(url)


def back_up(engine: Engine, *, is_daily: bool, told: making.Told) -> making.Made:
    """A backup into the vault of the engine's plan. Raises Refused, Unavailable."""
    vault, kind = open_vault(engine.backups), DAILY if is_daily else INCREMENT
    return making.make(engine.url, engine.files, vault, kind=kind, told=told)


def tidy_backups(engine: Engine, told: making.Told) -> int:
    """Remove the backups that need not be kept; how many. Raises Refused, Unavailable."""
    plan = engine.backups
    return keeping.tidy(engine.url, open_vault(plan), plan, told)[0]


def listed_backups(engine: Engine) -> list[Listed]:
    """Every backup in the vault of the engine's plan, newest first. Raises Refused, Unavailable."""
    return open_vault(engine.backups).listed()


def state_of_backups(engine: Engine) -> str | None:
    """When the last backup was made here, wherever it went; None where none was."""
    made_at = backed_up_at(engine.url)
    return None if made_at is None else clock.of_epoch(int(made_at))


def one(db: Database, sql: str, params: Params | None = None) -> Row | None:
    """The first row, or None."""
    return next(db.query(sql, params), None)


def typed(_kind: type[Shape], rows: Iterable[Row]) -> list[Shape]:
    """Rows as what the contract calls one of them: whoever reads a key that is not there is told.

    That the statement gives these keys, nobody but the contract's check of answers can know.
    """
    return cast("list[Shape]", list(rows))


def scalar(db: Database, sql: str, params: Params | None = None) -> Any:
    """The first column of the first row, or None."""
    row = db.execute(sql, params).fetchone()
    return None if row is None else row[0]


def where(conditions: Mapping[str, bool]) -> str:
    """The literal conditions that are switched on, as a WHERE clause; empty when none is.

    `where({"route_id = :route_id": route_id is not None})`: the keys are literals
    in the source, values are always bound.
    """
    chosen = [condition for condition, wanted in conditions.items() if wanted]
    return "WHERE " + " AND ".join(f"({condition})" for condition in chosen) if chosen else ""


def insert_rows(db: Database, table: str, rows: Sequence[Row]) -> None:
    """Insert rows that all have the same keys; `resume_ids` afterwards where ids are among them.

    The table and the keys, more than one, are names of the schema, never anybody's text.
    """
    if rows:
        columns = tuple(rows[0])
        insert_values(db, table, columns, list(map(itemgetter(*columns), rows)))


def insert_values(
    db: Database, table: str, columns: tuple[str, ...], values: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows as tuples; the table and the columns are names of the schema."""
    done = 0
    for size in ROWS_AT_ONCE[db.name]:
        end = len(values) - size + 1
        some = [
            tuple(chain.from_iterable(values[begin : begin + size]))
            for begin in range(done, end, size)
        ]
        if some:
            db.executemany(_inserting(table, columns, size), some)
            done += len(some) * size


@cache
def _inserting(table: str, columns: tuple[str, ...], size: int) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    row = f"({', '.join('?' for _ in columns)})"
    return INSERT_ROWS.format(table=table, columns=names, rows=", ".join([row] * size))


def resume_ids(db: Database, tables: Iterable[str]) -> None:
    """After rows were inserted with ids of their own: let new ids continue behind them.

    SQLite does so by itself; PostgreSQL's counters know only the ids they gave out.
    """
    if db.name == "postgresql":
        for table in tables:
            db.execute(RESUME_IDS.format(table=table), {"table": table})


def json_list(values: Iterable[Any]) -> str:
    """A list as one bound value for `json_each(:name)`."""
    return orjson.dumps(list(values)).decode()
