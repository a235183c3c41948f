"""Files go along with a copy of their database, each as it was."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from storage.engines.base import Refused
from storage.files.file_copying import copy_files
from storage.files.folder import FolderStore

CONTENTS = (b"one", b"two", b"three")


@pytest.fixture
def source(tmp_path: Path) -> FolderStore:
    store = FolderStore(tmp_path / "source")
    for content in CONTENTS:
        store.put(hashlib.sha256(content).hexdigest(), content)
    return store


def test_every_file_arrives_as_it_was_and_is_told(source: FolderStore, tmp_path: Path) -> None:
    target, told = FolderStore(tmp_path / "target"), []
    assert copy_files(source, target, report=lambda *each: told.append(each)) == 3
    assert {b"".join(target.pieces(name)) for name in target.names()} == set(CONTENTS)
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert copy_files(source, target) == 3, "again, where they are already"


def test_a_damaged_file_is_not_copied(source: FolderStore, tmp_path: Path) -> None:
    name = hashlib.sha256(b"four").hexdigest()
    source.put(name, b"fo")
    with pytest.raises(Refused, match=f"The file {name} is damaged"):
        copy_files(source, FolderStore(tmp_path / "target"))


def test_a_file_that_arrives_otherwise_stops_the_copy(source: FolderStore, tmp_path: Path) -> None:
    target = FolderStore(tmp_path / "target")
    name = hashlib.sha256(b"two").hexdigest()
    target.put(name, b"other")
    with pytest.raises(Refused, match=f"The file {name} did not arrive as it was"):
        copy_files(source, target)
    assert not target.has(name)


def test_a_place_that_cannot_be_written_is_named(source: FolderStore, tmp_path: Path) -> None:
    (tmp_path / "target").write_text("no folder")
    with pytest.raises(Refused, match=r"The files cannot be copied: .* cannot be used"):
        copy_files(source, FolderStore(tmp_path / "target"))
