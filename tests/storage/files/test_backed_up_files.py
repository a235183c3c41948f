"""A backup has the photos in it, and a restore brings them back, whole or not at all."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import db
from commands.file_findings import file_findings
from storage import backup as backups
from storage.engines.base import Refused
from storage.files.folder import FolderStore
from tests.kit.engines import Databases
from tests.kit.photos import PHOTOS, name_of


@pytest.fixture
def other_url(databases: Databases, template_url: str) -> Iterator[str]:
    url = databases.copy(template_url)
    yield url
    databases.drop(url)


def backed_up(url: str, files: FolderStore, folder: Path) -> Path:
    target = folder / "all.zip"
    backups.backup(url, target, files=files)
    return target


def test_photos_come_back_with_the_database(
    database_url: str, other_url: str, files: FolderStore, tmp_path: Path
) -> None:
    archive = backed_up(database_url, files, tmp_path)
    shutil.rmtree(files.folder)
    backups.restore(other_url, archive, files=files)
    assert {b"".join(files.pieces(name)) for name in files.names()} == set(PHOTOS)


def test_a_damaged_photo_is_not_packed_as_if_it_were_whole(
    database_url: str, files: FolderStore, tmp_path: Path
) -> None:
    next(files.folder.glob("??/*")).write_bytes(b"damaged")
    with pytest.raises(Refused, match="is damaged"):
        backed_up(database_url, files, tmp_path)
    assert not (tmp_path / "all.zip").exists()


def test_a_backup_with_a_wrong_photo_in_it_restores_nothing(
    database_url: str, other_url: str, files: FolderStore, tmp_path: Path
) -> None:
    archive = backed_up(database_url, files, tmp_path)
    wrong = tmp_path / "wrong.zip"
    with zipfile.ZipFile(archive) as read, zipfile.ZipFile(wrong, "w") as written:
        for entry in read.infolist():
            content = read.read(entry)
            is_photo = entry.filename == f"contents/{name_of(PHOTOS[0])}"
            written.writestr(entry.filename, b"wrong photo" if is_photo else content)
    with pytest.raises(Refused, match="is another"):
        backups.restore(other_url, wrong, files=files)


def test_a_backup_from_before_there_were_photos_is_restored(
    database_url: str, other_url: str, files: FolderStore, tmp_path: Path
) -> None:
    target = tmp_path / "before.zip"
    backups.backup(database_url, target)
    backups.restore(other_url, target, files=files)


def refer_to(url: str, sha256: str, files: FolderStore) -> list[tuple[str, str]]:
    """What the check says where the database refers to this content alone."""
    with closing(db.open_engine(url, files=files)) as engine:
        with engine.writing() as transaction:
            transaction.execute(
                """
                INSERT INTO files (noun, noun_id, name, media_type, bytes, sha256, sent_sha256,
                    width, height, thumbnail_160, thumbnail_1024, username, created_at)
                VALUES ('device', 1, 'a', 'image/jpeg', 1, :name, :name, 1, 1, :name, :name, 'a',
                    '2026-01-01T00:00:00Z')
                """,
                {"name": sha256},
            )
        return [(finding.level, finding.message) for finding in file_findings(engine)]


def test_the_check_reads_every_photo(database_url: str, files: FolderStore) -> None:
    ((level, _),) = refer_to(database_url, name_of(PHOTOS[0]), files)
    assert level == "ok"


def test_the_check_finds_a_damaged_photo(database_url: str, files: FolderStore) -> None:
    name = name_of(PHOTOS[0])
    (files.folder / name[:2] / name[2:]).write_bytes(b"damaged")
    ((level, told),) = refer_to(database_url, name, files)
    assert level == "failure"
    assert f"{name} is damaged" in told


def test_the_check_finds_a_missing_photo(database_url: str, files: FolderStore) -> None:
    ((level, told),) = refer_to(database_url, "0" * 64, files)
    assert level == "failure"
    assert "is missing" in told
