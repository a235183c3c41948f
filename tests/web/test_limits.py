"""Limits: who asks too often waits, and nobody else waits for that."""

import pytest

import auth
import contract
from app import create_app
from contract import COSTLY, COSTS
from errors import TooMany
from settings import Settings
from tests.kit.cheap import SHIPPED_LIMITS
from tests.kit.people import Person, make_tokens, sign_up
from web import call, limits
from web.limits import Buckets

pytestmark = pytest.mark.spared("who asks too often is sent away before a database is asked")

ORIGIN = "https://office.example"
WAYS = pytest.mark.parametrize("way", [{}, {"Origin": ORIGIN}], ids=["past Flask", "through it"])
LIST = "product_service.list_products"


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(call, "perf_counter", clock)
    return clock


@pytest.fixture
def settings(database_url, clock, monkeypatch):
    monkeypatch.setattr(limits, "of", SHIPPED_LIMITS)
    return Settings(
        database_url=database_url,
        limit_reading=6,
        limit_writing=3,
        limit_costly=1,
        cors_origins=(ORIGIN,),
    )


def ask(person, **way):
    return person.get("/api/products", headers=way)


def statuses(person, times, **way):
    return [ask(person, **way).status for _ in range(times)]


@WAYS
def test_who_asks_too_often_is_told_how_long_to_wait_and_is_served_again(admin, clock, way):
    assert statuses(admin, 7, **way) == [200] * 7  # the first one counted for the address
    refused = ask(admin, **way)
    assert refused.status == 429
    assert refused.headers["Retry-After"] == "10"
    assert "wait 10 seconds" in refused.json["detail"]
    assert refused.headers["RateLimit-Policy"] == '"reading";q=6;w=60'
    assert refused.headers["RateLimit"] == '"reading";r=0;t=10'
    clock.now += 9
    assert ask(admin, **way).headers["Retry-After"] == "1"
    clock.now += 1
    assert ask(admin, **way).status == 200


@WAYS
def test_each_answer_says_what_is_left_once_that_is_less_than_half(admin, way):
    ask(admin, **way)
    for _ in range(3):
        assert "RateLimit" not in ask(admin, **way).headers
    for left in (2, 1, 0):
        assert ask(admin, **way).headers["RateLimit"].startswith(f'"reading";r={left};t=')


def test_one_person_locks_nobody_out_of_their_office(app, engine, admin):
    anna, others = admin, [sign_up(app, engine, f"p{number}", "viewer") for number in range(3)]
    for person in (anna, *others):
        assert ask(person).status == 200
    assert statuses(anna, 9)[-1] == 429
    for person in others:
        assert ask(person).status == 200


def test_all_sessions_of_a_person_are_one_person(app, engine, admin):
    with engine.writing() as db:
        other = Person(app, admin.id, auth.open_session(db, admin.id))
    assert ask(admin).status == ask(other).status == 200
    assert statuses(admin, 6) == [200] * 6
    assert ask(other).status == 429


def test_a_key_and_all_tokens_that_began_with_it_are_one_program(admin):
    made = make_tokens(admin, ["catalogue:read"])
    again = admin.elsewhere().post("/api/tokens", json={"api_key": made["api_key"]}).json
    shown = (made["api_key"], made["access_token"], again["access_token"])
    programs = [admin.showing(each) for each in shown]
    # The first call of each counts for the address.
    assert [ask(each).status for each in programs] == [200] * 3
    assert [ask(each).status for each in programs * 2] == [200] * 6
    assert [ask(each).status for each in programs] == [429] * 3
    assert ask(admin).status == 200


def test_who_is_not_signed_in_is_counted_by_address(app, visitor, admin):
    ask(admin)
    assert statuses(visitor, 6)[-1] == 429
    assert ask(admin).status == 200
    elsewhere = app.test_client().get("/api/products", environ_base={"REMOTE_ADDR": "10.0.0.7"})
    assert elsewhere.status_code == 401


def test_a_made_up_session_is_no_way_round_the_address(app, visitor):
    made_up = [Person(app, None, f"made-up-{number}") for number in range(7)]
    assert [ask(each).status for each in made_up] == [401] * 6 + [429]


def test_what_costs_much_has_a_limit_of_its_own(admin):
    path = "/api/sales?group_by=device&from=2026-01-01&to=2026-01-31"
    assert [admin.get(path).status for _ in range(3)] == [200, 200, 429]
    assert ask(admin).status == 200


def test_health_and_pages_may_be_asked_for_as_often_as_one_likes(visitor):
    for path in ("/api/health/ready", "/"):
        answers = [visitor.get(path) for _ in range(20)]
        assert {answer.status for answer in answers} == {200}
        assert "RateLimit" not in answers[0].headers


def test_what_is_no_operation_counts_as_reading(visitor):
    assert [visitor.get("/api/nothing").status for _ in range(7)] == [404] * 6 + [429]


def test_a_limit_of_nothing_is_none(database_url, monkeypatch):
    monkeypatch.setattr(limits, "of", SHIPPED_LIMITS)
    app = create_app(
        Settings(database_url=database_url, limit_reading=0, limit_writing=0, limit_costly=0)
    )
    assert "RateLimit" not in ask(Person(app)).headers
    app.extensions["cvd"]["engine"].close()


def test_an_office_of_fifty_is_far_from_the_limits_that_are_shipped():
    shipped = Settings()
    assert shipped.limit_reading / 50 > 60
    assert shipped.limit_writing / 50 > 30


def test_a_bucket_fills_evenly_and_no_further_than_full(clock):
    buckets = Buckets()
    assert buckets.take("anna", "reading", 60, clock()) == 59
    clock.now += 3600
    assert buckets.take("anna", "reading", 60, clock()) == 59
    for _ in range(59):
        buckets.take("anna", "reading", 60, clock())
    with pytest.raises(TooMany):
        buckets.take("anna", "reading", 60, clock())


def test_a_crowd_of_addresses_takes_only_so_much_memory(clock, monkeypatch):
    monkeypatch.setattr(limits, "MOST_BUCKETS", 10)
    buckets = Buckets()
    for number in range(100):
        clock.now += 1
        buckets.take(f"address {number}", "reading", 60, clock())
    assert len(buckets._levels) <= 10


def test_an_ipv6_address_is_counted_with_its_neighbours():
    assert limits._network("2001:db8::1") == limits._network("2001:db8::ffff")
    assert limits._network("2001:db8::1") != limits._network("2001:db8:0:1::1")
    assert limits._network("::ffff:10.0.0.1") == limits._network("10.0.0.1")


def test_every_operation_has_a_cost_and_one_that_is_not_known_the_highest(settings):
    operations = contract.current().operations
    assert {operation.cost for operation in operations} == set(COSTS)
    around = SHIPPED_LIMITS(settings)
    assert around is not None
    asked = type("Call", (), {"operation": "nobody_service.knows", "path": "/"})()
    limit = around._limit(asked)
    assert limit is not None
    assert limit.cost == COSTLY
