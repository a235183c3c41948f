"""What time alone brings about is told, though nobody looks at a page."""

from datetime import timedelta

import pytest

from auth import console
from jobs import enqueue
from tests.kit.factories import make_route
from tests.kit.moving_clock import reach
from tests.kit.sellers import BEGIN, in_their_time, make_seller, patient


@pytest.fixture(autouse=True)
def in_time():
    with in_their_time():
        yield


@pytest.fixture
def settings(database_url):
    return patient(database_url)


def day(number):
    return BEGIN + timedelta(days=number)


def swept(engine, work, *given):
    with engine.writing() as db:
        enqueue(db, console(), "alerts.sweep", {})
    work(*given)
    work(*given)


def kinds(person):
    return {alert["kind"] for alert in person.get("/api/alerts").json["items"]}


def test_what_sells_out_by_estimate_is_told_without_anybody_at_a_page(manager, engine, work):
    route_id = make_route(manager)["id"]
    seller = make_seller(manager, quantities=(40,), capacity=40, par_level=40, route_id=route_id)
    seller.report(BEGIN)
    for week in (1, 2):
        seller.report(day(7 * week), A1=14)
    seller.set_slots({0: {"quantity": 40}}, at=day(14))
    work()
    assert kinds(manager) == set()
    reach(day(35))
    swept(engine, work)
    assert "sold_out" in kinds(manager)


def test_who_wants_to_be_told_later_is_told_when_it_is_later(manager, engine, mailbox, work):
    """One alert, and each rule is told of it from its own threshold on."""
    with engine.writing() as db:
        db.execute("UPDATE users SET email = 'max@vending.example' WHERE username = 'max'")
        db.execute("UPDATE alert_rules SET email = 'none'")
    longer = {
        "name": "Silent for six days",
        "kind": "silent",
        "threshold": 144,
        "email": "at_once",
    }
    assert manager.post("/api/alert-rules", json=longer).status == 201
    route_id = make_route(manager)["id"]
    seller = make_seller(manager, quantities=(40,), capacity=40, par_level=40, route_id=route_id)
    seller.report(BEGIN)
    reach(day(3))
    swept(engine, work, mailbox)
    assert (kinds(manager), mailbox.mails) == ({"silent"}, [])
    reach(day(7))
    for _ in range(2):
        swept(engine, work, mailbox)
        reach(day(7.1))
    assert [mail["Subject"].partition(": ")[2] for mail in mailbox.mails] == [
        "No audit comes in (Test Vending)"
    ]
    assert len(manager.get("/api/alerts").json["items"]) == 1
