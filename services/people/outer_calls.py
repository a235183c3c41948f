"""Calls to a server that is not ours: bounded in time and size, and not made while it is away.

Each call ends within CALL_WITHIN_S. One that reads is tried twice. After a call that failed,
nobody waits for that server again until AWAY_S have passed.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from requests import Response

CONNECT_WITHIN_S = 2.0
CALL_WITHIN_S = 5.0
AWAY_S = 15.0
MOST_BYTES = 2**20
PIECE_BYTES = 2**16
TRIES = 2
SERVER_ERROR = 500


class Away(Exception):
    """The server did not answer, answered with an error of its own, or what nobody can read."""


class OuterCalls:
    """The calls to one server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._away_until = float("-inf")

    def read(self, url: str, *, token: str | None = None) -> tuple[int, Any]:
        """The status and the JSON at an address, shown the bearer `token`. Raises Away."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self._called("GET", url, tries=TRIES, headers=headers)

    def send(
        self, url: str, form: Mapping[str, str], *, basic: tuple[str, str] | None = None
    ) -> tuple[int, Any]:
        """The status and the JSON that answer a form, sent once. Raises Away."""
        return self._called("POST", url, tries=1, data=form, auth=basic)

    def _called(self, method: str, url: str, *, tries: int, **sent: Any) -> tuple[int, Any]:
        with self._lock:
            if monotonic() < self._away_until:
                raise Away("it did not answer a moment ago")
        for left in reversed(range(tries)):
            try:
                return _answer(method, url, **sent)
            except Away:
                if left == 0:
                    with self._lock:
                        self._away_until = monotonic() + AWAY_S
                    raise
        raise AssertionError("a call is tried once at least")


def _answer(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, **sent: Any
) -> tuple[int, Any]:
    import requests  # few need it

    told = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
    ends_at = monotonic() + CALL_WITHIN_S
    try:
        with requests.request(
            method,
            url,
            headers=told,
            timeout=(CONNECT_WITHIN_S, CALL_WITHIN_S),
            # Where it leads is not what the operator has set.
            allow_redirects=False,
            stream=True,
            **sent,
        ) as response:
            content = _content(response, ends_at)
    except (requests.RequestException, OSError) as error:
        raise Away(_reason(error)) from error
    if response.status_code >= SERVER_ERROR:
        raise Away(f"it answered {response.status_code}")
    try:
        return response.status_code, orjson.loads(content)
    except orjson.JSONDecodeError:
        return response.status_code, None


def _content(response: Response, ends_at: float) -> bytes:
    pieces, length = [], 0
    while piece := response.raw.read1(PIECE_BYTES):
        pieces.append(piece)
        length += len(piece)
        if length > MOST_BYTES:
            raise Away("it answers more than it should")
        if monotonic() > ends_at:
            raise Away("it answers too slowly")
    return b"".join(pieces)


def _reason(error: Exception) -> str:
    """In a few words: the whole text of such an error names modules and addresses in memory."""
    import requests

    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted here"
    if isinstance(error, requests.Timeout):
        return "it did not answer in time"
    return "no connection"
