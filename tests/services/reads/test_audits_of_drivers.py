"""What a driver's audit does, and what it tells them, at a machine that is not theirs."""

import pytest

import clock
from tests.kit.factories import make_device, make_machine, make_route, send_audit

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


def audit_of(device):
    """An audit of the device, as its machine wrote it two hours ago."""
    moment = clock.to_datetime(clock.later(clock.now(), hours=-2))
    return make_machine(device).audit(moment.replace(tzinfo=None))


def test_their_own_machine_is_found_by_what_the_audit_says(admin, driver):
    device = make_device(admin, route_id=make_route(admin, driver=driver)["id"])
    answer = send_audit(driver, audit_of(device))
    assert (answer.status, answer.json["device_id"]) == (201, device["id"])


def test_anothers_machine_waits_for_a_manager_and_stays_unknown(
    admin, manager, driver, other_driver
):
    device = make_device(admin, route_id=make_route(admin, driver=other_driver)["id"])
    answer = send_audit(driver, audit_of(device))
    assert (answer.status, answer.json["status"]) == (201, "unassigned")
    assert (answer.json["device_id"], answer.json["device_name"]) == (None, None)
    assert manager.get(f"/api/devices/{device['id']}").json["last_read_at"] is None
    path = f"/api/dex-reads/{answer.json['id']}/assignment"
    assert manager.post(path, json={"device_id": device["id"]}).status == 200
    assert manager.get(f"/api/devices/{device['id']}").json["last_read_at"] is not None


def test_an_audit_that_was_booked_elsewhere_tells_them_nothing(
    admin, manager, driver, other_driver
):
    own = make_device(admin, route_id=make_route(admin, driver=driver)["id"])
    device = make_device(admin, route_id=make_route(admin, driver=other_driver)["id"])
    audit = audit_of(device)
    assert send_audit(manager, audit).json["status"] == "baseline"
    for device_id in (None, own["id"]):
        answer = send_audit(driver, audit, device_id=device_id)
        assert answer.status == 409
        assert device["asset"] not in answer.text
        assert "current" not in answer.json


def test_an_archived_machine_takes_no_audits(admin):
    device = make_device(admin)
    assert admin.delete(f"/api/devices/{device['id']}").status == 204
    assert send_audit(admin, audit_of(device), device_id=device["id"]).pointers == ["/device_id"]
    assert send_audit(admin, audit_of(device)).json["status"] == "unassigned"
