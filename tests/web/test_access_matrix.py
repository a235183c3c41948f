"""Every operation, as every role, at what is one's own, another's and absent.

ACCESS lists who may do what: a admin, m manager, d driver, v viewer, o a driver
but only with what is their own, * also visitors. An operation that is not listed
fails the first test. Whoever is refused has changed nothing.
"""

import re

import pytest

from db import scalar
from tests.kit.world import OPERATIONS, ask, corner

ABSENT = 999_999
# In this order: what takes something away comes late, what ends the session last.
ACCESS = {
    "health_service.get_liveness": "*",
    "health_service.get_readiness": "*",
    "setup_service.get_setup": "*",
    "setup_service.create_setup": "*",
    "example_service.create_example_fleet": "a",
    "session_service.create_session": "*",
    "session_service.get_me": "amdv",
    "session_service.update_me": "amdv",
    "contract_service.get_openapi": "amdv",
    "contract_service.get_docs": "*",
    "settings_service.list_currencies": "*",
    "settings_service.get_settings": "amdv",
    "settings_service.update_settings": "a",
    "user_service.list_users": "a",
    "user_service.create_user": "a",
    "user_service.get_user": "a",
    "user_service.list_drivers": "amv",
    "audit_service.list_audit_entries": "a",
    "audit_service.get_verification": "a",
    "product_service.list_products": "amdv",
    "product_service.create_product": "am",
    "product_service.get_product": "amdv",
    "product_service.update_product": "am",
    "product_overview_service.get_product_overview": "amdv",
    "product_overview_service.list_product_slots": "amdv",
    "product_overview_service.list_product_changes": "amv",
    "slot_change_service.create_slot_change_preview": "am",
    "slot_change_service.create_slot_change": "am",
    "slot_change_service.undo_slot_change": "am",
    "location_service.list_locations": "amdv",
    "location_service.create_location": "am",
    "location_service.get_location": "amdv",
    "location_service.update_location": "am",
    "device_type_service.list_device_types": "amdv",
    "device_type_service.create_device_type": "am",
    "device_type_service.get_device_type": "amdv",
    "device_type_service.update_device_type": "am",
    "cabinet_type_service.list_cabinet_types": "amdv",
    "cabinet_type_service.create_cabinet_type": "am",
    "cabinet_type_service.get_cabinet_type": "amdv",
    "cabinet_type_service.update_cabinet_type": "am",
    "route_service.list_routes": "amdv",
    "route_service.create_route": "am",
    "route_service.get_route": "amov",
    "route_service.update_route": "am",
    "board_service.list_route_devices": "amov",
    "device_service.list_devices": "amdv",
    "device_service.create_device": "am",
    "device_service.get_device": "amov",
    "device_service.update_device": "am",
    "device_service.create_cabinet": "am",
    "metrics_service.get_device_metrics": "amov",
    "planogram_service.get_planogram": "amov",
    "planogram_service.update_planogram": "am",
    "planogram_service.list_planogram_changes": "amv",
    "planogram_service.create_planogram_proposal": "am",
    "stock_service.list_stock_moves": "amv",
    "sale_service.get_coverage": "amv",
    "sale_service.list_sales": "amv",
    "dashboard_service.get_dashboard": "amv",
    "dex_read_service.list_dex_reads": "amv",
    "dex_read_service.create_dex_read": "amo",
    "dex_read_service.get_dex_read": "amv",
    "dex_read_service.get_dex_read_raw": "amv",
    "dex_read_service.assign_dex_read": "am",
    "dex_preview_service.create_acceptance_preview": "am",
    "dex_read_service.accept_dex_read": "am",
    "installation_service.create_installation": "am",
    "quarantine_service.list_quarantined_files": "am",
    "rereading.list_book_changes": "amv",
    "quarantine_service.get_quarantined_file_raw": "am",
    "service_order_service.list_service_orders": "amdv",
    "service_order_service.create_service_order_preview": "am",
    "service_order_service.create_service_order": "am",
    "service_order_service.get_service_order": "amov",
    "service_order_service.get_pick_list": "amo",
    "skip_service.reverse_skip": "amo",
    "service_order_service.assign_service_order": "am",
    "service_order_service.update_service_order": "am",
    "service_order_service.load_service_order": "am",
    "skip_service.create_skip": "amo",
    "visit_service.create_visit": "amo",
    "visit_service.create_unplanned_visit": "amo",
    "visit_service.get_visit": "amov",
    "count_difference_service.list_count_differences": "amv",
    "count_difference_service.get_shrinkage": "amv",
    "count_difference_service.create_count_acknowledgement": "am",
    "count_difference_service.delete_count_acknowledgement": "am",
    "visit_service.reverse_visit": "am",
    "service_order_service.cancel_service_order": "am",
    "quarantine_service.delete_quarantined_file": "am",
    "device_service.delete_cabinet": "am",
    "device_service.delete_device": "a",
    "device_service.restore_device": "a",
    "user_service.update_user": "a",
    "user_service.create_password_reset": "a",
    "session_service.change_password": "amdv",
    "session_service.delete_session": "amdv",
}
LETTERS = {"admin": "a", "manager": "m", "driver": "d", "viewer": "v"}
# Gone for everybody once there is an administrator.
OVER = {"setup_service.create_setup"}
# Names what it is about in its body: an id that is absent there is an invalid value.
BY_BODY = {"dex_read_service.create_dex_read"}


