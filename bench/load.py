"""A load client: a few keep-alive connections, each sending its next request when answered.

Bytes in, bytes out over plain sockets in one thread, so that what is measured
is the server. Bounded in requests or in time, and only ever on this machine.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import repeat

import orjson

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNK = 1 << 16
ANSWER_WITHIN_S = 30


@dataclass
class Measured:
    """What one run measured: seconds of each answered request, and of the whole run."""

    seconds: list[float] = field(default_factory=list)
    lasted_s: float = 0.0
    refused: list[bytes] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.lasted_s

    def quantile_ms(self, share: float) -> float:
        """The time within which that share of the requests was answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    def __add__(self, other: Measured) -> Measured:
        return Measured(
            self.seconds + other.seconds,
            self.lasted_s + other.lasted_s,
            self.refused + other.refused,
        )


def request(method: str, path: str, *, token: str, body: object = None) -> bytes:
    """One HTTP/1.1 request of somebody signed in."""
    content = b"" if body is None else orjson.dumps(body)
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Cookie: cvd_session={token}"]
    if content:
        head += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*head, "", ""]).encode() + content


def upload(path: str, *, token: str, content: bytes) -> bytes:
    """One request that sends a file as a browser's form does."""
    form = b"\r\n".join(
        [
            b"--bench",
            b'Content-Disposition: form-data; name="file"; filename="audit.dex"',
            b"",
            content,
            b"--bench--",
            b"",
        ]
    )
    head = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Cookie: cvd_session={token}",
        "Content-Type: multipart/form-data; boundary=bench",
        f"Content-Length: {len(form)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + form


def hammer(port: int, one: bytes, *, seconds: float, connections: int) -> Measured:
    """Send the same request over and over for so long."""
    return _run(port, repeat(one), connections, time.perf_counter() + seconds)


def send(
    port: int, requests: Iterable[bytes], *, connections: int = 1, seconds: float = float("inf")
) -> Measured:
    """Send each of these once, as far as so many seconds allow."""
    return _run(port, iter(requests), connections, time.perf_counter() + seconds)


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), ANSWER_WITHIN_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.sent_at = 0.0

    def begin(self, one: bytes) -> None:
        self.received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(one)

    def is_answered(self) -> bool:
        """Read what is there; whether the answer is now complete."""
        part = self.socket.recv(CHUNK)
        if not part:
            raise ConnectionError("The server closed the connection.")
        self.received += part
        head = self.received.find(b"\r\n\r\n")
        if head < 0:
            return False
        stated = LENGTH.search(self.received, 0, head)
        return len(self.received) >= head + 4 + (int(stated[1]) if stated else 0)


def _run(port: int, requests: Iterator[bytes], connections: int, deadline: float) -> Measured:
    measured = Measured()
    with selectors.DefaultSelector() as selector:
        began = time.perf_counter()
        for _ in range(connections):
            one = next(requests, None)
            if one is not None:
                connection = _Connection(port)
                selector.register(connection.socket, selectors.EVENT_READ, connection)
                connection.begin(one)
        while selector.get_map():
            for key, _ in selector.select(ANSWER_WITHIN_S):
                connection = key.data
                if not connection.is_answered():
                    continue
                now = time.perf_counter()
                measured.seconds.append(now - connection.sent_at)
                if not connection.received.startswith(b"HTTP/1.1 2"):
                    measured.refused.append(connection.received)
                following = next(requests, None) if now < deadline else None
                if following is None:
                    selector.unregister(connection.socket)
                    connection.socket.close()
                else:
                    connection.begin(following)
        measured.lasted_s = time.perf_counter() - began
    return measured
