"""Threads apart: errands in order of arrival, none kept waiting for ever."""

import asyncio
import threading
import time
from functools import partial

import pytest

import contract
from server.serve import _threads
from server.threads import Full, Threads
from settings import Settings

SOON_S = 10


class Told:
    """Whoever is told how an errand ended."""

    def __init__(self):
        self.is_told = threading.Event()

    def __call__(self, result, error):
        self.result, self.error = result, error
        self.is_told.set()

    def wait(self):
        assert self.is_told.wait(SOON_S)
        return self


def some(count=1, most_waiting=10, patience_s=30.0):
    return Threads(count, most_waiting=most_waiting, patience_s=patience_s)


def test_an_errand_is_done_in_another_thread_and_gives_its_result():
    assert asyncio.run(some().run(threading.get_ident)) != threading.get_ident()


def test_what_breaks_is_raised_where_it_is_awaited_and_the_next_is_done():
    threads = some()
    with pytest.raises(ZeroDivisionError):
        asyncio.run(threads.run(lambda: 1 / 0))
    assert asyncio.run(threads.run(lambda: 7)) == 7


def test_what_breaks_where_nobody_awaits_it_does_not_break_the_next():
    threads = some()
    threads.begin(lambda: 1 / 0)
    assert asyncio.run(threads.run(lambda: 7)) == 7


def test_others_go_on_while_an_errand_is_awaited():
    came = threading.Event()

    async def two():
        waiting = asyncio.create_task(some().run(lambda: came.wait(SOON_S)))
        await asyncio.sleep(0)
        came.set()
        return await waiting

    assert asyncio.run(two())


@pytest.fixture
def blocked():
    """Threads whose only one is busy until `free` or the end of the test, with room for two."""
    threads, begun = some(most_waiting=2, patience_s=0.05), threading.Event()
    threads.free = threading.Event()

    def wait():
        begun.set()
        threads.free.wait(SOON_S)

    threads.begin(wait)
    assert begun.wait(SOON_S)
    yield threads
    threads.free.set()


def test_who_stopped_waiting_harms_neither_the_errand_nor_the_next(blocked):
    done: list[int] = []

    async def leave():
        leaving = asyncio.create_task(blocked.run(lambda: done.append(1)))
        staying = asyncio.create_task(blocked.run(lambda: 7))
        await asyncio.sleep(0)
        leaving.cancel()
        blocked.free.set()
        return await staying

    assert asyncio.run(leave()) == 7
    assert done == [1]


def test_errands_of_one_thread_are_done_in_order():
    threads = some()
    done: list[int] = []
    for number in range(9):
        threads.begin(partial(done.append, number))
    assert threads.finish(SOON_S)
    assert done == list(range(9))


def test_an_errand_too_many_is_refused_at_once(blocked):
    blocked.begin(int)
    blocked.begin(int)
    with pytest.raises(Full):
        blocked.begin(int)


def test_an_errand_that_waits_too_long_is_refused(blocked):
    told = Told()
    blocked.begin(int, told)
    blocked.refuse_overdue()
    assert not told.is_told.is_set()
    time.sleep(0.1)
    blocked.refuse_overdue()
    assert isinstance(told.wait().error, Full)


def test_the_end_does_not_wait_for_ever(blocked):
    assert not blocked.finish(0.05)


def test_whatever_takes_or_makes_a_password_waits_for_its_hash():
    """Or twenty people who sign in would hold up everybody else."""
    wrong = [
        operation.name
        for operation in contract.current().operations
        if operation.method != "get"
        and (
            "password" in operation.name
            or any("password" in name for name in getattr(operation.body, "properties", ()))
        )
        and operation.waits_for != contract.HASH
    ]
    assert wrong == []


# What takes long by itself has threads of its own everywhere.
ALWAYS = {"hash", "long", "spool"}


@pytest.mark.parametrize(
    ("url", "threads", "kinds"),
    [
        ("sqlite:///x.db", 1, {"writing"}),
        ("sqlite:///x.db", 4, {"reading", "writing"}),
        ("postgresql://a@b/c", 1, {"reading", "writing"}),
    ],
)
def test_only_on_sqlite_who_reads_stays_where_it_arrives(url, threads, kinds):
    assert _threads(Settings(database_url=url, threads=threads)).keys() == kinds | ALWAYS
