"""Places of a vault: a folder and a bucket keep the same promises."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from errors import Unavailable
from storage.backups import making
from storage.backups.places import Absent, Place, open_place
from storage.backups.sealing import Sealed
from storage.backups.vault import DAILY, Vault
from tests.kit import buckets
from tests.storage.backups.test_vault import KEY, quiet, restore


@pytest.fixture(scope="module", params=("folder", *buckets.KINDS))
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("place")
    if request.param == "folder":
        yield open_place(str(folder / "vault"))
        return
    with buckets.bucket(request.param, folder) as url:
        yield open_place(url)


def test_what_is_written_is_read_replaced_listed_and_erased(place: Place) -> None:
    with pytest.raises(Absent):
        place.read("blocks/ab/cd")
    place.write("blocks/ab/cd", b"first")
    place.write("blocks/ab/cd", b"second")
    assert place.read("blocks/ab/cd") == b"second"
    assert list(place.paths("blocks")) == ["blocks/ab/cd"]
    assert list(place.paths("backups")) == []
    place.erase("blocks/ab/cd")
    place.erase("blocks/ab/cd")
    assert list(place.paths("blocks")) == []


def test_a_backup_goes_there_and_comes_back(place: Place, database_url: str) -> None:
    vault = Vault(place, Sealed(KEY))
    making.make(database_url, None, vault, kind=DAILY, told=quiet)
    restore(database_url, vault)


def test_a_place_that_cannot_be_used_says_so(tmp_path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Unavailable, match="cannot be used"):
        open_place(str(tmp_path / "file" / "vault")).write("vault.json", b"")
