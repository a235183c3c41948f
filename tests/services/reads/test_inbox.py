"""The watched folder: what is dropped ends in the books once, whoever is killed meanwhile."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import clock
from commands.inbox_findings import inbox_findings
from db import Engine, scalar
from errors import StorageFull
from services.reads import dex_reader, dex_sources, inbox, inbox_folder
from services.reads.dex_taking import Taking
from services.reads.inbox import Inbox
from services.reads.inbox_folder import InboxFolder
from settings import Settings
from tests.kit.factories import make_machine, make_stocked_device
from tests.kit.machine import Machine
from tests.kit.people import Person

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

MOST_BYTES = 2**20
AT = datetime.now(UTC).replace(microsecond=0, tzinfo=None) - timedelta(days=20)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An inbox whose files are complete at the second look."""
    monkeypatch.setattr(inbox_folder, "QUIET_S", 0.0)
    made = tmp_path / "inbox"
    made.mkdir()
    return made


@pytest.fixture
def machine(manager: Person) -> Machine:
    device = make_stocked_device(manager)
    return make_machine(device, serial=f"IN{device['id']}")


def watcher(folder: Path) -> Inbox:
    return Inbox(folder, 30, MOST_BYTES)


def look_twice(folder: Path, engine: Engine) -> None:
    for _ in range(2):
        watcher(folder).look(engine)


def audits(machine: Machine, count: int) -> list[bytes]:
    made = []
    for number in range(count):
        machine.sell_some(1)
        made.append(machine.audit(AT + timedelta(hours=number)))
    return made


def drop(folder: Path, contents: list[bytes], gateway: str = "") -> None:
    (folder / gateway).mkdir(exist_ok=True)
    for number, content in enumerate(contents):
        (folder / gateway / f"{number:02}.dex").write_bytes(content)


def files(folder: Path, part: str) -> list[str]:
    """The names of what lies in a part of the inbox, however deep."""
    return sorted(path.name for path in (folder / part).rglob("*") if path.is_file())


def reads(engine: Engine) -> int:
    with engine.reading() as db:
        return int(scalar(db, "SELECT count(*) FROM dex_reads"))


@pytest.mark.both
def test_what_is_dropped_is_booked_and_moved_to_done_by_its_day(
    manager: Person, engine: Engine, folder: Path, machine: Machine
) -> None:
    drop(folder, audits(machine, 3))
    drop(folder, [b"no audit"], "gateway-7")
    watcher(folder).look(engine)
    today = clock.now()[:10]
    assert files(folder, f"done/{today}") == ["00.dex", "01.dex", "02.dex"]
    assert files(folder, "refused/gateway-7") == ["00.dex", "00.dex.txt"]
    assert "Line 1" in (folder / "refused/gateway-7/00.dex.txt").read_text()
    sources = {
        each["name"]: (each["total"], each["refused"])
        for each in manager.get("/api/dex-sources").json["items"]
    }
    assert sources == {"Inbox": (3, 0), "Inbox: gateway-7": (0, 1)}


def test_the_same_audit_again_is_done_and_booked_once(
    manager: Person, engine: Engine, folder: Path, machine: Machine
) -> None:
    content = audits(machine, 1)
    for _ in range(2):
        drop(folder, content)
        watcher(folder).look(engine)
    assert files(folder, "done") == ["00.dex", "00.dex~2"]
    assert reads(engine) == 1
    assert manager.get("/api/dex-sources").json["items"][0]["known"] == 1


