"""Saved views: how somebody looks at a list, under a name, for themselves or for everybody."""

import pytest

import clock
from services.views import saved_view_service
from tests.kit.people import sign_up

pytestmark = pytest.mark.both

PARAMS = {"route_id": "3", "sort": "-name", "q": "50% 'Ä'"}
COLUMNS = ["asset", "level"]


def save(person, name="North", **more):
    body = {"list_name": "devices", "name": name, "params": PARAMS, **more}
    answer = person.post("/api/saved-views", json=body)
    assert answer.status == 201, answer.text
    return answer.json


def names(person, list_name="devices"):
    return [view["name"] for view in layout(person, list_name)["views"]]


def at(view):
    return f"/api/saved-views/{view['id']}"


def change(person, view, **changes):
    return person.patch(at(view), json={"version": view["version"], **changes})


def choose(person, list_name="devices", *, columns=None, view=None):
    body = {"list_name": list_name, "columns": columns, "default_view_id": view and view["id"]}
    return person.put("/api/list-layout", json=body)


def layout(person, list_name="devices"):
    return person.get(f"/api/list-layout?list_name={list_name}").json


def test_a_view_keeps_what_the_list_showed(manager):
    view = save(manager, columns=COLUMNS)
    assert manager.get(at(view)).json == view
    assert view == {
        "id": view["id"],
        "list_name": "devices",
        "name": "North",
        "params": PARAMS,
        "columns": COLUMNS,
        "shared": False,
        "mine": True,
        "owner_name": view["owner_name"],
        "may_change": True,
        "pinned": False,
        "version": 1,
    }


def test_views_are_told_by_name_and_list(manager):
    save(manager, "west")
    save(manager, "East")
    save(manager, "Snacks", list_name="products")
    assert names(manager) == ["East", "west"]
    assert names(manager, "products") == ["Snacks"]


def test_a_view_is_for_whoever_saved_it_until_it_is_shared(manager, driver):
    view = save(manager)
    assert names(driver) == []
    assert driver.get(at(view)).status == 404
    assert change(manager, view, shared=True).status == 200
    seen = driver.get(at(view)).json
    assert (seen["mine"], seen["may_change"]) == (False, False)
    assert names(driver) == ["North"]


def test_a_driver_has_views_of_their_own_but_shares_none(driver):
    view = save(driver)
    assert change(driver, view, name="South").status == 200
    assert change(driver, {**view, "version": 2}, shared=True).status == 403
    body = {"list_name": "devices", "name": "All", "shared": True}
    assert driver.post("/api/saved-views", json=body).status == 403


def test_a_shared_view_is_changed_by_managers_and_administrators_alone(admin, manager, driver):
    view = save(manager, shared=True)
    assert change(driver, view, name="Mine").status == 403
    assert driver.delete(at(view)).status == 403
    assert change(admin, view, name="Ours").json["name"] == "Ours"
    assert names(manager) == ["Ours"]


def test_who_shares_views_no_more_leaves_those_that_they_shared(engine, manager, admin):
    view = save(manager, shared=True)
    with engine.writing() as db:
        db.execute("UPDATE users SET role = 'driver' WHERE id = :id", {"id": manager.id})
    assert manager.get(at(view)).json["mine"] is True
    assert change(manager, view, name="South").status == 403
    assert change(admin, view, name="South").status == 200


def test_nobody_brings_back_what_somebody_else_saved_for_themselves(manager, admin):
    view = save(manager)
    manager.delete(at(view))
    assert admin.post(f"{at(view)}/restoration").status == 404
    assert manager.post(f"{at(view)}/restoration").status == 200


def test_who_may_not_open_a_list_has_none_of_its_views(admin, driver):
    view = save(admin, list_name="users", shared=True)
    assert admin.put(f"{at(view)}/pin", json={"pinned": True}).status == 200
    assert driver.get(at(view)).status == 404
    assert driver.put(f"{at(view)}/pin", json={"pinned": True}).status == 404
    body = {"list_name": "users", "name": "All"}
    assert driver.post("/api/saved-views", json=body).status == 403
    assert driver.get("/api/list-layout?list_name=users").status == 403
    assert choose(driver, "users").status == 403


