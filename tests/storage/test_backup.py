"""A backup is the whole of CVD in one file, and restoring it is all or nothing."""

import json
import shutil
import sqlite3
import threading
import zipfile
from contextlib import closing

import pytest

import db
from storage import backup, migrate
from storage.checks import check, failures
from storage.engines import database_file
from tests.kit.engines import ENGINE
from tests.migrations.populate import populate
from tests.migrations.schema_reader import read_rows, read_schema

only_sqlite = pytest.mark.skipif(ENGINE != "sqlite", reason="about SQLite")
only_postgresql = pytest.mark.skipif(ENGINE != "postgresql", reason="about PostgreSQL")
needs_tools = pytest.mark.skipif(
    ENGINE == "postgresql" and not shutil.which("pg_dump"), reason="pg_dump is not installed"
)


@pytest.fixture
def full_url(database_url):
    """A migrated database with a row in every table."""
    with closing(db.open_engine(database_url)) as engine, engine.writing() as writer:
        populate(writer)
    return database_url


@pytest.fixture
def saved(full_url, tmp_path):
    """A backup of `full_url`."""
    target = tmp_path / "cvd.backup"
    backup.backup(full_url, target)
    return target


def look(url):
    with closing(db.open_engine(url)) as engine, engine.reading() as reader:
        return read_schema(reader), read_rows(reader)


def spoil(url):
    with closing(db.open_engine(url)) as engine, engine.writing() as writer:
        writer.execute("UPDATE products SET name = 'spoiled'")


