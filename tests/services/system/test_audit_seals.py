"""Whoever has the database can change the audit log, but what lies beside it tells on them."""

import hashlib
import json
import os
import socket
import threading
import time
from operator import attrgetter

import orjson
import pytest

import auth
import clock
from app import create_app
from records import seals, trail
from settings import Settings
from storage import audit_files
from storage.audit_files import AuditFiles, Head
from storage.engines import database_file
from tests.kit.factories import make_product
from tests.kit.people import COOKIE, Person
from tests.services.system.test_audit_entries import without_guards

EMPTY = "DELETE FROM audit_entries"


@pytest.fixture
def files(database_url):
    return AuditFiles(database_url)


def verification(person):
    return person.get("/api/audit-entries/verification").json


def write(person, entries):
    for _ in range(entries):
        make_product(person)


def settle():
    """Wait for those who keep the head meanwhile."""
    for thread in threading.enumerate():
        if thread.name == audit_files.KEEPER:
            thread.join()


def keep_head(engine, files):
    settle()
    with engine.reading() as db:
        files.keep(seals.head(db))


def seal_anew(engine, seal):
    """Make the whole chain again, each entry with the seal that `seal` makes of its content."""
    with engine.reading() as db:
        rows = list(db.query("SELECT * FROM audit_entries ORDER BY id"))
    previous = "0" * 64
    for row in rows:
        row["previous_hash"] = previous
        content = previous.encode() + orjson.dumps([row[name] for name in seals.SEALED])
        previous = row["hash"] = seal(row, content)
    without_guards(engine, EMPTY)
    with engine.writing() as db:
        db.executemany(trail.INSERT, rows)


def plain(_row, content):
    return hashlib.sha256(content).hexdigest()


def test_a_cut_tail_shows_by_the_kept_head(admin, engine, files):
    write(admin, 5)
    keep_head(engine, files)
    without_guards(engine, "DELETE FROM audit_entries WHERE id > 3")
    found = verification(admin)
    assert (found["ok"], found["entries"], found["broken_id"]) == (False, 3, 4)
    assert "cut off" in found["reason"]


def test_an_emptied_log_shows_by_the_kept_head(admin, engine, files):
    write(admin, 3)
    keep_head(engine, files)
    without_guards(engine, EMPTY)
    assert verification(admin)["broken_id"] == 1


def test_a_log_with_another_end_of_the_same_length_shows(admin, engine, files):
    write(admin, 3)
    keep_head(engine, files)
    without_guards(engine, "DELETE FROM audit_entries WHERE id = 3")
    write(admin, 1)
    found = verification(admin)
    assert (found["ok"], found["broken_id"]) == (False, 3)
    assert "kept head" in found["reason"]


def test_a_log_sealed_anew_without_the_key_shows(admin, engine):
    write(admin, 3)
    seal_anew(engine, plain)
    found = verification(admin)
    assert (found["ok"], found["broken_id"]) == (False, 1)
    assert "not sealed with a key" in found["reason"]


def test_a_log_sealed_anew_under_the_name_of_the_key_shows(admin, engine, files):
    write(admin, 3)
    name = files.keys()[-1].name
    seal_anew(engine, lambda row, content: f"{name}:{plain(row, content)}")
    assert verification(admin)["broken_id"] == 1


def test_a_log_sealed_anew_with_a_key_of_nobody_is_doubted(admin, engine, files):
    write(admin, 3)
    settle()
    files.head_path.unlink(missing_ok=True)
    seal_anew(engine, lambda row, content: f"abcd:{plain(row, content)}")
    assert any("Entries 1 to 3 were sealed with the key abcd" in doubt for doubt in doubts(admin))


def doubts(person):
    return verification(person)["doubts"]


def test_a_draft_of_the_head_that_a_kill_left_is_dropped_and_one_under_way_is_not(
    admin, engine, files
):
    killed, under_way = (
        files.head_path.with_name(f".{files.head_path.name}.partial-{who}")
        for who in ("another-node-7", "another-node-8")
    )
    for draft in (killed, under_way):
        draft.write_text("{")
    os.utime(killed, (0, 0))
    files.head_path.unlink(missing_ok=True)
    keep_head(engine, files)
    assert not killed.exists()
    assert under_way.exists()
    under_way.unlink()


def test_that_no_head_is_kept_is_said(admin, files):
    write(admin, 1)
    settle()
    files.head_path.unlink(missing_ok=True)
    assert any(str(files.head_path) in doubt for doubt in doubts(admin))
    assert verification(admin)["kept"] is None