def test_a_role_that_is_taken_away_takes_the_views_of_its_lists_along(engine, admin):
    view = save(admin, list_name="users")
    admin.put(f"{at(view)}/pin", json={"pinned": True})
    with engine.writing() as db:
        db.execute("UPDATE users SET role = 'driver' WHERE id = :id", {"id": admin.id})
    assert admin.get("/api/saved-views/pinned").json["items"] == []


def test_two_views_of_a_list_do_not_have_one_name(manager, admin):
    view = save(manager)
    body = {"list_name": "devices", "name": "NORTH"}
    refused = manager.post("/api/saved-views", json=body)
    assert refused.status == 409
    assert "another name" in refused.json["detail"]
    other = save(manager, "South")
    assert change(manager, other, name="north").status == 409
    save(manager, list_name="products")
    save(admin)
    assert change(manager, view, name="NORTH").status == 200


def test_a_view_takes_what_is_shown_now_in_its_place(manager):
    view = save(manager, columns=COLUMNS)
    now = change(manager, view, params={"archived": "true"}, columns=None).json
    assert (now["params"], now["columns"], now["version"]) == ({"archived": "true"}, None, 2)
    assert manager.get(at(view)).json == now
    stale = change(manager, view, name="Late")
    assert stale.status == 409
    assert stale.json["current"]["version"] == 2


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"name": " "}, "/name"),
        ({"name": "x" * 61}, "/name"),
        ({"list_name": "elsewhere"}, "/list_name"),
        ({"params": {"q": "x" * 201}}, "/params/q"),
        ({"params": {"q": 7}}, "/params/q"),
        ({"params": {"a-b": "x"}}, "/params"),
        ({"params": {f"p{chr(97 + number)}": "x" for number in range(21)}}, "/params"),
        ({"columns": []}, "/columns"),
        ({"columns": ["asset", "asset"]}, "/columns"),
        ({"columns": ["<b>"]}, "/columns/0"),
    ],
)
def test_what_no_address_can_say_is_no_view(manager, wrong, place):
    body = {"list_name": "devices", "name": "North", **wrong}
    refused = manager.post("/api/saved-views", json=body)
    assert refused.status == 422
    assert refused.pointers == [place]


def test_somebody_has_fifty_views_at_most(manager):
    for number in range(50):
        save(manager, f"View {number}")
    refused = manager.post("/api/saved-views", json={"list_name": "routes", "name": "One more"})
    assert refused.status == 409
    assert "remove one first" in refused.json["detail"]


def test_a_list_has_a_hundred_shared_views_at_most(app, engine, manager):
    for person in (manager, sign_up(app, engine, "mara", "manager")):
        for number in range(50):
            save(person, f"View {number}", shared=True)
    third = sign_up(app, engine, "mona", "manager")
    refused = third.post(
        "/api/saved-views", json={"list_name": "devices", "name": "All", "shared": True}
    )
    assert refused.status == 409
    assert "shared views" in refused.json["detail"]
    assert save(third)["shared"] is False


def test_a_removed_view_is_gone_and_can_be_brought_back(manager, driver):
    view = save(manager, shared=True)
    driver.put(f"{at(view)}/pin", json={"pinned": True})
    choose(driver, view=view)
    assert manager.delete(at(view)).status == 204
    assert names(manager) == names(driver) == []
    assert driver.get("/api/saved-views/pinned").json["items"] == []
    assert layout(driver)["default_view_id"] is None
    assert driver.post(f"{at(view)}/restoration").status == 404
    assert manager.post(f"{at(view)}/restoration").json == view
    assert [each["name"] for each in driver.get("/api/saved-views/pinned").json["items"]] == [
        "North"
    ]
    assert layout(driver)["default_view_id"] == view["id"]


def test_a_view_whose_name_was_taken_meanwhile_is_not_brought_back_beside_it(manager):
    view = save(manager)
    manager.delete(at(view))
    save(manager)
    assert manager.post(f"{at(view)}/restoration").status == 409


