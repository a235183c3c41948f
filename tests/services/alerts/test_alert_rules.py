"""Alert rules: what somebody wants to be told of, from where on, where and when."""

import pytest

from domain import working_hours
from tests.kit.factories import make_device, make_location, make_planogram, make_route

PATH = "/api/alert-rules"


def make(person, **body):
    made = person.post(PATH, json={"name": "Mine", "kind": "sold_out", **body})
    assert made.status == 201, made.text
    return made.json


def rules(person, query=""):
    return person.get(f"{PATH}?{query}").json["items"]


def of_kind(person, kind):
    return next(rule for rule in rules(person) if rule["kind"] == kind)


def change(person, rule, **changes):
    return person.patch(f"{PATH}/{rule['id']}", json={"version": rule["version"], **changes})


def sold_out(manager, **more):
    device = make_device(manager, rows=1, columns=1, **more)
    make_planogram(manager, device["cabinets"][0]["id"], quantity=0, selections=["A1"])
    return device


def open_alerts(person):
    return person.get("/api/alerts").json["items"]


def preview(person, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return person.get(f"{PATH}/preview?{query}").json


def test_there_are_rules_from_the_start_and_none_floods_anybody(manager):
    found = rules(manager)
    assert len({rule["kind"] for rule in found}) == len(found) == 10
    at_once = {rule["kind"] for rule in found if rule["email"] == "at_once"}
    assert at_once == {"climate_or_door", "backup_old"}
    assert [rule["name"] for rule in found] == sorted((r["name"] for r in found), key=str.lower)


def test_it_works(manager, admin):
    made = make(manager, threshold=250, email="digest", weekdays="12345", user_ids=[admin.id])
    assert (made["unit"], made["threshold"], made["user_names"]) == ("money", 250, ["anna"])
    assert made["roles"] == ["admin", "manager"]
    assert manager.get(f"{PATH}/{made['id']}").json == made
    changed = change(manager, made, name="Other", switched_on=False).json
    assert changed == {**made, "name": "Other", "switched_on": False, "version": 2}
    assert change(manager, made, name="Third").status == 409
    archived = change(manager, changed, archived=True).json
    assert archived["archived_at"]
    assert [rule["id"] for rule in rules(manager, "archived=true")] == [made["id"]]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "silent", "threshold": 0}, "/threshold"),
        ({"kind": "late_order", "scope": "device", "scope_id": 1}, "/scope"),
        ({"scope": "route"}, "/scope_id"),
        ({"scope": "device", "scope_id": 999_999}, "/scope_id"),
        ({"scope": "location_kind"}, "/location_kind"),
        ({"from_time": "08:00"}, "/until_time"),
        ({"user_ids": [999_999]}, "/user_ids"),
    ],
)
def test_a_rule_that_cannot_be_says_what_is_wrong(manager, body, pointer):
    refused = manager.post(PATH, json={"name": "Mine", "kind": "sold_out", **body})
    assert refused.status == 422
    assert pointer in [error["pointer"] for error in refused.json["errors"]]


def test_a_rule_for_one_route_opens_nothing_on_another(manager, work):
    here, there = make_route(manager), make_route(manager)
    device = sold_out(manager, route_id=here["id"])
    sold_out(manager, route_id=there["id"])
    change(manager, of_kind(manager, "sold_out"), scope="route", scope_id=here["id"])
    work()
    assert [alert["device_id"] for alert in open_alerts(manager)] == [device["id"]]


def test_a_rule_for_hotels_opens_nothing_in_a_factory(manager, work):
    hotel = make_location(manager, kind="hotel")
    factory = make_location(manager, kind="factory")
    device = sold_out(manager, location_id=hotel["id"])
    sold_out(manager, location_id=factory["id"])
    change(manager, of_kind(manager, "sold_out"), scope="location_kind", location_kind="hotel")
    work()
    assert [alert["device_id"] for alert in open_alerts(manager)] == [device["id"]]


