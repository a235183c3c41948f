"""One search over everything: best first, also mistyped, and only what one may list."""

from __future__ import annotations

import random
from typing import Any

import pytest

import contract
from services.insight import search_orders
from services.insight.search_nouns import NOUNS
from tests.kit.factories import (
    make_device,
    make_location,
    make_product,
    make_route,
    make_service_order,
    make_ticket,
)
from tests.kit.people import PASSWORD, Person

LISTS = {
    "device": "device_service.list_devices",
    "product": "product_service.list_products",
    "location": "location_service.list_locations",
    "route": "route_service.list_routes",
    "user": "user_service.list_users",
    "ticket": "ticket_service.list_tickets",
    "service_order": "service_order_service.list_service_orders",
}


def search(person: Person, q: str, **query: Any) -> list[Any]:
    answer = person.get("/api/search", query_string={"q": q, **query})
    assert answer.status == 200, answer.text
    items: list[Any] = answer.json["items"]
    return items


def titles(person: Person, q: str, **query: Any) -> list[tuple[str, str]]:
    return [(hit["noun"], hit["title"]) for hit in search(person, q, **query)]


@pytest.fixture
def hospital(manager: Person) -> Any:
    place = make_location(manager, name="City hospital", address="4 Ward Street")
    return make_device(manager, asset="M-1000", name="Ward snacks", location_id=place["id"])


def test_it_finds_every_noun_in_one_answer(admin: Person, hospital: Any) -> None:
    route = make_route(admin, name="Hospital round")
    make_product(admin, name="Hospital mix")
    make_ticket(admin, device_id=hospital["id"], text="The hospital wants tea")
    order = make_service_order(admin, route_id=route["id"])
    body = {"username": "hosp", "password": PASSWORD, "role": "viewer"}
    assert admin.post("/api/users", json={**body, "display_name": "Hospital desk"}).status == 201
    found = search(admin, "hospital")
    assert [hit["noun"] for hit in found] == [
        "product",
        "service_order",
        "route",
        "user",
        "device",
        "location",
        "ticket",
    ]
    by_noun = {hit["noun"]: hit for hit in found}
    device, ordered = by_noun["device"], by_noun["service_order"]
    assert (device["title"], device["name"]) == ("M-1000", "Ward snacks")
    assert device["detail"] == "City hospital"
    assert (ordered["id"], ordered["title"]) == (order["id"], "Hospital round")
    assert by_noun["ticket"]["detail"] == "M-1000"
    assert by_noun["user"]["status"] == "viewer"


@pytest.mark.parametrize(
    "q",
    [
        "hopsital",
        "hospitl",
        "hosspital",
        "hosbitak",
        "ohspital",
        "hosbital",
        "ciyt hospital",
        "hosiptla",
        "hopsital wrad",
        "m-1000 hospitla",
        "hospiatl m-1000",
    ],
)
def test_slips_of_the_finger_are_forgiven(manager: Person, hospital: Any, q: str) -> None:
    assert ("device", "M-1000") in titles(manager, q)


@pytest.mark.parametrize("q", ["haspitel garage", "wrd", "m-1001", "hxspxtxl", "wxxd", ""])
def test_other_words_find_nothing(manager: Person, hospital: Any, q: str) -> None:
    assert titles(manager, q) == []


def test_any_edits_within_bounds_are_forgiven(manager: Person) -> None:
    """Two edits anywhere in a long word, one in a short one, with other names around it."""
    chance = random.Random(7)
    meant = {"Kindergarten": 2, "Stadtwerke": 2, "Bahnhof": 1, "Marina": 1, "Zoologie": 2}
    for name in (*meant, "Kino", "Bahnsteig", "Stadion", "Maritim", "Zoo", "Gartenbad"):
        make_location(manager, name=name)
    for name, edits in meant.items():
        for _ in range(12):
            typed = name.lower()
            for _ in range(edits):
                typed = mistyped(typed, chance)
            assert ("location", name) in titles(manager, typed), typed


def mistyped(word: str, chance: random.Random) -> str:
    """The word after one edit, anywhere; as many letters as before or one more."""
    place = chance.randrange(len(word) - 1)
    before, behind = word[:place], word[place:]
    letter = chance.choice("aeinrst")
    return chance.choice(
        [
            before + letter + behind,
            before + letter + behind[1:],
            before + behind[1] + behind[0] + behind[2:],
        ]
    )


