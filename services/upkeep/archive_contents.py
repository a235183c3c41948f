"""An archive of everything: a zip of tables as CSV, photos and DEX files, written bit by bit.

All of it is of one snapshot. A photo whose content went meanwhile is named in missing.txt: what
was removed stays in the store for some days, so that is rare.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeVar

import clock
from db import Database, Engine, scalar
from domain import spreadsheets, zips
from domain.spreadsheets import FOR_MACHINES
from domain.zips import Part
from errors import NotFound
from records import company
from services.upkeep import archive_tables

COLUMNS = ("table", "column", "meaning")
ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}
PHOTOS = "SELECT id, sha256, media_type FROM files WHERE removed_at IS NULL ORDER BY id"
NEXT_DEX = """
    SELECT dex_read_id AS id, content FROM dex_contents
    WHERE dex_read_id > :last ORDER BY dex_read_id LIMIT 200
"""
NEXT_REFUSED = """
    SELECT id, content FROM quarantined_files WHERE id > :last ORDER BY id LIMIT 200
"""
FILES = """
    SELECT (SELECT count(*) FROM dex_contents) + (SELECT count(*) FROM quarantined_files)
        + (SELECT count(*) FROM files WHERE removed_at IS NULL)
"""
LEVEL = 3
README = """\
Everything that {company} has in CVD, as it was on {now} (UTC).

tables/NAME.csv    a table: UTF-8, commas, the names of its columns first. An empty cell has no
                   value. A text that a spreadsheet would take for a formula has an apostrophe
                   before its sign.
tables.csv         what the rows of each table are, and which tables are not here, with the reason.
columns.csv        what each column means.
dex/ID.dex         DEX audits as the machines wrote them, by their number in dex_reads.
quarantine/ID.bin  files that were refused as audits, by their number in quarantined_files.
photos/ID.jpg      photos, by their number in files.

Times are UTC (2026-01-31T08:00:00Z), days are local (2026-01-31). Amounts are integers of minor
units: the currency is {currency}, with {decimals} decimals. Columns that end with _id are numbers
of rows of another table. Passwords, keys and sessions are not here.
"""

Item = TypeVar("Item")


class Counted(Protocol):
    """Counts rows and files on their way; may raise, which ends the writing."""

    def __call__(self, rows: Iterable[Item], /) -> Iterator[Item]: ...


def pieces(engine: Engine, db: Database, counted: Counted) -> Iterator[bytes]:
    """The bytes of the zip. Raises what `counted` raises, and Unavailable."""
    return zips.zipped(_parts(engine, db, counted), level=LEVEL)


def _parts(engine: Engine, db: Database, counted: Counted) -> Iterator[Part]:
    yield Part("README.txt", [_readme(db)])
    yield Part("tables.csv", _csv(("table", "is here", "about"), _tables()))
    yield Part("columns.csv", _csv(COLUMNS, _meanings()))
    for table in archive_tables.stated().tables:
        rows = counted(archive_tables.rows_of(db, table))
        yield Part(f"tables/{table.name}.csv", _csv(tuple(table.columns), rows))
    for sql, name in ((NEXT_DEX, "dex/{}.dex"), (NEXT_REFUSED, "quarantine/{}.bin")):
        for number, content in counted(_kept(db, sql)):
            yield Part(name.format(number), [zlib.decompress(content)])
    yield from _photos(engine, db, counted)


def _kept(db: Database, sql: str) -> Iterator[tuple[int, bytes]]:
    """Files that lie in a table, compressed, with their numbers."""
    last = 0
    while rows := db.execute(sql, {"last": last}).fetchall():
        for row in rows:
            yield row[0], row[1]
        last = rows[-1][0]


def _photos(engine: Engine, db: Database, counted: Counted) -> Iterator[Part]:
    missing = []
    for row in counted(list(db.query(PHOTOS))):
        name = f"photos/{row['id']}.{ENDINGS.get(row['media_type'], 'bin')}"
        try:
            content = b"".join(engine.files.pieces(row["sha256"]))
        except NotFound:
            missing.append(name)
            continue
        yield Part(name, [content], is_packed=True)
    if missing:
        yield Part("missing.txt", ["\n".join(missing).encode()])


def _readme(db: Database) -> bytes:
    currency = company.zone_and_currency(db)[1]
    return README.format(
        company=company.name(db) or "your company",
        now=clock.now(),
        currency=currency or "not chosen",
        decimals=company.currency_decimals(db),
    ).encode()


def _tables() -> Iterator[tuple[str, str, str]]:
    stated = archive_tables.stated()
    for table in stated.tables:
        yield table.name, "yes", table.about
    for name, why in stated.left_out.items():
        yield name, "no", why


def _meanings() -> Iterator[tuple[str, str, str]]:
    for table in archive_tables.stated().tables:
        for column, meaning in table.columns.items():
            yield table.name, column, meaning


def _csv(header: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
    return spreadsheets.pieces(header, rows, FOR_MACHINES)


def length(db: Database) -> int:
    """How many rows and files it will have."""
    tables = (archive_tables.count(db, table) for table in archive_tables.stated().tables)
    return sum(tables) + int(scalar(db, FILES))
