"""The relying party, as WebAuthn calls it: the address at which people's passkeys work.

A passkey is made for one host name. Browsers make none for an IP address, nor where a page
comes over plain http from another machine.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from auth import Actor
from errors import Conflict

PORT = re.compile(r":\d+$")
INSTEAD = "An authenticator app works at any address."


class RelyingParty(NamedTuple):
    """`id` is the host name, `origin` the address with scheme and port, as browsers state it."""

    id: str
    origin: str


def problem_of(origin: str) -> str | None:
    """Why no passkey works at this address, and what to do; None where they work."""
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if _is_address(host):
        if ipaddress.ip_address(host).is_loopback:
            port = PORT.search(origin)
            return (
                f"Passkeys need a host name, and {host} is an IP address: open CVD at "
                f"{parts.scheme}://localhost{port[0] if port else ''}. {INSTEAD}"
            )
        return (
            f"Passkeys need a host name, and {host} is an IP address: open CVD by its name, or "
            f"ask an administrator to give it one (CVD_PUBLIC_URL). {INSTEAD}"
        )
    is_local = host == "localhost" or host.endswith(".localhost")
    if parts.scheme != "https" and not is_local:
        return (
            "Passkeys need https: ask an administrator to set it up (CVD_TLS_CERTIFICATE, or a "
            f"proxy and CVD_PUBLIC_URL). {INSTEAD}"
        )
    return None


def of(actor: Actor) -> RelyingParty:
    """That of the address which this browser asks. Raises Conflict where no passkey works."""
    problem = problem_of(actor.origin)
    if problem is not None:
        raise Conflict(problem)
    return RelyingParty(urlsplit(actor.origin).hostname or "", actor.origin)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
