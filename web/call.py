"""One exchange: the call as operations see it, and the answer to it.

Lighter than a framework's request and response, because every request of the
contract makes both. What is rare (forms, cookies to set) is left to werkzeug.
"""

from __future__ import annotations

import itertools
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from werkzeug.wrappers import Request
from werkzeug.wsgi import get_content_length, get_host, get_input_stream

import tokens
from auth import KEY_BEGINS
from web.pieces import Pieces

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from auth import Actor
    from web.tracing import Trace

BEARERS = (KEY_BEGINS, tokens.BEGINS)
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
# RFC 9110, 8.6.
BODILESS = (204, 304)

# What the gateway tells the application of a request, in its environment: why it is refused,
# how long a body it takes, and a function that runs something in a thread apart.
REFUSAL = "cvd.refusal"
MOST_BYTES = "cvd.most_bytes"
APART = "cvd.apart"
# And what the application tells the gateway: the answer comes in pieces.
IN_PIECES = "cvd.in_pieces"

Headers = list[tuple[str, str]]

# Requests are told apart by number, processes (and runs) by chance.
_PROCESS = secrets.token_hex(4)
_numbers = itertools.count(1)


def _begin_process() -> None:
    global _PROCESS  # noqa: PLW0603  # a worker that was forked is another process
    _PROCESS = secrets.token_hex(4)


os.register_at_fork(after_in_child=_begin_process)


class Call:
    """What somebody asks. `actor`, `operation` and `body` are known as the call goes on."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        given = environ.get("HTTP_X_REQUEST_ID")
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        # Ours alone: what is sealed into the audit log must not be anybody's choice.
        self.request_id = f"{_PROCESS}{next(_numbers):08x}"
        self.client_request_id: str | None = (
            given if given and REQUEST_ID.fullmatch(given) else None
        )
        self.started = perf_counter()
        self.actor: Actor | None = None
        self.operation: str | None = None
        self.body: Any = None
        self.trace: Trace | None = None
        self.allowance: Headers | None = None
        self.is_stranger = False

    @property
    def trace_id(self) -> str | None:
        """By which a collector finds it; None where nothing is traced."""
        return None if self.trace is None else self.trace.trace_id

    @cached_property
    def path(self) -> str:
        """What is asked for, without the query."""
        return _text(self.environ.get("PATH_INFO", ""))

    @property
    def address(self) -> str:
        """Where the call comes from."""
        return self.environ.get("REMOTE_ADDR") or ""

    @cached_property
    def host(self) -> str:
        """The host name that was asked, with its port unless that is the usual one."""
        return get_host(self.environ)

    @property
    def query(self) -> dict[str, str]:
        """The parameters behind the question mark; of one given twice the first counts."""
        text = self.environ.get("QUERY_STRING")
        if not text:
            return {}
        pairs = parse_qsl(_text(text), keep_blank_values=True)
        return dict(reversed(pairs))

    @cached_property
    def request(self) -> Request:
        """The same as werkzeug sees it, for forms and lists of what is taken."""
        return Request(self.environ)

    @property
    def media_type(self) -> str:
        """Of what kind the body is said to be."""
        return str(self.environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()

    def check_taken(self) -> None:
        """Raises what the gateway refused the request for before the application saw it."""
        refusal: Exception | None = self.environ.get(REFUSAL)
        if refusal is not None:
            raise refusal

    def most_bytes(self, most: int) -> int:
        """How many bytes the body may have: `most`, or less if the gateway reads less of it."""
        taken: int = self.environ.get(MOST_BYTES, most)
        return min(taken, most)

    def release(self) -> None:
        """Let go what was read of a form: files that are on the disk are gone with it."""
        self.request.close()

    def apart(self, work: Callable[[], None]) -> None:
        """Do what the answer need not wait for; at once where no gateway lends a thread."""
        begin: Callable[[Callable[[], None]], None] | None = self.environ.get(APART)
        work() if begin is None else begin(work)

    def content(self, most: int) -> bytes | None:
        """The body, which can be read once; None if it has more than `most` bytes."""
        stated = get_content_length(self.environ)
        if stated is not None and stated > most:
            return None
        if "wsgi.input_terminated" not in self.environ:
            return get_input_stream(self.environ).read()
        # Ours ends the stream itself, so that it need not be guarded.
        content: bytes = self.environ["wsgi.input"].read(most + 1)
        return content if len(content) <= most else None

    @property
    def takes_gzip(self) -> bool:
        """Whether the answer may be compressed."""
        told = self.header("ACCEPT_ENCODING")
        return told is not None and "gzip" in told and bool(self.request.accept_encodings["gzip"])

    def header(self, name: str) -> str | None:
        """A header by its WSGI name: `If-None-Match` is IF_NONE_MATCH."""
        return self.environ.get(f"HTTP_{name}")

    @property
    def bearer(self) -> str | None:
        """The API key or access token that came as `Authorization: Bearer …`; None for any other.

        They are told apart by how they begin: `cvd_`, or as the header of a JWT does.
        """
        told: str | None = self.environ.get("HTTP_AUTHORIZATION")
        if told is None:
            return None
        scheme, _, shown = told.partition(" ")
        is_ours = scheme.lower() == "bearer" and shown.startswith(BEARERS)
        return shown if is_ours else None

    def cookie(self, name: str) -> str | None:
        """The value of a cookie that is a plain token; the first, where there are several."""
        cookies = self.environ.get("HTTP_COOKIE")
        if not cookies:
            return None
        for cookie in cookies.split(";"):
            key, _, value = cookie.partition("=")
            if key.strip() == name:
                return str(value.strip())
        return None


@dataclass(slots=True)
class Answer:
    """What is answered: a body of bytes, its status, and headers but its length.

    A long body comes in `pieces` instead, of `length` bytes together where that is known.
    """

    body: bytes = b""
    status: int = 200
    headers: Headers = field(default_factory=list)
    pieces: Pieces | None = None
    length: int | None = None

    @property
    def status_line(self) -> str:
        """The status with its words, as HTTP has it."""
        return STATUS_LINES[self.status]

    @property
    def wire_headers(self) -> Headers:
        """The headers with the length, which an answer that never has a body must not state."""
        if self.status in BODILESS:
            return self.headers
        if self.pieces is not None:
            known = [] if self.length is None else [("Content-Length", str(self.length))]
            return [*self.headers, *known]
        return [*self.headers, ("Content-Length", str(len(self.body)))]

    def add(self, headers: Mapping[str, str]) -> Answer:
        """The same answer with more headers."""
        self.headers.extend(headers.items())
        return self


def _text(latin: str) -> str:
    """Text of WSGI, which hands bytes over as Latin-1 (PEP 3333)."""
    return latin if latin.isascii() else latin.encode("latin-1").decode("utf-8", "replace")