def test_a_head_of_somebody_without_the_key_is_doubted(admin, engine, files):
    write(admin, 3)
    keep_head(engine, files)
    kept = json.loads(files.head_path.read_text())
    files.head_path.write_text(json.dumps({**kept, "entries": 1}))
    assert doubts(admin) == [f"{files.head_path} was not written by CVD as it stands."]


@pytest.mark.parametrize("content", ["", "[]", "{}", "null", "\x00", '{"entries": "x"}'])
def test_a_head_that_is_none_is_doubted(admin, files, content):
    files.head_path.write_text(content)
    [doubt] = doubts(admin)
    assert str(files.head_path) in doubt


def test_a_kept_head_is_compared_and_told(admin, engine, files):
    write(admin, 2)
    keep_head(engine, files)
    write(admin, 1)
    found = verification(admin)
    assert (found["ok"], found["entries"], found["kept"]["entries"]) == (True, 3, 2)
    assert found["doubts"] == []


def test_the_key_is_made_at_first_use_and_nobody_else_reads_it(admin, files):
    assert files.keys() == ()
    write(admin, 1)
    [key] = files.keys()
    assert key.from_entry == 1
    assert files.keys_path.stat().st_mode & 0o777 == 0o600


def before_there_was_a_key(engine, entries):
    """The log of a database of an older version."""
    previous = "0" * 64
    rows = []
    for number in range(1, entries + 1):
        row = {"id": number, "occurred_at": clock.now(), "user_id": None, "username": "old"}
        row |= {"action": "product.created", "noun": "product", "noun_id": number}
        row |= {"changes": "[]", "request_id": "r", "previous_hash": previous}
        content = previous.encode() + orjson.dumps([row[name] for name in seals.SEALED])
        previous = row["hash"] = plain(row, content)
        rows.append(row)
    with engine.writing() as db:
        db.executemany(trail.INSERT, rows)


def test_old_entries_stay_as_they_are_and_are_held_by_an_anchor(admin, engine):
    before_there_was_a_key(engine, 4)
    with engine.writing() as db:
        trail.begin_sealing(db)
    found = verification(admin)
    assert (found["ok"], found["entries"]) == (True, 5)
    assert any("Entries 1 to 4 were written before there was a key" in d for d in found["doubts"])
    [anchor] = admin.get("/api/audit-entries?action=audit_key.created").json["items"]
    assert {"field": "entries", "from": None, "to": 4} in anchor["changes"]


def test_old_entries_cannot_be_sealed_anew_once_there_is_an_anchor(admin, engine):
    before_there_was_a_key(engine, 4)
    write(admin, 1)
    without_guards(engine, "UPDATE audit_entries SET username = 'eve' WHERE id = 2")
    with engine.reading() as db:
        anchored = list(db.query("SELECT * FROM audit_entries WHERE id > 4 ORDER BY id"))
        old = list(db.query("SELECT * FROM audit_entries WHERE id <= 4 ORDER BY id"))
    with engine.writing() as db:
        db.execute(EMPTY)
        previous = "0" * 64
        for row in old:
            row["previous_hash"] = previous
            content = previous.encode() + orjson.dumps([row[n] for n in seals.SEALED])
            previous = row["hash"] = plain(row, content)
        db.executemany(trail.INSERT, [*old, *anchored])
    assert verification(admin)["broken_id"] == 5


def test_a_new_key_goes_on_where_the_old_one_ended(admin, engine, files):
    write(admin, 2)
    with engine.writing() as db:
        trail.rotate_key(db, auth.console())
    write(admin, 1)
    found = verification(admin)
    assert (found["ok"], found["entries"]) == (True, 4)
    assert list(map(attrgetter("from_entry"), files.keys())) == [1, 3]


def test_a_log_sealed_anew_with_an_old_key_is_doubted(admin, engine, files):
    write(admin, 2)
    with engine.writing() as db:
        trail.rotate_key(db, auth.console())
    old = files.keys()[0]
    write(admin, 1)
    settle()
    files.head_path.unlink(missing_ok=True)
    seal_anew(engine, lambda _row, content: old.seal(content))
    assert any("sealed anew with an older key" in doubt for doubt in doubts(admin))


def test_going_back_to_an_old_key_is_found(admin, engine, files):
    write(admin, 2)
    old = files.keys()[-1]
    with engine.writing() as db:
        trail.rotate_key(db, auth.console())
    write(admin, 1)
    with engine.reading() as db:
        rows = list(db.query("SELECT * FROM audit_entries ORDER BY id"))
    last = rows[-1]
    content = [last[name] for name in seals.SEALED]
    last["hash"] = old.seal(last["previous_hash"].encode() + orjson.dumps(content))
    without_guards(engine, EMPTY)
    with engine.writing() as db:
        db.executemany(trail.INSERT, rows)
    settle()
    files.head_path.unlink(missing_ok=True)
    found = verification(admin)
    assert (found["broken_id"], found["reason"]) == (
        4,
        "It is sealed with a key of an earlier time.",
    )


