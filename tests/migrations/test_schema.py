"""Upgrade, rollback and status, and what they refuse."""

from contextlib import closing, contextmanager

import psycopg
import pytest

import db
from storage import checks, migrate
from storage.engines import database_file
from tests.kit.engines import ENGINE

only_sqlite = pytest.mark.skipif(ENGINE != "sqlite", reason="about SQLite")
only_postgresql = pytest.mark.skipif(ENGINE != "postgresql", reason="about PostgreSQL")


@contextmanager
def writing(url):
    with closing(db.open_engine(url)) as engine, engine.writing() as writer:
        yield writer


def add(folder, name, up, down="SELECT 1;"):
    (folder / f"{name}.sql").write_text(up, encoding="utf-8")
    (folder / f"{name}.rollback.sql").write_text(down, encoding="utf-8")


def states(url, folder):
    return [row["state"] for row in migrate.status(url, folder=folder)]


def test_an_empty_database_gets_every_migration(empty_database, folder, ids):
    reported: list[str] = []
    assert migrate.pending(empty_database, folder=folder) == ids
    assert migrate.upgrade(empty_database, folder=folder, report=reported.append) == ids
    assert reported == [f"applying {name}" for name in ids]
    assert states(empty_database, folder) == ["applied"] * 3
    assert migrate.upgrade(empty_database, folder=folder) == []
    with writing(empty_database) as writer:
        assert db.scalar(writer, "SELECT name FROM makers") == "Spring; and Sons"


def test_the_status_says_when_each_was_applied(empty_database, folder):
    migrate.upgrade(empty_database, folder=folder)
    (row, *_) = migrate.status(empty_database, folder=folder)
    assert str(row["applied_at"]).startswith("20")


def test_looking_at_the_status_creates_nothing(empty_database, folder):
    migrate.status(empty_database, folder=folder)
    if ENGINE == "sqlite":
        assert not database_file.path_of(empty_database).exists()


def test_triggers_hold_on_either_engine(empty_database, folder):
    migrate.upgrade(empty_database, folder=folder)
    with (
        writing(empty_database) as writer,
        pytest.raises(db.IntegrityError, match="drinks stay") as caught,
        writer.atomic(),
    ):
        writer.execute("DELETE FROM drinks")
    assert caught.value.kind == "trigger"


def test_rollback_undoes_the_last_or_everything_after_one(empty_database, folder, ids):
    migrate.upgrade(empty_database, folder=folder)
    assert migrate.rollback(empty_database, folder=folder) == [ids[2]]
    assert states(empty_database, folder) == ["applied", "applied", "pending"]
    assert migrate.upgrade(empty_database, folder=folder) == [ids[2]]
    assert migrate.rollback(empty_database, to="0001", folder=folder) == [ids[2], ids[1]]
    assert migrate.rollback(empty_database, to=ids[0], folder=folder) == []
    assert migrate.rollback(empty_database, to="0000", folder=folder) == [ids[0]]
    with pytest.raises(db.Refused, match="flask db status"):
        migrate.rollback(empty_database, to="0009", folder=folder)


def test_a_migration_edited_after_it_was_applied_is_refused(empty_database, folder, ids):
    migrate.upgrade(empty_database, folder=folder)
    add(folder, "0004.more", "CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;")
    path = folder / f"{ids[1]}.sql"
    path.write_text(path.read_text(encoding="utf-8") + "\n-- and more", encoding="utf-8")
    assert states(empty_database, folder) == ["applied", "edited", "applied", "pending"]
    with pytest.raises(db.Refused, match=r"0002\.drinks was edited"):
        migrate.upgrade(empty_database, folder=folder)
    with pytest.raises(db.Refused, match=r"0002\.drinks was edited"):
        migrate.rollback(empty_database, folder=folder)
    assert states(empty_database, folder)[3] == "pending"


