"""People: API clients that are signed in, and check every answer against the contract."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

import auth
import clock
import contract
from contract import Operation
from db import Engine, scalar
from records import search
from web.application import IdConverter
from web.fast_routes import PATH_PARAMETER

PASSWORD = "correct horse battery"
COOKIE = "cvd_session"


@dataclass(frozen=True)
class Answer:
    """What came back: `json` is the parsed body, None where there is none."""

    status: int
    json: Any
    headers: Any
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def pointers(self) -> list[str]:
        """The places that a 422 names."""
        return [error["pointer"] for error in self.json["errors"]]


class Person:
    """Somebody at their own browser. `id` is None for a visitor."""

    def __init__(
        self,
        app: Flask,
        user_id: int | None = None,
        token: str | None = None,
        key: str | None = None,
    ) -> None:
        self._app = app
        self._key = key
        self.id = user_id
        # As a browser sends it: in the order in which it was written.
        app.json.sort_keys = False  # type: ignore[attr-defined]  # of Flask's default provider
        self.client = app.test_client()
        if token is not None:
            self.client.set_cookie(COOKIE, token)

    def elsewhere(self) -> Person:
        """Somebody at another browser, who is not signed in."""
        return Person(self._app)

    def with_key(self, scopes: list[str] | None = None) -> Person:
        """A program that gets in by a key of this person; without `scopes` by one of all."""
        every = scopes or self.get("/api/api-key-scopes").json["items"]
        return Person(self._app, self.id, key=make_key(self, every)["key"])

    def with_tokens(self, scopes: list[str] | None = None) -> Person:
        """A program that gets in by an access token; as `with_key`."""
        every = scopes or self.get("/api/api-key-scopes").json["items"]
        return self.showing(make_tokens(self, every)["access_token"])

    def showing(self, bearer: str) -> Person:
        """A program that shows this key or token, and says that it is this person's."""
        return Person(self._app, self.id, key=bearer)

    def get(self, path: str, **request: Any) -> Answer:
        return self.ask("GET", path, **request)

    def post(self, path: str, **request: Any) -> Answer:
        return self.ask("POST", path, **request)

    def put(self, path: str, **request: Any) -> Answer:
        return self.ask("PUT", path, **request)

    def patch(self, path: str, **request: Any) -> Answer:
        return self.ask("PATCH", path, **request)

    def delete(self, path: str, **request: Any) -> Answer:
        return self.ask("DELETE", path, **request)

    def ask(self, method: str, path: str, **request: Any) -> Answer:
        """The answer to a request, which is what the contract says or the test fails."""
        operation = operation_at(method, path.partition("?")[0])
        if self._key is not None:
            request["headers"] = {
                "Authorization": f"Bearer {self._key}",
                **request.get("headers", {}),
            }
        with closing(self.client.open(path, method=method, **request)) as response:
            return checked(response, operation)


def make_key(person: Person, scopes: list[str], **given: Any) -> Any:
    """A new API key of a person who has PASSWORD, as the API shows it once."""
    body = {"name": "Gateway", "scopes": scopes, "days": 30, "current_password": PASSWORD, **given}
    answer = person.post("/api/api-keys", json=body)
    assert answer.status == 201, answer.text
    return answer.json


def make_tokens(person: Person, scopes: list[str]) -> Any:
    """The first pair of a program of a person who has PASSWORD, and the `api_key` before it."""
    key = make_key(person, scopes, name="Program")["key"]
    answer = person.elsewhere().post("/api/tokens", json={"api_key": key})
    assert answer.status == 201, answer.text
    return {**answer.json, "api_key": key}


def checked(response: Response, operation: Operation | None) -> Answer:
    """The answer, once it is known to be one that the contract allows."""
    body = response.get_data()
    is_json = response.mimetype in (contract.JSON, contract.PROBLEM)
    answer = Answer(
        response.status_code, orjson.loads(body) if is_json else None, response.headers, body
    )
    assert answer.status != 500, answer.text
    if answer.status >= 400:
        _check_problem(answer, response.mimetype)
    elif operation is not None and answer.status != 304:
        _check_success(answer, response.mimetype, operation)
    return answer


def operation_at(method: str, path: str) -> Operation | None:
    """The operation that a request is for; None for what the contract does not name."""
    try:
        endpoint, _ = _paths().bind("localhost").match(path, method)
    except HTTPException:
        return None
    return _operations()[endpoint]


def sign_up(app: Flask, engine: Engine, username: str, role: str) -> Person:
    """A new user with a session, written straight into the database."""
    with engine.writing() as db:
        user_id = scalar(
            db,
            """
            INSERT INTO users (username, display_name, role, password_hash, created_at)
            VALUES (:username, :username, :role, :password_hash, :now)
            RETURNING id
            """,
            {
                "username": username,
                "role": role,
                "password_hash": _password_hash(),
                "now": clock.now(),
            },
        )
        search.keep(db, noun="user", texts={user_id: (username,)})
        return Person(app, user_id, auth.open_session(db, user_id))


def _check_problem(answer: Answer, mimetype: str | None) -> None:
    assert mimetype == contract.PROBLEM, (answer.status, mimetype, answer.text)
    assert not contract.current().problem.errors(answer.json), answer.text
    assert answer.json["status"] == answer.status
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]
    assert (answer.status == 422) == ("errors" in answer.json)


def _check_success(answer: Answer, mimetype: str | None, operation: Operation) -> None:
    assert answer.status in operation.answers, f"{operation.name} answered {answer.status}"
    if not operation.media_types:
        assert answer.body == b""
        return
    assert mimetype in operation.media_types, f"{operation.name} answered {mimetype}"
    validator = operation.answers[answer.status]
    if validator is not None and mimetype == contract.JSON:
        assert not validator.errors(answer.json), f"{operation.name}: {answer.text[:2000]}"


@lru_cache(maxsize=1)
def _operations() -> dict[str, Operation]:
    return {operation.name: operation for operation in contract.current().operations}


@lru_cache(maxsize=1)
def _paths() -> Map:
    """Those of operations: the same for each application, so they are laid out once in a run."""
    paths = Map(converters={"id": IdConverter}, merge_slashes=False)
    for name, operation in _operations().items():
        shape = PATH_PARAMETER.sub(r"<id:\1>", operation.path)
        paths.add(Rule(shape, endpoint=name, methods=[operation.method.upper()]))
    return paths


@lru_cache(maxsize=1)
def _password_hash() -> str:
    """Hashed once in a run: hashing is slow on purpose."""
    return auth.hash_password(PASSWORD)
