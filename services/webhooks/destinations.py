"""Destinations: where deliveries may go, so that no URL makes this server call itself.

A name is resolved once for each try, all of its addresses are looked at, and the connection is
made to one that was looked at: a name that leads elsewhere a moment later leads nowhere.
Machines of the office network are allowed, for receivers stand there. This machine itself,
link-local addresses and the metadata services of clouds are not, unless a network that
holds them is listed in CVD_WEBHOOK_NETWORKS.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from domain import networks
from domain.networks import Address

PORTS = {"http": 80, "https": 443}


class NotAllowed(Exception):
    """A URL that nothing is sent to: why, in a sentence."""


class Destination(NamedTuple):
    """A URL in its parts; `path` is what is asked for, the query included."""

    scheme: str
    host: str
    port: int
    path: str


def parsed(url: str) -> Destination:
    """The parts of a URL. Raises NotAllowed for one that nothing can be sent to."""
    parts = _split(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise NotAllowed("It has to begin with https:// or http:// and name a host.")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("It cannot hold a name and a password: whoever sees it would know them.")
    if parts.fragment:
        raise NotAllowed("What stands behind # is sent to nobody: leave it out.")
    try:
        host = parts.hostname.encode("idna").decode() if ":" not in parts.hostname else None
    except UnicodeError:
        raise NotAllowed("Its host name is none.") from None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(
        parts.scheme, host or parts.hostname, parts.port or PORTS[parts.scheme], path
    )


def check(url: str, allowed: Sequence[str]) -> None:
    """Raises NotAllowed for a URL that is seen to be one without asking anybody."""
    host = parsed(url).host
    if host == "localhost" or host.endswith(".localhost"):
        _check_address(ipaddress.IPv4Address("127.0.0.1"), allowed)
    with suppress(ValueError):
        _check_address(ipaddress.ip_address(host), allowed)


def addresses(to: Destination, allowed: Sequence[str]) -> list[str]:
    """The addresses of a host, in the order to be tried. Raises NotAllowed where one of them is
    refused, OSError where the name is not known."""
    found = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    # Without the zone of a link-local one, which is refused anyway.
    texts = list(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))
    for text in texts:
        _check_address(ipaddress.ip_address(text), allowed)
    return texts


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # reading it is what finds a wrong one
    except ValueError:
        raise NotAllowed("It is no URL.") from None
    if parts.port == 0:
        raise NotAllowed("Nobody listens at port 0.")
    return parts


def _check_address(stated: Address, allowed: Sequence[str]) -> None:
    address = networks.led_to(stated)
    if any(address in ipaddress.ip_network(network) for network in allowed):
        return
    reason = networks.reason_against(address)
    if reason is not None:
        raise NotAllowed(
            f"{address} {reason}, where nothing is sent. "
            "CVD_WEBHOOK_NETWORKS in CVD's settings lists exceptions."
        )
