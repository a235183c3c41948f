"""Many audits in one request: what becomes of each file, and of archives that mean harm."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db import Engine, scalar
from errors import Unavailable
from jobs import Job
from server.job_worker import JobWorker
from services.reads import dex_archives, dex_batch_job, dex_batch_service
from services.reads.dex_archives import Archive, BadArchive
from tests.kit.factories import make_machine, make_stocked_device
from tests.kit.machine import Machine
from tests.kit.people import Answer, Person

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

AT = datetime.now(UTC).replace(microsecond=0, tzinfo=None) - timedelta(days=20)
Files = list[tuple[str, bytes]]


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return made.getvalue()


def send(person: Person, content: bytes) -> Answer:
    return person.post("/api/dex-batches", data={"file": (io.BytesIO(content), "night.zip")})


@pytest.fixture
def machine(manager: Person) -> Machine:
    device = make_stocked_device(manager)
    return make_machine(device, serial=f"BT{device['id']}")


def audits(machine: Machine, count: int) -> list[bytes]:
    """Audits of a machine, a few hours after one another."""
    made = []
    for number in range(count):
        machine.sell_some(1)
        made.append(machine.audit(AT + timedelta(hours=number)))
    return made


def outcomes(answer: Answer) -> dict[str, str]:
    return {each["filename"]: each["outcome"] for each in answer.json["items"]}


def test_a_small_batch_says_at_once_what_became_of_each_file(
    manager: Person, machine: Machine
) -> None:
    first, second = audits(machine, 2)
    answer = send(
        manager,
        zipped([("a.dex", first), ("b.dex", second), ("c.dex", first), ("notes.txt", b"Hello")]),
    )
    assert answer.status == 200
    found = outcomes(answer)
    assert (found["a.dex"], found["b.dex"], found["notes.txt"]) == ("baseline", "booked", "refused")
    assert answer.json["counts"]["refused"] == 1
    assert answer.json["needs_a_look"] == 1
    assert answer.json["left"] == 0
    assert "Line 1" in answer.json["items"][3]["note"]
    assert manager.get("/api/quarantined-files").json["items"][0]["filename"] == "notes.txt"
    assert set(outcomes(send(manager, zipped([("a.dex", first), ("b.dex", second)]))).values()) == {
        "duplicate"
    }


@pytest.mark.both
def test_a_key_that_may_only_send_sends_a_batch_and_sees_what_became_of_it(
    manager: Person, machine: Machine, engine: Engine
) -> None:
    gateway = manager.with_key(["dex:push"])
    answer = send(gateway, zipped([(f"{n}.dex", c) for n, c in enumerate(audits(machine, 60))]))
    assert answer.status == 202
    batch = gateway.get(f"/api/dex-batches/{answer.json['id']}")
    assert (batch.status, batch.json["left"]) == (200, 60)
    assert JobWorker(engine, "first").run_one()
    files = gateway.get(f"/api/dex-batch-files?dex_batch_id={answer.json['id']}&limit=100").json[
        "items"
    ]
    assert [each["outcome"] for each in files] == ["baseline"] + ["booked"] * 59
    sources = manager.get("/api/dex-sources").json["items"]
    assert [(each["kind"], each["name"], each["today"]) for each in sources] == [
        ("key", "Gateway", 60)
    ]


@pytest.mark.both
def test_a_key_sees_no_batch_of_somebody_else(
    admin: Person, manager: Person, machine: Machine
) -> None:
    sent = send(manager, zipped([(f"{n}.dex", c) for n, c in enumerate(audits(machine, 51))]))
    other = admin.with_key(["dex:push"])
    assert other.get(f"/api/dex-batches/{sent.json['id']}").status == 404
    assert other.get(f"/api/dex-batch-files?dex_batch_id={sent.json['id']}").json["items"] == []


@pytest.mark.both
def test_a_large_batch_is_a_job_that_lists_what_needs_a_look(
    manager: Person, machine: Machine, engine: Engine
) -> None:
    files = [(f"{n}.dex", content) for n, content in enumerate(audits(machine, 55))]
    answer = send(
        manager, zipped([*files, ("bad.txt", b"no audit"), ("in.zip", zipped(files[:1]))])
    )
    assert answer.status == 202
    assert answer.json["counts"]["refused"] == 1
    assert JobWorker(engine, "first").run_one()
    job = manager.get(f"/api/jobs/{answer.json['job_id']}").json
    assert (job["state"], job["link"]) == ("done", f"/dex?batch={answer.json['id']}")
    assert job["result"]["to_look_at"] == 2
    listed = manager.get(
        f"/api/dex-batch-files?dex_batch_id={answer.json['id']}&needs_a_look=true"
    ).json
    notes = {each["filename"]: each["note"] for each in listed["items"]}
    assert notes.keys() == {"bad.txt", "in.zip"}
    assert notes["in.zip"] == dex_archives.NESTED


class Killed(BaseException):
    """The worker is no more."""


@pytest.mark.both
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_batch_whose_worker_was_killed_goes_on_behind_what_is_decided(
    manager: Person, machine: Machine, engine: Engine, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(dex_batch_job, "MOST_READ_FILES", 20)
    batch = send(manager, zipped([(f"{n}.dex", c) for n, c in enumerate(audits(machine, 60))])).json
    told = Job.progress
    times = 0

    def killed(job: Job, *given: Any) -> None:
        nonlocal times
        times += 1
        if times == at:
            raise Killed
        told(job, *given)

    monkeypatch.setattr(Job, "progress", killed)
    with pytest.raises(Killed):
        JobWorker(engine, "first").run_one()
    monkeypatch.setattr(Job, "progress", told)
    left = manager.get(f"/api/dex-batches/{batch['id']}").json["left"]
    assert left == 60 - 20 * at
    successor = JobWorker(engine, "first")
    successor._leave()
    assert successor.run_one()
    after = manager.get(f"/api/dex-batches/{batch['id']}").json
    assert (after["left"], after["counts"]["booked"], after["counts"]["duplicate"]) == (0, 59, 0)
    with engine.reading() as db:
        assert scalar(db, "SELECT count(*) FROM dex_reads") == 60


def refusal(content: bytes) -> str:
    with pytest.raises(BadArchive) as refused:
        Archive(io.BytesIO(content))
    return str(refused.value)


@pytest.mark.once("it is about bytes alone")
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", dex_archives.NO_ZIP),
        (b"DXS*9259", dex_archives.NO_ZIP),
        (zipped([("a.dex", b"x" * 999)])[:-30], dex_archives.NO_ZIP),
        (zipped([]), dex_archives.EMPTY),
        (zipped([("folder/", b""), ("__MACOSX/._a.dex", b"x")]), dex_archives.EMPTY),
    ],
    ids=["nothing", "an audit", "cut off", "empty", "only hidden files"],
)
def test_what_is_no_archive_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    assert refusal(content) == sentence


@pytest.mark.once("it is about bytes alone")
def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped([(f"{n}.dex", bytes(4 * 2**20)) for n in range(66)])
    assert len(bomb) < 2**20
    assert refusal(bomb) == dex_archives.TOO_MUCH


@pytest.mark.once("it is about bytes alone")
def test_an_archive_of_too_many_files_is_refused_by_its_end_alone() -> None:
    assert refusal(zipped([(str(n), b"") for n in range(10_001)])) == dex_archives.TOO_MANY
    lying = zipped([("a.dex", b"x")])
    at = lying.rfind(dex_archives.END_SIGNATURE)
    long_list = lying[: at + 12] + struct.pack("<L", 2**31) + lying[at + 16 :]
    assert refusal(long_list) == dex_archives.TOO_MANY


@pytest.mark.once("it is about bytes alone")
def test_each_file_that_is_not_unpacked_says_why_and_costs_only_itself() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("../../etc/passwd", b"x")
        link = zipfile.ZipInfo("link.dex")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, b"/etc/passwd")
        archive.writestr(zipfile.ZipInfo("large.dex"), bytes(4 * 2**20 + 1), zipfile.ZIP_DEFLATED)
        archive.writestr("other.dex", b"x" * 99, zipfile.ZIP_LZMA)
        archive.writestr("in.zip", zipped([("a.dex", b"x")]))
        archive.writestr("good.dex", b"DXS*1")
    found = {each.name: each.refusal for each in Archive(made).members()}
    assert found == {
        "../../etc/passwd": dex_archives.LEADS_OUT,
        "link.dex": dex_archives.LINK,
        "large.dex": dex_archives.FILE_TOO_LARGE,
        "other.dex": dex_archives.METHOD,
        "in.zip": dex_archives.NESTED,
        "good.dex": "",
    }


@pytest.mark.once("it is about bytes alone")
def test_a_file_that_is_longer_than_the_archive_states_is_damaged() -> None:
    sound = zipped([("a.dex", b"x" * 5000)])
    lying = sound.replace(struct.pack("<L", 5000), struct.pack("<L", 10))
    assert [each.refusal for each in Archive(io.BytesIO(lying)).members()] == [dex_archives.DAMAGED]


@pytest.mark.once("it is about bytes alone")
def test_an_encrypted_file_says_so() -> None:
    sound = bytearray(zipped([("a.dex", b"x")]))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        sound[sound.index(signature) + at] |= 1
    assert [e.refusal for e in Archive(io.BytesIO(bytes(sound))).members()] == [dex_archives.LOCKED]


def test_where_the_database_is_away_the_batch_is_refused_as_a_whole(
    manager: Person, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise Unavailable("The database is busy; nothing was saved. Try again.")

    monkeypatch.setattr("services.reads.dex_arrivals.take_in", away)
    assert send(manager, zipped([("a.dex", audits(machine, 1)[0])])).status == 503


def test_few_files_are_answered_at_once_and_one_more_is_a_job(
    manager: Person, machine: Machine
) -> None:
    files = [(f"{n}.dex", c) for n, c in enumerate(audits(machine, 51))]
    assert dex_batch_service.MOST_AT_ONCE == 50
    assert send(manager, zipped(files[:50])).status == 200
    assert send(manager, zipped(files)).status == 202
