"""Limits: how often one person, one key or one address may ask, by what it costs to answer.

What an operation costs is a word of the contract (`x-cost`). Whoever is signed in has buckets
of their own, wherever they sit, and so has a key that is sent in `Authorization`; the address
counts only for those who are not signed in. So no phone can lock the office behind its
address out. Buckets are kept by each process for itself, or shared (shared_buckets.py).
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import threading
from collections.abc import Mapping
from functools import lru_cache
from time import monotonic
from typing import NamedTuple

import contract
from contract import COSTLY, FREE, READING, WRITING
from errors import TooMany
from settings import Settings
from web import answers
from web.around import NO_HEADERS, Around
from web.call import Call, Headers

WINDOW_S = 60
IPV6_PREFIX = 64
# Beyond so many, those that are forgotten are full again, or a session that is known by its next
# request.
MOST_BUCKETS = 20_000
MOST_KNOWN = 20_000


class Allowance(NamedTuple):
    """What is left of a bucket after a call."""

    cost: str
    most: int
    left: int
    full_in_s: int

    @property
    def headers(self) -> Headers:
        """As the IETF's draft on RateLimit header fields names them."""
        return [
            ("RateLimit-Policy", f'"{self.cost}";q={self.most};w={WINDOW_S}'),
            ("RateLimit", f'"{self.cost}";r={self.left};t={self.full_in_s}'),
        ]


class Buckets:
    """Buckets that fill again evenly, within WINDOW_S; full when they are first asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._levels: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, subject: str, cost: str, most: int) -> Allowance:
        """Take one call out of a bucket of `most`. TooMany where there is none left."""
        now, rate = monotonic(), most / WINDOW_S
        with self._lock:
            level, at = self._levels.get((subject, cost), (float(most), now))
            level = min(float(most), level + (now - at) * rate)
            is_empty = level < 1.0
            if not is_empty:
                level -= 1.0
            if len(self._levels) >= MOST_BUCKETS:
                self._forget(now)
            self._levels[subject, cost] = level, now
        if is_empty:
            wait = math.ceil((1.0 - level) / rate)
            raise TooMany(_sentence(wait), retry_after=wait)
        return Allowance(cost, most, int(level), math.ceil((most - level) / rate))

    def _forget(self, now: float) -> None:
        """Those that nobody has asked for a whole window are full again; else the whole lot."""
        kept = {key: held for key, held in self._levels.items() if now - held[1] < WINDOW_S}
        self._levels = kept if len(kept) < MOST_BUCKETS else {}


class Limits(Around):
    """Takes each call out of the bucket of whoever asks; `most` calls a minute, by cost."""

    def __init__(self, settings: Settings, most: Mapping[str, int]) -> None:
        self._most = most
        self._costs = {each.name: each.cost for each in contract.current().operations}
        self._cookie = answers.session_cookie_name(settings)
        self._buckets = _buckets(settings)
        # Whose a cookie or key was when it was last good: it is looked up only later.
        self._known: dict[str, str] = {}

    def begin(self, call: Call) -> None:
        """TooMany for whoever asks more often than that."""
        cost = self._cost(call)
        most = self._most.get(cost, 0)
        if most:
            try:
                call.allowance = self._buckets.take(self._subject(call), cost, most)
            except TooMany as problem:
                call.allowance = Allowance(cost, most, 0, problem.retry_after)
                raise

    def end(self, call: Call, status: int) -> Headers:
        """Remember whose the session was, and say what is left."""
        shown = self._shown(call)
        if shown is not None:
            self._learn(call, shown, status)
        return NO_HEADERS if call.allowance is None else call.allowance.headers

    def _cost(self, call: Call) -> str:
        """What is no operation costs nothing but a look, unless it was meant to be one."""
        if call.operation is not None:
            return self._costs.get(call.operation, COSTLY)
        return READING if call.path.startswith("/api/") else FREE

    def _subject(self, call: Call) -> str:
        shown = self._shown(call)
        known = None if shown is None else self._known.get(shown)
        return known or _network(call.address)

    def _shown(self, call: Call) -> str | None:
        """What somebody shows to say who they are."""
        return call.header("AUTHORIZATION") or call.cookie(self._cookie)

    def _learn(self, call: Call, shown: str, status: int) -> None:
        if call.actor is None or call.actor.user_id is None:
            if status == 401:
                self._known.pop(shown, None)
            return
        if shown not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            is_key = call.header("AUTHORIZATION") is not None
            self._known[shown] = _key(shown) if is_key else f"user {call.actor.user_id}"


def of(settings: Settings) -> Limits | None:
    """The limits of an application; None where the settings lift all of them."""
    most = {
        READING: settings.limit_reading,
        WRITING: settings.limit_writing,
        COSTLY: settings.limit_costly,
    }
    return Limits(settings, most) if any(most.values()) else None


def _buckets(settings: Settings) -> Buckets:
    if settings.redis_url is None:
        return Buckets()
    from web.shared_buckets import SharedBuckets  # a library that only several nodes need

    return SharedBuckets(settings.redis_url)


def _sentence(wait: int) -> str:
    return (
        f"You ask more often than CVD answers one person: wait {wait} "
        f"{'second' if wait == 1 else 'seconds'}, then try again."
    )


def _key(shown: str) -> str:
    return f"key {hashlib.sha256(shown.encode('utf-8', 'replace')).hexdigest()[:16]}"


@lru_cache(maxsize=1024)
def _network(address: str) -> str:
    """The address as it is counted: of IPv6 the /64, of which everybody has a whole one."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return f"address {address[:60]}"
    if isinstance(known, ipaddress.IPv4Address):
        return f"address {known}"
    if known.ipv4_mapped:
        return f"address {known.ipv4_mapped}"
    return f"address {ipaddress.ip_network((known, IPV6_PREFIX), strict=False)}"
