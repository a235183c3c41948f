"""A backup taken while everybody writes is whole; what is no backup touches nothing."""

import hashlib
import json
import shutil
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from app import create_app
from db import Refused, open_engine
from settings import PROJECT, Settings
from storage import backup
from storage.engines import database_file
from tests.faults.comparing import check_books, check_effects_of, check_everything
from tests.faults.damage import PAGE
from tests.faults.fleet import make_fleet
from tests.faults.load import Hand
from tests.faults.served import serving
from tests.migrations.schema_reader import read_rows, read_schema

HANDS = 4
BACKUPS, MANY_BACKUPS, MORE_BACKUPS = 2, 25, 20

pytestmark = pytest.mark.usefixtures("backup_tools")


@pytest.fixture
def backup_tools(engine_name):
    """What a backup of the engine needs."""
    if engine_name == "postgresql" and not shutil.which("pg_dump"):
        pytest.skip("pg_dump is not installed")


class Copying:
    """Told by a backup how far it is; `done` is how many acts began and were done meanwhile."""

    def __init__(self, hands):
        self._hands = hands
        self._begun = []
        self.done = 0

    def __call__(self, step):
        if step == "copying the database":
            self._begun = [len(hand.acts) for hand in self._hands]
        elif step == "packing":
            for hand, begun in zip(self._hands, self._begun, strict=True):
                self.done += sum(act.is_done for act in list(hand.acts)[begun:])


def backups_under_load(database_url, databases, folder, count):
    """Takes `count` backups of a server at work and restores each; what was done during them."""
    fleet = make_fleet(database_url, HANDS)
    hands = [Hand(fleet, place, number) for number, place in enumerate(fleet.places)]
    stop, copying = threading.Event(), Copying(hands)
    with (
        serving(database_url, folder / "server.log", threads=2) as server,
        ThreadPoolExecutor(HANDS) as pool,
    ):
        working = [pool.submit(hand.work, server.port, stop) for hand in hands]
        try:
            for number in range(count):
                time.sleep(0.2)
                before = [act for hand in hands for act in list(hand.acts) if act.is_done]
                backup.backup(database_url, folder / f"{number}.backup", report=copying)
                check_copy(databases, folder / f"{number}.backup", hands, before)
            # A small database is copied in a moment, in which on a busy machine nothing may happen.
            for number in range(count, count + MORE_BACKUPS):
                if not copying.done:
                    backup.backup(database_url, folder / f"{number}.backup", report=copying)
        finally:
            stop.set()
        for future in working:
            future.result()
    check_everything(database_url, hands)
    assert copying.done > 0, "nobody could work during a backup"
    return copying.done


def check_copy(databases, file, hands, acknowledged):
    """What is restored into a clean place has all that was acknowledged before the backup."""
    url = databases.create()
    backup.restore(url, file)
    with closing(open_engine(url)) as engine, engine.reading() as db:
        check_effects_of(db, acknowledged)
        check_books(db, hands)
    databases.drop(url)


def look(url):
    with closing(open_engine(url)) as engine, engine.reading() as db:
        return read_schema(db), read_rows(db)


def test_a_backup_during_work_has_all_that_was_acknowledged(
    database_url, databases, tmp_path, thorough, note
):
    count = MANY_BACKUPS if thorough else BACKUPS
    done = backups_under_load(database_url, databases, tmp_path, count)
    note("backups, each restored and right", count)
    note("acts begun and done while the database was copied", done)
    backup.backup(database_url, tmp_path / "last.backup")
    clean = databases.create()
    backup.restore(clean, tmp_path / "last.backup")
    assert look(clean) == look(database_url)
    databases.drop(clean)


def test_a_copy_of_the_file_alone_is_caught(
    engine_name, database_url, databases, tmp_path, monkeypatch
):
    if engine_name != "sqlite":
        pytest.skip("PostgreSQL has no file that one could copy")

    def copy_file(url, target):
        shutil.copyfile(database_file.path_of(url), target)

    monkeypatch.setattr(backup, "dump", copy_file)
    with pytest.raises((AssertionError, Refused), match=r" 0 times|damaged"):
        backups_under_load(database_url, databases, tmp_path, BACKUPS)


def test_a_backup_that_stops_everybody_is_caught(
    engine_name, database_url, databases, tmp_path, monkeypatch
):
    if engine_name != "sqlite":
        pytest.skip("whoever writes on PostgreSQL stops nobody else")
    plain = backup.backup

    def alone(url, target, **named):
        with closing(open_engine(url)) as engine, engine.writing():
            plain(url, target, **named)

    monkeypatch.setattr(backup, "backup", alone)
    with pytest.raises(AssertionError, match="nobody could work"):
        backups_under_load(database_url, databases, tmp_path, BACKUPS)


@pytest.mark.parametrize("kind", ["corrupted", "cut off", "foreign", "damaged before"])
def test_what_is_no_backup_is_refused_in_one_sentence_and_nothing_is_touched(
    database_url, databases, tmp_path, kind
):
    file = tmp_path / "some.backup"
    if kind == "foreign":
        shutil.make_archive(str(tmp_path / "some"), "zip", PROJECT / "spec")
        (tmp_path / "some.zip").rename(file)
    else:
        backup.backup(database_url, file)
        content = file.read_bytes()
        if kind == "damaged before":
            file.write_bytes(packed_damaged(file))
        else:
            half = content[: len(content) // 2]
            file.write_bytes(spoilt(content) if kind == "corrupted" else half)
    before = look(database_url)
    found = touched_by_a_restore(database_url, tmp_path)
    flask = create_app(Settings(database_url=database_url)).test_cli_runner()
    done = flask.invoke(args=["restore", str(file)])
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert touched_by_a_restore(database_url, tmp_path) == found
    assert look(database_url) == before


def spoilt(content):
    """Wrong in the middle, by more than a page of SQLite."""
    middle = len(content) // 2
    return content[:middle] + b"\x55" * 2 * PAGE + content[middle + 2 * PAGE :]


def packed_damaged(file):
    """The bytes of a backup of a damaged database, with its right hash."""
    packed = file.with_name("packed.backup")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(packed, "w") as new:
        manifest = json.loads(old.read(backup.MANIFEST))
        ((name, described),) = manifest["files"].items()
        database = spoilt(old.read(name))
        described["sha256"] = hashlib.sha256(database).hexdigest()
        new.writestr(backup.MANIFEST, json.dumps(manifest))
        new.writestr(name, database)
    content = packed.read_bytes()
    packed.unlink()
    return content


def touched_by_a_restore(url, folder):
    """What lies beside the backup and beside the database, and the bytes of that."""
    folders = [folder]
    content = b""
    if url.startswith("sqlite"):
        path = database_file.path_of(url)
        folders.append(path.parent)
        content = path.read_bytes()
    return sorted(path for each in folders for path in each.iterdir()), content
