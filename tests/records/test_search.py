"""Searches find what contains the words, by the index as by looking at every row."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import auth
from contract.results import plain
from db import Database, Engine
from records import search
from services.fleet import device_service, device_type_service, location_service
from tests.kit.factories import (
    make_device,
    make_dex_read,
    make_location,
    make_machine,
    make_product,
    make_route,
    make_service_order,
)
from tests.kit.people import Person

ACTOR = auth.console()
KEPT = "SELECT noun, gram, noun_id FROM search_grams ORDER BY noun, gram, noun_id"
# Of each text that is searched, what begins at each of its places.
EXPECTED = """
    WITH RECURSIVE texts (noun, noun_id, words) AS (
        SELECT 'device', id, asset FROM devices
        UNION ALL SELECT 'device', id, name FROM devices
        UNION ALL SELECT 'device', id, serial FROM devices
        UNION ALL SELECT 'device', d.id, l.name FROM devices d
            JOIN locations l ON l.id = d.location_id
        UNION ALL SELECT 'location', id, name || ' ' || address FROM locations
        UNION ALL SELECT 'product', id, name FROM products
        UNION ALL SELECT 'product', id, category FROM products
        UNION ALL SELECT 'product', id, sku FROM products
        UNION ALL SELECT 'route', id, name FROM routes
        UNION ALL SELECT 'ticket', id, text FROM tickets
        UNION ALL SELECT 'user', id, username FROM users
        UNION ALL SELECT 'user', id, display_name FROM users
    ), places (place) AS (
        SELECT 1 UNION ALL SELECT place + 1 FROM places WHERE place < 2000
    )
    SELECT DISTINCT t.noun, substr(lower(t.words), p.place, 8) AS gram, t.noun_id
    FROM texts t JOIN places p ON p.place <= length(t.words)
    ORDER BY noun, gram, noun_id
"""
# Few letters, so that words meet; one of them has a case that the engines do not know.
texts = st.text("abAB %_\\\\Äß😀", min_size=1, max_size=20)


def check_search(db: Database) -> None:
    """What is kept of the texts is what they say now."""
    assert list(db.query(KEPT)) == list(db.query(EXPECTED))


def found(person: Person, path: str, q: str) -> list[int]:
    items = person.get(path, query_string={"q": q}).json["items"]
    return sorted(item["id"] for item in items)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(names=st.lists(texts, min_size=1, max_size=6), q=texts, most=st.sampled_from([0, 2, 500]))
def test_it_finds_what_contains_the_words_and_nothing_else(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, names: list[str], q: str, most: int
) -> None:
    monkeypatch.setattr(search, "MOST", most)
    with engine.writing() as db:
        before = {row["id"] for row in db.query("SELECT id FROM locations")}
        for name in names:
            location_service.create_location(db, ACTOR, name=name)
        every = db.query("SELECT id, name FROM locations ORDER BY id")
        wanted = {
            row["id"]
            for row in every
            if row["id"] not in before and ascii_lower(q) in ascii_lower(row["name"] + " ")
        }
        listed = location_service.list_locations(
            db, ACTOR, q=q, limit=1000, archived=False, sort="name"
        )["items"]
        assert {item["id"] for item in listed} - before == wanted


def ascii_lower(words: str) -> str:
    return words.encode().lower().decode()


def test_words_follow_whatever_is_renamed(manager: Person, engine: Engine) -> None:
    place = make_location(manager, name="Hospital North")
    device = make_device(manager, asset="M-1", location_id=place["id"])
    assert found(manager, "/api/devices", "tal nor") == [device["id"]]
    body = {"version": place["version"], "name": "Clinic Süd"}
    assert manager.patch(f"/api/locations/{place['id']}", json=body).status == 200
    assert found(manager, "/api/devices", "hospital") == []
    assert found(manager, "/api/devices", "clinic s") == [device["id"]]
    body = {"version": device["version"], "name": "Lobby", "location_id": None, "serial": "X9"}
    assert manager.patch(f"/api/devices/{device['id']}", json=body).status == 200
    assert found(manager, "/api/devices", "clinic") == []
    assert found(manager, "/api/devices", "x9") == found(manager, "/api/devices", "obb")
    with engine.reading() as db:
        check_search(db)


def test_a_capital_letter_beyond_a_to_z_finds_itself(manager: Person) -> None:
    place = make_location(manager, name="Ärztehaus")
    assert found(manager, "/api/locations", "Ärzte") == [place["id"]]


def test_a_serial_that_was_learned_is_found(manager: Person, engine: Engine) -> None:
    device = make_device(manager, serial=None)
    make_dex_read(manager, make_machine(serial="LEARNED-77"), device_id=device["id"])
    assert found(manager, "/api/devices", "learned-77") == [device["id"]]


def test_everything_that_is_searched_is_kept(admin: Person, engine: Engine) -> None:
    product, route = make_product(admin, sku="S-1"), make_route(admin)
    user = admin.post(
        "/api/users", json={"username": "eva", "password": "long enough", "role": "viewer"}
    ).json
    for path, noun in (("products", product), ("routes", route)):
        body = {"version": noun["version"], "name": "Renamed by hand"}
        assert admin.patch(f"/api/{path}/{noun['id']}", json=body).status == 200
    body = {"version": user["version"], "display_name": "Eva Muster"}
    assert admin.patch(f"/api/users/{user['id']}", json=body).status == 200
    device = make_device(admin, location_id=make_location(admin)["id"])
    assert admin.delete(f"/api/devices/{device['id']}").status == 204
    with engine.reading() as db:
        check_search(db)


@pytest.mark.parametrize("most", [0, 3, 500])
@pytest.mark.parametrize("sort", sorted(device_service.SORTS))
def test_pages_of_a_search_follow_each_other(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, most: int, sort: str
) -> None:
    monkeypatch.setattr(search, "MOST", most)
    with engine.writing() as db:
        device_type_service.create_device_type(db, ACTOR, name="Snack", max_cabinets=1)
        for number in range(7):
            device_service.create_device(
                db,
                ACTOR,
                asset=f"{'even' if number % 2 == 0 else 'odd'}-{number}",
                device_type_id=1,
            )
    seen: list[str] = []
    cursor = None
    with engine.reading() as db:
        while len(seen) < 9:
            page = plain(
                device_service.list_devices(
                    db, ACTOR, limit=1, archived=False, sort=sort, q="EVEN-", cursor=cursor
                )
            )
            seen += [item["asset"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
    assert sorted(seen) == ["even-0", "even-2", "even-4", "even-6"]


def test_orders_are_found_by_number_route_and_driver(
    admin: Person, driver: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = make_service_order(admin, driver=driver)
    other = make_service_order(admin)
    for most in (0, 500):
        monkeypatch.setattr(search, "MOST", most)
        path = "/api/service-orders"
        assert found(admin, path, f"#{order['id']}") == [order["id"]]
        assert order["id"] in found(admin, path, "DOR")
        assert other["id"] not in found(admin, path, "DOR")
        assert other["id"] in found(admin, path, other["route_name"].upper())
        assert found(admin, path, "nobody at all") == []
