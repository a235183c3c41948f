"""Machines that write one constant where a checksum should be."""

import re
from datetime import datetime, timedelta

import pytest

import auth
from services.reads import rereading
from tests.kit.factories import make_device, send_audit
from tests.kit.machine import Machine

pytestmark = pytest.mark.spared("what a machine tells is read above the database")

MORNING = datetime.fromisoformat("2026-10-05T09:00")
DAY = timedelta(days=1)


def constant(content, stated=b"FFFF"):
    return re.sub(rb"G85\*[0-9A-F]{4}", b"G85*" + stated, content)


@pytest.fixture
def device(manager):
    return make_device(manager, asset="K-1", serial="CONST1")


@pytest.fixture
def machine():
    return Machine(serial="CONST1")


def read(person, dex_read_id):
    return person.get(f"/api/dex-reads/{dex_read_id}").json


def crc_check(person, dex_read_id):
    return next(each for each in read(person, dex_read_id)["checks"] if each["name"] == "crc")


@pytest.mark.both
def test_the_same_checksum_under_another_audit_releases_both(admin, device, machine):
    first = send_audit(admin, constant(machine.audit(MORNING))).json
    assert (first["status"], first["crc"]) == ("damaged", "invalid")
    machine.sell("A1", 3)
    second = send_audit(admin, constant(machine.audit(MORNING + DAY))).json
    assert (second["status"], second["crc"], second["units"]) == ("booked", "not_kept", 3)
    first = read(admin, first["id"])
    assert (first["status"], first["crc"]) == ("baseline", "not_kept")
    for each in (first, second):
        check = crc_check(admin, each["id"])
        assert check["passed"] is None
        assert "does not keep it" in check["meaning"]
    entries = admin.get("/api/audit-entries?limit=50").json["items"]
    assert [e["noun_id"] for e in entries if e["action"] == "dex_read.released"] == [first["id"]]


@pytest.mark.both
def test_what_comes_after_is_booked_at_once_in_any_order(manager, device, machine):
    audits = []
    for day in range(4):
        audits.append(constant(machine.audit(MORNING + day * DAY)))
        machine.sell("A1", 2)
    answers = [send_audit(manager, audits[index]).json for index in (2, 0, 3, 1)]
    assert [each["crc"] for each in answers] == ["invalid", *["not_kept"] * 3]
    assert sum(read(manager, each["id"])["units"] for each in answers) == 6


def test_two_copies_of_one_audit_damaged_in_two_ways_stay_damaged(manager, device, machine):
    machine.sell("A1", 5)
    sound = machine.audit(MORNING)
    for changed in (b"*USD", b"*EUR", b"*GBP"):
        broken = constant(sound.replace(b"*USD", changed))
        assert send_audit(manager, broken).json["status"] == "damaged"


def test_a_machine_that_keeps_its_checksums_is_believed_to_be_damaged(manager, device, machine):
    assert send_audit(manager, machine.audit(MORNING)).json["crc"] == "valid"
    for day in (1, 2):
        broken = constant(machine.audit(MORNING + day * DAY))
        assert send_audit(manager, broken).json["status"] == "damaged"


def test_a_damaged_copy_beside_its_sound_audit_stays_damaged(manager, device, machine):
    sound = machine.audit(MORNING)
    stated = sound.partition(b"G85*")[2][:4]
    machine.sell("A1", 1)
    later = constant(machine.audit(MORNING + DAY), stated)
    assert send_audit(manager, sound).json["crc"] == "valid"
    assert send_audit(manager, later).json["status"] == "damaged"


def test_machines_of_one_model_vouch_for_each_other(manager):
    answers = []
    for number in (1, 2):
        make_device(manager, serial=f"KIN{number}")
        audit = Machine(serial=f"KIN{number}").audit(MORNING)
        answers.append(send_audit(manager, constant(audit, b"0000")).json)
    assert [each["crc"] for each in answers] == ["invalid", "not_kept"]
    assert read(manager, answers[0]["id"])["status"] == "baseline"


def test_without_clocks_three_audits_are_needed(manager, device, machine):
    answers = []
    for _ in range(3):
        machine.sell("A1", 1)
        undated = re.sub(rb"(ID5|EA3)\*[^\r]*\r\n", b"", machine.audit(MORNING))
        answers.append(send_audit(manager, constant(undated)).json["crc"])
    assert answers == ["invalid", "invalid", "not_kept"]


def test_audits_without_a_device_wait_for_one_as_others_do(manager, machine):
    first = send_audit(manager, constant(machine.audit(MORNING))).json
    assert (first["status"], first["device_id"]) == ("damaged", None)
    second = send_audit(manager, constant(machine.audit(MORNING + DAY))).json
    assert (second["status"], second["crc"]) == ("unassigned", "not_kept")
    assert read(manager, first["id"])["status"] == "unassigned"


@pytest.mark.both
def test_an_upgrade_releases_what_is_understood_now_and_keeps_the_rest(
    admin, device, machine, engine
):
    machine.sell("A1", 1)
    first = machine.audit(MORNING)
    stated = first.partition(b"G85*")[2][:4]
    swapped = constant(first, stated[2:] + stated[:2])
    machine.sell("A1", 4)
    audits = [swapped, machine.audit(MORNING + DAY), constant(machine.audit(MORNING + 2 * DAY))]
    reads = [send_audit(admin, audit).json for audit in audits]
    assert [each["crc"] for each in reads] == ["valid", "valid", "invalid"]
    # As an older version kept the first: damaged, and without what it states.
    with engine.writing() as db:
        db.execute("DELETE FROM sales")
        kept = {"id": reads[0]["id"]}
        db.execute("DELETE FROM dex_selections WHERE dex_read_id = :id", kept)
        db.execute(
            """
            UPDATE dex_reads SET status = 'damaged', crc = 'invalid', crc_stated = NULL,
                position = NULL WHERE id = :id
            """,
            kept,
        )
        db.execute("UPDATE devices SET books_rules = 0")
    assert read(admin, reads[0]["id"])["status"] == "damaged"
    list(rereading.reread_all(engine, auth.console(), on_device=lambda _: None))
    found = [read(admin, each["id"]) for each in reads]
    assert [each["status"] for each in found] == ["baseline", "booked", "damaged"]
    assert [each["crc"] for each in found] == ["valid", "valid", "invalid"]
    assert found[1]["units"] == 4
