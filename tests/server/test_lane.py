"""The lane: requests run one by one, in the threads that bring them."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from server.loop import Lane

SOON_S = 10


@pytest.fixture
def lane():
    with closing(Lane()) as opened:
        yield opened


@pytest.fixture
def bring(lane):
    """A function that brings a coroutine as the server does: from another thread."""
    with ThreadPoolExecutor(2) as threads:
        yield lambda coroutine: threads.submit(
            lane.call_soon_threadsafe, lane.create_task, coroutine
        )


class Body:
    """What a request waits for, as granian makes it: told from another thread that it is there."""

    def __init__(self, lane):
        self._lane = lane
        self.is_awaited = threading.Event()

    def __await__(self):
        yield self
        return "the body"

    def add_done_callback(self, callback, context):
        self._callback = callback
        self.is_awaited.set()

    def come(self):
        assert self.is_awaited.wait(SOON_S)
        self._lane.call_soon_threadsafe(self._callback, self, context=None)


def test_a_request_runs_at_once_in_the_thread_that_brings_it(lane):
    ran_in = []

    async def request():
        ran_in.append(threading.get_ident())

    brought = threading.Thread(target=lane.call_soon_threadsafe, args=(lane.create_task, request()))
    brought.start()
    brought.join(SOON_S)
    assert ran_in == [brought.ident]


def test_one_that_waits_for_its_body_lets_others_pass_and_goes_on_where_the_body_comes(lane, bring):
    body, told = Body(lane), []

    async def slow():
        told.append(await body)
        told.append(threading.get_ident())

    async def quick():
        told.append("quick")

    bring(slow()).result(SOON_S)
    bring(quick()).result(SOON_S)
    body.come()
    assert told == ["quick", "the body", threading.get_ident()]


def test_of_two_brought_at_once_the_second_is_run_by_who_runs_the_first(lane, bring):
    begun, second_brought, ran_in = threading.Event(), threading.Event(), []

    async def first():
        begun.set()
        assert second_brought.wait(SOON_S)
        ran_in.append(threading.get_ident())

    async def second():
        ran_in.append(threading.get_ident())

    running = bring(first())
    assert begun.wait(SOON_S)
    bring(second()).result(SOON_S)
    assert ran_in == []
    second_brought.set()
    running.result(SOON_S)
    assert len(ran_in) == 2
    assert len(set(ran_in)) == 1


def test_what_breaks_does_not_break_the_next(lane, bring):
    told, complaints = [], []
    lane.set_exception_handler(lambda _, context: complaints.append(context["message"]))

    async def broken():
        raise ValueError("broken")

    async def next_one():
        told.append("next")

    bring(broken()).result(SOON_S)
    bring(next_one()).result(SOON_S)
    assert (complaints, told) == (["broken"], ["next"])


def test_everything_else_is_left_to_the_thread_of_the_loop(lane):
    stopped = asyncio.Event()

    async def until_stopped():
        await stopped.wait()
        return threading.get_ident()

    from_outside = threading.Timer(0, lane.call_soon_threadsafe, (stopped.set,))
    from_outside.start()
    assert lane.run_until_complete(until_stopped()) == threading.get_ident()
