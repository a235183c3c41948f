"""A database's schema and rows as plain values that compare alike on both engines."""

import re
from collections import defaultdict
from functools import cache, cached_property

BOOKKEEPING = re.compile(r"^(_yoyo|yoyo|_migration|sqlite_)")
TYPES = {
    "INTEGER": "integer",
    "bigint": "integer",
    "TEXT": "text",
    "text": "text",
    "REAL": "real",
    "double precision": "real",
    "BLOB": "bytes",
    "bytea": "bytes",
}
# What PostgreSQL adds or spells otherwise when it writes an expression down.
NOISE = re.compile(
    r"::[a-z ]+(\[\])?|\busing btree\b|\bpublic\.|\barray\b|\bany\b|\bcollate\b|\"C\"",
    re.IGNORECASE,
)
WORDS = re.compile(r"'(?:[^']|'')*'|-?\b\d+(?:\.\d+)?\b|\b[a-z_]\w*\b", re.IGNORECASE)
NUMBERS = re.compile(r"'(-?\d+(?:\.\d+)?)'")
GRAMMAR = {"and", "or", "not", "is", "null", "in", "between", "check", "asc"}


def read_schema(db):
    """table -> {columns, primary_key, foreign_keys, uniques, checks, indexes}."""
    reader = SqliteSchema(db) if db.name == "sqlite" else PostgresqlSchema(db)
    return {
        table: {
            "columns": reader.columns(table),
            "primary_key": reader.primary_key(table),
            "foreign_keys": reader.foreign_keys(table),
            "uniques": reader.uniques(table),
            "checks": reader.checks(table),
            "indexes": reader.indexes(table),
        }
        for table in tables_of(db)
    }


def read_rows(db):
    """table -> its rows, sorted."""
    return {
        table: sorted(
            (tuple(row.items()) for row in db.query(f'SELECT * FROM "{table}"')), key=repr
        )
        for table in tables_of(db)
    }


def read_triggers(db):
    """The (table, name) of the triggers that guard tables."""
    if db.name == "sqlite":
        sql = "SELECT tbl_name AS of, name FROM sqlite_master WHERE type = 'trigger'"
    else:
        sql = """
            SELECT CAST(CAST(tgrelid AS regclass) AS text) AS of, tgname AS name
            FROM pg_trigger WHERE NOT tgisinternal
        """
    return {(row["of"], row["name"]) for row in db.query(sql)}


def tables_of(db):
    if db.name == "sqlite":
        sql = "SELECT name FROM sqlite_master WHERE type = 'table'"
    else:
        sql = "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND " + HERE
    return sorted(row["name"] for row in db.query(sql) if not BOOKKEEPING.match(row["name"]))


def columns_of(db):
    """table -> the names of its columns."""
    reader = SqliteSchema(db) if db.name == "sqlite" else PostgresqlSchema(db)
    return {table: {name for name, *_ in reader.columns(table)} for table in tables_of(db)}


@cache
def words(expression):
    """The names and literals of an expression, without the grammar around them."""
    found = WORDS.findall(NOISE.sub(" ", NUMBERS.sub(r"\1", expression)))
    return tuple(sorted({word for word in found if word.lower() not in GRAMMAR}))


HERE = "relnamespace = CAST(current_schema() AS regnamespace)"


class SqliteSchema:
    def __init__(self, db):
        self.db = db

    def columns(self, table):
        key = self.primary_key(table)
        return sorted(
            (
                row["name"],
                TYPES[row["type"]],
                not row["notnull"] and row["name"] not in key,
                words(row["dflt_value"] or ""),
            )
            for row in self.db.query(f'PRAGMA table_info("{table}")')
        )

    def primary_key(self, table):
        rows = list(self.db.query(f'PRAGMA table_info("{table}")'))
        return tuple(row["name"] for row in sorted(rows, key=lambda row: row["pk"]) if row["pk"])

    def foreign_keys(self, table):
        return sorted(
            (row["from"], row["table"], row["to"], row["on_delete"])
            for row in self.db.query(f'PRAGMA foreign_key_list("{table}")')
        )

    def uniques(self, table):
        return sorted(
            tuple(sorted(row["name"] for row in self.db.query(f'PRAGMA index_info("{index}")')))
            for index in self._indexes(table, "u")
        )

    def checks(self, table):
        sql = next(
            self.db.query("SELECT sql FROM sqlite_master WHERE name = :name", {"name": table})
        )["sql"]
        sql = re.sub(r"--[^\n]*", "", sql)
        return sorted(words(expression) for expression in _after(sql, "CHECK"))

    def indexes(self, table):
        found = self.db.query(
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :name AND sql <> ''",
            {"name": table},
        )
        return sorted(words(row["sql"]) for row in found)

    def _indexes(self, table, origin):
        rows = self.db.query(f'PRAGMA index_list("{table}")')
        return [row["name"] for row in rows if row["origin"] == origin]


