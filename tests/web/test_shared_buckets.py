"""Limits of several nodes: what one gave the others do not give again, and Redis may be away."""

import logging
import shutil
import subprocess
import time

import pytest
from redis import Redis
from redis.exceptions import RedisError

from errors import TooMany
from tests.faults.served import free_port
from web.shared_buckets import SharedBuckets

SOON_S = 10
needs_redis = pytest.mark.skipif(
    not shutil.which("redis-server"), reason="redis-server is not installed"
)


@pytest.fixture(autouse=True)
def by_hand(monkeypatch):
    """Nothing is brought together but by `settle`."""
    monkeypatch.setattr(SharedBuckets, "_go_on", lambda _: None)


@pytest.fixture
def redis(tmp_path):
    port = free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + SOON_S
        while time.monotonic() < deadline:
            try:
                Redis(port=port).ping()
                break
            except RedisError:
                time.sleep(0.02)
        yield process, f"redis://127.0.0.1:{port}/0"
        process.terminate()


def take(buckets, times, most=6):
    for _ in range(times):
        buckets.take("user 7", "reading", most, time.perf_counter())


@needs_redis
def test_what_one_node_gave_the_other_does_not_give_again(redis):
    first, second = (SharedBuckets(redis[1]) for _ in range(2))
    take(first, 4)
    assert first.settle()
    take(second, 1)
    assert second.settle()
    with pytest.raises(TooMany):
        take(second, 3)
    second.take("user 8", "reading", 6, time.perf_counter())


@needs_redis
def test_what_was_taken_meanwhile_counts_too(redis):
    buckets = SharedBuckets(redis[1])
    take(buckets, 2)
    buckets.settle()
    take(buckets, 3)
    buckets.settle()
    with pytest.raises(TooMany):
        take(buckets, 3)


@needs_redis
def test_no_address_stands_in_redis(redis):
    buckets = SharedBuckets(redis[1])
    buckets.take("address 10.0.0.7", "reading", 60, time.perf_counter())
    buckets.settle()
    [key] = Redis.from_url(redis[1]).keys()
    assert b"10.0.0.7" not in key
    assert 0 < Redis.from_url(redis[1]).ttl(key) <= 60


@needs_redis
def test_while_redis_is_away_each_node_goes_on_and_the_log_says_so_once(redis, caplog):
    process, url = redis
    buckets = SharedBuckets(url)
    take(buckets, 1)
    assert buckets.settle()
    process.terminate()
    process.wait()
    logging.getLogger("cvd").propagate = True
    for _ in range(3):
        take(buckets, 1)
        assert not buckets.settle()
    with pytest.raises(TooMany):
        take(buckets, 6)
    told = [record.message for record in caplog.records if record.name == "cvd.limits"]
    assert len(told) == 1
    assert "each node limits by itself" in told[0]
