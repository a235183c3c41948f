"""A backup taken while everybody writes is whole; what is no backup touches nothing."""

import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

import backup
from db import Refused, open_engine
from engines import database_file
from settings import PROJECT
from tests.faults.comparing import check_books, check_effects_of, check_everything
from tests.faults.fleet import make_fleet
from tests.faults.load import Hand
from tests.faults.served import serving
from tests.migrations.schema_reader import read_rows, read_schema

HANDS = 4
BACKUPS, MANY_BACKUPS = 3, 25

pytestmark = pytest.mark.usefixtures("backup_tools")


@pytest.fixture
def backup_tools(engine_name):
    """What a backup of the engine needs."""
    if engine_name == "postgresql" and not shutil.which("pg_dump"):
        pytest.skip("pg_dump is not installed")


def backups_under_load(database_url, databases, folder, count):
    """Takes `count` backups of a server at work and restores each; how much was done meanwhile."""
    fleet = make_fleet(database_url, HANDS)
    hands = [Hand(fleet, place, number) for number, place in enumerate(fleet.places)]
    stop, meanwhile = threading.Event(), 0
    with (
        serving(database_url, folder / "server.log", threads=2) as server,
        ThreadPoolExecutor(HANDS) as pool,
    ):
        working = [pool.submit(hand.work, server.port, stop) for hand in hands]
        try:
            for number in range(count):
                time.sleep(0.2)
                before = [act for hand in hands for act in list(hand.acts) if act.is_done]
                backup.backup(database_url, folder / f"{number}.backup")
                meanwhile += sum(len(hand.acts) for hand in hands) - len(before)
                check_copy(databases, folder / f"{number}.backup", hands, before)
        finally:
            stop.set()
        for future in working:
            future.result()
    check_everything(database_url, hands)
    return meanwhile


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
    meanwhile = backups_under_load(database_url, databases, tmp_path, count)
    assert meanwhile > 0, "nobody could work during a backup"
    note("backups, each restored and right", count)
    note("acts begun during them", meanwhile)
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

    monkeypatch.setattr(backup, "_dump", copy_file)
    with pytest.raises((AssertionError, Refused), match=r" 0 times|damaged"):
        backups_under_load(database_url, databases, tmp_path, BACKUPS)


@pytest.mark.parametrize("kind", ["corrupted", "cut off", "foreign"])
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
        middle = len(content) // 2
        spoilt = content[:middle] + b"\x00" * 64 + content[middle + 64 :]
        file.write_bytes(spoilt if kind == "corrupted" else content[:middle])
    before = look(database_url)
    folder = sorted(path.name for path in tmp_path.iterdir())
    done = subprocess.run(
        [sys.executable, "-m", "flask", "restore", str(file)],
        cwd=PROJECT,
        env=os.environ | {"CVD_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert look(database_url) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == folder
