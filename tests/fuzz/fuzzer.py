"""The fuzzer: schemathesis over the contract, in process, as one person.

`fuzz(app, token)` sends generated requests, sound and unsound, to every
operation; its `wrong` is what went wrong. Ids and versions of the contract are
narrowed so that about half of those generated exist.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask

import contract
from tests.kit.people import COOKIE

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


def fuzz(
    app: Flask,
    token: str | None,
    *,
    phases: Sequence[str] = ("fuzzing",),
    examples: int = 3,
    only: Sequence[str] = (),
    seed: int | None = None,
) -> Fuzzed:
    """Ask as the person whose session `token` is, nobody without one.

    `examples` is how many requests are generated for an operation and phase; without
    a `seed` they are the same in every run. `only` names the operations, if not all.
    """
    import schemathesis
    from schemathesis.engine import from_schema

    schema = schemathesis.openapi.from_dict(_document(), config=_config(phases, examples, seed))
    person = _Person(app, token)
    schema.app = person
    found: dict[str, str] = {}
    first = [op.name for op in contract.current().operations if op.name not in ENDING]
    for names in (only,) if only else (first, ENDING):
        part = schema.include(operation_id=[*names])
        for event in from_schema(part).execute():
            found |= _wrong(event)
    return Fuzzed(person.requests, sorted(found.values()))


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


class _Person:
    """The application with the person's cookie on every request, which are counted.

    Werkzeug's client, through which schemathesis asks, drops that of a header.
    """

    def __init__(self, app: Flask, token: str | None) -> None:
        self._app = app
        self._token = token
        self.requests = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.requests += 1
        if self._token is not None:
            environ["HTTP_COOKIE"] = f"{COOKIE}={self._token}"
        # Schemathesis asks for gzip, which it cannot read from an application.
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        return self._app.wsgi_app(environ, start_response)


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
