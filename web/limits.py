"""Limits: how often one person, one key or one address may ask, by what it costs to answer.

What an operation costs is a word of the contract (`x-cost`). Whoever is signed in has buckets
of their own, wherever they sit, and so has a key that is sent in `Authorization`, together with
the tokens that began with it; the address counts only for those who are not signed in. So no
phone can lock the office behind its address out. Buckets are kept by each process for itself, or
shared (shared_buckets.py).
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import contract
from auth import Actor
from contract import COSTLY, READING, WRITING
from errors import TooMany
from settings import Settings
from web.around import NO_HEADERS, Around
from web.call import Call, Headers

WINDOW_S = 60
IPV6_PREFIX = 64
# Beyond so many, those that are forgotten are full again, or a session that is known by its next
# request.
MOST_BUCKETS = 20_000
MOST_KNOWN = 20_000
UNAUTHENTICATED = 401


class Limit(NamedTuple):
    """How many calls of a cost a minute allows, and how an answer says so.

    Only of which less than `told_below` is left it says so: a field that no client needs costs
    each answer more than the count, and the draft of RateLimit leaves it to the server.
    """

    cost: str
    most: int
    told_below: float
    policy: tuple[str, str]


class Buckets:
    """Buckets that fill again evenly, within WINDOW_S; full when they are first asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._levels: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, subject: str, cost: str, most: int, now: float) -> float:
        """Take one call out of a bucket of `most`: what is left. TooMany where that is none.

        `now` is of `time.perf_counter()`.
        """
        key = subject, cost
        with self._lock:
            held = self._levels.get(key)
            if held is not None:
                level = held[0] + (now - held[1]) * most / WINDOW_S
                level = min(level, float(most))
            else:
                level = float(most)
                if len(self._levels) >= MOST_BUCKETS:
                    self._forget(now)
            is_empty = level < 1.0
            if not is_empty:
                level -= 1.0
            self._levels[key] = level, now
        if is_empty:
            wait = math.ceil((1.0 - level) * WINDOW_S / most)
            raise TooMany(_sentence(wait), retry_after=wait)
        return level

    def _forget(self, now: float) -> None:
        """Those that nobody has asked for a whole window are full again; else the whole lot."""
        kept = {key: held for key, held in self._levels.items() if now - held[1] < WINDOW_S}
        self._levels = kept if len(kept) < MOST_BUCKETS else {}


class Limits(Around):
    """Takes each call out of the bucket of whoever asks; `most` calls a minute, by cost."""

    def __init__(self, settings: Settings, most: Mapping[str, int]) -> None:
        limits = {cost: _limit(cost, count) for cost, count in most.items() if count}
        self._of_operation = {
            each.name: limits.get(each.cost) for each in contract.current().operations
        }
        # What is no operation, though it was meant to be one, and one that nobody knows.
        self._of_others, self._of_unknown = limits.get(READING), limits.get(COSTLY)
        self._buckets = _buckets(settings)
        # Whose the cookies or the key of a call were when they were last good, as they came:
        # to take them apart, or ask whose they are, would cost more than the limit.
        self._known: dict[str, str] = {}

    def begin(self, call: Call) -> None:
        """TooMany for whoever asks more often than that."""
        limit = self._limit(call)
        if limit is None:
            return
        environ = call.environ
        shown = environ.get("HTTP_AUTHORIZATION") or environ.get("HTTP_COOKIE") or ""
        subject = self._known.get(shown)
        if subject is None:
            call.is_stranger = True
            subject = _network(call.address)
        cost, most, told_below, policy = limit
        try:
            left = self._buckets.take(subject, cost, most, call.started)
        except TooMany as problem:
            told = f'"{cost}";r=0;t={problem.retry_after}'
            call.allowance = [policy, ("RateLimit", told)]
            raise
        if left < told_below:
            full_in_s = int((most - left) * WINDOW_S / most) + 1
            call.allowance = [policy, ("RateLimit", f'"{cost}";r={int(left)};t={full_in_s}')]

    def end(self, call: Call, status: int) -> Headers:
        """Remember whose the session was, and say what is left."""
        if call.is_stranger:
            self._learn(call)
        elif status == UNAUTHENTICATED:
            self._known.pop(_shown(call) or "", None)
        return call.allowance or NO_HEADERS

    def _limit(self, call: Call) -> Limit | None:
        if call.operation is not None:
            return self._of_operation.get(call.operation, self._of_unknown)
        return self._of_others if call.path.startswith("/api/") else None

    def _learn(self, call: Call) -> None:
        shown = _shown(call)
        if shown is None or call.actor is None or call.actor.user_id is None:
            return
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[shown] = _subject(call, call.actor, shown)


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


def _limit(cost: str, most: int) -> Limit:
    return Limit(cost, most, most / 2, ("RateLimit-Policy", f'"{cost}";q={most};w={WINDOW_S}'))


def _shown(call: Call) -> str | None:
    """What somebody shows to say who they are."""
    return call.header("AUTHORIZATION") or call.header("COOKIE")


def _sentence(wait: int) -> str:
    return (
        f"You ask more often than CVD answers one person: wait {wait} "
        f"{'second' if wait == 1 else 'seconds'}, then try again."
    )


def _subject(call: Call, actor: Actor, shown: str) -> str:
    """Whose bucket it is: all tokens that began with one API key are counted with it."""
    if actor.key_id is not None:
        return f"key {actor.key_id}"
    is_odd = call.header("AUTHORIZATION") is not None
    return _key(shown) if is_odd else f"user {actor.user_id}"


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
