"""Requests nobody thought of, as every role: no error of the server, no answer off the contract.

Few and the same in every run here; `make fuzz N=20000` sends about so many, others each
time, and tells the seed with which they come again.
"""

from __future__ import annotations

import functools
import os
import random
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import pytest
from flask import Flask

import contract
from app import create_app
from auth import Actor
from db import Engine, open_engine
from services.catalogue import product_service
from services.system import settings_service
from settings import Settings
from tests.fuzz.fuzzer import PHASES, Asker, fuzz
from tests.kit.engines import ENGINE, Databases
from tests.kit.people import COOKIE, Person, sign_up
from tests.kit.world import corner

CASES = int(os.environ.get("CVD_FUZZ_CASES", "0"))
SEED = int(os.environ.get("CVD_FUZZ_SEED", random.getrandbits(32)))
# An administrator gets everywhere. Who gets to less is refused before a database is asked,
# which the tests on SQLite show.
EVERYBODY = pytest.param(
    "everybody", marks=pytest.mark.spared("what they get to is among what an administrator does")
)
ROLES = (*contract.ROLES, "visitor")
FEW = [EVERYBODY] if ENGINE == "sqlite" else ["admin", EVERYBODY]
# Of the requests asked for so many are sent; of more, operations without values repeat themselves.
SURELY = 20_000
EXAMPLES = 3

pytestmark = pytest.mark.slow
HARNESS = pytest.mark.once("it is about the fuzzer, which asks the same way on both")


def token_of(person: Person) -> str:
    cookie = person.client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


@pytest.fixture
def world(admin: Person, driver: Person) -> None:
    """Some of every noun, so that requests get past what is absent."""
    corner(admin, driver)


@contextmanager
def another_world(databases: Databases, template_url: str, role: str) -> Iterator[Asker]:
    """Somebody of a role in a world of their own, like the one above."""
    url = databases.copy(template_url)
    settings = Settings(database_url=url, company="Test Vending", time_zone="Europe/Berlin")
    with closing(open_engine(url)) as engine:
        with engine.writing() as db:
            settings_service.ensure(db, settings)
        app = create_app(settings)
        driver = sign_up(app, engine, "dora", "driver")
        corner(sign_up(app, engine, "anna", "admin"), driver)
        yield Asker(app, token_of_role(role, app, engine, driver))
        app.extensions["cvd"]["engine"].close()
    databases.drop(url)


def token_of_role(role: str, app: Flask, engine: Engine, driver: Person) -> str | None:
    if role not in contract.ROLES:
        return None
    # Another driver would see nothing of the world.
    return token_of(driver if role == "driver" else sign_up(app, engine, "fay", role))


@pytest.mark.parametrize("who", ROLES if CASES else FEW)
def test_nothing_that_can_be_sent_is_an_error_of_the_server(
    databases: Databases,
    template_url: str,
    app: Flask,
    engine: Engine,
    driver: Person,
    world: None,
    note: Any,
    who: str,
) -> None:
    with ExitStack() as worlds:
        beside = {}
        for role in [role for role in ROLES if who == "everybody" and role != "admin"]:
            beside[role] = worlds.enter_context(another_world(databases, template_url, role))
        token = token_of_role("admin" if beside else who, app, engine, driver)
        if CASES:
            each = max(1, CASES // (len(ROLES) * len(contract.current().operations)))
            found = [fuzz(app, token, phases=PHASES, examples=each, seed=SEED)]
        else:
            covered = fuzz(app, token, phases=("coverage",))
            found = [covered, fuzz(app, token, examples=EXAMPLES, beside=beside)]
    requests = sum(part.requests for part in found)
    note("requests", requests)
    assert requests >= min(CASES, SURELY) // len(ROLES)
    wrong = [each for part in found for each in part.wrong]
    assert not wrong, f"CVD_FUZZ_SEED={SEED}\n\n" + "\n\n".join(wrong)


@HARNESS
@pytest.mark.parametrize("phase", PHASES)
def test_every_phase_sends_requests(app: Flask, admin: Person, world: None, phase: str) -> None:
    """One that finds nothing to send says nothing."""
    only = ["product_service.create_product"] if phase == "coverage" else []
    assert fuzz(app, token_of(admin), phases=(phase,), examples=1, only=only).requests > 0


@HARNESS
def test_it_finds_a_planted_error(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, admin: Person
) -> None:
    @functools.wraps(product_service.list_products)
    def broken(*_: object, **arguments: object) -> object:
        if arguments.get("q"):
            raise KeyError
        return {"items": [], "next_cursor": 0}

    monkeypatch.setattr(product_service, "list_products", broken)
    planted = create_app(settings)
    names = ["product_service.list_products"]
    found = "\n".join(fuzz(planted, token_of(admin), phases=("coverage",), only=names).wrong)
    planted.extensions["cvd"]["engine"].close()
    assert "GET /api/products: Server error" in found
    assert "GET /api/products: Response violates schema" in found


@HARNESS
def test_it_finds_what_is_an_error_for_somebody_beside_alone(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, admin: Person, viewer: Person
) -> None:
    @functools.wraps(product_service.list_products)
    def broken(_: object, actor: Actor, **__: object) -> object:
        if actor.role == "viewer":
            raise KeyError
        return {"items": [], "next_cursor": None}

    monkeypatch.setattr(product_service, "list_products", broken)
    planted = create_app(settings)
    names = ["product_service.list_products"]
    beside = {"viewer": Asker(planted, token_of(viewer))}
    (told,) = fuzz(planted, token_of(admin), only=names, beside=beside).wrong
    planted.extensions["cvd"]["engine"].close()
    assert told.startswith("viewer: GET /api/products b''")
    assert "Internal Server Error" in told or '"status":500' in told