class PostgresqlSchema:
    """Asks for all tables at once: a question for each of seventy is half a second of a server."""

    ACTIONS = {"a": "NO ACTION", "c": "CASCADE", "r": "RESTRICT", "n": "SET NULL"}

    def __init__(self, db):
        self.db = db

    @cached_property
    def _columns(self):
        return _by_table(
            self.db.query(
                """
                SELECT table_name AS of, column_name, data_type, is_nullable, column_default
                FROM information_schema.columns WHERE table_schema = current_schema()
                """
            )
        )

    @cached_property
    def _constraints(self):
        return _by_table(
            self.db.query(
                f"""
                SELECT own.relname AS of, CAST(c.contype AS text) AS kind,
                       pg_get_constraintdef(c.oid) AS definition,
                       CAST(c.confdeltype AS text) AS action, other.relname AS other,
                       ARRAY(SELECT CAST(attname AS text)
                             FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
                             JOIN pg_attribute ON attrelid = c.conrelid AND attnum = k.number
                             ORDER BY place) AS columns,
                       ARRAY(SELECT CAST(attname AS text)
                             FROM unnest(c.confkey) WITH ORDINALITY AS k (number, place)
                             JOIN pg_attribute ON attrelid = c.confrelid AND attnum = k.number
                             ORDER BY place) AS other_columns
                FROM pg_constraint c
                JOIN pg_class own ON own.oid = c.conrelid
                LEFT JOIN pg_class other ON other.oid = c.confrelid
                WHERE own.{HERE}
                """
            )
        )

    @cached_property
    def _indexes(self):
        return _by_table(
            self.db.query(
                f"""
                SELECT own.relname AS of, pg_get_indexdef(indexrelid) AS sql
                FROM pg_index JOIN pg_class own ON own.oid = indrelid
                WHERE own.{HERE} AND NOT EXISTS (
                    SELECT 1 FROM pg_constraint
                    WHERE conindid = indexrelid AND contype IN ('p', 'u')
                )
                """
            )
        )

    def columns(self, table):
        return sorted(
            (
                row["column_name"],
                TYPES[row["data_type"]],
                row["is_nullable"] == "YES",
                words(row["column_default"] or ""),
            )
            for row in self._columns[table]
        )

    def primary_key(self, table):
        keys = [row["columns"] for row in self._of_kind(table, "p")]
        return tuple(keys[0]) if keys else ()

    def foreign_keys(self, table):
        return sorted(
            (row["columns"][0], row["other"], row["other_columns"][0], self.ACTIONS[row["action"]])
            for row in self._of_kind(table, "f")
        )

    def uniques(self, table):
        return sorted(tuple(sorted(row["columns"])) for row in self._of_kind(table, "u"))

    def checks(self, table):
        return sorted(words(row["definition"]) for row in self._of_kind(table, "c"))

    def indexes(self, table):
        return sorted(words(row["sql"]) for row in self._indexes[table])

    def _of_kind(self, table, kind):
        return [row for row in self._constraints[table] if row["kind"] == kind]


def _by_table(rows):
    """table -> the rows that say that they are `of` it."""
    found = defaultdict(list)
    for row in rows:
        found[row["of"]].append(row)
    return found


def _after(sql, keyword):
    """The text in the parentheses after each `keyword`."""
    for found in re.finditer(rf"\b{keyword}\s*\(", sql):
        depth, end = 1, found.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        yield sql[found.end() : end - 1]
