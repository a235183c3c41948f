"""Random weeks of a route: whatever machines and people do, the books stay right."""

import os

import hypothesis
import pytest
from hypothesis import HealthCheck
from hypothesis.stateful import run_state_machine_as_test

from settings import Settings
from tests.kit.engines import ENGINE
from tests.state.books_machine import BooksMachine

# More of them: CVD_STATE_EXAMPLES=2000.
FEW = {"sqlite": 20, "postgresql": 6}[ENGINE]
EXAMPLES = int(os.environ.get("CVD_STATE_EXAMPLES", FEW))


@pytest.fixture
def settings(database_url):
    """Machines here tell the time in UTC."""
    return Settings(database_url=database_url, time_zone="UTC")


@pytest.mark.slow
def test_the_books_stay_right_whatever_happens(engine, manager):
    machine = type("Books", (BooksMachine,), {"engine": engine, "manager": manager})
    run_state_machine_as_test(
        machine,
        settings=hypothesis.settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
