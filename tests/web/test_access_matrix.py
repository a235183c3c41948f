"""Every operation, as every role, each way in, at what is one's own, another's and absent.

Who may do what is read from the contract: `x-roles`, and `x-owned-by` where a driver
may do it only with what is their own. Whoever is refused has changed nothing.
"""

import re

import pytest

import contract
from db import scalar
from services.people import session_service
from tests.kit.fake_provider import sign_in_by
from tests.kit.world import OPERATIONS, ask, corner, possessions

SPARED = pytest.mark.spared(
    "who may do what is decided by the contract, before a database is asked"
)

ABSENT = 999_999
# What takes something away is asked late, what changes or ends one's own session last.
LATE = (
    "visit_service.reverse_visit",
    "service_order_service.cancel_service_order",
    "quarantine_service.delete_quarantined_file",
    "file_service.delete_file",
    "saved_view_service.delete_saved_view",
    "saved_view_service.restore_saved_view",
    "device_service.delete_cabinet",
    "device_service.delete_device",
    "device_service.restore_device",
    "token_service.revoke_tokens",
    "webhook_service.delete_webhook",
    "open_session_service.delete_user_sessions",
    "user_service.update_user",
    "user_service.create_password_reset",
    "erasure_service.erase_user",
    "open_session_service.delete_other_sessions",
    "session_service.create_session",
    "session_service.change_password",
    "session_service.delete_session",
)
# For who asked for it, and for administrators: in the corner it was one.
OF_AN_ADMINISTRATOR = {
    "job_service.get_job",
    "job_service.cancel_job",
    "job_service.retry_job",
}
# Gone for everybody once there is an administrator.
OVER = {"setup_service.create_setup"}
# Of a list that no driver sees, so a driver has none.
OF_A_LIST = {name for name in OPERATIONS if name.startswith("export_service.")} - {
    "export_service.list_exports"
}
# There is something to see only once a job has made it.
MADE_LATER = {"export_service.get_export_file"}
# What is somebody's account's, seen from above: asked with what others have.
OF_ADMINISTRATORS = {
    "open_session_service.delete_user_session",
    "api_key_service.delete_user_api_key",
    "token_family_service.delete_user_token_family",
}
WAYS = ("session", "key", "token", "provider")
ROLES = ("admin", "manager", "driver", "viewer")
# By which a program gets in, and never does what is for people only.
OF_PROGRAMS = ("key", "token")
# No key may do any of this, whatever its scopes: it is how people get in, and as what.
FOR_PEOPLE_ONLY = {
    "passkey_service",
    *("open_session_service", "api_key_service", "second_factor_service", "sign_in_rule_service"),
    "token_family_service",
    *("session_service.update_me", "session_service.change_password"),
    *("session_service.create_session", "session_service.delete_session"),
    *("user_service.create_user", "user_service.update_user", "user_service.create_password_reset"),
    *("settings_service.update_settings", "example_service.create_example_fleet"),
    *("erasure_service", "retention_service", "removal_service", "import_service"),
    *("alert_rule_service.create_alert_rule", "alert_rule_service.update_alert_rule"),
    *("mail_server_service", "first_steps_service", "archive_service"),
    *("saved_view_service", "list_layout_service"),
}
# Not shared, so whoever saved it has it alone.
OF_WHO_SAVED_IT = {
    name
    for name, each in OPERATIONS.items()
    if name.startswith("saved_view_service.") and "{" in each.path
}
# Names it there as one value among others.
NAMING = {"visit_service.create_unplanned_visit", "ticket_service.create_ticket"}
# Names what it is about in its body: an id that is absent there is an invalid value.
BY_BODY = {"dex_read_service.create_dex_read", "file_service.create_file"}


@pytest.fixture
def more_settings(provider):
    return provider.settings


def in_order():
    """The names of all operations: what only reads first, then the others, what is LATE last."""
    reading = [name for name, each in OPERATIONS.items() if each.method == "get"]
    writing = [name for name in OPERATIONS if name not in {*reading, *LATE}]
    return [*reading, *writing, *LATE]


def test_every_operation_is_asked_once():
    assert sorted(in_order()) == sorted(OPERATIONS)


def written(*services):
    """The operations that write, of these services or of all, as somebody with a role."""
    return [
        each
        for name, each in OPERATIONS.items()
        if each.method != "get" and each.access == "roles"
        if not services or name.partition(".")[0] in services
    ]


