"""Backups in a vault come back as they were, or are refused in a sentence with nothing touched."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import db
from storage.backups import keeping, making, restoring
from storage.backups.places import FolderPlace
from storage.backups.plan import BackupPlan
from storage.backups.sealing import Plain, Sealed
from storage.backups.vault import DAILY, INCREMENT, Vault
from storage.engines import database_file
from storage.engines.base import Refused
from storage.files.folder import FolderStore
from tests.kit.engines import ENGINE, Databases
from tests.kit.photos import PHOTOS, name_of

SPARED = pytest.mark.spared("blocks are looked after above the database")

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
ON_SQLITE = pytest.mark.skipif(ENGINE != "sqlite", reason="increments are of SQLite")


def quiet(done: int, total: int | None, sentence: str) -> None:
    """Nobody is told."""


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(FolderPlace(tmp_path / "vault"), Sealed(KEY))


@pytest.fixture
def other_url(databases: Databases, template_url: str) -> Iterator[str]:
    url = databases.copy(template_url)
    yield url
    databases.drop(url)


def add_entry(url: str, action: str) -> None:
    """An entry of the audit log, whose seal is made of its action."""
    with closing(db.open_engine(url)) as engine, engine.writing() as transaction:
        number = (db.scalar(transaction, "SELECT max(id) FROM audit_entries") or 0) + 1
        transaction.execute(
            """
            INSERT INTO audit_entries (id, occurred_at, username, action, noun, changes,
                request_id, previous_hash, hash)
            VALUES (:id, '2026-01-01T00:00:00Z', 'ada', :action, 'user', '[]', 'r', 'p', :action)
            """,
            {"id": number, "action": action},
        )


def actions(url: str) -> list[str]:
    with closing(db.open_engine(url)) as engine, engine.reading() as snapshot:
        rows = snapshot.query("SELECT action FROM audit_entries ORDER BY id")
        return [row["action"] for row in rows]


def make(url: str, files: FolderStore | None, vault: Vault, kind: str = DAILY) -> making.Made:
    return making.make(url, files, vault, kind=kind, told=quiet)


def restore(url: str, vault: Vault, files: FolderStore | None = None) -> None:
    manifest = restoring.opened(url, vault, restoring.chosen(vault))
    restoring.restore(url, vault, manifest, files, quiet)


def objects(vault: Vault, folder: str) -> list[Path]:
    place = vault.place
    assert isinstance(place, FolderPlace)
    return sorted(place.folder / path for path in place.paths(folder))


@pytest.fixture
def url(database_url: str) -> str:
    add_entry(database_url, "first.here")
    return database_url


def test_a_backup_comes_back_with_its_photos(
    url: str, other_url: str, files: FolderStore, vault: Vault, tmp_path: Path
) -> None:
    made = make(url, files, vault)
    fresh = FolderStore(tmp_path / "fresh")
    restore(other_url, vault, fresh)
    assert actions(other_url) == ["first.here"]
    assert {b"".join(fresh.pieces(name)) for name in fresh.names()} == set(PHOTOS)
    assert [each.name for each in vault.listed()] == [made.name]


def test_what_lies_in_a_vault_cannot_be_read_without_the_key(
    url: str, files: FolderStore, vault: Vault
) -> None:
    make(url, files, vault)
    for path in [*objects(vault, "blocks"), *objects(vault, "backups")]:
        content = path.read_bytes()
        assert b"photo" not in content
        assert b"SQLite" not in content
        assert path.parent.name + path.name not in {name_of(photo) for photo in PHOTOS}


@ON_SQLITE
def test_an_increment_stores_only_what_is_new(url: str, files: FolderStore, vault: Vault) -> None:
    before = make(url, files, vault)
    add_entry(url, "second.here")
    after = make(url, files, vault, INCREMENT)
    assert 0 < after.new < before.new
    assert after.manifest["blocks"] != before.manifest["blocks"]


@ON_SQLITE
def test_an_increment_comes_back_whole(
    url: str, other_url: str, files: FolderStore, vault: Vault
) -> None:
    make(url, files, vault)
    add_entry(url, "second.here")
    make(url, files, vault, INCREMENT)
    restore(other_url, vault)
    assert actions(other_url) == ["first.here", "second.here"]


def test_another_key_is_refused(url: str, other_url: str, vault: Vault) -> None:
    make(url, None, vault)
    with pytest.raises(Refused, match="sealed with another key"):
        restore(other_url, Vault(vault.place, Sealed(OTHER_KEY)))
    with pytest.raises(Refused, match="sealed with another key"):
        make(url, None, Vault(vault.place, Sealed(OTHER_KEY)))


def test_sealed_backups_are_refused_without_a_key(url: str, other_url: str, vault: Vault) -> None:
    make(url, None, vault)
    with pytest.raises(Refused, match="sealed with another key"):
        restore(other_url, Vault(vault.place, Plain()))


def test_backups_without_a_key_are_refused_where_there_should_be_one(
    url: str, other_url: str, vault: Vault
) -> None:
    make(url, None, Vault(vault.place, Plain()))
    with pytest.raises(Refused, match="not encrypted"):
        restore(other_url, vault)


def test_a_backup_of_another_installation_is_refused(
    url: str, other_url: str, vault: Vault
) -> None:
    make(url, None, vault)
    add_entry(other_url, "elsewhere.first")
    with pytest.raises(Refused, match="of another installation"):
        restore(other_url, vault)
    with pytest.raises(Refused, match="of another installation"):
        make(other_url, None, vault)
    assert actions(other_url) == ["elsewhere.first"]


def cut(path: Path, _: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path, _: Path) -> None:
    path.write_bytes(b"")


def flip(path: Path, _: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def swap(path: Path, other: Path) -> None:
    mine, theirs = path.read_bytes(), other.read_bytes()
    path.write_bytes(theirs)
    other.write_bytes(mine)


def lose(path: Path, _: Path) -> None:
    path.unlink()


@SPARED
@pytest.mark.parametrize("is_sealed", [True, False], ids=["sealed", "plain"])
@pytest.mark.parametrize("harm", [cut, empty, flip, swap, lose])
def test_a_block_that_was_harmed_is_noticed_before_anything_is_touched(
    url: str, other_url: str, files: FolderStore, vault: Vault, tmp_path: Path, harm, is_sealed
) -> None:
    vault = vault if is_sealed else Vault(vault.place, Plain())
    make(url, files, vault)
    first, second, *_ = objects(vault, "blocks")
    harm(first, second)
    with pytest.raises(Refused, match=r"is cut|missing|sealed, or is cut"):
        restore(other_url, vault, FolderStore(tmp_path / "fresh"))
    assert actions(other_url) == []


@SPARED
@pytest.mark.parametrize("harm", [cut, empty, flip, swap])
def test_a_list_of_blocks_that_was_harmed_is_noticed(
    url: str, other_url: str, vault: Vault, harm
) -> None:
    made = make(url, None, vault)
    (path,) = objects(vault, "backups")
    (path.parent / f"20260101T000000Z-daily-{made.bytes}").write_bytes(
        objects(vault, "blocks")[0].read_bytes()
    )
    harm(path, objects(vault, "backups")[0])
    with pytest.raises(Refused, match=r"is cut|not sealed"):
        restore(other_url, vault)
    assert actions(other_url) == []


def test_a_backup_under_the_name_of_another_time_is_refused(
    url: str, other_url: str, vault: Vault
) -> None:
    make(url, None, vault)
    (path,) = objects(vault, "backups")
    path.rename(path.with_name("29990101T000000Z-daily-1"))
    with pytest.raises(Refused, match="another"):
        restore(other_url, vault)


@SPARED
def test_a_block_that_an_earlier_backup_left_damaged_is_stored_again(
    url: str, other_url: str, files: FolderStore, vault: Vault, tmp_path: Path
) -> None:
    make(url, files, vault)
    for path in objects(vault, "blocks"):
        cut(path, path)
    make(url, files, vault)
    restore(other_url, vault, FolderStore(tmp_path / "fresh"))
    assert actions(other_url) == ["first.here"]


def test_a_damaged_photo_fails_the_backup(url: str, files: FolderStore, vault: Vault) -> None:
    next(files.folder.glob("??/*")).write_bytes(b"damaged")
    with pytest.raises(Refused, match="is damaged"):
        make(url, files, vault)
    assert vault.listed() == []


def test_a_place_that_loses_what_is_written_makes_no_backup(url: str, tmp_path: Path) -> None:
    class Losing(FolderPlace):
        def write(self, path: str, content: bytes) -> None:
            super().write(path, content[:-1] if path.startswith("blocks") else content)

    vault = Vault(Losing(tmp_path / "losing"), Sealed(KEY))
    for kind in (INCREMENT, DAILY, INCREMENT):
        with pytest.raises(Refused, match="is cut"):
            make(url, None, vault, kind)
    assert vault.listed() == []


class Dying(FolderPlace):
    """Ends the process, as a kill would, before step `steps`; half of a draft is left behind."""

    def __init__(self, folder: Path, steps: int) -> None:
        super().__init__(folder)
        self.steps = steps

    def write(self, path: str, content: bytes) -> None:
        if self._dies():
            half = self.folder / path
            half.parent.mkdir(parents=True, exist_ok=True)
            half.with_name(".draft-half").write_bytes(content[: len(content) // 2])
            os._exit(1)
        super().write(path, content)

    def read(self, path: str) -> bytes:
        if self._dies():
            os._exit(1)
        return super().read(path)

    def erase(self, path: str) -> None:
        if self._dies():
            os._exit(1)
        super().erase(path)

    def _dies(self) -> bool:
        self.steps -= 1
        return self.steps < 0


def killed_at(step: int, url: str, files: FolderStore, folder: Path) -> bool:
    """Whether a backup and the tidying after it were killed before they had ended."""
    pid = os.fork()
    if pid == 0:
        try:
            vault = Vault(Dying(folder, step), Sealed(KEY))
            make(url, files, vault)
            keeping.tidy(url, vault, BackupPlan(days=1, weeks=0, months=0), quiet)
            os._exit(0)
        finally:
            os._exit(2)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert code in (0, 1)
    return code == 1


@SPARED
@ON_SQLITE
def test_a_kill_at_any_step_leaves_no_broken_backup_and_takes_no_block_in_use(
    url: str, other_url: str, files: FolderStore, vault: Vault, tmp_path: Path, monkeypatch
) -> None:
    step = 0
    folder = tmp_path / "vault"
    with monkeypatch.context() as patch:
        patch.setattr("clock.now", lambda: "2026-01-01T00:00:00Z")
        make(url, files, vault)
    while True:
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
        add_entry(url, f"step.{step}")
        was_killed = killed_at(step, url, files, copy)
        left = Vault(FolderPlace(copy), Sealed(KEY))
        assert left.listed()
        for each in left.listed():
            manifest = restoring.opened(url, left, each)
            target = database_file.path_of(other_url).with_name("fetched")
            restoring.fetch_database(left, manifest, target, quiet)
            assert len(list(restoring.files_of(left, manifest, quiet))) == len(PHOTOS)
        make(url, files, left)
        restore(other_url, left)
        shutil.rmtree(copy)
        if not was_killed:
            break
        step += 1
    assert step > 10
