"""SQL is prose: what is run is spelled out by the source, and every value is bound.

tests/house/sql_pieces.py reads every call that runs SQL, in every module of the product,
and those of the functions that pass SQL on. What gets into a text from elsewhere would be
a way in for somebody's input.
"""

import ast
import re
import shutil
import subprocess
from functools import cache

import pytest

from tests.house.modules import ROOT, product_modules, text_of, tree_of
from tests.house.sql_pieces import PASS_ON, SINKS, offences, takers_of

MODULES = product_modules()
BARE_LIMIT = re.compile(r"LIMIT\s+:")
BY_THE_ENGINE = "binds by the placeholders of psycopg, which it puts in place of :name"
IN_ORDER = "the same statement, its names as ? for rows that are bound by position"
BY_YOYO = "yoyo's own statements, and the files in migrations/"
# By module and function.
EXCEPTIONS = {
    ("db.py", "insert_values"): "names of the schema, given as such; values are bound",
    ("db.py", "resume_ids"): "a table's name cannot be bound; callers give constants",
    ("records/paging.py", "_page"): "the parts of a Sort, which are constants where it is made",
    ("records/paging.py", "_total"): "likewise, and a select without its columns",
    ("records/json_rows.py", "json_rows"): "names of columns, constants where it is called",
    ("records/json_rows.py", "json_group"): "likewise",
    ("services/start/example_service.py", "_copy"): "tables that the example's schema names",
    ("services/start/example_service.py", "load_example"): "likewise",
    ("services/start/example_tables.py", "rows_of"): "likewise",
    ("services/start/example_tables.py", "is_filled"): "likewise",
    ("services/transfer/lists.py", "__init__"): "constants of KINDS",
    ("services/transfer/taking_back.py", "_check_unchanged"): "constants of STORED",
    ("services/transfer/taking_back.py", "_restore"): "likewise",
    ("services/transfer/taking_back.py", "_remove"): "likewise",
    ("services/upkeep/archive_tables.py", "rows_of"): "tables that archive_tables.json names",
    ("services/upkeep/archive_tables.py", "count"): "likewise",
    ("storage/copy_ends.py", "count"): "tables and columns that the schema names",
    ("storage/copy_ends.py", "rows"): "likewise",
    ("storage/copy_ends.py", "clear"): "likewise",
    ("storage/copy_ends.py", "write"): "likewise; values are bound, or copied by the driver",
    ("storage/copy_ends.py", "go_on_behind"): "likewise",
    ("storage/engines/postgresql.py", "execute"): BY_THE_ENGINE,
    ("storage/engines/postgresql.py", "executemany"): BY_THE_ENGINE,
    ("storage/engines/postgresql.py", "query"): BY_THE_ENGINE,
    ("storage/engines/sqlite_database.py", "executemany"): IN_ORDER,
    ("storage/engines/migration_backends.py", "_run"): BY_YOYO,
    ("storage/engines/migration_backends.py", "applied"): BY_YOYO,
    ("storage/engines/migration_backends.py", "list_tables"): BY_YOYO,
    ("storage/engines/migration_backends.py", "mark_one"): BY_YOYO,
    ("bench/bare.py", "_run"): "runs again what the application was recorded to run",
    ("bench/fleet.py", "_multiply"): "copies whole tables of its own, column by column",
}


@cache
def found():
    trees = {module: tree_of(module) for module in MODULES}
    return offences(trees)


def places(offences):
    return {(each.module, each.function) for each in offences}


def lines(code, pass_on=PASS_ON, **modules):
    """The lines at which `code`, in a function with `db` and somebody's `b`, is an offence."""
    sources = {"m.py": f"def f(db, b, n):\n    {code}", **modules}
    trees = {module: ast.parse(source) for module, source in sources.items()}
    return [each.line for each in offences(trees, pass_on) if each.module == "m.py"]


def test_nothing_else_is_put_into_sql():
    assert [each for each in found() if places([each]) - set(EXCEPTIONS)] == []


def test_every_exception_is_needed():
    assert set(EXCEPTIONS) - places(found()) == set()


def test_every_function_that_passes_sql_on_is_needed():
    trees = {module: tree_of(module) for module in MODULES}
    learned = {name for takers in takers_of(trees, PASS_ON).values() for name in takers}
    assert learned >= PASS_ON
    assert not PASS_ON & SINKS.keys()


def test_every_module_is_read():
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("without git nobody knows what belongs to the product")
    listed = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tracked = {name for name in listed.stdout.split() if (ROOT / name).is_file()}
    assert {name for name in tracked if not name.startswith("tests/")} <= set(MODULES)


