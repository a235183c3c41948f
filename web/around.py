"""Around every call: what is done before it and after its answer, whichever way it came.

An operation is reached past Flask or through it (`application.py`). Both ways run this one
list: each `begin` in its order, which may refuse the call, and each `end`, which sees the
status and may add headers. What concerns every call (a log, a limit, a measurement) is
written here once.
"""

from __future__ import annotations

import logging
from collections.abc import Container, Sequence
from functools import lru_cache

from errors import Malformed
from settings import Settings
from web import logs, pages
from web.call import Call, Headers

log = logging.getLogger("cvd")
HOSTS_REMEMBERED = 64
NOT_SHARED = ("Cache-Control", "private, no-cache")
NO_HEADERS: Headers = []


class Around:
    """One thing that is done around every call; nothing, where it does not say otherwise."""

    def begin(self, call: Call) -> None:
        """Before the operation is looked for. Raises a Problem to refuse the call."""

    def end(self, _call: Call, _status: int) -> Headers:
        """After the answer is known: the headers that it gets, unless it has them."""
        return NO_HEADERS


class Hosts(Around):
    """Refuses calls to a host name that is not CVD's, which a stranger's page may have sent."""

    def __init__(self, settings: Settings) -> None:
        self._allows = lru_cache(maxsize=HOSTS_REMEMBERED)(settings.allows_host)

    def begin(self, call: Call) -> None:
        """Malformed for a host name that is not CVD's."""
        if not self._allows(call.environ.get("HTTP_HOST", call.environ["SERVER_NAME"])):
            raise Malformed(
                "CVD does not answer to this host name: use its address, "
                "or list the name in CVD_ALLOWED_HOSTS."
            )


class Taken(Around):
    """Refuses what the server in front could not take in whole."""

    def begin(self, call: Call) -> None:
        """Raises what the call was refused for before the application saw it."""
        call.check_taken()


class Log(Around):
    """A line for each call, and its number in the answer."""

    def end(self, call: Call, status: int) -> Headers:
        logs.access(call, status)
        return [("X-Request-Id", call.request_id)]


class Proxies(Around):
    """Tells once of a proxy that is not trusted: all people behind it share its address."""

    def __init__(self, settings: Settings) -> None:
        self._is_settled = settings.trusted_proxies > 0

    def end(self, call: Call, _status: int) -> Headers:
        if not self._is_settled and "HTTP_X_FORWARDED_FOR" in call.environ:
            self._is_settled = True
            log.warning(
                "A request from %s came with X-Forwarded-For, which is not believed: where a "
                "proxy stands in front, set CVD_TRUSTED_PROXIES, or everybody behind it shares "
                "one address, and with it the waits after failed tries.",
                call.address,
            )
        return NO_HEADERS


class Guards(Around):
    """What no answer is without: it is no page, nobody else shows it, and https stays https."""

    def __init__(self, settings: Settings) -> None:
        ancestors = pages.frame_ancestors(settings)
        policy = f"default-src 'none'; base-uri 'none'; form-action 'none'; {ancestors}"
        self._headers = [
            ("Content-Security-Policy", policy),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if settings.https and settings.hsts_seconds:
            value = f"max-age={settings.hsts_seconds}"
            self._headers.append(("Strict-Transport-Security", value))
        self._of_operations = [NOT_SHARED, *self._headers]

    def end(self, call: Call, _status: int) -> Headers:
        is_operation = call.operation is not None or call.path.startswith("/api/")
        return self._of_operations if is_operation else self._headers


def everything(settings: Settings) -> Sequence[Around]:
    """What is done around each call, in the order in which it begins."""
    return (Hosts(settings), Taken(), Log(), Proxies(settings), Guards(settings))


class Surroundings:
    """Runs the whole list around a call."""

    def __init__(self, around: Sequence[Around]) -> None:
        self._begin = tuple(each.begin for each in around)
        self._end = tuple(each.end for each in around)

    def begin(self, call: Call) -> None:
        """Raises a Problem where one of them refuses the call."""
        for begin in self._begin:
            begin(call)

    def end(self, call: Call, status: int, given: Container[str]) -> Headers:
        """The headers that an answer of this status gets besides those that are `given`."""
        return [each for end in self._end for each in end(call, status) if each[0] not in given]
