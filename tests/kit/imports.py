"""Imports in tests: files sent, read and carried out by a worker."""

from __future__ import annotations

from typing import Any

from db import Engine
from server.job_worker import JobWorker
from tests.kit.people import Person


def send(person: Person, content: bytes | str, filename: str = "fleet.csv") -> Any:
    raw = content.encode() if isinstance(content, str) else content
    # As a browser writes it: the client of the tests would leave a large file open.
    head = f'Content-Disposition: form-data; name="file"; filename="{filename}"'
    body = b"--border\r\n" + head.encode() + b"\r\n\r\n" + raw + b"\r\n--border--\r\n"
    form = {"data": body, "content_type": "multipart/form-data; boundary=border"}
    answer = person.post("/api/imports", **form)
    assert answer.status == 201, answer.text
    return answer.json


def worked(engine: Engine) -> None:
    worker = JobWorker(engine, "first")
    while worker.run_one():
        pass


def run(person: Person, engine: Engine, found: Any, **how: Any) -> Any:
    body = {"version": found["version"], **how}
    answer = person.post(f"/api/imports/{found['id']}/run", json=body)
    assert answer.status == 200, answer.text
    worked(engine)
    return person.get(f"/api/imports/{found['id']}").json


def take_back(person: Person, engine: Engine, found: Any) -> Any:
    answer = person.post(f"/api/imports/{found['id']}/withdrawal")
    assert answer.status == 200, answer.text
    worked(engine)
    return person.get(f"/api/imports/{found['id']}").json


def rows(person: Person, found: Any, **query: str) -> Any:
    asked = {"import_id": str(found["id"]), **query}
    return person.get("/api/import-rows", query_string=asked).json["items"]
