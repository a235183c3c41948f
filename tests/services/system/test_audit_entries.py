"""The audit log: every change is there, and none can be changed afterwards unseen."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import clock
from db import IntegrityError, scalar
from tests.kit.factories import make_location, make_product

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


def entries(person, **query):
    return person.get("/api/audit-entries", query_string=query).json["items"]


def verification(person):
    found = person.get("/api/audit-entries/verification").json
    return {name: found[name] for name in ("ok", "entries", "broken_id", "reason") if name in found}


def without_guards(engine, sql):
    """What somebody with the database file can do: take the guards away, then change it."""
    with engine.writing() as db:
        for trigger in ("next", "stay", "remain"):
            table = " ON audit_entries" if engine.name == "postgresql" else ""
            db.execute(f"DROP TRIGGER audit_entries_{trigger}{table}")
        db.execute(sql)


def test_it_works(admin):
    product = make_product(admin, name="Cola", price_cents=150)
    path = f"/api/products/{product['id']}"
    admin.patch(path, json={"version": 1, "name": "Cola", "price_cents": 180})
    newest = entries(admin)[0]
    assert (newest["username"], newest["user_id"]) == ("anna", admin.id)
    assert (newest["action"], newest["noun"], newest["noun_id"]) == (
        "product.updated",
        "product",
        product["id"],
    )
    assert newest["changes"] == [{"field": "price_cents", "from": 150, "to": 180}]


def test_what_was_refused_leaves_no_entry(admin):
    make_product(admin, sku="A")
    before = entries(admin)
    admin.post("/api/products", json={"name": "Other", "sku": "a"})
    assert entries(admin) == before


@pytest.mark.both
def test_entries_are_found_by_who_what_and_when(admin, manager):
    product, location = make_product(admin), make_location(manager)
    assert {e["noun"] for e in entries(admin, user_id=manager.id)} == {"location"}
    assert {e["noun_id"] for e in entries(admin, noun="product")} == {product["id"]}
    assert entries(admin, noun="location", noun_id=location["id"] + 1) == []
    assert len(entries(admin, action="product.created")) == 1
    today = clock.today("Europe/Berlin")
    assert len(entries(admin, **{"from": today, "to": today})) == 2
    assert entries(admin, **{"from": "2000-01-01", "to": "2000-01-02"}) == []


@pytest.mark.both
def test_a_day_is_the_operators_day(admin, engine):
    make_product(admin)
    without_guards(engine, "UPDATE audit_entries SET occurred_at = '2026-01-30T23:30:00Z'")
    assert len(entries(admin, **{"from": "2026-01-31", "to": "2026-01-31"})) == 1
    assert entries(admin, **{"from": "2026-01-30", "to": "2026-01-30"}) == []


@pytest.mark.both
def test_the_log_is_read_page_by_page(admin):
    for _ in range(5):
        make_product(admin)
    seen, cursor = [], None
    while True:
        query = {"limit": 2} if cursor is None else {"limit": 2, "cursor": cursor}
        page = admin.get("/api/audit-entries", query_string=query).json
        seen += [entry["id"] for entry in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [5, 4, 3, 2, 1]


def test_a_whole_chain_is_verified(admin):
    assert verification(admin) == {"ok": True, "entries": 0}
    for _ in range(3):
        make_product(admin)
    assert verification(admin) == {"ok": True, "entries": 3}


@pytest.mark.both
@pytest.mark.parametrize(
    ("change", "broken_id"),
    [
        ("UPDATE audit_entries SET username = 'eve' WHERE id = 2", 2),
        ("UPDATE audit_entries SET changes = '[]' WHERE id = 1", 1),
        ("UPDATE audit_entries SET previous_hash = 'x' WHERE id = 3", 3),
        ("DELETE FROM audit_entries WHERE id = 2", 2),
        ("DELETE FROM audit_entries WHERE id = 1", 1),
    ],
)
def test_a_change_behind_the_back_is_found(admin, engine, change, broken_id):
    for _ in range(3):
        make_product(admin)
    without_guards(engine, change)
    found = verification(admin)
    assert (found["ok"], found["broken_id"]) == (False, broken_id)
    assert found["reason"].endswith(".")


@pytest.mark.both
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entries SET username = 'eve'",
        "DELETE FROM audit_entries",
        """
        INSERT INTO audit_entries
        SELECT id + 5, occurred_at, user_id, username, action, noun, noun_id, changes, request_id,
            previous_hash, hash
        FROM audit_entries
        """,
    ],
)
def test_the_database_refuses_a_change(admin, engine, change):
    make_product(admin)
    with pytest.raises(IntegrityError), engine.writing() as db:
        db.execute(change)
    assert verification(admin) == {"ok": True, "entries": 1}


@pytest.mark.both
def test_people_working_at_once_make_one_chain(admin, manager, engine):
    def work(number):
        make_location(admin if number % 2 else manager)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    assert verification(admin) == {"ok": True, "entries": 24}
    with engine.reading() as db:
        assert scalar(db, "SELECT count(*) FROM locations") == 24
