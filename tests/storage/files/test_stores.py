"""Stores of files: a folder and a bucket keep the same promises."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import clock
import settings
from errors import Unavailable
from storage.engines.base import Refused
from storage.files.folder import FolderStore
from storage.files.store import Missing, Store, folder_of, open_store, path_of
from tests.kit import buckets
from tests.kit.photos import name_of

LONG = os.urandom(700_000)


@pytest.fixture(scope="module", params=("folder", *buckets.KINDS))
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("store")
    if request.param == "folder":
        yield open_store(f"sqlite:///{folder / 'cvd.db'}", None)
        return
    with buckets.bucket(request.param, folder) as url:
        yield open_store("sqlite:///x.db", url)


@pytest.mark.parametrize("content", [b"", b"a photo", LONG])
def test_what_is_put_is_read_whole_and_in_ranges(store: Store, content: bytes) -> None:
    name = name_of(content)
    assert not store.has(name)
    store.put(name, content)
    assert store.has(name)
    assert b"".join(store.pieces(name)) == content
    assert b"".join(store.pieces(name, 3)) == content[3:]
    assert b"".join(store.pieces(name, 2, 300_000)) == content[2:300_002]
    assert name in set(store.names())
    store.remove(name)
    assert not store.has(name)
    store.remove(name)


def test_what_is_there_is_not_written_again(store: Store) -> None:
    name = name_of(b"first")
    store.put(name, b"first")
    store.put(name, b"other")
    assert b"".join(store.pieces(name)) == b"first"
    store.remove(name)


def test_what_was_put_before_a_time_is_told(store: Store) -> None:
    name = name_of(b"old")
    store.put(name, b"old")
    now = clock.now()
    assert name in set(store.names_before(clock.later(now, minutes=5)))
    assert name not in set(store.names_before(clock.later(now, minutes=-5)))
    store.remove(name)


def test_what_goes_again_lies_apart_from_content(store: Store) -> None:
    name, part = name_of(b"stays"), f"{'0' * 32}-00000"
    store.put(name, b"stays")
    store.put(part, b"goes")
    assert b"".join(store.pieces(part)) == b"goes"
    assert list(store.passing()) == [part]
    assert part not in set(store.names())
    assert part not in set(store.names_before(clock.later(clock.now(), minutes=5)))
    store.remove(part)
    assert (list(store.passing()), store.has(part), store.has(name)) == ([], False, True)
    store.remove(name)


def test_what_is_not_there_is_missing(store: Store) -> None:
    with pytest.raises(Missing):
        next(store.pieces(name_of(b"nothing")))


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "AB" * 32, "a" * 63, "a" * 64 + "\n", f"{'0' * 32}-1"]
)
def test_a_name_that_is_no_hash_leads_nowhere(name: str) -> None:
    with pytest.raises(ValueError, match="no SHA-256"):
        path_of(name)


def test_a_long_file_comes_in_pieces(store: Store) -> None:
    store.put(name_of(LONG), LONG)
    assert max(map(len, store.pieces(name_of(LONG)))) <= 256 * 1024
    store.remove(name_of(LONG))


def test_a_bucket_that_is_away_is_said_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    port = buckets.free_port()
    monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{port}")
    for name, value in {
        "ACCESS_KEY_ID": "k",
        "SECRET_ACCESS_KEY": "s",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    away = open_store("sqlite:///x.db", "s3://photos")
    with pytest.raises(Unavailable, match="s3://photos, but it does not answer"):
        away.put(name_of(b"x"), b"x")
    with pytest.raises(Unavailable):
        next(away.pieces(name_of(b"x")))


@pytest.mark.parametrize(
    ("store", "scheme"), [(kind, kind) for kind in buckets.KINDS], indirect=["store"]
)
def test_a_bucket_that_is_not_there_is_said(store: Store, scheme: str) -> None:
    assert list(store.names()) == []
    nowhere = open_store("sqlite:///x.db", f"{scheme}://nowhere/cvd")
    with pytest.raises(Unavailable, match=f"{scheme}://nowhere/cvd, but there is no such bucket"):
        nowhere.put(name_of(b"x"), b"x")
    for names in (nowhere.names(), nowhere.names_before(clock.now())):
        with pytest.raises(Unavailable):
            next(names)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("no folder")
    with pytest.raises(Unavailable, match="cannot be used"):
        FolderStore(tmp_path / "files").put(name_of(b"x"), b"x")


def test_a_draft_that_a_kill_left_is_no_file(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put(name_of(b"x"), b"x")
    (tmp_path / "ab").mkdir(exist_ok=True)
    (tmp_path / "ab" / ".draft-1").write_bytes(b"half")
    assert list(store.names()) == [name_of(b"x")]


def test_drafts_of_yesterday_are_dropped_and_nothing_else(tmp_path: Path) -> None:
    store, yesterday = FolderStore(tmp_path), clock.later(clock.now(), days=-1)
    store.put(name_of(b"x"), b"x")
    store.put(f"{'0' * 32}-00000", b"a part")
    whole = [path for path in tmp_path.glob("*/*") if path.is_file()]
    old, under_way = (tmp_path / "exports" / f".draft-{name}" for name in ("old", "now"))
    for path in (old, under_way):
        path.write_bytes(b"half")
    for path in (old, *whole):
        os.utime(path, (0, 0))
    store.drop_drafts(yesterday)
    assert {path for path in tmp_path.glob("*/*") if path.is_file()} == {*whole, under_way}


def test_files_lie_beside_the_database() -> None:
    assert folder_of("sqlite:////srv/cvd/cvd.db") == Path("/srv/cvd/cvd.db.files")
    assert folder_of("postgresql://u@h/fleet").name == "fleet.files"


def test_another_folder_may_be_named_for_files(tmp_path: Path) -> None:
    given = settings.load({"CVD_FILES_URL": str(tmp_path / "photos")}, dotenv=None)
    store = open_store("postgresql://u@h/fleet", given.files_url)
    store.put(name_of(b"x"), b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["photos"]
    assert list(store.names()) == [name_of(b"x")]


@pytest.mark.parametrize(
    "url",
    ["s3:/photos", "s3://", "http://photos", "gs://UPPER", "s3://a b", "s3://b?x=1"],
)
def test_a_url_that_cannot_be_is_refused_at_the_start_in_one_sentence(url: str) -> None:
    with pytest.raises(settings.SettingsError) as refused:
        settings.load({"CVD_FILES_URL": url}, dotenv=None)
    assert refused.value.sentences == [
        f'CVD_FILES_URL must be a folder, s3://BUCKET/PREFIX or gs://BUCKET/PREFIX, not "{url}".'
    ]


def test_a_key_file_that_is_not_there_is_said_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT", "/no/such/key.json")
    with pytest.raises(Refused, match="CVD_FILES_URL cannot be used: ") as refused:
        open_store("sqlite:///x.db", "gs://photos")
    assert "\n" not in str(refused.value)


def test_who_has_no_bucket_and_shows_no_photo_loads_neither_library() -> None:
    program = "import sys, app; app.create_app(); print({'obstore', 'PIL'} & set(sys.modules))"
    others = {name: text for name, text in os.environ.items() if not name.startswith("CVD_")}
    said = subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.PROJECT,
        env=others,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "set()\n"