def test_a_database_of_a_newer_version_is_refused(empty_database, folder, ids):
    migrate.upgrade(empty_database, folder=folder)
    (folder / f"{ids[2]}.sql").unlink()
    (folder / f"{ids[2]}.rollback.sql").unlink()
    assert states(empty_database, folder) == ["applied", "applied", "unknown"]
    with pytest.raises(db.Refused, match="newer version"):
        migrate.upgrade(empty_database, folder=folder)


def test_a_migration_that_fails_changes_nothing(empty_database, folder, ids):
    migrate.upgrade(empty_database, folder=folder)
    add(folder, "0004.good", "CREATE TABLE good (id INTEGER PRIMARY KEY) STRICT;")
    add(folder, "0005.bad", "CREATE TABLE bad (id INTEGER PRIMARY KEY) STRICT; SELECT nonsense;")
    with pytest.raises(db.Refused, match=r"0005\.bad"):
        migrate.upgrade(empty_database, folder=folder)
    done = "pending" if ENGINE == "sqlite" else "applied"
    assert states(empty_database, folder) == ["applied"] * 3 + [done, "pending"]
    add(folder, "0005.bad", "CREATE TABLE bad (id INTEGER PRIMARY KEY) STRICT;")
    assert migrate.upgrade(empty_database, folder=folder)[-1] == "0005.bad"


@only_sqlite
def test_a_table_can_be_rebuilt_under_the_rows_that_point_at_it(empty_database, folder):
    migrate.upgrade(empty_database, folder=folder)
    rebuild = """
        CREATE TABLE makers_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, town TEXT) STRICT;
        INSERT INTO makers_new (id, name) SELECT id, name FROM makers;
        DROP TABLE makers;
        ALTER TABLE makers_new RENAME TO makers;
    """
    add(folder, "0004.towns", rebuild)
    migrate.upgrade(empty_database, folder=folder)
    with writing(empty_database) as writer:
        assert db.scalar(writer, "SELECT count(*) FROM drinks JOIN makers ON maker_id = makers.id")
        assert list(writer.query("PRAGMA foreign_key_check")) == []


def test_a_migration_that_leaves_rows_pointing_at_nothing_is_refused(empty_database, folder):
    migrate.upgrade(empty_database, folder=folder)
    add(folder, "0004.careless", "DELETE FROM makers;")
    with pytest.raises(db.Refused):
        migrate.upgrade(empty_database, folder=folder)
    assert states(empty_database, folder)[3] == "pending"


@only_sqlite
def test_an_upgrade_keeps_the_original_as_a_private_backup(empty_database, folder):
    migrate.upgrade(empty_database, folder=folder)
    path = database_file.path_of(empty_database)
    before = path.read_bytes()
    add(folder, "0004.more", "CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;")
    migrate.upgrade(empty_database, folder=folder)
    (kept,) = path.parent.glob(f"{path.name}.pre-upgrade-*")
    assert kept.read_bytes() == before
    left = {left.name for left in path.parent.glob(f"{path.name}*")}
    assert left == {path.name, f"{path.name}.lock", kept.name}
    assert path.stat().st_mode & 0o777 == 0o600


@only_sqlite
def test_a_file_that_is_no_database_is_refused(empty_database, folder):
    path = database_file.path_of(empty_database)
    path.write_bytes(b"no database" * 1000)
    for look in (migrate.status, migrate.upgrade, migrate.rollback):
        with pytest.raises(db.Refused, match="cannot be used"):
            look(empty_database, folder=folder)
    assert path.read_bytes() == b"no database" * 1000


@only_sqlite
def test_the_database_of_another_program_is_refused(empty_database, folder):
    with closing(db.open_engine(empty_database, create=True)) as engine, engine.writing() as writer:
        writer.execute("CREATE TABLE moz_bookmarks (id INTEGER PRIMARY KEY)")
    with pytest.raises(db.Refused, match="another program"):
        migrate.upgrade(empty_database, folder=folder)