def test_a_file_that_still_changes_is_left_alone(
    engine: Engine, folder: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("services.reads.inbox_folder.time.monotonic", lambda: now)
    monkeypatch.setattr(inbox_folder, "QUIET_S", 4.0)
    content = audits(machine, 1)[0]
    growing = folder / "a.dex"
    looking = watcher(folder)
    for length in (100, 200, len(content)):
        growing.write_bytes(content[:length])
        looking.look(engine)
        now += 5
        assert growing.exists()
    looking.look(engine)
    assert files(folder, "done") == ["a.dex"]


@pytest.mark.both
def test_unfinished_hidden_linked_and_odd_files_are_left_alone(
    engine: Engine, folder: Path, machine: Machine, tmp_path: Path
) -> None:
    content = audits(machine, 1)[0]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.dex").write_bytes(content)
    for name in ("a.dex.part", "a.tmp", ".a.dex"):
        (folder / name).write_bytes(content)
    (folder / "link.dex").symlink_to(elsewhere / "a.dex")
    (folder / "linked").symlink_to(elsewhere)
    os.mkfifo(folder / "pipe.dex")
    watcher(folder).look(engine)
    assert reads(engine) == 0
    (folder / "a.dex.part").rename(folder / "a.dex")
    watcher(folder).look(engine)
    assert (reads(engine), files(folder, "done")) == (1, ["a.dex"])
    assert (elsewhere / "a.dex").exists()


@pytest.mark.both
def test_names_may_be_any_bytes_and_of_any_length(
    manager: Person, engine: Engine, folder: Path, machine: Machine
) -> None:
    one, two, three = audits(machine, 3)
    names = [b"\xff\xe9\x80.dex", b"<b>\n.dex", b"x" * 255]
    for name, content in zip(names, (one, two, three), strict=True):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(content)
    Path(os.fsdecode(os.fsencode(folder) + b"/" + b"y" * 255)).write_bytes(b"no audit")
    watcher(folder).look(engine)
    assert (reads(engine), len(files(folder, "done"))) == (3, 3)
    assert len(files(folder, "refused")) == 2
    names_shown = [each["filename"] for each in manager.get("/api/dex-reads").json["items"]]
    assert "���.dex" in names_shown


class Killed(BaseException):
    """The worker is no more."""


KILLS: list[tuple[Any, str]] = [
    (InboxFolder, "take"),
    (InboxFolder, "taken"),
    (InboxFolder, "finish"),
    (InboxFolder, "refuse"),
    (Taking, "book"),
]


@pytest.mark.both
@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize(("place", "name"), KILLS, ids=[name for _, name in KILLS])
def test_whoever_is_killed_at_any_step_each_file_ends_in_the_books_once(
    engine: Engine,
    folder: Path,
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    place: Any,
    name: str,
    at: int,
    is_after: bool,
) -> None:
    drop(folder, audits(machine, 4))
    drop(folder, [b"no audit", b"none either"], "gateway")
    whole: Callable[..., Any] = getattr(place, name)
    times = 0

    def killed(*given: Any, **named: Any) -> Any:
        nonlocal times
        times += 1
        if times == at and not is_after:
            raise Killed
        answer = whole(*given, **named)
        if times == at:
            raise Killed
        return answer

    monkeypatch.setattr(place, name, killed)
    with pytest.raises(Killed):
        look_twice(folder, engine)
    monkeypatch.setattr(place, name, whole)
    with engine.writing() as db:
        # As after the minute in which nobody else may.
        db.execute("UPDATE dex_inbox SET held_until = '2020-01-01T00:00:00Z'")
    watcher(folder).look(engine)
    assert reads(engine) == 4
    assert files(folder, "done") == ["00.dex", "01.dex", "02.dex", "03.dex"]
    assert files(folder, "refused") == ["00.dex", "00.dex.txt", "01.dex", "01.dex.txt"]
    assert files(folder, "taking") == files(folder, "gateway") == []


def test_of_many_workers_one_books(
    engine: Engine, folder: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(folder, audits(machine, 2))
    first, second = watcher(folder), watcher(folder)
    whole = InboxFolder.take
    seen: list[list[str]] = []

    def taken_while_another_looks(self: InboxFolder, dropped: Any) -> None:
        if not seen:
            seen.append([])
            second.look(engine)
            seen.append(sorted(path.name for path in folder.glob("*.dex")))
        whole(self, dropped)

    monkeypatch.setattr(InboxFolder, "take", taken_while_another_looks)
    first.look(engine)
    assert seen == [[], ["00.dex", "01.dex"]]
    assert reads(engine) == 2


def test_a_zip_is_booked_file_by_file(engine: Engine, folder: Path, machine: Machine) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number, content in enumerate(audits(machine, 3)):
            archive.writestr(f"{number}.dex", content)
        archive.writestr("notes.txt", b"no audit")
    (folder / "night.zip").write_bytes(made.getvalue())
    (folder / "cut.zip").write_bytes(made.getvalue()[:200])
    watcher(folder).look(engine)
    assert (reads(engine), files(folder, "done")) == (3, ["night.zip"])
    assert files(folder, "refused") == ["cut.zip", "cut.zip.txt"]


def test_one_file_that_breaks_the_program_costs_only_itself(
    engine: Engine, folder: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(folder, [b"breaks it", *audits(machine, 2)])
    whole = dex_reader.read_content

    def broken(path: Path, content: bytes, *more: int) -> Any:
        if content == b"breaks it":
            raise ZeroDivisionError
        return whole(path, content, *more)

    monkeypatch.setattr(inbox, "read_content", broken)
    watcher(folder).look(engine)
    assert reads(engine) == 2
    assert files(folder, "refused") == ["00.dex", "00.dex.txt"]


@pytest.mark.both
def test_a_full_disk_leaves_the_files_where_they_are_until_there_is_room(
    manager: Person,
    engine: Engine,
    folder: Path,
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drop(folder, audits(machine, 2))
    whole = Taking.book

    def full(*_: Any) -> Any:
        raise StorageFull("The disk is full; nothing was saved.")

    looking = watcher(folder)
    monkeypatch.setattr(Taking, "book", full)
    looking.look(engine)
    assert files(folder, "taking") == ["00.dex", "01.dex"]
    told = manager.get("/api/dex-sources").json["inbox"]
    assert told["problem"] == "The disk is full; nothing was saved."
    monkeypatch.setattr(Taking, "book", whole)
    looking.look(engine)
    assert (reads(engine), len(files(folder, "done"))) == (2, 2)
    assert manager.get("/api/dex-sources").json["inbox"]["problem"] is None


@pytest.mark.both
def test_a_folder_that_is_missing_or_closed_is_said_on_the_page_and_by_flask_check(
    manager: Person, engine: Engine, folder: Path
) -> None:
    settings = Settings(inbox=folder)
    assert "Nobody looks into" in inbox_findings(engine, settings)[0].message
    looking = watcher(folder)
    looking.look(engine)
    assert inbox_findings(engine, settings)[0].level == "ok"
    folder.rmdir()
    looking.look(engine)
    problem = manager.get("/api/dex-sources").json["inbox"]["problem"]
    assert problem == f"There is no folder {folder}: make it, or correct CVD_INBOX."
    assert inbox_findings(engine, settings)[0].message == problem
    assert inbox_findings(engine, Settings()) == []
    inbox.forget(engine)
    assert manager.get("/api/dex-sources").json["inbox"] is None


def test_done_files_are_cleared_after_their_days_and_nothing_else_is(
    engine: Engine, folder: Path
) -> None:
    for day in ("2020-01-02", clock.now()[:10], "keep"):
        (folder / "done" / day).mkdir(parents=True)
        (folder / "done" / day / "a.dex").write_bytes(b"x")
    watcher(folder).look(engine)
    assert sorted(path.name for path in (folder / "done").iterdir()) == [clock.now()[:10], "keep"]


@pytest.mark.both
def test_folders_without_end_do_not_become_sources_without_end(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dex_sources, "MOST_OF_INBOX", 3)
    with engine.writing() as db:
        ids = [dex_sources.id_of(db, dex_sources.of_inbox(f"g{number}")) for number in range(6)]
    assert len(set(ids)) == 4
