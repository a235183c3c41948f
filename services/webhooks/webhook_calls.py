"""Calls to receivers: one POST, bounded in time and size, that follows nobody elsewhere."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from time import monotonic
from typing import NamedTuple

from services.webhooks import destinations
from services.webhooks.destinations import Destination, NotAllowed

CONNECT_WITHIN_S = 5.0
CALL_WITHIN_S = 10.0
MOST_ADDRESSES = 4
MOST_BYTES = 2**16
KEPT_BYTES = 2**10
OK = range(200, 300)
REDIRECTS = range(300, 400)
GONE = 410
LONGEST_ASKED_S = 24 * 3600
SECONDS = re.compile(r"\d{1,6}")


class Outcome(NamedTuple):
    """What came of one try; `problem` is None where the receiver has taken it."""

    status: int | None
    duration_ms: int
    answer: str | None
    problem: str | None
    # How long the receiver wants not to be asked again; 0 where it does not say.
    wait_s: int = 0


def post(url: str, body: bytes, headers: Mapping[str, str], *, allowed: Sequence[str]) -> Outcome:
    """Send a body to a receiver, once; never raises."""
    began = monotonic()
    status, answer, wait_s = None, None, 0
    try:
        to = destinations.parsed(url)
        status, answer, wait_s = _answered(to, body, headers, allowed)
        problem = _problem_of(status)
    except NotAllowed as refused:
        problem = str(refused)
    except (OSError, ValueError, http.client.HTTPException) as error:
        problem = _reason(error, is_late=monotonic() - began >= CALL_WITHIN_S)
    return Outcome(status, round((monotonic() - began) * 1000), answer, problem, wait_s)


def _answered(
    to: Destination, body: bytes, headers: Mapping[str, str], allowed: Sequence[str]
) -> tuple[int, str, int]:
    connection = _Connection(to, destinations.addresses(to, allowed))
    # A receiver that sends a byte now and then would keep each single wait short.
    end = threading.Timer(CALL_WITHIN_S, connection.cut)
    end.daemon = True
    end.start()
    try:
        connection.request(
            "POST",
            to.path,
            body,
            {"Content-Type": "application/json", "User-Agent": "CVD-Webhooks/1", **headers},
        )
        response = connection.getresponse()
        content = b""
        # What it says beside its status is for people alone.
        with suppress(OSError, http.client.HTTPException):
            content = response.read(MOST_BYTES)
        return response.status, _text(content), _wait_s(response)
    finally:
        end.cancel()
        connection.close()


class _Connection(http.client.HTTPConnection):
    """To one of the addresses that were looked at, whatever the name leads to by now."""

    def __init__(self, to: Destination, addresses: Sequence[str]) -> None:
        super().__init__(to.host, to.port, timeout=CONNECT_WITHIN_S)
        self.default_port = destinations.PORTS[to.scheme]
        self._to = to
        self._addresses = addresses
        self._is_cut = False
        # `sock` is None while an answer is read that ends with the connection.
        self._held: socket.socket | None = None

    def connect(self) -> None:
        plain = self._reached()
        plain.settimeout(CALL_WITHIN_S)
        self._hold(plain)
        if self._to.scheme == "https":
            # In two steps, so that `cut` reaches a handshake that takes for ever.
            sealed = _context().wrap_socket(
                plain, server_hostname=self._to.host, do_handshake_on_connect=False
            )
            self._hold(sealed)
            sealed.do_handshake()

    def cut(self) -> None:
        """End it from another thread: whoever reads or writes is told so."""
        self._is_cut = True
        if self._held is not None:
            with suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)

    def _hold(self, connected: socket.socket) -> None:
        """Go on with it, where `cut` reaches it. Raises TimeoutError where that came before."""
        self.sock = self._held = connected
        if self._is_cut:
            raise TimeoutError

    def _reached(self) -> socket.socket:
        *first, last = self._addresses[:MOST_ADDRESSES]
        for address in first:
            if self._is_cut:
                break
            with suppress(OSError):
                return socket.create_connection((address, self._to.port), CONNECT_WITHIN_S)
        return socket.create_connection((last, self._to.port), CONNECT_WITHIN_S)


@cache
def _context() -> ssl.SSLContext:
    # Reading the authorities takes longer than all the rest of a call; a worker does it once.
    return ssl.create_default_context()


def _wait_s(response: http.client.HTTPResponse) -> int:
    asked = response.getheader("Retry-After", "").strip()
    return min(int(asked), LONGEST_ASKED_S) if SECONDS.fullmatch(asked) else 0


def _text(content: bytes) -> str:
    """What people are shown of an answer; a database takes no NUL."""
    return (
        content[:KEPT_BYTES].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    )


def _problem_of(status: int) -> str | None:
    if status in OK:
        return None
    if status in REDIRECTS:
        return f"It answered {status}, which leads elsewhere: give the URL that it leads to."
    return f"It answered {status}."


def _reason(error: Exception, *, is_late: bool) -> str:
    if is_late or isinstance(error, TimeoutError):
        return f"It did not answer within {CALL_WITHIN_S:.0f} seconds."
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"Its certificate is not trusted here: {error.verify_message}."
    if isinstance(error, ssl.SSLError):
        return "It does not speak TLS as it should."
    if isinstance(error, socket.gaierror):
        return "Its host name is not known."
    if isinstance(error, ConnectionRefusedError):
        return "Nothing listens there: the connection was refused."
    if isinstance(error, http.client.HTTPException):
        return "It answered something that is no HTTP."
    return "The connection broke off."