def repacked(source, target, **changes):
    """The same backup with other members in its manifest."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == backup.MANIFEST:
                content = json.dumps(json.loads(content) | changes).encode()
            new.writestr(name, content)
    return target


@needs_tools
def test_what_was_saved_comes_back(full_url, saved):
    before = look(full_url)
    spoil(full_url)
    backup.restore(full_url, saved)
    assert look(full_url) == before
    assert failures(check(full_url)) == []


@needs_tools
def test_it_comes_back_on_an_empty_place_too(full_url, saved, empty_database):
    backup.restore(empty_database, saved)
    assert look(empty_database) == look(full_url)
    assert migrate.pending(empty_database) == []


@needs_tools
def test_a_backup_can_be_taken_while_somebody_writes(full_url, tmp_path, empty_database):
    with closing(db.open_engine(full_url)) as engine, engine.writing() as writer:
        writer.execute("UPDATE products SET name = 'not yet'")
        backup.backup(full_url, tmp_path / "cvd.backup")
    backup.restore(empty_database, tmp_path / "cvd.backup")
    names = [dict(row)["name"] for row in look(empty_database)[1]["products"]]
    assert sorted(names) == ["Cola", "Nüsse"]


@needs_tools
def test_the_manifest_says_what_is_inside(full_url, tmp_path):
    manifest = backup.backup(full_url, tmp_path / "cvd.backup")
    assert manifest["product"] == "CVD"
    assert manifest["engine"] == ENGINE
    assert manifest["audit_head"]["entries"] == 1
    assert list(manifest["migrations"]) == [row["id"] for row in migrate.status(full_url)]
    with zipfile.ZipFile(tmp_path / "cvd.backup") as archive:
        assert json.loads(archive.read("manifest.json")) == manifest
        assert archive.namelist() == ["manifest.json", *manifest["files"]]
    assert (tmp_path / "cvd.backup").stat().st_mode & 0o777 == 0o600
    assert [left.name for left in tmp_path.iterdir()] == ["cvd.backup"]


@needs_tools
def test_a_backup_never_overwrites_a_file(full_url, saved):
    before = saved.read_bytes()
    with pytest.raises(db.Refused, match="exists already"):
        backup.backup(full_url, saved)
    assert saved.read_bytes() == before


@needs_tools
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"product": "other"}, "not a backup"),
        ({"format": 2}, "newer version"),
        ({"engine": "oracle"}, "not a backup"),
        ({"migrations": {"9999.later": "0" * 64}}, "newer version"),
        ({"files": {}}, "not a backup"),
        ({"files": {name: {"bytes": 1, "sha256": "0"} for name in backup.DATABASES.values()}},
         "damaged"),
    ],
)  # fmt: skip
def test_a_foreign_newer_or_forged_backup_changes_nothing(full_url, saved, changes, sentence):
    before = look(full_url)
    forged = repacked(saved, saved.with_name("forged"), **changes)
    with pytest.raises(db.Refused, match=sentence):
        backup.restore(full_url, forged)
    assert look(full_url) == before


@needs_tools
def test_a_damaged_backup_never_restores_anything_else(full_url, saved):
    before = look(full_url)
    content, refused = saved.read_bytes(), 0
    path = saved.with_name("damaged")
    for start in range(0, len(content), max(1, len(content) // 25)):
        path.write_bytes(content[:start] + b"\xff\x00\xff\x00" + content[start + 4 :])
        try:
            backup.restore(full_url, path)  # a wrong date in the archive's index does no harm
        except db.Refused:
            refused += 1
        assert look(full_url) == before
    assert refused > 15


@needs_tools
def test_a_cut_off_backup_is_refused(full_url, saved):
    saved.write_bytes(saved.read_bytes()[:-100])
    with pytest.raises(db.Refused, match="not a backup"):
        backup.restore(full_url, saved)


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\x00" + b"\x00" * 4096])
def test_another_kind_of_file_is_refused(full_url, tmp_path, content):
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    with pytest.raises(db.Refused, match="not a backup"):
        backup.restore(full_url, path)


def test_a_missing_file_is_told(full_url, tmp_path):
    with pytest.raises(db.Refused, match="no file"):
        backup.restore(full_url, tmp_path / "none")


@needs_tools
def test_a_database_in_use_is_not_replaced(full_url, saved):
    with closing(db.open_engine(full_url)) as engine:
        with engine.reading() as reader:
            db.scalar(reader, "SELECT count(*) FROM products")
        with pytest.raises(db.Refused, match="stop the server"):
            backup.restore(full_url, saved)


@needs_tools
@only_postgresql
def test_a_restore_waits_for_a_command_that_is_about_to_end(full_url, saved):
    expected = look(full_url)
    spoil(full_url)
    engine = db.open_engine(full_url)
    with engine.reading() as reader:
        db.scalar(reader, "SELECT count(*) FROM products")
    ending = threading.Timer(0.3, engine.close)
    ending.start()
    backup.restore(full_url, saved)
    ending.join()
    assert look(full_url) == expected


@only_sqlite
def test_the_replaced_database_is_kept(full_url, saved):
    spoil(full_url)
    kept = backup.restore(full_url, saved)
    assert kept is not None
    assert ".replaced-" in kept.name
    names = [dict(row)["name"] for row in look(f"sqlite:///{kept}")[1]["products"]]
    assert set(names) == {"spoiled"}


@only_sqlite
def test_a_destroyed_database_with_its_old_log_is_replaced(full_url, saved):
    expected = look(full_url)
    path = database_file.path_of(full_url)
    path.write_bytes(b"destroyed" * 1000)
    path.with_name(path.name + "-wal").write_bytes(b"old log" * 1000)
    kept = backup.restore(full_url, saved)
    assert kept is not None
    assert kept.read_bytes().startswith(b"destroyed")
    assert look(full_url) == expected


@only_sqlite
def test_the_old_log_is_not_replayed_over_a_restored_database(full_url, saved):
    expected = look(full_url)
    path = database_file.path_of(full_url)
    log = path.with_name(path.name + "-wal")
    with closing(db.open_engine(full_url)) as engine:
        with engine.writing() as writer:
            writer.execute("UPDATE products SET name = 'spoiled'")
        left = log.read_bytes()
    log.write_bytes(left)
    backup.restore(full_url, saved)
    assert look(full_url) == expected


@only_sqlite
def test_the_database_in_a_backup_opens_with_any_tool(saved, tmp_path):
    with zipfile.ZipFile(saved) as archive:
        archive.extract("database.db", tmp_path)
    with closing(sqlite3.connect(tmp_path / "database.db")) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@only_postgresql
def test_without_pg_dump_it_says_so(full_url, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(db.Refused, match="pg_dump is not installed"):
        backup.backup(full_url, tmp_path / "cvd.backup")
    assert list(tmp_path.iterdir()) == []
