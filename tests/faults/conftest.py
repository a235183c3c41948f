"""How far the harnesses go: small numbers unless `make faults N=…` asks for more."""

from __future__ import annotations

import os

import pytest

from tests.faults.strace import why_not

ROUNDS = os.environ.get("CVD_TEST_FAULTS")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "faults" in item.path.parts:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def rounds() -> int:
    """How often a fault is tried at a random moment."""
    return int(ROUNDS or 3)


@pytest.fixture(scope="session")
def thorough() -> bool:
    """Whether every moment is tried where there are only so many, and long runs are long."""
    return ROUNDS is not None


@pytest.fixture
def strace(engine_name: str) -> None:
    """Asked for by tests that tamper with the system calls under an SQLite file."""
    if engine_name != "sqlite":
        pytest.skip("PostgreSQL writes its files in processes of its own")
    if reason := why_not():
        pytest.skip(reason)
