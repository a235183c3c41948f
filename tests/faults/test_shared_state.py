"""What one node is told holds at the other with the very next request."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass

import pytest

import auth
from db import open_engine, scalar
from services.people import signing_key_service
from services.people.throttle import TRIES
from tests.faults.fleet import make_fleet
from tests.faults.served import Client, serving
from tests.kit.people import COOKIE, PASSWORD

# A node that remembers who a token belongs to, as long as it runs.
SESSIONS_OF_A_PROCESS = """
import auth
authenticate = auth.authenticate
known = {}

def remembering(db, token, **rest):
    if token not in known:
        known[token] = authenticate(db, token, **rest)
    return known[token]

auth.authenticate = remembering
"""
# One that remembers what a token opened.
TOKENS_OF_A_PROCESS = """
import tokens
authenticate = tokens.authenticate
known = {}

def remembering(db, token, **rest):
    if token not in known:
        known[token] = authenticate(db, token, **rest)
    return known[token]

tokens.authenticate = remembering
"""
AT_ONCE = 6
ROTATIONS = 6


@dataclass(frozen=True)
class Pair:
    """Two nodes over one database: their addresses, and a function that gives who is there."""

    url: str
    ports: tuple[int, int]

    def ask(self, node, method, path, body=None, *, token="", cookie="", **headers):
        content = None if body is None else json.dumps(body).encode()
        cookies = f"{COOKIE}={token}; {cookie}"
        with closing(Client(self.ports[node], "")) as client:
            return client.ask(
                method, path, content, Content_Type="application/json", Cookie=cookies, **headers
            )

    def sign_in(self, node, username, password=PASSWORD, **more):
        body = {"username": username, "password": password}
        return self.ask(node, "POST", "/api/auth/login", body, **more)

    def token_of(self, username):
        """A session of somebody, opened in the database itself."""
        with closing(open_engine(self.url)) as engine, engine.writing() as db:
            asked = {"name": username}
            user_id = scalar(db, "SELECT id FROM users WHERE username = :name", asked)
            return auth.open_session(db, user_id)

    def create(self, username):
        """A person who has never signed in; the answer is that of their creation."""
        body = {"username": username, "password": PASSWORD, "role": "manager"}
        made = self.ask(0, "POST", "/api/users", body, token=self.token_of("anna"))
        assert made.status == 201, made
        return made.json


@pytest.fixture(scope="module")
def start(databases, template_url, tmp_path_factory):
    """Starts two nodes, as they are shipped or with a fault; each pair is started once."""
    with ExitStack() as stack:

        def started(plant=None):
            url = databases.copy(template_url)
            stack.callback(databases.drop, url)
            make_fleet(url, 0)
            folder = tmp_path_factory.mktemp("nodes")
            servers = [
                stack.enter_context(serving(url, folder / f"{name}.log", plant=plant))
                for name in "ab"
            ]
            return Pair(url, (servers[0].port, servers[1].port))

        yield started


@pytest.fixture(scope="module")
def pair(start, engine_name):
    if engine_name != "postgresql":
        pytest.skip("several nodes need PostgreSQL")
    return start()


def sign_in_and_out(pair):
    token = pair.sign_in(0, "max").cookies[COOKIE]
    for node in (0, 1):
        assert pair.ask(node, "GET", "/api/auth/me", token=token).json["username"] == "max"
    assert pair.ask(0, "POST", "/api/auth/logout", token=token).status == 204
    for node in (1, 0):
        assert pair.ask(node, "GET", "/api/products", token=token).status == 401


def test_who_signs_in_and_out_at_one_node_does_so_at_both(pair):
    sign_in_and_out(pair)


def test_a_node_that_remembers_sessions_for_itself_is_caught(start, engine_name):
    if engine_name != "postgresql":
        pytest.skip("several nodes need PostgreSQL")
    with pytest.raises(AssertionError, match="== 401"):
        sign_in_and_out(start(SESSIONS_OF_A_PROCESS))


def test_who_is_disabled_at_one_node_is_out_at_both(pair):
    user = pair.create("nina")
    token = pair.token_of("nina")
    for node in (0, 1):
        assert pair.ask(node, "GET", "/api/auth/me", token=token).status == 200
    body = {"version": user["version"], "disabled": True}
    path = f"/api/users/{user['id']}"
    assert pair.ask(0, "PATCH", path, body, token=pair.token_of("anna")).status == 200
    for node in (1, 0):
        assert pair.ask(node, "GET", "/api/products", token=token).status == 401


def test_a_role_that_is_changed_at_one_node_holds_at_both(pair):
    user = pair.create("rita")
    token = pair.token_of("rita")
    body = {"version": user["version"], "role": "viewer"}
    path = f"/api/users/{user['id']}"
    assert pair.ask(0, "PATCH", path, body, token=pair.token_of("anna")).status == 200
    # Changing a role ends the sessions of before.
    assert pair.ask(1, "GET", "/api/products", token=token).status == 401


def test_failed_tries_at_both_nodes_are_counted_together(pair):
    told = [pair.sign_in(number % 2, "nobody", "wrong").status for number in range(TRIES)]
    assert told == [401] * TRIES
    for node in (0, 1):
        waits = pair.sign_in(node, "nobody", "wrong")
        assert waits.status == 429
        assert int(waits.headers["retry-after"]) > 0


def test_a_browser_that_one_node_knows_is_known_to_the_other(pair):
    pair.create("bert")
    known = pair.sign_in(0, "bert").cookies["cvd_device"]
    for number in range(TRIES):
        assert pair.sign_in(number % 2, "bert", "wrong").status == 401
    assert pair.sign_in(1, "bert").status == 429
    assert pair.sign_in(1, "bert", cookie=f"cvd_device={known}").status == 200


def test_the_same_request_sent_to_both_nodes_at_once_is_done_once(pair):
    token = pair.token_of("max")

    def send(number):
        body = {"name": "Twice at once"}
        key = {"Idempotency_Key": "twice-at-once"}
        return pair.ask(number % 2, "POST", "/api/products", body, token=token, **key)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        replies = list(threads.map(send, range(AT_ONCE)))
    assert {reply.status for reply in replies} == {201}
    assert len({reply.body for reply in replies}) == 1
    found = pair.ask(0, "GET", "/api/products?q=Twice", token=token).json
    assert len(found["items"]) == 1


def test_settings_that_are_changed_at_one_node_show_at_both(pair):
    token = pair.token_of("anna")
    version = pair.ask(1, "GET", "/api/settings", token=token).json["version"]
    body = {"version": version, "company": "Both nodes"}
    assert pair.ask(0, "PATCH", "/api/settings", body, token=token).status == 200
    for node in (1, 0):
        assert pair.ask(node, "GET", "/api/settings", token=token).json["company"] == "Both nodes"


def test_what_both_nodes_do_is_one_whole_audit_log(pair):
    token = pair.token_of("anna")
    for number in range(4):
        body = {"name": f"By turns {number}"}
        assert pair.ask(number % 2, "POST", "/api/products", body, token=token).status == 201
    for node in (0, 1):
        assert pair.ask(node, "GET", "/api/audit-entries/verification", token=token).json["ok"]


def begin_tokens(pair, username):
    """The first pair of a program of somebody, at the first node."""
    session = pair.token_of(username)
    wanted = {"name": "P", "scopes": ["fleet:read"], "days": 1, "current_password": PASSWORD}
    key = pair.ask(0, "POST", "/api/api-keys", wanted, token=session).json["key"]
    return pair.ask(0, "POST", "/api/tokens", {"api_key": key}).json


def exchange(pair, node, refresh_token):
    return pair.ask(node, "POST", "/api/tokens/refresh", {"refresh_token": refresh_token})


def by_token(pair, node, made):
    shown = {"Authorization": f"Bearer {made['access_token']}"}
    return pair.ask(node, "GET", "/api/devices", **shown).status


def disable_at_one_node(pair, name):
    """With the next request both nodes refuse what was begun for them, and nobody else's."""
    user = pair.create(name)
    made, others = begin_tokens(pair, name), begin_tokens(pair, "max")
    for node in (0, 1):
        assert by_token(pair, node, made) == by_token(pair, node, others) == 200
    body = {"version": user["version"], "disabled": True}
    path = f"/api/users/{user['id']}"
    assert pair.ask(0, "PATCH", path, body, token=pair.token_of("anna")).status == 200
    for node in (1, 0):
        assert by_token(pair, node, made) == 401
        assert exchange(pair, node, made["refresh_token"]).status == 401
        assert by_token(pair, node, others) == 200


