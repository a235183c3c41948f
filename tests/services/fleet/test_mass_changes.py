"""Many rows of a list changed at once: previewed, done, taken back."""

import pytest

import clock
from auth import console
from jobs import enqueue
from server.job_worker import JobWorker
from services.fleet import (
    device_type_service,
    mass_change_service,
    mass_devices,
    mass_selection,
)
from tests.kit.factories import (
    make_device,
    make_device_type,
    make_location,
    make_planogram,
    make_product,
    make_route,
    make_service_order,
    make_stocked_device,
)
from tests.kit.people import sign_up

pytestmark = pytest.mark.both


def change(person, kind, ids=None, *, found=None, digest=None, **more):
    selection = {"ids": ids} if found is None else {"filter": found}
    body = {"change": {"kind": kind, **more}, "selection": selection}
    return person.post("/api/mass-changes", json=body | ({"digest": digest} if digest else {}))


def preview(person, kind, ids=None, *, found=None, **more):
    selection = {"ids": ids} if found is None else {"filter": found}
    body = {"change": {"kind": kind, **more}, "selection": selection}
    return person.post("/api/mass-changes/preview", json=body)


def undo(person, done):
    return person.post(f"/api/mass-changes/{done.json['id']}/undo")


def device(person, of):
    return person.get(f"/api/devices/{of['id']}").json


def product(person, of):
    return person.get(f"/api/products/{of['id']}").json


def slots(person, of):
    cabinet = of["cabinets"][0]["id"]
    return person.get(f"/api/cabinets/{cabinet}/planogram").json["slots"]


def column(rows, name):
    return [row[name] for row in rows]


@pytest.fixture
def north(manager, driver):
    return make_route(manager, name="North", driver=driver)


@pytest.fixture
def south(manager):
    return make_route(manager, name="South")


def test_devices_move_to_a_route_together_and_back(manager, north, south):
    two = [make_device(manager, route_id=south["id"]), make_device(manager)]
    ids = column(two, "id")
    done = change(manager, "device_route", ids, route_id=north["id"])
    assert done.status == 201, done.text
    assert done.json["changed_rows"] == 2
    assert [device(manager, each)["route_name"] for each in two] == ["North", "North"]
    back = undo(manager, done)
    assert back.status == 200, back.text
    assert back.json["undone_at"] is not None
    assert [device(manager, each)["route_name"] for each in two] == ["South", None]


def test_the_preview_says_what_changes_in_words_and_writes_nothing(manager, driver, north, south):
    order = make_service_order(manager, route_id=south["id"], driver=driver)
    moving = manager.get(f"/api/devices?route_id={south['id']}").json["items"][0]
    lone, there = make_device(manager), make_device(manager, route_id=north["id"])
    ids = column([moving, lone, there], "id")
    said = preview(manager, "device_route", ids, route_id=north["id"]).json
    assert said["sentences"] == [
        "1 device moves from 1 route to North.",
        "1 device without a route comes to North.",
        "1 is there already.",
        "1 open order keeps its driver.",
    ]
    assert (said["selected"], said["changed"], said["unchanged"]) == (3, 2, 1)
    assert said["parts"][0] == {
        "id": moving["id"], "name": moving["asset"], "from": "South", "to": "North",
    }  # fmt: skip
    assert device(manager, moving)["route_name"] == "South"
    assert manager.get("/api/mass-changes").json["items"] == []
    assert manager.get(f"/api/service-orders/{order['id']}").json["status"] == "planned"


def test_all_that_a_list_finds_are_changed_by_its_own_filters(manager, north, south):
    inside = [make_device(manager, name=f"Lobby {n}", route_id=south["id"]) for n in range(3)]
    other = make_device(manager, name="Canteen", route_id=south["id"])
    done = change(
        manager,
        "device_route",
        found={"q": "lobby", "route_id": south["id"]},
        route_id=north["id"],
    )
    assert done.json["changed_rows"] == 3
    assert {device(manager, each)["route_name"] for each in inside} == {"North"}
    assert device(manager, other)["route_name"] == "South"