def test_a_shared_view_whose_place_was_taken_meanwhile_is_not_one_too_many(manager, monkeypatch):
    monkeypatch.setattr(saved_view_service, "MOST_SHARED", 1)
    view = save(manager, shared=True)
    manager.delete(at(view))
    other = save(manager, "South", shared=True)
    refused = manager.post(f"{at(view)}/restoration")
    assert refused.status == 409
    assert "shared views" in refused.json["detail"]
    manager.delete(at(other))
    assert manager.post(f"{at(view)}/restoration").json == view


def test_a_removed_view_is_forgotten_after_a_day(engine, manager):
    first, second = save(manager), save(manager, "South")
    manager.delete(at(first))
    aged = "UPDATE saved_views SET removed_at = :old WHERE id = :id"
    with engine.writing() as db:
        db.execute(aged, {"old": clock.later(clock.now(), hours=-25), "id": first["id"]})
    assert manager.post(f"{at(first)}/restoration").status == 404
    manager.delete(at(second))
    with engine.reading() as db:
        left = [row["name"] for row in db.query("SELECT name FROM saved_views")]
    assert left == ["South"]


def test_the_rail_of_each_person_is_their_own(manager, driver):
    view = save(manager, shared=True)
    assert manager.put(f"{at(view)}/pin", json={"pinned": True}).json["pinned"] is True
    assert manager.put(f"{at(view)}/pin", json={"pinned": True}).status == 200
    assert len(manager.get("/api/saved-views/pinned").json["items"]) == 1
    assert driver.get("/api/saved-views/pinned").json["items"] == []
    assert manager.put(f"{at(view)}/pin", json={"pinned": False}).json["pinned"] is False
    assert manager.get("/api/saved-views/pinned").json["items"] == []


def test_the_rail_holds_twelve_views(manager):
    for number in range(13):
        view = save(manager, f"View {number}")
        status = manager.put(f"{at(view)}/pin", json={"pinned": True}).status
        assert status == (200 if number < 12 else 409)


def test_what_is_shared_no_longer_leaves_the_rail_of_others(manager, driver):
    view = save(manager, shared=True)
    driver.put(f"{at(view)}/pin", json={"pinned": True})
    choose(driver, view=view)
    change(manager, view, shared=False)
    assert driver.get("/api/saved-views/pinned").json["items"] == []
    assert layout(driver)["default_view_id"] is None


def test_the_columns_of_a_list_are_those_that_somebody_chose(manager, driver):
    assert layout(manager) == {
        "list_name": "devices",
        "columns": None,
        "default_view_id": None,
        "views": [],
    }
    assert choose(manager, columns=["level", "asset"]).status == 200
    assert layout(manager)["columns"] == ["level", "asset"]
    assert layout(manager, "products")["columns"] is None
    assert layout(driver)["columns"] is None
    choose(manager, columns=None)
    assert layout(manager)["columns"] is None


def test_a_list_opens_with_the_view_that_somebody_chose(manager, driver):
    view, other = save(manager), save(manager, list_name="products")
    assert choose(manager, view=view).json["default_view_id"] == view["id"]
    assert layout(manager)["default_view_id"] == view["id"]
    refused = choose(manager, view=other)
    assert (refused.status, refused.pointers) == (422, ["/default_view_id"])
    assert choose(driver, view=view).status == 422


def test_the_audit_log_tells_what_became_of_a_view(admin):
    view = save(admin, columns=COLUMNS)
    change(admin, view, name="South")
    admin.delete(at(view))
    admin.post(f"{at(view)}/restoration")
    entries = admin.get("/api/audit-entries?noun=saved_view").json["items"]
    actions = [entry["action"] for entry in reversed(entries)]
    assert actions == [f"saved_view.{act}" for act in ("created", "updated", "removed", "restored")]
    told = {change["field"]: change["to"] for change in entries[-1]["changes"]}
    assert told["address"] == "route_id=3&sort=-name&q=50%25+%27%C3%84%27"
    assert told["columns"] == "asset level"
