"""Results: the few answers of a service that are more than a noun.

Services know nothing of HTTP; these say what happened, and the binding words it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Existing:
    """What was to be created is there already: the 200 beside the 201."""

    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session was opened; `token` goes into the cookie, `body` into the answer.

    `device` is the cookie by which the browser is known from now on, if it is to be, for so
    many days.
    """

    body: dict[str, Any] | None
    token: str
    device: str | None = None
    device_days: int = 0


@dataclass(frozen=True, slots=True)
class SignedOut:
    """The session ended."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the front end, by the name of its file."""

    name: str


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes to save under a name."""

    filename: str
    content: bytes
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived: the name is what the sender says, nothing more."""

    filename: str
    content: bytes


def plain(result: dict[str, Any]) -> dict[str, Any]:
    """A result as who gets it as JSON has it: what the engine rendered is taken apart."""
    taken_apart: dict[str, Any] = orjson.loads(orjson.dumps(result))
    return taken_apart