def test_what_nobody_wants_to_be_told_of_any_more_is_resolved(manager, work):
    sold_out(manager)
    work()
    assert len(open_alerts(manager)) == 1
    change(manager, of_kind(manager, "sold_out"), switched_on=False)
    work()
    assert open_alerts(manager) == []
    change(manager, of_kind(manager, "sold_out"), switched_on=True)
    work()
    assert len(open_alerts(manager)) == 1


def test_a_loss_below_the_threshold_opens_nothing(manager, engine, work):
    device = sold_out(manager)
    with engine.writing() as db:
        db.execute(
            "UPDATE slots SET units_per_day = 2.0, units_per_day_basis = 'visits' "
            "WHERE device_id = :id",
            {"id": device["id"]},
        )
    rule = change(manager, of_kind(manager, "sold_out"), threshold=301).json
    work()
    assert open_alerts(manager) == []
    assert preview(manager, kind="sold_out", threshold=301)["alerts"] == 0
    expected = {"alerts": 1, "more": False, "lost_cents_per_day": 300}
    assert preview(manager, kind="sold_out", threshold=300) == expected
    change(manager, rule, threshold=300)
    work()
    assert [alert["lost_cents_per_day"] for alert in open_alerts(manager)] == [300]


@pytest.mark.parametrize(
    "kind", ["runs_out", "silent", "fault", "climate_or_door", "price_differs", "not_booked",
             "late_order", "damaged_read", "backup_old"],
)  # fmt: skip
def test_every_kind_can_be_tried_before_it_is_saved(manager, kind):
    least = {"runs_out": 1, "silent": 1, "not_booked": 1, "late_order": 1, "backup_old": 1}
    found = preview(manager, kind=kind, threshold=least.get(kind, 0))
    assert found == {"alerts": 0, "more": False, "lost_cents_per_day": 0}


@pytest.mark.parametrize(
    ("moment", "first"),
    [
        # Friday evening in Berlin waits for Monday morning.
        ("2026-11-27T18:00:00Z", "2026-11-30T07:00:00Z"),
        ("2026-11-30T06:00:00Z", "2026-11-30T07:00:00Z"),
        ("2026-11-30T12:00:00Z", "2026-11-30T12:00:00Z"),
    ],
)
def test_who_is_at_home_is_told_when_they_begin(moment, first):
    hours = {"weekdays": "12345", "from_time": "08:00", "until_time": "17:00"}
    assert working_hours.first_within(moment, "Europe/Berlin", **hours) == first


def test_hours_may_go_past_midnight():
    hours = {"weekdays": "5", "from_time": "22:00", "until_time": "06:00"}
    night = "2026-11-28T03:00:00Z"
    assert working_hours.first_within(night, "Europe/Berlin", **hours) == night


def test_a_digest_comes_on_the_next_of_its_days():
    friday = "2026-11-27T08:00:00Z"
    found = working_hours.next_digest(friday, "Europe/Berlin", at="07:00", weekdays="12345")
    assert found == "2026-11-30T06:00:00Z"


def test_a_rule_for_more_money_than_there_are_hours_is_previewed(manager):
    asked = "kind=sold_out&threshold=100000000&scope=all"
    answer = manager.get(f"/api/alert-rules/preview?{asked}")
    assert answer.status == 200, answer.text
    assert answer.json["alerts"] == 0


def test_a_rule_of_a_route_that_is_archived_can_be_switched_off_and_archived(manager):
    route = make_route(manager)
    rule = make(manager, scope="route", scope_id=route["id"])
    archived = {"version": route["version"], "archived": True}
    assert manager.patch(f"/api/routes/{route['id']}", json=archived).status == 200
    off = change(manager, rule, switched_on=False, scope="route", scope_id=route["id"])
    assert off.status == 200, off.text
    assert change(manager, off.json, archived=True).status == 200
    refused = manager.post(
        PATH, json={"name": "New", "kind": "silent", "scope": "route", "scope_id": route["id"]}
    )
    assert refused.status == 422
