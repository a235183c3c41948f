"""What is SQLite's own: the file, its locks, its neighbours, a full disk."""

import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import db
from errors import StorageFull, Unavailable
from storage.engines import database_file, sqlite
from tests.kit.engines import ENGINE

pytestmark = pytest.mark.skipif(ENGINE != "sqlite", reason="about SQLite")

NEIGHBOUR = """
import sys, db
engine = db.open_engine(sys.argv[1])
for n in range(int(sys.argv[2])):
    with engine.writing() as writer:
        units = db.scalar(writer, "SELECT units FROM drinks WHERE id = 1")
        writer.execute("UPDATE drinks SET units = :units", {"units": units + 1})
engine.close()
"""


def neighbour(url, times):
    root = Path(db.__file__).parent
    return subprocess.Popen(
        [sys.executable, "-c", NEIGHBOUR, url, str(times)],
        env=os.environ | {"PYTHONPATH": str(root)},
    )


def pragma(connection, name):
    return db.scalar(connection, f"PRAGMA {name}")


def test_every_connection_is_set_to_lose_nothing(engine):
    for transaction in (engine.reading, engine.writing):
        with transaction() as connection:
            found = {
                name: pragma(connection, name)
                for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
            }
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "recursive_triggers": 1,
        }


def test_only_its_user_can_read_a_new_database(tmp_path):
    path = tmp_path / "new" / "cvd.db"
    engine = db.open_engine(f"sqlite:///{path}", create=True)
    with engine.writing() as writer:
        writer.execute("CREATE TABLE a (b INTEGER) STRICT")
        modes = {left.name: stat.S_IMODE(left.stat().st_mode) for left in path.parent.iterdir()}
    engine.close()
    assert modes == dict.fromkeys(("cvd.db", "cvd.db-wal", "cvd.db-shm", "cvd.db.lock"), 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_missing_database_is_not_made_by_accident(tmp_path):
    with pytest.raises(db.Refused, match="flask db upgrade"):
        db.open_engine(f"sqlite:///{tmp_path}/typo.db")
    assert list(tmp_path.iterdir()) == []


def test_something_else_than_a_database_is_unavailable(tmp_path):
    path = tmp_path / "photo.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(Unavailable, match="flask check"):
        db.open_engine(f"sqlite:///{path}")


def test_two_processes_write_side_by_side(engine, url):
    others = [neighbour(url, 100) for _ in range(2)]
    for _ in range(100):
        with engine.writing() as writer:
            units = db.scalar(writer, "SELECT units FROM drinks WHERE id = 1")
            writer.execute("UPDATE drinks SET units = :units", {"units": units + 1})
    assert [other.wait(600) for other in others] == [0, 0]
    with engine.reading() as reader:
        assert db.scalar(reader, "SELECT units FROM drinks WHERE id = 1") == 310


def test_many_processes_can_open_a_fresh_database_at_once(url):
    others = [neighbour(url, 5) for _ in range(6)]
    assert [other.wait(600) for other in others] == [0] * 6


def test_a_full_disk_is_told_and_reading_goes_on(engine):
    big = {"sku": "x" * 1_000_000}

    def fill():
        with engine.writing() as writer:
            pages = pragma(writer, "page_count")
            writer.execute(f"PRAGMA max_page_count = {pages + 2}")
            writer.execute("INSERT INTO drinks (sku) VALUES (:sku)", big)

    with pytest.raises(StorageFull):
        fill()
    with engine.reading() as reader:
        assert db.scalar(reader, "SELECT count(*) FROM drinks") == 1
    with engine.writing() as writer:
        writer.execute("INSERT INTO drinks (sku) VALUES (:sku)", big)


def test_an_open_database_cannot_be_taken_alone(engine, url):
    path = database_file.path_of(url)
    with (
        pytest.raises(db.Refused, match="stop the server"),
        database_file.held(path, exclusive=True),
    ):
        pass
    engine.close()
    with database_file.held(path, exclusive=True), pytest.raises(db.Refused, match="upgraded"):
        db.open_engine(url)


def test_a_network_file_system_is_refused(url, monkeypatch):
    monkeypatch.setattr(database_file, "file_system_of", lambda _: "nfs4")
    with pytest.raises(db.Refused, match="network file system"):
        db.open_engine(url)


@pytest.mark.parametrize("name", ["nfs", "cifs", "fuse", "fuse.sshfs", "9p"])
def test_network_file_systems_are_known(name):
    assert database_file.is_network(name)


@pytest.mark.parametrize("name", ["ext4", "xfs", "btrfs", "overlay", "tmpfs", None])
def test_local_file_systems_are_welcome(name):
    assert not database_file.is_network(name)


def test_an_old_sqlite_gets_one_process_and_one_connection(url, monkeypatch):
    monkeypatch.setattr(sqlite, "is_safe_version", lambda: False)
    with pytest.warns(UserWarning, match="only one process"):
        engine = db.open_engine(url)
    assert neighbour(url, 1).wait(600) != 0
    with engine.reading() as reader:
        first = reader
        assert db.scalar(reader, "SELECT count(*) FROM drinks") == 1
        with pytest.raises(Exception, match="cannot be used"):
            reader.execute("DELETE FROM drinks")
    with engine.writing() as writer:
        assert writer is first
        writer.execute("DELETE FROM drinks")
    engine.close()


@pytest.mark.parametrize(
    ("version", "safe"),
    [("3.40.1", False), ("3.51.2", False), ("3.51.3", True), ("3.52.0", True), ("4.0.0", True)],
)
def test_the_version_gate_knows_the_first_safe_sqlite(version, safe):
    assert sqlite.is_safe_version(version) is safe


def test_writers_are_served_in_the_order_they_came(engine):
    served = []

    def write(n):
        with engine.writing():
            served.append(n)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(10)]
    with engine.writing():
        for number, thread in enumerate(threads, start=1):
            thread.start()
            while len(engine._turn._turns) < number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert served == list(range(10))


def test_sqlite_utils_bulk_verbs_work_in_a_transaction(engine):
    with engine.writing() as writer:
        writer["drinks"].insert_all({"sku": f"s{n}", "units": n} for n in range(250))
        writer["makers"].upsert({"id": 1, "name": "Spring"}, pk="id")
    with engine.reading() as reader:
        assert db.scalar(reader, "SELECT count(*) FROM drinks") == 251
        assert db.scalar(reader, "SELECT name FROM makers") == "Spring"
