"""A file as it was read, for the tests of imports."""

from __future__ import annotations

from typing import Any

import pytest

from db import Engine
from tests.kit.imports import send, worked
from tests.kit.people import Person


@pytest.fixture
def read(manager: Person, engine: Engine) -> Any:
    """A file as it was read, sent by the manager unless by somebody else."""

    def read(content: bytes | str, person: Person | None = None, **chosen: Any) -> Any:
        person = person or manager
        sent = send(person, content)
        worked(engine)
        found = person.get(f"/api/imports/{sent['id']}").json
        if chosen:
            body = {"version": found["version"], **chosen}
            answer = person.patch(f"/api/imports/{found['id']}", json=body)
            assert answer.status == 200, answer.text
            worked(engine)
            found = person.get(f"/api/imports/{found['id']}").json
        return found

    return read
