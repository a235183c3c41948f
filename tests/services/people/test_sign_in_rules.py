"""Which roles need a second factor, and what somebody may do before they have one."""

import pytest

import clock
from tests.kit.moving_clock import MovingClock
from tests.kit.people import PASSWORD
from tests.services.people.test_second_factors import enrol, sign_in

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


@pytest.fixture(autouse=True)
def _no_half_minute_ends(monkeypatch):
    standing = MovingClock(clock.to_datetime(clock.now()))
    monkeypatch.setattr(clock, "now", standing.now)


def need(admin, *roles):
    version = admin.get("/api/sign-in-rules").json["version"]
    body = {"version": version, "second_factor_roles": list(roles)}
    answer = admin.put("/api/sign-in-rules", json=body)
    assert answer.status == 200
    return answer.json


def test_who_needs_one_sets_it_up_before_anything_else(admin, manager, visitor):
    assert need(admin, "manager")["second_factor_roles"] == ["manager"]
    me = sign_in(visitor, username="max").json
    assert me["second_factor_due"] is True
    assert "device_service.list_devices" not in me["operations"]
    refused = visitor.get("/api/devices")
    assert (refused.status, "second factor" in refused.json["detail"]) == (403, True)
    enrol(visitor)
    assert visitor.get("/api/devices").status == 200
    assert visitor.get("/api/auth/me").json["second_factor_due"] is False


def test_it_holds_at_once_where_somebody_is_signed_in_and_is_taken_back_at_once(admin, manager):
    need(admin, "manager", "driver")
    assert manager.get("/api/devices").status == 403
    assert admin.get("/api/devices").status == 200
    need(admin, "driver")
    assert manager.get("/api/devices").status == 200


@pytest.mark.both
def test_who_has_one_notices_nothing(admin, manager, visitor):
    _, codes = enrol(manager)
    need(admin, "manager")
    assert manager.get("/api/devices").status == 200
    assert sign_in(visitor, codes[0], username="max").status == 200
    assert visitor.get("/api/devices").status == 200


@pytest.mark.both
def test_who_needs_one_does_not_take_it_away(admin, manager):
    enrol(manager)
    need(admin, "manager")
    body = {"current_password": PASSWORD}
    assert manager.post("/api/second-factor/removal", json=body).status == 409
    assert manager.get("/api/second-factor").json["since"]


@pytest.mark.both
def test_a_reset_asks_for_a_new_one_at_the_next_sign_in(admin, manager, visitor):
    enrol(manager)
    need(admin, "manager")
    assert admin.post(f"/api/users/{manager.id}/second-factor-reset").status == 204
    assert sign_in(visitor, username="max").json["second_factor_due"] is True


@pytest.mark.both
def test_the_password_comes_first_and_does_not_pass_it_by(admin, manager, visitor):
    need(admin, "manager")
    one_time = admin.post(f"/api/users/{manager.id}/password-reset").json["password"]
    me = sign_in(visitor, username="max", password=one_time).json
    assert (me["password_change_due"], me["second_factor_due"]) == (True, True)
    new = {"new_password": f"{PASSWORD} 2"}
    assert visitor.post("/api/auth/password", json=new).status == 204
    assert visitor.get("/api/devices").status == 403


def test_a_session_that_waits_for_one_makes_no_key_and_ends_no_other(admin, manager):
    need(admin, "manager")
    body = {"name": "G", "scopes": ["fleet:read"], "days": 1, "current_password": PASSWORD}
    assert manager.post("/api/api-keys", json=body).status == 403
    assert manager.delete("/api/sessions").status == 403


def test_two_who_change_it_at_once_are_told(admin):
    first = need(admin, "driver")
    stale = {"version": first["version"] - 1, "second_factor_roles": []}
    answer = admin.put("/api/sign-in-rules", json=stale)
    assert answer.status == 409
    assert answer.json["current"] == first


def test_a_role_that_does_not_exist_is_refused(admin):
    body = {"version": 1, "second_factor_roles": ["king"]}
    assert admin.put("/api/sign-in-rules", json=body).pointers == ["/second_factor_roles/0"]


@pytest.mark.both
def test_who_changed_it_is_in_the_audit_log(admin):
    need(admin, "admin", "manager")
    enrol(admin)
    told = admin.get("/api/audit-entries").json["items"]
    (entry,) = [each for each in told if each["action"] == "sign_in_rule.updated"]
    assert entry["changes"] == [
        {"field": "second_factor_roles", "from": "", "to": "admin, manager"}
    ]