def test_only_administrators_write_users_and_settings():
    of_office = written(
        "user_service",
        "settings_service",
        "example_service",
        "sign_in_rule_service",
        "erasure_service",
        "retention_service",
    )
    assert {role for each in of_office for role in each.roles} == {"admin"}


def test_viewers_write_nothing_and_drivers_only_what_is_their_own():
    assert [each.name for each in written() if "viewer" in each.roles] == []
    assert [each.name for each in written() if "driver" in each.roles and not each.owned_by] == []


def test_no_key_leads_to_what_is_for_people_only():
    closed = {name for name, each in OPERATIONS.items() if not each.scopes}
    for_people = {
        name
        for name in OPERATIONS
        if name in FOR_PEOPLE_ONLY or name.partition(".")[0] in FOR_PEOPLE_ONLY
    }
    assert closed == for_people | {n for n, each in OPERATIONS.items() if each.access == "anyone"}


@SPARED
@pytest.mark.parametrize(
    ("who", "way"),
    [("visitor", "none"), *((role, way) for role in ROLES for way in WAYS)],
)
def test_nobody_does_more_than_their_role_may(
    request, engine, admin, driver, other_driver, provider, who, way
):
    check_everything(request, engine, admin, driver, other_driver, provider, who, way)


def test_a_provider_that_signs_people_in_as_somebody_else_is_caught(
    request, engine, admin, driver, other_driver, provider, monkeypatch
):
    open_session = session_service.open_session

    def as_an_administrator(db, actor, *, user_id, **how):
        return open_session(db, actor, user_id=admin.id if "provider" in how else user_id, **how)

    monkeypatch.setattr(session_service, "open_session", as_an_administrator)
    with pytest.raises(AssertionError):
        check_everything(
            request, engine, admin, driver, other_driver, provider, "viewer", "provider"
        )


def check_everything(request, engine, admin, driver, other_driver, provider, who, way):
    """Ask for everything, as `who`, who comes in by this way."""
    person = request.getfixturevalue(who)
    own = corner(admin, driver)
    others = corner(admin, other_driver)
    absent = dict.fromkeys(own, ABSENT)
    if who != "visitor":
        own |= possessions(person)
    if way == "key":
        person = person.with_key()
    if way == "token":
        person = person.with_tokens()
    if way == "provider":
        person = sign_in_by(provider, engine, person)
    places = {"own": own, "another's": others, "absent": absent}
    cases = [
        (name, where, ids)
        for name in in_order()
        for where, ids in places.items()
        if not (where == "own" and name in OF_ADMINISTRATORS)
        if where == "own" or "{" in OPERATIONS[name].path or name in BY_BODY
    ]
    refused = [case for case in cases if refusal(who, *case[:2], way)]
    allowed = [case for case in cases if not refusal(who, *case[:2], way)]
    before = entries(engine)
    wrong = []
    for name, where, ids in refused:
        status = ask(person, name, ids).status
        if status != refusal(who, name, where, way):
            wrong.append(f"{name} of {where} answered {status}")
    # All of them in words: pytest cuts a list.
    assert not wrong, "; ".join(wrong)
    assert entries(engine) == before, "somebody who was refused changed something"
    for name, where, ids in allowed:
        status = ask(person, name, ids).status
        may_conflict = OPERATIONS[name].method != "get" or name in MADE_LATER
        is_good = status in (200, 201, 204) or (may_conflict and status == 409)
        if not is_good:
            wrong.append(f"{name} of {where} answered {status}")
    assert not wrong, "; ".join(wrong)


def without_numbers(answer):
    """What is said, whatever the ids in it are."""
    return answer.status, re.sub(r"\d+", "#", answer.json["detail"])


@pytest.mark.parametrize("name", [name for name, each in OPERATIONS.items() if each.owned_by])
def test_a_driver_cannot_tell_what_is_another_s_from_what_is_not_there(
    admin, driver, other_driver, name
):
    corner(admin, driver)
    others = corner(admin, other_driver)
    absent = dict.fromkeys(others, ABSENT)
    hidden, missing = ask(driver, name, others), ask(driver, name, absent)
    assert without_numbers(hidden) == without_numbers(missing)
    assert hidden.status == (422 if name in NAMING else 404)