@only_sqlite
def test_an_open_database_is_not_upgraded(empty_database, folder):
    migrate.upgrade(empty_database, folder=folder)
    add(folder, "0004.more", "CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;")
    with (
        closing(db.open_engine(empty_database)),
        pytest.raises(db.Refused, match="stop the server"),
    ):
        migrate.upgrade(empty_database, folder=folder)
    assert states(empty_database, folder)[3] == "pending"


@only_postgresql
def test_two_upgrades_at_once_are_refused(empty_database, folder, monkeypatch):
    monkeypatch.setattr(migrate, "LOCK_PATIENCE", "SET lock_timeout = '100ms'")
    with psycopg.connect(empty_database, autocommit=True) as other:
        other.execute(migrate.ADVISORY_LOCK.encode())
        with pytest.raises(db.Refused, match="Another upgrade"):
            migrate.upgrade(empty_database, folder=folder)


def test_a_server_or_file_that_cannot_be_reached_is_told_in_a_sentence(tmp_path, folder):
    not_a_folder = tmp_path / "file"
    not_a_folder.touch()
    url = {
        "sqlite": f"sqlite:///{not_a_folder}/cvd.db",
        "postgresql": "postgresql://nobody@127.0.0.1:1/none",
    }[ENGINE]
    with pytest.raises(db.Refused):
        migrate.upgrade(url, folder=folder)


def newer(folder):
    """The migrations of the next release, which adds a table."""
    add(folder, "0004.crates", "CREATE TABLE crates (id INTEGER) STRICT;", "DROP TABLE crates;")
    return folder


def check_as_of_before(url, folder):
    """What a node finds that does not know the last migration in the folder."""
    for path in folder.glob("0004*"):
        path.unlink()
    (found,) = [each for each in checks.check(url, folder=folder) if each.name == "migrations"]
    return found


@only_postgresql
def test_a_node_of_the_release_before_starts_again_on_the_newer_schema(
    empty_database, folder, monkeypatch
):
    monkeypatch.setattr(migrate, "WORKS_SINCE", "0003")
    migrate.upgrade(empty_database, folder=newer(folder))
    found = check_as_of_before(empty_database, folder)
    assert found.level == "warning"
    assert "0004.crates" in found.message


@only_postgresql
def test_a_node_of_an_older_release_does_not_start_on_a_schema_that_is_too_new(
    empty_database, folder, monkeypatch
):
    monkeypatch.setattr(migrate, "WORKS_SINCE", "0004")
    migrate.upgrade(empty_database, folder=newer(folder))
    assert check_as_of_before(empty_database, folder).level == "failure"


def upgrade_beside_a_reader(url, folder, monkeypatch):
    """What an upgrade says that meets a table in use, which is let go once it has waited."""
    monkeypatch.setattr(migrate, "TABLE_PATIENCE", "SET lock_timeout = '50ms'")
    monkeypatch.setattr(migrate, "PASS_S", 0)
    migrate.upgrade(url, folder=folder)
    add(folder, "0004.sizes", "ALTER TABLE drinks ADD COLUMN size INTEGER;")
    said = []
    with psycopg.connect(url) as reader:
        reader.execute("SELECT count(*) FROM drinks")

        def report(line):
            said.append(line)
            if "in use" in line:
                reader.rollback()

        migrate.upgrade(url, folder=folder, report=report)
    return said


@only_postgresql
def test_an_upgrade_lets_those_pass_who_use_a_table_and_tries_again(
    empty_database, folder, monkeypatch
):
    said = upgrade_beside_a_reader(empty_database, folder, monkeypatch)
    assert said == [
        "applying 0004.sizes",
        "0004.sizes waits: a table that it changes is in use",
    ]
    assert states(empty_database, folder) == ["applied"] * 4


@only_postgresql
def test_an_upgrade_gives_up_on_a_table_that_stays_in_use(empty_database, folder, monkeypatch):
    monkeypatch.setattr(migrate, "TRIES", 1)
    with pytest.raises(db.Refused, match=r"0004\.sizes failed and was undone"):
        upgrade_beside_a_reader(empty_database, folder, monkeypatch)
    assert states(empty_database, folder) == [*["applied"] * 3, "pending"]
