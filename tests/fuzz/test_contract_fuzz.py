"""Requests nobody thought of, as every role: no error of the server, no answer off the contract.

Few and the same in every run here; `make fuzz N=20000` sends about so many, others each
time, and tells the seed with which they come again.
"""

from __future__ import annotations

import functools
import os
import random
from typing import Any

import pytest
from flask import Flask

import contract
from app import create_app
from db import Engine
from services.catalogue import product_service
from settings import Settings
from tests.fuzz.fuzzer import PHASES, fuzz
from tests.kit.people import COOKIE, Person, sign_up
from tests.kit.world import corner

CASES = int(os.environ.get("CVD_FUZZ_CASES", "0"))
SEED = int(os.environ.get("CVD_FUZZ_SEED", random.getrandbits(32)))
# An administrator gets everywhere. Who gets to less is refused before a database is asked,
# which the tests on SQLite show.
SPARED = pytest.mark.spared("what they get to is among what an administrator does")
ROLES = [
    role if role == "admin" or CASES else pytest.param(role, marks=SPARED)
    for role in (*contract.ROLES, "visitor")
]
# Of the requests asked for so many are sent; of more, operations without values repeat themselves.
SURELY = 20_000
# Of each phase; an administrator gets everywhere.
FEW = {"admin": ("coverage", "fuzzing")}
EXAMPLES = {"admin": 3}

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


@pytest.mark.parametrize("role", ROLES)
def test_nothing_that_can_be_sent_is_an_error_of_the_server(
    app: Flask, engine: Engine, driver: Person, world: None, note: Any, role: str
) -> None:
    token = None
    if role in contract.ROLES:
        # Another driver would see nothing of the world.
        token = token_of(driver if role == "driver" else sign_up(app, engine, "fay", role))
    if CASES:
        each = max(1, CASES // (len(ROLES) * len(contract.current().operations)))
        found = fuzz(app, token, phases=PHASES, examples=each, seed=SEED)
    else:
        found = fuzz(app, token, phases=FEW.get(role, ("fuzzing",)), examples=EXAMPLES.get(role, 1))
    note("requests", found.requests)
    assert found.requests >= min(CASES, SURELY) // len(ROLES)
    assert not found.wrong, f"CVD_FUZZ_SEED={SEED}\n\n" + "\n\n".join(found.wrong)


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
