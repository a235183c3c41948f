"""The connections of this process, closed from outside of the server where need be.

Granian tells of a request once its head has come, and never tells of a connection. So
the open ones are read from the kernel. Without /proc nothing is closed.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import closing, suppress

FOLDER = "/proc/self/fd"


def count() -> int:
    """About how many there are at most: everything that is open."""
    try:
        return len(os.listdir(FOLDER))  # noqa: PTH208  # twice a second, and names are enough
    except OSError:
        return 0


def peers(port: int) -> dict[str, int]:
    """Whoever is connected to this port of ours, as `address:port`, and on which descriptor."""
    try:
        names = os.listdir(FOLDER)  # noqa: PTH208  # see above
    except OSError:
        return {}
    found = {}
    for descriptor in map(int, names):
        peer = _peer(descriptor, port)
        if peer is not None:
            found[peer] = descriptor
    return found


def close(peer: str, descriptor: int, port: int, farewell: bytes = b"") -> None:
    """End the connection of `peer`, after a last word where there is room for it."""
    for connection in _opened(descriptor):
        # The descriptor may be another connection's by now.
        if _name(connection, port) == peer:
            with suppress(OSError):
                if farewell:
                    connection.send(farewell, socket.MSG_DONTWAIT)
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def address_of(peer: str) -> str:
    """The address of an `address:port`."""
    return peer.rpartition(":")[0].strip("[]")


def _peer(descriptor: int, port: int) -> str | None:
    for connection in _opened(descriptor):
        return _name(connection, port)
    return None


def _opened(descriptor: int) -> Iterator[socket.socket]:
    """The socket of a descriptor, held meanwhile; nothing where it is none, or closed."""
    try:
        if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            return
        opened = socket.socket(fileno=os.dup(descriptor))
    except OSError:
        return
    with closing(opened):
        yield opened


def _name(connection: socket.socket, port: int) -> str | None:
    if connection.family not in (socket.AF_INET, socket.AF_INET6):
        return None
    try:
        host, number = connection.getpeername()[:2]
        if connection.getsockname()[1] != port:
            return None
    except OSError:
        return None
    return f"[{host}]:{number}" if ":" in host else f"{host}:{number}"