def test_a_filter_of_another_list_is_refused_where_it_stands(manager):
    answer = preview(manager, "device_route", found={"category": "Snacks"}, route_id=None)
    assert answer.status == 422
    assert answer.json["errors"][0]["pointer"] == "/selection/filter/category"


def test_more_than_is_changed_at_once_is_to_be_narrowed(manager, monkeypatch):
    ids = column([make_product(manager) for _ in range(3)], "id")
    monkeypatch.setitem(mass_selection.MOST, "product", 2)
    by_ids = preview(manager, "product_category", ids, category="Many")
    by_filter = preview(manager, "product_category", found={}, category="Many")
    for answer in (by_ids, by_filter):
        assert answer.json["errors"][0]["pointer"] == "/selection"
        assert "more than 2 products" in answer.json["errors"][0]["message"]


def test_what_does_not_exist_is_named_where_it_stands(manager):
    made = make_device(manager)
    answer = preview(manager, "device_route", [made["id"], 10**9], route_id=None)
    assert answer.json["errors"] == [{"pointer": "/selection/ids/1", "message": "is not a device"}]
    answer = preview(manager, "device_route", [made["id"]], route_id=10**9)
    assert answer.json["errors"][0]["pointer"] == "/change/route_id"


def test_nothing_is_changed_where_something_is_otherwise_than_in_the_preview(manager, north):
    made = make_device(manager)
    seen = preview(manager, "device_route", [made["id"]], route_id=north["id"]).json
    manager.patch(f"/api/devices/{made['id']}", json={"version": 1, "name": "New name"})
    answer = change(
        manager, "device_route", [made["id"]], digest=seen["digest"], route_id=north["id"]
    )
    assert answer.status == 409
    assert answer.json["current"]["changed"] == 1
    assert answer.json["current"]["digest"] != seen["digest"]
    assert device(manager, made)["route_id"] is None
    digest = answer.json["current"]["digest"]
    again = change(manager, "device_route", [made["id"]], digest=digest, route_id=north["id"])
    assert again.status == 201


def test_of_two_people_who_saw_the_same_preview_one_changes_it(manager, admin, north, south):
    made = make_device(manager)
    seen = preview(manager, "device_route", [made["id"]], route_id=north["id"]).json["digest"]
    first = change(manager, "device_route", [made["id"]], digest=seen, route_id=north["id"])
    second = change(admin, "device_route", [made["id"]], digest=seen, route_id=north["id"])
    assert (first.status, second.status) == (201, 409)


def test_undo_is_refused_as_a_whole_where_somebody_changed_a_row_since(manager, north):
    two = [make_device(manager), make_device(manager)]
    done = change(manager, "device_route", column(two, "id"), route_id=north["id"])
    now = device(manager, two[1])
    manager.patch(f"/api/devices/{now['id']}", json={"version": now["version"], "name": "Other"})
    answer = undo(manager, done)
    assert answer.status == 409
    assert answer.json["detail"] == f"Nothing was taken back: {now['asset']} was changed since."
    assert [device(manager, each)["route_name"] for each in two] == ["North", "North"]


def test_a_change_is_taken_back_once(manager, north):
    done = change(manager, "device_route", [make_device(manager)["id"]], route_id=north["id"])
    assert undo(manager, done).status == 200
    answer = undo(manager, done)
    assert (answer.status, answer.json["detail"]) == (409, "This was taken back already.")


