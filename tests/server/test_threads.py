"""Threads apart: errands in order of arrival, none kept waiting for ever."""

import threading
import time

import pytest

import contract
from server.serve import _threads
from server.threads import Full, Threads
from settings import Settings

SOON_S = 10


class Awaiting:
    """Whoever awaits an errand, as the lane does."""

    def __init__(self, errand):
        self.is_told = threading.Event()
        self.outcome = None
        self._errand = errand
        self._steps = errand.__await__()
        next(self._steps)
        errand.add_done_callback(self._go_on, context=None)

    def _go_on(self, _errand):
        try:
            next(self._steps)
        except StopIteration as end:
            self.outcome = end.value
        except BaseException as error:  # noqa: BLE001  # what it is, is what is tested
            self.outcome = error
        self.is_told.set()

    def result(self):
        assert self.is_told.wait(SOON_S)
        return self.outcome


def some(count=1, most_waiting=10, patience_s=30.0):
    return Threads(count, most_waiting=most_waiting, patience_s=patience_s)


def test_an_errand_is_done_in_another_thread_and_gives_its_result():
    assert Awaiting(some().run(threading.get_ident)).result() != threading.get_ident()


def test_what_breaks_is_raised_where_it_is_awaited_and_the_next_is_done():
    threads = some()
    assert isinstance(Awaiting(threads.run(lambda: 1 / 0)).result(), ZeroDivisionError)
    assert Awaiting(threads.run(lambda: 7)).result() == 7


def test_an_errand_that_was_done_before_it_is_awaited_gives_its_result():
    threads = some()
    errand = threads.run(lambda: 7)
    assert threads.finish(SOON_S)
    assert Awaiting(errand).result() == 7


def test_errands_of_one_thread_are_done_in_order():
    threads, done = some(), []
    awaiting = [Awaiting(threads.run(lambda n=n: done.append(n))) for n in range(9)]
    for each in awaiting:
        each.result()
    assert done == list(range(9))


@pytest.fixture
def blocked():
    """Threads whose only one is busy until the end of the test, with room for two."""
    threads, free = some(most_waiting=2, patience_s=0.05), threading.Event()
    begun = threading.Event()

    def wait():
        begun.set()
        free.wait(SOON_S)

    threads.run(wait)
    assert begun.wait(SOON_S)
    yield threads
    free.set()


def test_an_errand_too_many_is_refused_at_once(blocked):
    blocked.run(int)
    blocked.run(int)
    with pytest.raises(Full):
        blocked.run(int)


def test_an_errand_that_waits_too_long_is_refused(blocked):
    awaiting = Awaiting(blocked.run(int))
    blocked.refuse_overdue()
    assert not awaiting.is_told.is_set()
    time.sleep(0.1)
    blocked.refuse_overdue()
    assert isinstance(awaiting.result(), Full)


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


@pytest.mark.parametrize(
    ("url", "threads", "kinds"),
    [
        ("sqlite:///x.db", 1, {"writing", "hash"}),
        ("sqlite:///x.db", 4, {"reading", "writing", "hash"}),
        ("postgresql://a@b/c", 1, {"reading", "writing", "hash"}),
    ],
)
def test_only_on_sqlite_who_reads_stays_where_it_arrives(url, threads, kinds):
    assert _threads(Settings(database_url=url, threads=threads)).keys() == kinds