@pytest.mark.parametrize("strange", [{"cabinet_id"}, {"slot_id"}, {"cabinet_id", "slot_id"}])
def test_neither_by_what_a_visit_of_their_own_order_names(admin, driver, other_driver, strange):
    own, others = corner(admin, driver), corner(admin, other_driver)
    answers = [
        ask(driver, "visit_service.create_visit", {**own, **{each: ids[each] for each in strange}})
        for ids in (others, dict.fromkeys(others, ABSENT))
    ]
    assert without_numbers(answers[0]) == without_numbers(answers[1])
    assert answers[0].status == 422


@pytest.mark.parametrize(
    "path",
    [
        "/api/service-orders?device_id={device_id}",
        "/api/service-orders?route_id={route_id}",
        "/api/devices?route_id={route_id}",
        "/api/devices?location_id={location_id}",
        "/api/tickets?device_id={device_id}",
        "/api/tickets?location_id={location_id}",
        "/api/tickets?service_order_id={service_order_id}",
        "/api/availability?from=2026-01-01&to=2026-01-31&device_id={device_id}",
    ],
)
def test_neither_by_a_filter_of_a_list(admin, driver, other_driver, path):
    corner(admin, driver)
    others = corner(admin, other_driver)
    hidden = driver.get(path.format(**others))
    missing = driver.get(path.format(**dict.fromkeys(others, ABSENT)))
    assert (hidden.status, hidden.json) == (missing.status, missing.json)


def test_lists_show_a_driver_only_what_is_their_own(admin, driver, other_driver, viewer):
    own, others = corner(admin, driver), corner(admin, other_driver)
    for path, key in (
        ("/api/routes", "route_id"),
        ("/api/devices", "device_id"),
        ("/api/service-orders", "service_order_id"),
        ("/api/tickets", "ticket_id"),
    ):
        seen = {item["id"] for item in driver.get(path).json["items"]}
        everything = {item["id"] for item in viewer.get(path).json["items"]}
        assert own[key] in seen
        assert others[key] not in seen
        assert {own[key], others[key]} <= everything


def test_a_key_to_push_audits_sends_them_and_does_nothing_else(engine, admin, driver):
    ids = corner(admin, driver)
    pushing = admin.with_key(["dex:push"])
    before = entries(engine)
    open_to_all = [name for name, each in OPERATIONS.items() if each.access == "anyone"]
    pushes = {name for name, each in OPERATIONS.items() if "dex:push" in each.scopes}
    assert pushes == {
        "dex_read_service.create_dex_read",
        "dex_batch_service.create_dex_batch",
        "dex_batch_service.get_dex_batch",
        "dex_batch_service.list_dex_batch_files",
    }
    others = [name for name in in_order() if name not in {*open_to_all, *pushes}]
    answers = {name: ask(pushing, name, ids).status for name in others}
    assert set(answers.values()) == {403}
    assert entries(engine) == before
    # Understood, though that audit is of another machine than the one it is sent for.
    assert ask(pushing, "dex_read_service.create_dex_read", ids).status == 409


@SPARED
@pytest.mark.parametrize("scope", contract.current().scopes_of("admin"))
def test_a_scope_opens_what_states_it_and_nothing_else(admin, driver, scope):
    ids = corner(admin, driver)
    program = admin.with_key([scope])
    reading = [each for each in OPERATIONS.values() if each.method == "get" and each.roles]
    asked = [each for each in reading if each.access != "anyone"]
    wrong = [
        each.name
        for each in asked
        if (ask(program, each.name, ids).status == 403) == (scope in each.scopes)
    ]
    assert wrong == []


def refusal(who, name, where, way):
    """The status of a refusal, None where there is none."""
    operation = OPERATIONS[name]
    if name in OVER:
        return 404
    if operation.access == "anyone":
        return None
    if who == "visitor":
        return 401
    if who not in operation.roles:
        return 403
    if way in OF_PROGRAMS and not operation.scopes:
        return 403
    if name in OF_AN_ADMINISTRATOR and who != "admin":
        return 404
    if name in OF_A_LIST and who == "driver":
        return 404 if "{" in operation.path else 403
    is_their_only = (
        "user" in operation.owned_by
        or name in OF_WHO_SAVED_IT
        or (who == "driver" and operation.owned_by)
    )
    return 404 if where == "absent" or (where == "another's" and is_their_only) else None


def entries(engine):
    with engine.reading() as db:
        return scalar(db, "SELECT count(*) FROM audit_entries")