def test_after_ten_minutes_a_change_stays(manager, north, monkeypatch):
    done = change(manager, "device_route", [make_device(manager)["id"]], route_id=north["id"])
    later = clock.later(clock.now(), minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    answer = undo(manager, done)
    assert answer.status == 409
    assert "more than 10 minutes ago" in answer.json["detail"]


def test_undo_says_that_the_route_they_came_from_is_archived_by_now(manager, north, south):
    made = make_device(manager, route_id=south["id"])
    done = change(manager, "device_route", [made["id"]], route_id=north["id"])
    manager.patch(f"/api/routes/{south['id']}", json={"version": 1, "archived": True})
    answer = undo(manager, done)
    assert answer.status == 409
    detail = f"Nothing was taken back: {made['asset']} would be on a route that is archived."
    assert answer.json["detail"] == detail


def test_devices_are_found_by_the_location_they_came_to(manager):
    lobby = make_location(manager, name="Harbour lobby")
    made = make_device(manager)
    done = change(manager, "device_location", [made["id"]], location_id=lobby["id"])
    assert done.json["target"] == "Harbour lobby"
    found = manager.get("/api/devices?q=harbour").json["items"]
    assert column(found, "id") == [made["id"]]
    undo(manager, done)
    assert manager.get("/api/devices?q=harbour").json["items"] == []


def test_a_device_with_more_cabinets_than_the_type_takes_is_left_alone_and_named(manager):
    small = make_device_type(manager, max_cabinets=1)
    big, fits = make_device(manager, cabinets=2), make_device(manager)
    ids = column([big, fits], "id")
    said = preview(manager, "device_type", ids, device_type_id=small["id"]).json
    assert said["refusals"] == [
        {
            "reason": "has more cabinets than that type has room for",
            "count": 1,
            "names": [big["asset"]],
        }
    ]
    done = change(manager, "device_type", ids, device_type_id=small["id"])
    assert done.json["changed_rows"] == 1
    assert device(manager, big)["device_type_id"] != small["id"]
    assert device(manager, fits)["device_type_id"] == small["id"]


def test_devices_are_archived_but_for_those_that_an_open_order_loads(admin, manager, south):
    make_service_order(manager, route_id=south["id"])
    loaded = manager.get(f"/api/devices?route_id={south['id']}").json["items"][0]
    free = make_device(manager)
    ids = column([loaded, free], "id")
    done = change(admin, "device_archived", ids, archived=True)
    assert done.json["changed_rows"] == 1
    assert device(admin, loaded)["archived_at"] is None
    assert device(admin, free)["archived_at"] is not None
    counts = admin.get("/api/devices?counted=true").json["total"]["count"]
    assert counts == 1
    assert undo(admin, done).status == 200
    assert device(admin, free)["archived_at"] is None


def test_only_an_administrator_archives_devices(manager):
    answer = change(manager, "device_archived", [make_device(manager)["id"]], archived=True)
    assert answer.status == 403


def test_only_an_administrator_takes_back_what_archived_devices(admin, manager):
    made = make_device(manager)
    done = change(admin, "device_archived", [made["id"]], archived=True)
    assert undo(manager, done).status == 403
    assert device(admin, made)["archived_at"] is not None
    assert undo(admin, done).status == 200


def test_undo_brings_no_device_back_onto_a_route_that_is_archived_by_now(admin, manager, south):
    made = make_device(manager, route_id=south["id"])
    done = change(admin, "device_archived", [made["id"]], archived=True)
    manager.patch(f"/api/routes/{south['id']}", json={"version": 1, "archived": True})
    answer = undo(admin, done)
    assert answer.status == 409
    detail = f"Nothing was taken back: {made['asset']} would be on a route that is archived."
    assert answer.json["detail"] == detail
    restored = change(admin, "device_archived", [made["id"]], archived=False)
    assert device(admin, made)["route_id"] is None
    assert undo(admin, restored).status == 200
    assert device(admin, made)["route_id"] == south["id"], "out of use, it is on it as before"


def test_undo_says_that_the_type_they_had_does_not_exist_any_more(manager, engine):
    old, new = make_device_type(manager), make_device_type(manager)
    made = make_device(manager, device_type_id=old["id"])
    done = change(manager, "device_type", [made["id"]], device_type_id=new["id"])
    with engine.writing() as db:
        device_type_service.remove_device_type(db, device_type_id=old["id"])
    answer = undo(manager, done)
    assert answer.status == 409
    assert "would be of a type that does not exist any more" in answer.json["detail"]


def test_what_comes_to_a_list_while_its_rows_are_held_is_looked_at_first(
    manager, north, south, monkeypatch
):
    inside, late = make_device(manager, route_id=south["id"]), make_device(manager)
    hold = mass_devices.hold

    def hold_and_come(db, parts):
        hold(db, parts)
        moved = {"id": late["id"], "route_id": south["id"]}
        db.execute("UPDATE devices SET route_id = :route_id WHERE id = :id", moved)

    monkeypatch.setattr(mass_devices, "hold", hold_and_come)
    found = {"route_id": south["id"]}
    answer = change(manager, "device_route", found=found, route_id=north["id"])
    assert answer.status == 409, answer.text
    assert answer.json["current"]["changed"] == 2
    assert device(manager, inside)["route_id"] == south["id"]


def test_a_preview_is_of_all_that_changes_and_not_of_its_words_alone(manager):
    cola, tea = make_product(manager, name="Cola"), make_product(manager, name="Tea")
    made = make_device(manager, rows=1, columns=1)
    make_planogram(manager, made["cabinets"][0]["id"], products=[cola["id"]])
    asked = {"product_id": cola["id"], "replacement_id": tea["id"]}
    seen = preview(manager, "slot_product", [made["id"]], price_cents=120, **asked).json["digest"]
    other = change(manager, "slot_product", [made["id"]], digest=seen, price_cents=990, **asked)
    assert other.status == 409
    same = change(manager, "slot_product", [made["id"]], digest=seen, price_cents=120, **asked)
    assert same.status == 201


def test_what_was_seen_archived_is_archived_also_a_second_later(admin, monkeypatch):
    made = make_device(admin)
    seen = preview(admin, "device_archived", [made["id"]], archived=True).json
    assert seen["sentences"] == ["1 device is archived; its history stays."]
    later = clock.later(clock.now(), minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    done = change(admin, "device_archived", [made["id"]], digest=seen["digest"], archived=True)
    assert done.status == 201


def test_a_machine_with_two_cabinets_is_counted_once(manager):
    cola, tea = make_product(manager, name="Cola"), make_product(manager, name="Tea")
    made = make_device(manager, cabinets=2)
    for cabinet in made["cabinets"]:
        make_planogram(manager, cabinet["id"], products=[cola["id"]])
    asked = {"product_id": cola["id"], "replacement_id": tea["id"]}
    said = preview(manager, "slot_product", [made["id"]], **asked).json["sentences"]
    assert said[0] == "2 slots of 1 device get Tea."


def test_rows_that_are_on_no_route_lose_none(manager):
    said = preview(manager, "device_route", [make_device(manager)["id"]], route_id=None).json
    assert said["sentences"] == ["1 is on no route already."]


@pytest.mark.parametrize("who", ["driver", "viewer"])
def test_others_change_nothing(who, request, manager, north):
    ids = [make_device(manager)["id"]]
    person = request.getfixturevalue(who)
    assert preview(person, "device_route", ids, route_id=north["id"]).status == 403
    assert change(person, "device_route", ids, route_id=north["id"]).status == 403
    assert person.get("/api/mass-changes").status == 403


def test_nothing_to_change_is_said(manager, north):
    made = make_device(manager, route_id=north["id"])
    answer = change(manager, "device_route", [made["id"]], route_id=north["id"])
    assert answer.status == 409
    assert "Nothing is to be changed" in answer.json["detail"]


def test_list_prices_go_up_by_percents_rounded_to_a_step(manager):
    three = [make_product(manager, price_cents=cents) for cents in (150, 175, 99)]
    ids = column(three, "id")
    done = change(manager, "product_price", ids, price={"percent": 10, "step_cents": 5})
    assert [product(manager, each)["price_cents"] for each in three] == [165, 195, 110]
    parts = manager.get(f"/api/mass-changes/{done.json['id']}/parts").json["items"]
    assert [(part["from"], part["to"]) for part in parts] == [(150, 165), (175, 195), (99, 110)]
    undo(manager, done)
    assert [product(manager, each)["price_cents"] for each in three] == [150, 175, 99]


def test_a_price_below_nothing_is_left_alone(manager):
    cheap, dear = make_product(manager, price_cents=20), make_product(manager, price_cents=200)
    ids = column([cheap, dear], "id")
    said = preview(manager, "product_price", ids, price={"add_cents": -50}).json
    assert said["refusals"][0]["reason"] == "would cost less than nothing"
    assert said["sentences"][0] == "1 product gets cheaper."


def test_slots_with_a_price_of_their_own_keep_it_and_the_preview_says_so(manager):
    cola = make_product(manager)
    made = make_device(manager)
    make_planogram(manager, made["cabinets"][0]["id"], products=[cola["id"]] * 2, price_cents=150)
    said = preview(manager, "product_price", [cola["id"]], price={"set_cents": 200}).json
    assert "2 slots with their own price keep it." in said["sentences"]


def test_products_move_to_a_category_where_they_are_found(manager):
    two = [make_product(manager, category="Drinks"), make_product(manager, category="")]
    done = change(manager, "product_category", column(two, "id"), category="Seasonal")
    assert done.json["target"] == "Seasonal"
    found = manager.get("/api/products?q=seasonal").json["items"]
    assert len(found) == 2
    undo(manager, done)
    assert [product(manager, each)["category"] for each in two] == ["Drinks", ""]


def test_products_are_archived_and_the_preview_says_what_still_holds_them(manager):
    cola = make_product(manager)
    made = make_device(manager)
    make_planogram(manager, made["cabinets"][0]["id"], products=[cola["id"]] * 3)
    said = preview(manager, "product_archived", [cola["id"]], archived=True).json["sentences"]
    assert said[0] == "1 product is archived."
    assert said[1].startswith("3 slots of 1 machine go on being filled with what is archived")
    done = change(manager, "product_archived", [cola["id"]], archived=True)
    assert product(manager, cola)["archived_at"] is not None
    undo(manager, done)
    assert product(manager, cola)["archived_at"] is None


def test_routes_go_to_a_driver_and_open_orders_keep_theirs(manager, driver, other_driver):
    two = [make_route(manager, driver=driver), make_route(manager)]
    order = make_service_order(manager, route_id=two[0]["id"], driver=driver)
    ids = column(two, "id")
    said = preview(manager, "route_driver", ids, driver_id=other_driver.id).json["sentences"]
    assert said[0].startswith("2 routes go to ")
    assert said[-1] == "1 open order keeps its driver."
    done = change(manager, "route_driver", ids, driver_id=other_driver.id)
    routes = [manager.get(f"/api/routes/{route_id}").json for route_id in ids]
    assert column(routes, "driver_id") == [other_driver.id] * 2
    assert manager.get(f"/api/service-orders/{order['id']}").json["driver_id"] == driver.id
    undo(manager, done)
    routes = [manager.get(f"/api/routes/{route_id}").json for route_id in ids]
    assert column(routes, "driver_id") == [driver.id, None]
    assert change(manager, "route_driver", ids, driver_id=manager.id).status == 422


def test_prices_of_slots_go_up_and_what_the_slots_hold_stays(manager):
    made = make_stocked_device(manager, quantity=5)
    done = change(manager, "slot_price", [made["id"]], price={"add_cents": 20})
    assert done.status == 201, done.text
    now = slots(manager, made)
    assert set(column(now, "price_cents")) == {170}
    assert set(column(now, "quantity")) == {5}
    noted = manager.get(f"/api/cabinets/{made['cabinets'][0]['id']}/planogram-changes").json
    assert noted["items"][0]["changes"] == [{"field": "price_cents", "from": 150, "to": 170}]
    assert undo(manager, done).status == 200
    assert set(column(slots(manager, made), "price_cents")) == {150}


def test_only_the_slots_of_one_product_are_changed(manager):
    cola, tea = make_product(manager), make_product(manager)
    made = make_device(manager, rows=1, columns=2)
    make_planogram(manager, made["cabinets"][0]["id"], products=[cola["id"], tea["id"]])
    change(manager, "slot_price", [made["id"]], price={"set_cents": 90}, product_id=tea["id"])
    assert column(slots(manager, made), "price_cents") == [150, 90]


def test_par_is_scaled_and_never_above_what_fits(manager):
    made = make_stocked_device(manager)
    change(manager, "slot_par", [made["id"]], amount={"scale_percent": 50})
    assert set(column(slots(manager, made), "par_level")) == {4}
    change(manager, "slot_par", [made["id"]], amount={"scale_percent": 900})
    assert set(column(slots(manager, made), "par_level")) == {10}
    said = preview(manager, "slot_par", [made["id"]], amount={"set": 11}).json
    assert said["refusals"][0]["reason"] == "would have a par level above what fits"


def test_capacity_takes_par_along_and_is_refused_where_more_is_inside(manager):
    made = make_stocked_device(manager, quantity=5)
    ids = [made["id"]]
    said = preview(manager, "slot_capacity", ids, amount={"set": 4}, scales_par=True).json
    assert said["refusals"][0]["reason"] == "holds more than would fit"
    done = change(manager, "slot_capacity", ids, amount={"set": 5}, scales_par=True)
    assert done.status == 201, done.text
    now = slots(manager, made)
    assert {(each["capacity"], each["par_level"], each["quantity"]) for each in now} == {(5, 4, 5)}
    assert undo(manager, done).status == 200
    now = slots(manager, made)
    assert {(each["capacity"], each["par_level"], each["quantity"]) for each in now} == {(10, 8, 5)}


def test_a_product_is_replaced_in_all_machines_and_comes_back_with_its_stock(manager):
    cola, tea = make_product(manager, name="Cola"), make_product(manager, name="Tea")
    two = [make_device(manager, rows=1, columns=2) for _ in range(2)]
    for made in two:
        make_planogram(manager, made["cabinets"][0]["id"], products=[cola["id"]] * 2, quantity=3)
    more = {"product_id": cola["id"], "replacement_id": tea["id"], "price_cents": 120}
    said = preview(manager, "slot_product", found={}, **more).json
    assert said["sentences"] == [
        "4 slots of 2 devices get Tea.",
        "12 units of what is inside are to be taken out.",
    ]
    done = change(manager, "slot_product", found={}, **more)
    now = slots(manager, two[0])
    assert {(each["product_name"], each["price_cents"], each["quantity"]) for each in now} == {
        ("Tea", 120, None)
    }
    assert undo(manager, done).status == 200
    now = slots(manager, two[0])
    assert {(each["product_name"], each["price_cents"], each["quantity"]) for each in now} == {
        ("Cola", 150, 3)
    }


def test_a_planogram_is_copied_to_other_machines_and_the_preview_shows_what_differs(manager):
    cola, tea = make_product(manager, name="Cola"), make_product(manager, name="Tea")
    like, made, small = (make_device(manager, rows=1, columns=n) for n in (2, 2, 1))
    make_planogram(
        manager, like["cabinets"][0]["id"], products=[tea["id"]], selections=["A1"], par_level=6
    )
    make_planogram(manager, made["cabinets"][0]["id"], products=[cola["id"]] * 2, quantity=3)
    make_planogram(manager, small["cabinets"][0]["id"], products=[cola["id"]])
    ids = column([like, made, small], "id")
    said = preview(manager, "slot_layout", ids, device_id=like["id"]).json
    assert said["sentences"] == [
        f"2 slots become as in {like['asset']}.",
        "2 of them hold another product then.",
        "6 units of what is inside are to be taken out.",
        "2 are so already.",
    ]
    assert said["refusals"][0]["reason"] == "is in a cabinet of another size"
    assert [(part["from"], part["to"]) for part in said["parts"]] == [
        ("Cola, 1.50, par 8 of 10", "Tea, 1.50, par 6 of 10"),
        ("Cola, 1.50, par 8 of 10", "empty"),
    ]
    done = change(manager, "slot_layout", ids, device_id=like["id"])
    now = slots(manager, made)
    assert [(each["product_name"], each["par_level"]) for each in now] == [("Tea", 6), (None, 0)]
    assert column(now, "quantity") == [None, 0]
    assert column(now, "selection") == ["A1", "A2"], "selections stay the machine's own"
    assert undo(manager, done).status == 200
    now = slots(manager, made)
    assert [(each["product_name"], each["quantity"]) for each in now] == [("Cola", 3)] * 2


def test_the_audit_log_has_one_entry_with_its_parts(admin, manager, north, south):
    two = [make_device(manager, route_id=south["id"]), make_device(manager)]
    done = change(manager, "device_route", column(two, "id"), route_id=north["id"])
    undo(manager, done)
    entries = admin.get("/api/audit-entries?noun=mass_change").json["items"]
    assert column(entries, "action") == ["mass_change.undone", "mass_change.created"]
    assert {"field": f"{two[0]['asset']} route", "from": "South", "to": "North"} in entries[1][
        "changes"
    ]
    assert {"field": "changed", "from": None, "to": 2} in entries[1]["changes"]
    assert admin.get("/api/audit-entries/verification").json["ok"] is True


def test_a_change_of_thousands_is_told_in_entries_of_some_hundreds(
    admin, manager, north, monkeypatch
):
    monkeypatch.setattr(mass_change_service, "MOST_PARTS", 2)
    devices = [make_device(manager) for _ in range(5)]
    undo(manager, change(manager, "device_route", column(devices, "id"), route_id=north["id"]))
    entries = admin.get("/api/audit-entries?noun=mass_change").json["items"]
    assert column(entries, "action") == ["mass_change.undone"] * 3 + ["mass_change.created"] * 3
    said = [{each["field"]: each["to"] for each in entry["changes"]} for entry in entries[3:]]
    assert column(said, "entry") == ["3 of 3", "2 of 3", "1 of 3"]
    assert column(said, "changed") == [5, 5, 5]
    told = [name for entry in said for name in entry if name.endswith(" route")]
    assert sorted(told) == sorted(f"{device['asset']} route" for device in devices)
    assert admin.get("/api/audit-entries/verification").json["ok"] is True


def test_recent_changes_come_newest_first(manager, north):
    ids = [make_device(manager)["id"]]
    change(manager, "device_route", ids, route_id=north["id"])
    change(manager, "device_route", ids, route_id=None)
    listed = manager.get("/api/mass-changes?counted=true").json
    assert column(listed["items"], "target") == [None, "North"]
    assert listed["total"]["count"] == 2
    first = manager.get("/api/mass-changes?limit=1").json
    rest = manager.get(f"/api/mass-changes?limit=1&cursor={first['next_cursor']}").json
    assert column(rest["items"], "target") == ["North"]
    assert manager.get("/api/mass-changes/999").status == 404


def test_parts_go_after_ninety_days(app, engine, manager, north, monkeypatch):
    ids = [make_device(manager)["id"]]
    old = change(manager, "device_route", ids, route_id=north["id"]).json
    later = clock.later(clock.now(), days=91)
    monkeypatch.setattr(clock, "now", lambda: later)
    mia = sign_up(app, engine, "mia", "manager")
    new = change(mia, "device_route", ids, route_id=None).json
    with engine.writing() as db:
        enqueue(db, console(), "mass.clearing", {})
    JobWorker(engine, "first").run_one()
    assert len(mia.get(f"/api/mass-changes/{new['id']}/parts").json["items"]) == 1
    assert mia.get(f"/api/mass-changes/{old['id']}/parts").json["items"] == []
    assert mia.get(f"/api/mass-changes/{old['id']}").json["changed_rows"] == 1