def test_tokens_of_who_is_disabled_at_one_node_open_nothing_at_either(pair):
    disable_at_one_node(pair, "paula")


def test_a_node_that_remembers_tokens_for_itself_is_caught(start, engine_name):
    if engine_name != "postgresql":
        pytest.skip("several nodes need PostgreSQL")
    with pytest.raises(AssertionError, match="== 401"):
        disable_at_one_node(start(TOKENS_OF_A_PROCESS), "paula")


def test_a_refresh_token_shown_again_at_the_other_node_ends_its_family_at_both(pair):
    first, others = begin_tokens(pair, "max"), begin_tokens(pair, "max")
    second = exchange(pair, 0, first["refresh_token"]).json
    third = exchange(pair, 1, second["refresh_token"]).json
    for node in (0, 1):
        assert by_token(pair, node, third) == 200
    assert exchange(pair, 0, first["refresh_token"]).status == 401
    for node in (1, 0):
        assert by_token(pair, node, third) == 401
        assert exchange(pair, node, third["refresh_token"]).status == 401
        assert by_token(pair, node, others) == 200


def test_of_two_nodes_that_exchange_a_refresh_token_at_once_one_gives_the_next(pair):
    for _ in range(4):
        made = begin_tokens(pair, "max")

        def swap(number, shown=made["refresh_token"]):
            return exchange(pair, number % 2, shown)

        with ThreadPoolExecutor(AT_ONCE) as threads:
            replies = list(threads.map(swap, range(AT_ONCE)))
        assert sorted(reply.status for reply in replies) == [200] + [409] * (AT_ONCE - 1)
        (won,) = [reply.json for reply in replies if reply.status == 200]
        for node in (0, 1):
            assert by_token(pair, node, won) == 200
            won = exchange(pair, node, won["refresh_token"]).json


def go_on(pair, number, stop):
    """A program that works at both nodes by turns, and exchanges its token now and then."""
    made, told = begin_tokens(pair, "max"), []
    while not stop.is_set():
        told += [by_token(pair, node, made) for node in (0, 1)]
        answer = exchange(pair, number % 2, made["refresh_token"])
        told.append(answer.status)
        made = answer.json
    return told


def test_nobody_notices_that_the_key_of_tokens_is_replaced(pair):
    stop = threading.Event()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        working = [threads.submit(go_on, pair, number, stop) for number in range(AT_ONCE)]
        try:
            with closing(open_engine(pair.url)) as engine:
                for _ in range(ROTATIONS):
                    time.sleep(0.4)
                    with engine.writing() as db:
                        signing_key_service.begin(db, auth.console())
        finally:
            stop.set()
        told = [each for future in working for each in future.result()]
    assert set(told) == {200}
    assert len(told) > AT_ONCE * ROTATIONS