def test_every_operation_is_listed():
    assert set(ACCESS) == set(OPERATIONS)


@pytest.mark.parametrize("name", ACCESS)
def test_the_contract_lets_in_the_roles_that_are_listed(name):
    operation = OPERATIONS[name]
    if ACCESS[name] == "*":
        assert operation.access == "anyone"
        return
    assert operation.access != "anyone"
    assert {LETTERS[role] for role in operation.roles} == set(ACCESS[name].replace("o", "d"))


@pytest.mark.parametrize("who", ["visitor", "admin", "manager", "driver", "viewer"])
def test_nobody_does_more_than_their_role_may(request, engine, admin, driver, other_driver, who):
    person = request.getfixturevalue(who)
    own = corner(admin, driver)
    others = corner(admin, other_driver)
    absent = dict.fromkeys(own, ABSENT)
    places = {"own": own, "another's": others, "absent": absent}
    cases = [
        (name, where, ids)
        for name in ACCESS
        for where, ids in places.items()
        if where == "own" or "{" in OPERATIONS[name].path or name in BY_BODY
    ]
    refused = [case for case in cases if refusal(who, *case[:2])]
    allowed = [case for case in cases if not refusal(who, *case[:2])]
    before = entries(engine)
    wrong = []
    for name, where, ids in refused:
        status = ask(person, name, ids).status
        if status != refusal(who, name, where):
            wrong.append(f"{name} of {where} answered {status}")
    assert wrong == []
    assert entries(engine) == before, "somebody who was refused changed something"
    for name, where, ids in allowed:
        status = ask(person, name, ids).status
        is_good = status in (200, 201, 204) or (OPERATIONS[name].method != "get" and status == 409)
        if not is_good:
            wrong.append(f"{name} of {where} answered {status}")
    assert wrong == []


def without_numbers(answer):
    """What is said, whatever the ids in it are."""
    return answer.status, re.sub(r"\d+", "#", answer.json["detail"])


@pytest.mark.parametrize("name", [name for name, who in ACCESS.items() if "o" in who])
def test_a_driver_cannot_tell_what_is_another_s_from_what_is_not_there(
    admin, driver, other_driver, name
):
    corner(admin, driver)
    others = corner(admin, other_driver)
    absent = dict.fromkeys(others, ABSENT)
    hidden, missing = ask(driver, name, others), ask(driver, name, absent)
    assert without_numbers(hidden) == without_numbers(missing)
    assert hidden.status == (422 if name == "visit_service.create_unplanned_visit" else 404)


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
    ):
        seen = {item["id"] for item in driver.get(path).json["items"]}
        everything = {item["id"] for item in viewer.get(path).json["items"]}
        assert own[key] in seen
        assert others[key] not in seen
        assert {own[key], others[key]} <= everything


def refusal(who, name, where):
    """The status of a refusal, None where there is none."""
    letters = ACCESS[name]
    if name in OVER:
        return 404
    if letters == "*":
        return None
    if who == "visitor":
        return 401
    is_his_only = who == "driver" and "o" in letters
    if LETTERS[who] not in letters and not is_his_only:
        return 403
    if where == "absent" or (where == "another's" and is_his_only):
        return 404
    return None


def entries(engine):
    with engine.reading() as db:
        return scalar(db, "SELECT count(*) FROM audit_entries")
