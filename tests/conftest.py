"""Fixtures for every test: a database of its own, the application, and a cast of people."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from flask import Flask

import clock
from app import create_app
from db import Engine
from services.system import settings_service
from settings import Settings
from storage.locks import Held
from tests.kit.audit_words import make_strict
from tests.kit.cheap import make_cheap, what_stays
from tests.kit.engines import (  # noqa: F401  # fixtures are found by name
    ENGINE,
    database_url,
    databases,
    empty_database,
    engine,
    engine_name,
    postgresql_server,
    statements,
    template_url,
)
from tests.kit.leftovers import pytest_configure, pytest_sessionfinish  # noqa: F401  # hooks
from tests.kit.moving_clock import MovingClock
from tests.kit.people import Person, sign_up

make_cheap()
make_strict()
# Two transactions that lock in different orders wait for each other, if only once a year.
Held.is_strict = True

# Who asks for none of these, in a module that does not ask for ENGINE, is the same on both.
OF_AN_ENGINE = {"databases", "engine_name", "postgresql_server"}
# Those that `make test` spares on PostgreSQL are run there by `make engines`.
SPARES = not os.environ.get("CVD_TEST_SPARED")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test to which the engine is nothing is run once, on SQLite. Long files go first."""
    if ENGINE != "sqlite":
        config.hook.pytest_deselected(items=[item for item in items if not _is_of_an_engine(item)])
        items[:] = filter(_is_of_an_engine, items)
    # At the end, one would keep a worker busy and leave the others idle.
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    many = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path not in slow, -many[item.path], item.path))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Five thousand tests took the collector most of a second each time."""
    with what_stays():
        return (yield)


def _is_of_an_engine(item: pytest.Item) -> bool:
    once = item.get_closest_marker("once")
    if once is not None:
        assert once.args, f"{item.nodeid}: why is once enough?"
        return False
    spared = item.get_closest_marker("spared")
    if spared is not None and SPARES and item.get_closest_marker("both") is None:
        assert spared.args, f"{item.nodeid}: why is it spared?"
        return False
    asked = OF_AN_ENGINE.intersection(getattr(item, "fixturenames", ()))
    return bool(asked) or hasattr(getattr(item, "module", None), "ENGINE")


@pytest.fixture
def settings(database_url: str, more_settings: dict[str, Any]) -> Settings:  # noqa: F811  # the fixture above
    """The settings of the test's application; a module may override them."""
    return Settings(
        database_url=database_url,
        company="Test Vending",
        time_zone="Europe/Berlin",
        **more_settings,
    )


@pytest.fixture
def more_settings() -> dict[str, Any]:
    """What a module sets besides."""
    return {}


@pytest.fixture
def provider() -> Iterator[Any]:
    """Who signs people in for the company, where `more_settings` name it."""
    from tests.kit.fake_provider import FakeProvider  # few need its library

    made = FakeProvider()
    yield made
    made.close()


@pytest.fixture
def app(settings: Settings, engine: Engine) -> Iterator[Flask]:  # noqa: F811
    """The application over the test's database."""
    with engine.writing() as db:
        settings_service.ensure(db, settings)
    made = create_app(settings)
    yield made
    made.extensions["cvd"]["engine"].close()


@pytest.fixture
def admin(app: Flask, engine: Engine) -> Person:  # noqa: F811
    return sign_up(app, engine, "anna", "admin")


@pytest.fixture
def manager(app: Flask, engine: Engine) -> Person:  # noqa: F811
    return sign_up(app, engine, "max", "manager")


@pytest.fixture
def driver(app: Flask, engine: Engine) -> Person:  # noqa: F811
    return sign_up(app, engine, "dora", "driver")


@pytest.fixture
def other_driver(app: Flask, engine: Engine) -> Person:  # noqa: F811
    return sign_up(app, engine, "oscar", "driver")


@pytest.fixture
def viewer(app: Flask, engine: Engine) -> Person:  # noqa: F811
    return sign_up(app, engine, "vera", "viewer")


@pytest.fixture
def visitor(app: Flask) -> Person:
    return Person(app)


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second passes: who has to wait for one still has to, however slow the machine is."""
    standing = MovingClock(clock.to_datetime(clock.now()))
    monkeypatch.setattr(clock, "now", standing.now)


@pytest.fixture
def note(record_property: Any) -> Any:
    """note("p99 ms", 12): a figure for the report at the end of the run."""
    return record_property


def pytest_terminal_summary(terminalreporter: Any) -> None:
    noted = [
        (report.nodeid.rpartition("::")[2], name, figure)
        for report in terminalreporter.stats.get("passed", [])
        for name, figure in report.user_properties
    ]
    if noted:
        terminalreporter.section("figures of the harnesses")
    for test, name, figure in noted:
        terminalreporter.line(f"{test}: {name} = {figure}")