def test_what_fits_best_comes_first(manager: Person) -> None:
    for name in ("Chocolate bar", "Cola", "Cola zero", "Diet cola"):
        make_product(manager, name=name)
    names = [title for _, title in titles(manager, "cola")]
    assert names == ["Cola", "Cola zero", "Diet cola", "Chocolate bar"]


def test_who_types_it_right_gets_nothing_that_is_only_near(manager: Person) -> None:
    for number in range(5):
        make_product(manager, name=f"Cola {number}")
    make_product(manager, name="Kola nut")
    assert ("product", "Kola nut") not in titles(manager, "cola", limit=20)


def test_all_words_must_be_in_it_in_any_order(manager: Person, hospital: Any) -> None:
    assert ("device", "M-1000") in titles(manager, "snacks hospital")
    assert titles(manager, "snacks station") == []


def test_a_number_names_its_order(manager: Person) -> None:
    order = make_service_order(manager, route_id=make_route(manager, name="North")["id"])
    for q in (str(order["id"]), f"#{order['id']}"):
        first = search(manager, q)[0]
        assert (first["noun"], first["id"]) == ("service_order", order["id"])


def test_what_is_archived_or_done_is_not_found(admin: Person, hospital: Any) -> None:
    ticket = make_ticket(admin, device_id=hospital["id"], text="Zebra stripes")
    assert titles(admin, "zebra") == [("ticket", "Zebra stripes")]
    done = {"version": ticket["version"], "status": "done"}
    assert admin.patch(f"/api/tickets/{ticket['id']}", json=done).status == 200
    archived = {"version": hospital["version"], "archived": True}
    assert admin.patch(f"/api/devices/{hospital['id']}", json=archived).status == 200
    assert titles(admin, "zebra") == []
    assert titles(admin, "M-1000") == []


def test_a_driver_finds_their_own_and_learns_nothing_of_others(
    manager: Person, driver: Person, other_driver: Person
) -> None:
    own = make_route(manager, name="Walrus north", driver=driver)
    other = make_route(manager, name="Walrus south", driver=other_driver)
    for route, asset in ((own, "WALRUS-1"), (other, "WALRUS-2")):
        device = make_device(manager, asset=asset, route_id=route["id"])
        make_ticket(manager, device_id=device["id"], text=f"Walrus at {asset}")
    mine = make_service_order(manager, route_id=own["id"], driver=driver)
    theirs = make_service_order(manager, route_id=other["id"], driver=other_driver)
    for q in ("walrus", "walrsu"):
        found = titles(driver, q)
        assert {title for _, title in found} <= {"WALRUS-1", "Walrus north", "Walrus at WALRUS-1"}
        assert ("device", "WALRUS-1") in found
        assert ("route", "Walrus north") in found
        assert ("ticket", "Walrus at WALRUS-1") in found
    orders = [hit["id"] for hit in search(driver, "walrus") if hit["noun"] == "service_order"]
    assert orders == [mine["id"]]
    assert search(driver, f"#{theirs['id']}") == []


@pytest.mark.parametrize("who", ["manager", "driver", "viewer"])
def test_only_administrators_find_people(
    who: str, request: pytest.FixtureRequest, admin: Person
) -> None:
    body = {"username": "quokka", "password": PASSWORD, "role": "viewer"}
    assert admin.post("/api/users", json=body).status == 201
    assert [noun for noun, _ in titles(admin, "quokka")] == ["user"]
    assert titles(request.getfixturevalue(who), "quokka") == []
    assert titles(request.getfixturevalue(who), "quokak") == []


@pytest.mark.parametrize("noun", LISTS)
def test_whoever_may_not_list_a_noun_does_not_find_it(noun: str) -> None:
    operations = {each.name: each for each in contract.current().operations}
    listing, searching = operations[LISTS[noun]], operations["search_service.search"]
    if noun == search_orders.NOUN:
        roles, scope = searching.roles, search_orders.SCOPE
    else:
        (known,) = (each for each in NOUNS if each.name == noun)
        roles, scope = known.roles, known.scope
    assert set(roles) == set(listing.roles)
    assert {scope} == set(listing.scopes)
    assert scope in searching.scopes


def test_a_key_finds_the_nouns_of_its_scopes(admin: Person, hospital: Any) -> None:
    make_product(admin, name="Hospital mix")
    shop = admin.with_key(["catalogue:read"])
    assert [noun for noun, _ in titles(shop, "hospital")] == ["product"]
    assert [noun for noun, _ in titles(shop, "hopsital")] == ["product"]
