"""First steps: what an installation does once ticks itself, and goes when it is done."""

import pytest

from tests.kit.factories import (
    make_device,
    make_dex_read,
    make_location,
    make_machine,
    make_planogram,
    make_product,
    make_route,
    make_service_order,
    make_visit,
)
from tests.kit.people import sign_up


def steps_of(person):
    """{step: done} in the order in which they are told."""
    return {step["step"]: step["done"] for step in person.get("/api/first-steps").json["steps"]}


def goes_on_at(person, name):
    steps = person.get("/api/first-steps").json["steps"]
    return next(step["noun_id"] for step in steps if step["step"] == name)


def test_it_works(manager):
    assert steps_of(manager) == dict.fromkeys(
        ("audit", "product", "location", "planogram", "route", "order", "visit"), False
    )


def test_each_step_ticks_itself_once_it_is_done(manager):
    def just_done(before):
        """The steps that were done since."""
        now = steps_of(manager)
        return {step for step, done in now.items() if done and not before[step]}

    before = steps_of(manager)
    product = make_product(manager)
    assert just_done(before) == {"product"}
    before = steps_of(manager)
    make_location(manager)
    assert just_done(before) == {"location"}
    before = steps_of(manager)
    route = make_route(manager)
    assert just_done(before) == {"route"}
    device = make_device(manager, route_id=route["id"])
    assert goes_on_at(manager, "planogram") == device["id"]
    before = steps_of(manager)
    make_planogram(manager, device["cabinets"][0]["id"], products=[product["id"]], quantity=0)
    assert just_done(before) == {"planogram"}
    assert goes_on_at(manager, "planogram") is None
    before = steps_of(manager)
    make_dex_read(manager, make_machine(device))
    assert just_done(before) == {"audit"}
    assert goes_on_at(manager, "visit") is None
    before = steps_of(manager)
    order = make_service_order(
        manager, route_id=route["id"], cabinet_ids=[device["cabinets"][0]["id"]]
    )
    assert just_done(before) == {"order"}
    assert goes_on_at(manager, "visit") == order["id"]
    before = steps_of(manager)
    make_visit(manager, order)
    assert just_done(before) == {"visit"}
    assert all(steps_of(manager).values())


def test_an_audit_that_belongs_to_no_device_is_not_booked(manager):
    make_dex_read(manager)
    assert steps_of(manager)["audit"] is False


def test_who_keeps_users_is_shown_that_somebody_else_may_sign_in(admin, app, engine):
    assert steps_of(admin)["person"] is False
    sign_up(app, engine, "second", "driver")
    assert steps_of(admin)["person"] is True


def test_who_keeps_users_is_shown_whether_backups_are_made(admin, manager):
    assert steps_of(admin)["backup"] is False
    assert steps_of(manager).keys().isdisjoint({"person", "backup"})


def test_put_away_they_are_put_away_for_everybody(manager, admin):
    assert manager.put("/api/first-steps", json={"hidden": True}).json == {"hidden": True}
    assert admin.get("/api/first-steps").json == {"hidden": True, "steps": []}


def test_who_put_them_away_can_take_them_out_again_and_the_log_tells_both(manager, admin):
    for hidden in (True, True, False):
        assert manager.put("/api/first-steps", json={"hidden": hidden}).status == 200
    assert admin.get("/api/first-steps").json["hidden"] is False
    told = [entry["action"] for entry in admin.get("/api/audit-entries").json["items"]]
    assert [action for action in told if action.startswith("first_steps.")] == [
        "first_steps.shown",
        "first_steps.hidden",
    ]


def test_putting_them_away_is_no_change_of_the_settings_somebody_edits(manager, admin):
    settings = admin.get("/api/settings").json
    manager.put("/api/first-steps", json={"hidden": True})
    assert admin.get("/api/settings").json == settings


@pytest.mark.parametrize("part", ["viewer", "driver"])
def test_they_are_not_for_who_may_not_take_them(request, part):
    assert request.getfixturevalue(part).get("/api/first-steps").status == 403