def test_a_new_key_whose_first_entry_did_not_come_through_is_found_soon(
    admin, engine, files, monkeypatch
):
    write(admin, 2)
    files.add_key(3)
    write(admin, 1)
    assert any("its making broke off" in doubt for doubt in doubts(admin))
    monkeypatch.setattr(audit_files, "KEEP_EVERY_S", 0)
    for _ in range(3):  # the kept head is read, then the key is looked for, then it seals
        write(admin, 1)
        settle()
    found = verification(admin)
    assert (found["ok"], [d for d in found["doubts"] if "key" in d]) == (True, [])


def test_without_its_key_a_log_is_doubted_and_goes_on_with_another(
    admin, engine, files, database_url
):
    write(admin, 2)
    keep_head(engine, files)
    files.keys_path.unlink()
    assert any("bring the file back" in doubt for doubt in doubts(admin))
    files.head_path.unlink()
    assert any("No head is kept" in doubt for doubt in doubts(admin)), "both are lost"
    keep_head(engine, files)
    started_again = create_app(Settings(database_url=database_url))
    write(Person(started_again, token=admin.client.get_cookie(COOKIE).value), 1)
    started_again.extensions["cvd"]["engine"].close()
    found = verification(admin)
    assert (found["ok"], found["entries"]) == (True, 4)
    assert any("Entries 1 to 2 were sealed with the key" in doubt for doubt in found["doubts"])
    [key] = files.keys()
    assert key.from_entry == 3
    write(admin, 1)
    assert verification(admin)["ok"], "who runs already goes on with the new one"


def test_a_key_may_begin_before_the_first_entry(admin, engine, files):
    with engine.writing() as db:
        trail.begin_sealing(db)
    with engine.writing() as db:
        trail.rotate_key(db, auth.console())
    write(admin, 1)
    assert verification(admin)["ok"]


def test_a_file_without_keys_is_a_refusal_not_a_new_key(admin, files):
    files.keys_path.write_text("nonsense")
    refused = admin.post("/api/products", json={"name": "Cola", "price_cents": 100})
    assert refused.status == 503
    assert str(files.keys_path) in refused.json["detail"]
    assert files.keys_path.read_text() == "nonsense"


def until(holds):
    deadline = time.monotonic() + 5
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds()


def test_the_head_is_kept_now_and_then_while_people_work(admin, files, monkeypatch):
    monkeypatch.setattr(audit_files, "KEEP_EVERY_S", 0)
    assert until(lambda: write(admin, 1) or files.kept_head())
    before = files.kept_head().entries

    def is_later():
        write(admin, 1)
        return files.kept_head().entries > before

    assert until(is_later)
    assert verification(admin)["ok"]


def test_a_head_is_never_kept_over_one_that_the_log_does_not_go_on_from(
    admin, engine, files, monkeypatch
):
    monkeypatch.setattr(audit_files, "KEEP_EVERY_S", 0)
    assert until(lambda: write(admin, 3) or files.kept_head())
    keep_head(engine, files)
    kept = files.kept_head()
    without_guards(engine, "DELETE FROM audit_entries WHERE id > 2")
    write(admin, 12)
    settle()
    assert files.kept_head() == kept
    assert verification(admin)["ok"] is False


def test_a_head_that_cannot_be_kept_stops_nobody(admin, engine, tmp_path, caplog):
    files = AuditFiles(engine.url, head=tmp_path / "gone" / "head")
    (tmp_path / "gone").write_text("a file where the folder was")
    files.keep(Head(1, "x", clock.now()))
    assert "cannot be kept" in caplog.text


def test_nodes_in_containers_keep_one_head_together(files, monkeypatch, caplog):
    sync = database_file.sync_file
    nodes = iter(["node-1", "node-2"])
    monkeypatch.setattr(os, "getpid", lambda: 7)
    monkeypatch.setattr(socket, "gethostname", lambda: next(nodes))

    def sync_while_another_keeps(path):
        monkeypatch.setattr(database_file, "sync_file", sync)
        files.keep(Head(2, "y", clock.now()))
        sync(path)

    monkeypatch.setattr(database_file, "sync_file", sync_while_another_keeps)
    files.keep(Head(1, "x", clock.now()))
    assert "cannot be kept" not in caplog.text
    assert files.kept_head().entries == 1
