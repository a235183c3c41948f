"""Labels: a code on each thing that stands somewhere, which leads to its page."""

from dataclasses import replace

import pytest

from app import create_app
from tests.kit.factories import make_device, make_location, make_route
from tests.kit.people import PASSWORD, Person

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


def labels_of(person, noun, **asked):
    found = person.get("/api/labels", query_string={"noun": noun, **asked})
    assert found.status == 200, found.json
    return found.json["items"]


@pytest.mark.both
def test_a_machine_its_cabinets_and_its_location_have_labels_that_lead_to_their_pages(manager):
    location = make_location(manager, name="Lobby", address="1 Main Street")
    device = make_device(manager, asset="T-1000", name="Snacks", location_id=location["id"])
    (label,) = labels_of(manager, "device")
    assert (label["title"], label["lines"]) == ("T-1000", ["Snacks", "Lobby"])
    assert label["url"].endswith(f"/#/devices/{device['id']}")
    (label,) = labels_of(manager, "cabinet")
    assert (label["title"], label["lines"]) == ("T-1000", ["Cabinet 1", "Snacks", "Lobby"])
    assert label["url"].endswith(f"/#/devices/{device['id']}/planogram?cabinet=1")
    (label,) = labels_of(manager, "location")
    assert (label["title"], label["lines"]) == ("Lobby", ["1 Main Street"])
    assert label["url"].endswith(f"/#/devices?location_id={location['id']}")


@pytest.mark.both
@pytest.mark.parametrize("noun", ["device", "cabinet", "location"])
def test_labels_are_of_a_route_of_a_location_or_of_chosen_ones(manager, noun):
    route, lobby = make_route(manager), make_location(manager, name="Lobby")
    hall = make_location(manager, name="Hall")
    devices = [
        make_device(manager, asset="A-1", route_id=route["id"], location_id=lobby["id"]),
        make_device(manager, asset="A-2", location_id=hall["id"]),
    ]
    of_route = labels_of(manager, noun, route_id=route["id"])
    assert [label["title"] for label in of_route] == ["Lobby" if noun == "location" else "A-1"]
    at_hall = labels_of(manager, noun, location_id=hall["id"])
    assert [label["title"] for label in at_hall] == ["Hall" if noun == "location" else "A-2"]
    chosen = (lobby, hall) if noun == "location" else devices
    ids = ",".join(str(each["id"]) for each in chosen) + ",999999"
    both = {label["title"] for label in labels_of(manager, noun, ids=ids)}
    assert both == ({"Lobby", "Hall"} if noun == "location" else {"A-1", "A-2"})


def test_what_is_archived_gets_no_label(admin):
    device = make_device(admin)
    admin.delete(f"/api/devices/{device['id']}")
    assert labels_of(admin, "device") == labels_of(admin, "cabinet") == []


def test_machines_come_in_the_order_people_count_them_in(manager):
    for asset in ("T-10", "T-9", "T-1"):
        make_device(manager, asset=asset)
    assert [label["title"] for label in labels_of(manager, "device")] == ["T-1", "T-9", "T-10"]
    first = manager.get("/api/labels?noun=device&limit=2&counted=true").json
    assert first["total"] == {"count": 3, "more": False}
    rest = labels_of(manager, "device", limit=2, cursor=first["next_cursor"])
    assert [label["title"] for label in rest] == ["T-10"]


def test_a_name_that_only_repeats_the_asset_is_left_out(manager):
    make_device(manager, asset="T-1000")
    assert labels_of(manager, "device")[0]["lines"] == []


def test_it_says_where_only_this_machine_opens_the_codes(manager):
    found = manager.get("/api/labels?noun=device").json
    assert (found["address"], found["is_only_here"]) == ("http://localhost", True)


def test_codes_lead_to_the_public_address_of_the_company(manager, settings):
    make_device(manager)
    known = create_app(replace(settings, public_url="https://vending.example"))
    person = Person(known)
    person.post(
        "/api/auth/login",
        base_url="https://vending.example",
        json={"username": "max", "password": PASSWORD},
    )
    found = person.get("/api/labels?noun=device", base_url="https://vending.example").json
    assert (found["address"], found["is_only_here"]) == ("https://vending.example", False)
    assert found["items"][0]["url"].startswith("https://vending.example/#/devices/")
    known.extensions["cvd"]["engine"].close()


def test_numbers_that_are_none_are_refused_with_their_place(manager):
    for ids in ("", "1,", "a", "0", "1;2"):
        refused = manager.get("/api/labels", query_string={"noun": "device", "ids": ids})
        assert refused.status == 422
        assert refused.json["errors"][0]["pointer"] == "/query/ids"


def test_drivers_and_viewers_print_none(driver, viewer):
    for person in (driver, viewer):
        assert person.get("/api/labels?noun=device").status == 403
