"""An upgrade or rollback that is killed at any step can simply be repeated."""

import os
import subprocess
import sys

import pytest

from storage import migrate
from tests.kit.engines import ENGINE

DIE_AT = """
import os, sys
from pathlib import Path
from storage import migrate
from storage.engines import database_file, migration_backends

url, folder, direction, place, name, times = sys.argv[1:]
holder = {
    "backend": migration_backends.OneTransactionBackend,
    "file": database_file,
    "path": Path,
}[place]
original, left = getattr(holder, name), int(times)

def deadly(*args, **kwargs):
    global left
    left -= 1
    if left == 0:
        os._exit(9)
    return original(*args, **kwargs)

setattr(holder, name, deadly)
change = migrate.upgrade if direction == "up" else lambda url, folder: migrate.rollback(
    url, to="0000", folder=folder
)
change(url, folder=Path(folder))
"""
PLACES = [
    ("backend", "_run"),
    ("backend", "log_migration"),
    ("backend", "mark_one"),
    ("backend", "unmark_one"),
    ("backend", "commit"),
]
FILE_PLACES = [
    ("file", "sync_file"),
    ("path", "hardlink_to"),
    ("path", "replace"),
    ("file", "sync_folder"),
]


def change_and_die(url, folder, direction, place, times=1):
    done = subprocess.run(
        [sys.executable, "-c", DIE_AT, url, str(folder), direction, *place, str(times)],
        env=os.environ | {"PYTHONPATH": str(migrate.MIGRATIONS.parent)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 9, done.stderr


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("place", PLACES[:3] + PLACES[4:], ids="-".join)
def test_a_killed_upgrade_can_be_repeated(empty_database, folder, ids, place, times):
    change_and_die(empty_database, folder, "up", place, times)
    migrate.upgrade(empty_database, folder=folder)
    assert [row["state"] for row in migrate.status(empty_database, folder=folder)] == [
        "applied"
    ] * 3
    assert migrate.rollback(empty_database, to="0000", folder=folder) == ids[::-1]


@pytest.mark.parametrize(
    "place", [*PLACES[:2], *PLACES[3:], *(FILE_PLACES if ENGINE == "sqlite" else [])], ids="-".join
)
def test_a_killed_rollback_can_be_repeated(empty_database, folder, ids, place):
    migrate.upgrade(empty_database, folder=folder)
    change_and_die(empty_database, folder, "down", place)
    migrate.rollback(empty_database, to="0000", folder=folder)
    assert migrate.pending(empty_database, folder=folder) == ids
    assert migrate.upgrade(empty_database, folder=folder) == ids
