"""The fuzzer: schemathesis over the contract, in process, as one person.

`fuzz(app, token)` sends generated requests, sound and unsound, to every
operation; its `wrong` is what went wrong. Those `beside` are sent the first to
each operation too, for it is generating them that takes the time. Ids and
versions of the contract are narrowed so that about half of those generated exist.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.wrappers import Response

import contract
from tests.kit.people import COOKIE, checked, operation_at

# Half a second to load, in each process that reads the tests; one of them asks it something.
if TYPE_CHECKING:
    from schemathesis.config import SchemathesisConfig
    from schemathesis.engine import events

PHASES = ("examples", "coverage", "fuzzing", "stateful")
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
# They may end the session that asks: they come last.
ENDING = (
    "user_service.update_user",
    "user_service.create_password_reset",
    "session_service.create_session",
    "session_service.change_password",
    "session_service.delete_session",
)
LIKELY = {"Id": 4, "NullableId": 4, "Version": 3}


@dataclass(frozen=True)
class Fuzzed:
    """How many requests were sent; what went wrong, each once with the command that shows it."""

    requests: int
    wrong: list[str]


@dataclass(frozen=True)
class Asker:
    """Somebody at an application: whose session `token` is, nobody without one."""

    app: Flask
    token: str | None

    def ask(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Send a request with their cookie, which the client of Werkzeug's drops of a header."""
        if self.token is not None:
            environ["HTTP_COOKIE"] = f"{COOKIE}={self.token}"
        return self.app.wsgi_app(environ, start_response)


def fuzz(
    app: Flask,
    token: str | None,
    *,
    phases: Sequence[str] = ("fuzzing",),
    examples: int = 3,
    only: Sequence[str] = (),
    seed: int | None = None,
    beside: Mapping[str, Asker] = MappingProxyType({}),
) -> Fuzzed:
    """Ask as the person whose session `token` is, nobody without one.

    `examples` is how many requests are generated for an operation and phase; without
    a `seed` they are the same in every run. `only` names the operations, if not all.
    `beside` is who else is sent some, by what they are called.
    """
    import schemathesis
    from schemathesis.engine import from_schema

    schema = schemathesis.openapi.from_dict(_document(), config=_config(phases, examples, seed))
    person = _Sender(Asker(app, token), beside)
    schema.app = person
    found: dict[str, str] = {}
    first = [op.name for op in contract.current().operations if op.name not in ENDING]
    for names in (only,) if only else (first, ENDING):
        part = schema.include(operation_id=[*names])
        for event in from_schema(part).execute():
            found |= _wrong(event)
    return Fuzzed(person.requests, sorted(found.values()) + person.wrong)


def _document() -> dict[str, Any]:
    document = copy.deepcopy(contract.current().document)
    schemas = document["components"]["schemas"]
    for name, most in LIKELY.items():
        likely = {"type": "integer", "minimum": 1, "maximum": most}
        schemas[name] = {"anyOf": [likely, schemas[name]]}
    return document


def _config(phases: Sequence[str], examples: int, seed: int | None) -> SchemathesisConfig:
    from schemathesis.config import SchemathesisConfig

    return SchemathesisConfig.from_dict(
        {
            **({} if seed is None else {"seed": seed}),
            "continue-on-failure": True,
            "workers": 1,
            "checks": {"enabled": False, **{name: {"enabled": True} for name in CHECKS}},
            "generation": {
                "max-examples": examples,
                "deterministic": seed is None,
                "no-shrink": True,
                "database": "none",
            },
            "phases": {name: {"enabled": name in phases} for name in PHASES},
        }
    )


class _Sender:
    """What schemathesis takes for the application: it sends each request on, and counts them."""

    def __init__(self, first: Asker, beside: Mapping[str, Asker]) -> None:
        self._first = first
        self._beside = beside
        self._sent: set[str] = set()
        self.requests = 0
        self.wrong: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        # Schemathesis asks for gzip, which it cannot read from an application.
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        self._send_beside(environ)
        self.requests += 1
        return self._first.ask(environ, start_response)

    def _send_beside(self, environ: dict[str, Any]) -> None:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        operation = operation_at(method, path)
        if not self._beside or operation is None or operation.name in self._sent:
            return
        self._sent.add(operation.name)
        body = environ["wsgi.input"].read()
        for called, asker in self._beside.items():
            self.requests += 1
            asked = {**environ, "wsgi.input": io.BytesIO(body)}
            try:
                with Response.from_app(asker.ask, asked, buffered=True) as response:
                    checked(response, operation)
            except AssertionError as error:
                self.wrong.append(f"{called}: {method} {path} {body!r}: {error}")
        environ["wsgi.input"] = io.BytesIO(body)


def _wrong(event: events.EngineEvent) -> dict[str, str]:
    """What an event tells went wrong: by what makes it the same, in words."""
    from schemathesis.engine import events

    match event:
        case events.ScenarioFinished():
            return dict(_failures(event))
        case events.NonFatalError():
            return {event.label: f"{event.label}: {event.info.format()}"}
        case events.FatalError():
            raise event.exception
    return {}


def _failures(scenario: events.ScenarioFinished) -> Iterator[tuple[str, str]]:
    for checks in scenario.recorder.checks.values():
        for info in (check.failure_info for check in checks):
            if info is not None:
                failed = f"{scenario.label}: {info.failure.title}\n{info.failure.message}"
                yield failed[:200], f"{failed}\n{info.code_sample}"
