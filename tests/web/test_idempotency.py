"""A POST that is sent again with its key happens once, for the person who sent it."""

import clock
from db import scalar
from tests.kit.factories import make_device, make_product
from tests.kit.people import PASSWORD

KEY = {"Idempotency-Key": "one"}
COLA = {"name": "Cola"}


def products(person):
    return [item["name"] for item in person.get("/api/products").json["items"]]


def test_what_was_done_under_a_key_is_answered_again_and_not_done_again(admin):
    first, again = (admin.post("/api/products", json=COLA, headers=KEY) for _ in range(2))
    assert (again.status, again.body) == (first.status, first.body)
    assert products(admin) == ["Cola"]


def test_another_person_with_the_same_key_does_their_own(admin, manager):
    first = admin.post("/api/products", json=COLA, headers=KEY)
    other = manager.post("/api/products", json={"name": "Tea"}, headers=KEY)
    assert (first.status, other.status) == (201, 201)
    assert products(admin) == ["Cola", "Tea"]


def test_another_request_under_a_used_key_is_refused(admin):
    device_id = make_device(admin)["id"]
    assert admin.post("/api/products", json=COLA, headers=KEY).status == 201
    assert admin.post("/api/products", json={"name": "Tea"}, headers=KEY).status == 409
    assert admin.post("/api/locations", json=COLA, headers=KEY).status == 409
    assert admin.post(f"/api/devices/{device_id}/restoration", headers=KEY).status == 409
    assert products(admin) == ["Cola"]


def test_what_a_clock_that_ran_ahead_kept_is_kept_no_longer_than_the_rest(admin, engine):
    admin.post("/api/products", json=COLA, headers=KEY)
    with engine.writing() as db:
        ahead = {"at": clock.later(clock.now(), days=300)}
        db.execute("UPDATE idempotency_keys SET created_at = :at", ahead)
    admin.post("/api/products", json={"name": "Tea"}, headers={"Idempotency-Key": "two"})
    with engine.reading() as db:
        latest = scalar(db, "SELECT max(created_at) FROM idempotency_keys")
    assert latest <= clock.now()
    assert admin.post("/api/products", json=COLA, headers=KEY).status == 201
    assert products(admin) == ["Cola", "Tea"]


def test_a_refusal_is_not_kept(admin):
    made = make_product(admin, name="Cola", sku="C1")
    tea = {"name": "Tea", "sku": "C1"}
    assert admin.post("/api/products", json=tea, headers=KEY).status == 409
    freed = {"version": made["version"], "sku": "C2"}
    assert admin.patch(f"/api/products/{made['id']}", json=freed).status == 200
    assert admin.post("/api/products", json=tea, headers=KEY).status == 201


def test_nothing_with_a_password_is_kept(admin, viewer, engine):
    user = {"username": "ben", "password": PASSWORD, "role": "viewer"}
    assert admin.post("/api/users", json=user, headers=KEY).status == 201
    reset = f"/api/users/{viewer.id}/password-reset"
    passwords = [admin.post(reset, headers=KEY).json["password"] for _ in range(2)]
    assert passwords[0] != passwords[1]
    change = {"current_password": PASSWORD, "new_password": f"{PASSWORD} 2"}
    assert admin.post("/api/auth/password", json=change, headers=KEY).status < 300
    with engine.reading() as db:
        assert scalar(db, "SELECT count(*) FROM idempotency_keys") == 0