def test_a_module_in_a_new_folder_is_read(tmp_path):
    for name in ("a.py", "new/deep/b.py", "tests/c.py", ".venv/d.py", "new/tests/e.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert product_modules(tmp_path) == ["a.py", "new/deep/b.py", "new/tests/e.py"]


@pytest.mark.parametrize("module", MODULES)
def test_no_limit_is_planned_anew_each_time(module):
    assert not BARE_LIMIT.search(text_of(module))


@pytest.mark.parametrize(
    "code",
    [
        "db.query(f\"SELECT {COLUMNS} FROM a {where({'b = :b': True})} LIMIT :n\")",
        'clause = where({"b = :b": b})\n    db.query(f"SELECT b FROM a {clause}")',
        'db.query(f"SELECT b FROM a ORDER BY {SORTS[b]}")',
        'db.query(f"SELECT {products.COLUMNS} FROM a")',
        'db.query("SELECT b FROM a WHERE b = :b", {"b": b})',
        "db.query(PLACE, {'b': b})",
        'paging.page(db, f"{COLUMNS} FROM a", sort=Sort("b", "id"), limit=b)',
        'Conflict(f"Slot {b} is full.")',
        'json_rows(["b"], f"SELECT b FROM a WHERE {IS_B}")',
        'sql = "SELECT 1" if b else MANY\n    db.execute(sql)',
        "tables = MANY if b else FEW\n    db.execute(tables[b])",
        "for sql in (FIRST, LAST):\n        db.execute(sql)",
        'for sql, n in ((FIRST, b), ("SELECT 1", n)):\n        db.execute(sql, n)',
        "for name, sql in CHECKS.items():\n        db.execute(sql)",
        "[db.execute(sql) for heading, sql in CHECKS]",
        "conditions = {'b = :b': b}\n    where({**conditions, IS_B: True})",
        "call.query.get(b)",
    ],
)
def test_constants_and_where_are_allowed(code):
    assert lines(code) == []


@pytest.mark.parametrize(
    "code",
    [
        'db.query(f"SELECT b FROM a WHERE b = {b}")',
        "db.query(b)",
        "sql = b\n    db.query(sql)",
        "g = lambda sql: db.execute(sql)\n    g(b)",
        'db.query(f"{b} {n}")',
        "sql = PLACE\n    db.query(sql + b)",
        'db.query(" ".join([PLACE, b]))',
        "db.query(' '.join(PLACES))",
        'db.query(f"SELECT b FROM a ORDER BY {order_of(b)}")',
        'db.query("SELECT b FROM a WHERE b = " + b)',
        'db.query("SELECT b FROM a WHERE b = %s" % b)',
        'db.query("SELECT b FROM a WHERE b = {}".format(b))',
        'db.query("SELECT b FROM a".replace("b", b))',
        'db.query(f"SELECT b FROM a {where({b: True})}")',
        "where({**b.conditions})",
        "where(b)",
        'db.query(f"SELECT b FROM {b}")',
        'Sort(b, "id")',
        'json_rows(["b"], b)',
        'clause = where({"b": b})\n    clause = b\n    db.query(f"SELECT b FROM a {clause}")',
        'sql = "SELECT b"\n    sql += b\n    db.execute(sql)',
        "sql, n = b\n    db.execute(sql)",
        "for sql in b.texts:\n        db.execute(sql)",
        "for sql, n in ((FIRST, b), (b, n)):\n        db.execute(sql)",
        "with b as sql:\n        db.execute(sql)",
        "if sql := b:\n        db.execute(sql)",
        "db.query(f\"SELECT b FROM a WHERE b IN ({','.join(b)})\")",
        "db.execute(*b.statement)",
        "db.execute(**b.statement)",
        "db.execute(sql=b)",
        "db.executemany(b, [])",
        "self._connection.executescript(b)",
        "list(map(db.query, b))",
        "list(map(writer.execute, b))",
        "run = db.execute\n    run(b)",
        "db.execute(somewhere)",
    ],
)
def test_whatever_else_is_found(code):
    assert len(set(lines(code))) == 1


def test_a_constant_is_made_of_constants():
    source = 'BY = "b"\nWHICH = open("x").read()\n'
    assert offences({"m.py": ast.parse(source + 'A = f"SELECT {BY} FROM a"')}) == []
    for glued in ('f"SELECT {which} FROM a"', '"SELECT " + which', '"SELECT {}".format(which)'):
        (offence,) = offences({"m.py": ast.parse(f"{source}A = {glued}")})
        assert offence.line == 3


@pytest.mark.parametrize(
    ("call", "wrong"),
    [
        ("first(db, PLACE)", []),
        ("first(db, b.name)", [2]),
        ("first(sql=b.name, db=db)", [2]),
        ("helpers.first(db, b.name)", [2]),
        ("helpers.Reader(db).all(b.name)", [2]),
        ("helpers.Reader(db).all(PLACE)", []),
    ],
)
def test_who_calls_a_function_that_runs_what_it_is_given_is_read_too(call, wrong):
    helpers = """
def _run(db, words):
    return db.execute(f"SELECT {words}")

def first(db, sql):
    return _run(db, sql).fetchone()

class Reader:
    def all(self, sql):
        return first(self.db, sql)
"""
    helpers_and_all = {"helpers.py": helpers}
    assert lines(call, pass_on=frozenset({"first", "all"}), **helpers_and_all) == wrong


def test_such_a_function_cannot_be_handed_over_either():
    helpers = "def first(db, sql):\n    return db.execute(sql)"
    source = "from helpers import first\ndef f(db, b):\n    return partial(first, db)(b)"
    renamed = "from helpers import first as one\ndef f(db, b):\n    return one(db, b)"
    for each, line in ((source, 3), (renamed, 1)):
        trees = {"m.py": ast.parse(each), "helpers.py": ast.parse(helpers)}
        (offence,) = offences(trees, frozenset({"first"}))
        assert (offence.module, offence.line) == ("m.py", line)


def test_a_function_that_may_be_an_operation_runs_nothing_that_it_is_given():
    private = "def _sorted(db, by):\n    return db.query(f'SELECT b FROM a ORDER BY {by}')\n"
    assert offences({"m.py": ast.parse(private)}) == []
    assert offences({"m.py": ast.parse(f"{private}A = partial(_sorted, db)")}) != []
    assert offences({"m.py": ast.parse(private.replace("_sorted", "list_bs"))}) != []
