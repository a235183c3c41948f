"""Shared buckets: the limits of several nodes, brought together by Redis.

A call is decided by the bucket of its own process and waits for nobody. A thread apart tells
Redis a few times a second what was taken, and takes over what all nodes left: until it has,
each may give a little more than the limit. While Redis is away each node goes on by itself.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from time import perf_counter, sleep

from redis import Redis
from redis.exceptions import RedisError

from web.limits import WINDOW_S, Buckets

log = logging.getLogger("cvd.limits")
EVERY_S = 0.2
AWAY_S = 5.0
WITHIN_S = 0.5
# What is left of a bucket after so many were taken. By the clock of Redis, which all share.
TAKE = """
local most, window, taken = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local held = redis.call('HMGET', KEYS[1], 'level', 'at')
local level, at = tonumber(held[1]) or most, tonumber(held[2]) or now
level = math.min(most, level + math.max(0, now - at) * most / window)
level = math.max(0, level - taken)
redis.call('HSET', KEYS[1], 'level', tostring(level), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], window)
return tostring(level)
"""

Key = tuple[str, str, int]


class SharedBuckets(Buckets):
    """Buckets that other nodes take from too, by the Redis at `url`."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._redis = Redis.from_url(
            url, socket_timeout=WITHIN_S, socket_connect_timeout=WITHIN_S, decode_responses=True
        )
        self._taken: dict[Key, int] = {}
        self._thread: threading.Thread | None = None
        self._is_away = False

    def take(self, subject: str, cost: str, most: int, now: float) -> float:
        """Take one call out of a bucket of `most`: what is left. TooMany where that is none."""
        left = super().take(subject, cost, most, now)
        with self._lock:
            key = (subject, cost, most)
            self._taken[key] = self._taken.get(key, 0) + 1
            if self._thread is None:
                # With the first call: threads do not survive the fork before it.
                self._thread = threading.Thread(target=self._go_on, daemon=True)
                self._thread.start()
        return left

    def settle(self) -> bool:
        """Tell what was taken, and take over what is left; False where Redis is away."""
        with self._lock:
            taken, self._taken = self._taken, {}
        if not taken:
            return True
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                for (subject, cost, most), count in taken.items():
                    pipeline.eval(TAKE, 1, _name(subject, cost), most, WINDOW_S, count)
                left = pipeline.execute()
        except RedisError as error:
            if not self._is_away:
                log.warning(
                    "Redis (CVD_REDIS_URL) cannot be reached: each node limits by itself. %s",
                    type(error).__name__,
                )
            self._is_away = True
            return False
        if self._is_away:
            log.warning("Redis can be reached again: the nodes limit together.")
        self._is_away = False
        with self._lock:
            for (subject, cost, most), level in zip(taken, left, strict=True):
                since = self._taken.get((subject, cost, most), 0)
                self._levels[subject, cost] = max(0.0, float(level) - since), perf_counter()
        return True

    def _go_on(self) -> None:
        while True:
            sleep(EVERY_S if self.settle() else AWAY_S)


def _name(subject: str, cost: str) -> str:
    """Nobody's address stands in Redis."""
    return f"cvd:limit:{hashlib.sha256(f'{subject}|{cost}'.encode()).hexdigest()[:32]}"
