"""An audit that states another machine than the one it is to be booked on."""

from datetime import datetime

import pytest

from services.reads import dex_import
from services.reads.dex_import import DexImport
from tests.kit.factories import make_device, make_route, send_audit
from tests.kit.machine import Machine

pytestmark = pytest.mark.spared("what a machine tells is read above the database")

MORNING = datetime.fromisoformat("2026-10-05T09:00")
NIGHT = datetime.fromisoformat("2026-10-05T21:00")


def audit(serial, *, asset="", at=MORNING, units=0):
    machine = Machine(serial=serial, asset=asset)
    machine.sell("A1", units)
    return machine.audit(at)


@pytest.fixture
def device(manager):
    return make_device(manager, asset="T-1", serial="WS1")


@pytest.fixture
def other(manager):
    return make_device(manager, asset="T-2", serial="WS2")


def booked(person, device):
    return person.get(f"/api/dex-reads?device_id={device['id']}").json["items"]


def test_the_serial_of_another_device_is_refused_naming_both(manager, device, other):
    answer = send_audit(manager, audit("WS2"), device_id=device["id"])
    assert answer.status == 409
    for named in ("WS1", "WS2", "T-1", "T-2"):
        assert named in answer.json["detail"]
    assert answer.json["current"] == {
        "device_id": device["id"],
        "serial": "WS1",
        "stated_serial": "WS2",
        "stated_asset": None,
    }
    assert booked(manager, device) == booked(manager, other) == []
    assert manager.get("/api/dex-reads").json["items"] == []


def test_an_unknown_serial_is_refused_where_the_device_has_another(manager, device):
    answer = send_audit(manager, audit("NEW9"), device_id=device["id"])
    assert answer.status == 409
    assert "NEW9" in answer.json["detail"]
    assert "WS1" in answer.json["detail"]


def test_whoever_insists_books_it(manager, device, other):
    answer = send_audit(manager, audit("WS2"), device_id=device["id"], despite_serial="true")
    assert (answer.status, answer.json["device_id"]) == (201, device["id"])
    assert manager.get(f"/api/devices/{device['id']}").json["serial"] == "WS1"
    again = send_audit(manager, audit("WS2"), device_id=device["id"])
    assert again.status == 200


def test_insisting_is_true_or_false(manager, device):
    for text, status in (("perhaps", 422), ("false", 409)):
        answer = send_audit(manager, audit("X"), device_id=device["id"], despite_serial=text)
        assert answer.status == status


def test_zeros_in_front_and_small_letters_are_no_other_serial(manager):
    device = make_device(manager, asset="T-3", serial="00ab7")
    assert send_audit(manager, audit("AB7"), device_id=device["id"]).status == 201


def test_a_device_without_serial_learns_it_unless_it_is_anothers(manager, other):
    device = make_device(manager, asset="T-3")
    answer = send_audit(manager, audit("WS2"), device_id=device["id"])
    assert answer.status == 409
    assert "its serial is not known" in answer.json["detail"]
    assert send_audit(manager, audit("WS3"), device_id=device["id"]).status == 201
    assert manager.get(f"/api/devices/{device['id']}").json["serial"] == "WS3"


def test_the_asset_number_of_another_device_is_refused(manager, other):
    device = make_device(manager, asset="T-3")
    for serial in ("", "NEW9"):
        answer = send_audit(manager, audit(serial, asset="t-2"), device_id=device["id"])
        assert answer.status == 409
        assert "T-2" in answer.json["detail"]
    assert send_audit(manager, audit("NEW9", asset="T-3"), device_id=device["id"]).status == 201


def test_the_own_serial_is_believed_whatever_the_asset_number_says(manager, device, other):
    answer = send_audit(manager, audit("WS1", asset="T-2"), device_id=device["id"])
    assert answer.status == 201


def test_an_archived_machine_holds_no_serial_against_another(admin, device):
    assert admin.delete(f"/api/devices/{device['id']}").status == 204
    new = make_device(admin, asset="T-9")
    assert send_audit(admin, audit("WS1"), device_id=new["id"]).status == 201


def test_a_driver_hears_of_no_machine_that_is_not_theirs(admin, driver, other):
    own = make_device(admin, asset="T-5", route_id=make_route(admin, driver=driver)["id"])
    answer = send_audit(driver, audit("WS2"), device_id=own["id"])
    assert answer.status == 409
    assert "WS2" in answer.json["detail"]
    assert "T-2" not in answer.text
    answer = send_audit(driver, audit("", asset="T-2"), device_id=own["id"])
    assert answer.status == 409
    assert "WS2" not in answer.text


def test_an_assignment_is_refused_alike_and_may_be_insisted_on(manager, device):
    read = send_audit(manager, audit("NEW9")).json
    path = f"/api/dex-reads/{read['id']}/assignment"
    refused = manager.post(path, json={"device_id": device["id"]})
    assert refused.status == 409
    assert refused.json["current"]["stated_serial"] == "NEW9"
    sure = manager.post(path, json={"device_id": device["id"], "despite_serial": True})
    assert (sure.status, sure.json["device_id"]) == (200, device["id"])


def test_an_unassigned_audit_sent_again_for_a_device_is_looked_at_too(manager, device):
    content = audit("NEW9")
    assert send_audit(manager, content).json["status"] == "unassigned"
    assert send_audit(manager, content, device_id=device["id"]).status == 409
    sure = send_audit(manager, content, device_id=device["id"], despite_serial="true")
    assert (sure.status, sure.json["device_id"]) == (200, device["id"])


def test_no_machine_is_installed_from_anothers_audit_unless_somebody_insists(manager, device):
    read = send_audit(manager, audit("NEW9", asset="T-1")).json
    assert read["status"] == "unassigned"
    body = {
        "asset": "T-8",
        "stock": "unknown",
        "cabinets": [
            {
                "rows": 1,
                "columns": 1,
                "slots": [{"selection": "A1", "capacity": 9, "par_level": 7}],
            }
        ],
    }
    path = f"/api/dex-reads/{read['id']}/installation"
    refused = manager.post(path, json=body)
    assert refused.status == 409
    assert "T-1" in refused.json["detail"]
    assert manager.post(path, json={**body, "despite_serial": True}).status == 201


def test_an_asset_number_with_another_serial_finds_no_machine_and_says_so(manager, device):
    answer = send_audit(manager, audit("NEW9", asset="T-1"))
    assert (answer.status, answer.json["status"]) == (201, "unassigned")
    assert any("another serial than NEW9" in warning for warning in answer.json["warnings"])


def test_files_in_bulk_are_held_apart_alike(engine, manager, device, other, tmp_path):
    (tmp_path / "1.dex").write_bytes(audit("WS1", asset="T-1"))
    (tmp_path / "2.dex").write_bytes(audit("NEW9", asset="T-1", at=NIGHT, units=500))
    files, _ = dex_import.files_of([str(tmp_path)])
    taking = DexImport(engine, 1_000_000)
    assert sum(taking.take_in(files)) == 2
    assert [read["serial"] for read in booked(manager, device)] == ["WS1"]
    assert "unassigned" in "\n".join(taking.report())


def test_the_own_asset_number_is_believed_where_the_serial_is_a_makers_default(manager, other):
    device = make_device(manager, asset="T-3")
    answer = send_audit(manager, audit("WS2", asset="T-3"), device_id=device["id"])
    assert (answer.status, answer.json["device_id"]) == (201, device["id"])
