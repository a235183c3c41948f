"""The drill: last night's backup and that of 15 minutes ago, each restored into a fresh place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import clock
from storage.backups import making, restoring
from storage.backups.places import FolderPlace
from storage.backups.sealing import Sealed
from storage.backups.vault import DAILY, INCREMENT, Vault
from storage.copy_ends import SqliteEnd, tables_of
from storage.engines import database_file
from storage.files.folder import FolderStore
from tests.kit.engines import ENGINE, Databases
from tests.kit.moving_clock import MovingClock
from tests.kit.photos import name_of
from tests.storage.backups.test_vault import KEY, add_entry, quiet

pytestmark = pytest.mark.skipif(ENGINE != "sqlite", reason="increments are of SQLite")


@pytest.fixture
def time(monkeypatch) -> MovingClock:
    moving = MovingClock(clock.to_datetime("2026-01-10T01:30:00Z"))
    monkeypatch.setattr(clock, "now", moving.now)
    return moving


@pytest.fixture
def fresh_url(databases: Databases, template_url: str) -> Iterator[str]:
    url = databases.copy(template_url)
    yield url
    databases.drop(url)


def hashes(url: str, files: FolderStore) -> dict[str, str]:
    """SHA-256 of the rows of each table, and of each photo."""
    found = {
        name: hashlib.sha256(b"".join(files.pieces(name))).hexdigest() for name in files.names()
    }
    with closing(SqliteEnd(database_file.path_of(url))) as end:
        for table in tables_of(end.connection):
            digest = hashlib.sha256()
            for row in end.rows(table):
                digest.update(repr(row).encode())
            found[table.name] = digest.hexdigest()
    return found


def restored(url: str, vault: Vault, at: str, files: FolderStore) -> dict[str, str]:
    manifest = restoring.opened(url, vault, restoring.chosen(vault, at))
    restoring.restore(url, vault, manifest, files, quiet)
    return hashes(url, files)


def test_last_night_and_a_quarter_of_an_hour_ago_come_back_equal_to_the_last_hash(
    database_url: str, fresh_url: str, time: MovingClock, tmp_path: Path
) -> None:
    vault = Vault(FolderPlace(tmp_path / "vault"), Sealed(KEY))
    files = FolderStore(tmp_path / "files")

    def work_on(number: int) -> dict[str, str]:
        add_entry(database_url, f"step.{number}")
        photo = b"photo %d" % number * 100_000
        files.put(name_of(photo), photo)
        return hashes(database_url, files)

    last_night = work_on(1)
    making.make(database_url, files, vault, kind=DAILY, told=quiet)
    time.reach(clock.to_datetime("2026-01-10T09:00:00Z"))
    quarter_ago = work_on(2)
    making.make(database_url, files, vault, kind=INCREMENT, told=quiet)
    time.reach(clock.to_datetime("2026-01-10T09:15:00Z"))
    work_on(3)
    assert last_night != quarter_ago
    one, other = FolderStore(tmp_path / "one"), FolderStore(tmp_path / "other")
    assert restored(fresh_url, vault, "2026-01-10T08:59:59Z", one) == last_night
    assert restored(fresh_url, vault, "2026-01-10T09:15:00Z", other) == quarter_ago
