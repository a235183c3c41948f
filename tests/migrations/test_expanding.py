"""The release before this one goes on working on this one's schema, so that nodes can be
upgraded one after another: a release adds to the schema, and a later one takes away."""

import shutil
from contextlib import closing

import psycopg
import pytest

import db
from storage import migrate
from tests.kit.engines import ENGINE
from tests.migrations import released
from tests.migrations.schema_reader import read_schema, read_triggers

TABLE = {
    "columns": [("id", "integer", False, ()), ("name", "text", True, ())],
    "primary_key": ("id",),
    "foreign_keys": [],
    "uniques": [],
    "checks": [],
    "indexes": [],
}


def narrowed(old, new):
    """What the new schema refuses or lacks that a program made for the old one relies on."""
    for table, before in old.items():
        if table not in new:
            yield f"{table} is gone"
            continue
        yield from narrowed_table(table, before, new[table])


def narrowed_table(table, before, after):
    columns = {name: rest for name, *rest in after["columns"]}
    known = {name for name, *_ in before["columns"]}
    for name, kind, is_nullable, _default in before["columns"]:
        if columns.get(name, [])[:2] != [kind, is_nullable]:
            yield f"{table}.{name} is gone, or of another kind"
    for name, (_kind, is_nullable, default) in columns.items():
        if name not in known and not is_nullable and not default:
            yield f"{table}.{name} is asked for, and the program before does not give it"
    for what in ("uniques", "checks", "foreign_keys"):
        for rule in after[what]:
            if rule not in before[what] and concerns(rule, known):
                yield f"{table} has a new rule: {rule}"
    for index in after["indexes"]:
        if "UNIQUE" in index and index not in before["indexes"] and concerns(index, known):
            yield f"{table} has a new rule: {index}"


def concerns(rule, known):
    """Whether a rule is about columns that the program before fills, and about no new one."""
    return bool(known & set(rule))


@pytest.fixture
def before(empty_database, tmp_path):
    """(schema, triggers) of the release before, and a function that brings them up to this one."""
    folder = tmp_path / "released"
    shutil.copytree(migrate.MIGRATIONS, folder)
    for path in folder.rglob("*.sql"):
        if path.name[:4] > released.MIGRATION:
            path.unlink()
    migrate.upgrade(empty_database, folder=folder)
    return empty_database


def look(url):
    with closing(db.open_engine(url)) as engine, engine.reading() as reader:
        return read_schema(reader), read_triggers(reader)


def test_the_release_before_works_on_this_schema(before):
    old, old_triggers = look(before)
    migrate.upgrade(before)
    new, new_triggers = look(before)
    assert list(narrowed(old, new)) == []
    assert {
        each for each in new_triggers if each[0] in old
    } - released.FOR_ITS_NODES == old_triggers


@pytest.mark.skipif(ENGINE != "postgresql", reason="on SQLite nobody serves during an upgrade")
def test_what_the_release_before_adds_to_a_day_is_added_to_what_is_new(before):
    migrate.upgrade(before)
    added = """
        INSERT INTO daily_selection_sales AS kept
            (sold_on, selection, units, amount_cents, lost_units_e6, lost_cents_e6)
        VALUES ('2026-01-31', %s, %s, 150, 0, 0)
        ON CONFLICT (sold_on, selection) DO UPDATE SET units = kept.units + excluded.units
    """
    with psycopg.connect(before) as old:
        for selection, units in (("A1", 2), ("A2", 3), ("A1", -1)):
            old.execute(added, (selection, units))
    with closing(db.open_engine(before)) as engine, engine.reading() as reader:
        assert db.scalar(reader, "SELECT units FROM daily_sales") == 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"columns": [("id", "integer", False, ())]}, "name is gone"),
        ({"columns": [*TABLE["columns"][:1], ("name", "text", False, ())]}, "of another kind"),
        ({"columns": [*TABLE["columns"], ("size", "integer", False, ())]}, "does not give it"),
        ({"uniques": [("name",)]}, "a new rule"),
        ({"checks": [("name",)]}, "a new rule"),
        ({"foreign_keys": [("name", "makers", "id", "NO ACTION")]}, "a new rule"),
        ({"indexes": [("CREATE", "INDEX", "UNIQUE", "drinks", "name")]}, "a new rule"),
    ],
)
def test_a_change_that_the_release_before_would_trip_over_is_found(change, said):
    [found] = narrowed({"drinks": TABLE}, {"drinks": TABLE | change})
    assert said in found


def test_a_table_that_is_taken_away_is_found():
    assert list(narrowed({"drinks": TABLE}, {})) == ["drinks is gone"]


@pytest.mark.parametrize(
    "change",
    [
        {"columns": [*TABLE["columns"], ("size", "integer", True, ())]},
        {"columns": [*TABLE["columns"], ("size", "integer", False, ("1",))]},
        {"indexes": [("CREATE", "INDEX", "drinks", "name")]},
        {"columns": [*TABLE["columns"], ("size", "integer", True, ())], "checks": [("size",)]},
    ],
)
def test_what_is_only_added_is_no_fault(change):
    assert list(narrowed({"drinks": TABLE}, {"drinks": TABLE | change})) == []
