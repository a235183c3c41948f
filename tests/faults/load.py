"""Mixed load whose every answer is remembered: audits, counts, orders, visits, reversals.

Each hand works at one machine, one request after another, so it knows exactly
what must be there; every visit is sent twice at once, as two people would. The
key of a request is its Idempotency-Key, its X-Request-Id and, where the noun has
room for words, a mark in the noun itself.
"""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import clock
from tests.faults.fleet import SLOTS, Fleet, Place
from tests.faults.served import Client, Gone, Reply

OPEN, COMPLETED, CANCELLED = "planned", "completed", "cancelled"
SETTLED_WITHIN_S, SETTLE_EVERY_S = 60, 0.05
_numbers = itertools.count(1)


@dataclass
class Act:
    """One request, and its reply once one has arrived."""

    kind: str
    method: str
    path: str
    body: bytes
    content_type: str = "application/json"
    key: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    reply: Reply | None = None
    seconds: float = 0.0

    def send(self, client: Client, *, again: bool = False) -> Reply:
        """The reply, not yet noted; sent again, it is another request with the same key."""
        begin = time.perf_counter()
        reply = client.ask(
            self.method,
            self.path,
            self.body,
            Content_Type=self.content_type,
            Idempotency_Key=self.key,
            X_Request_Id=f"{self.key}-again" if again else self.key,
        )
        self.seconds = time.perf_counter() - begin
        return reply

    @property
    def is_done(self) -> bool:
        return self.reply is not None and self.reply.status < 300


class Hand:
    """Works at one place; `acts` is what it did, `waiting` what it had no answer to, and
    `unanswered` how each time that happened."""

    def __init__(self, fleet: Fleet, place: Place, seed: int) -> None:
        self.fleet = fleet
        self.place = place
        self.client: Callable[[int, str], Client] = Client
        self.acts: list[Act] = []
        self.waiting: list[Act] = []
        self.unanswered: list[Gone] = []
        self.reported: dict[str, int] = {}
        self.orders: dict[int, str] = {}
        self.version = 2  # of a planogram that was saved once, see fleet.py
        self._random = random.Random(seed)
        self._now = fleet.begins_at
        self._order_id: int | None = None
        self._visit_id: int | None = None
        self._is_counted = False

    def work(self, port: int, stop: threading.Event) -> None:
        """Send one act after another until told to stop, or until an answer does not come."""
        with (
            closing(self.client(port, self.fleet.token)) as mine,
            closing(self.client(port, self.fleet.token)) as colleague,
            ThreadPoolExecutor(1) as beside,
        ):
            while not stop.is_set() and not self.waiting:
                acts = self.plan()
                sent = [beside.submit(act.send, colleague) for act in acts[1:]]
                replies = [self._reply_of(acts[0].send, mine)]
                replies += [self._reply_of(future.result) for future in sent]
                for act, reply in zip(acts, replies, strict=True):
                    act.reply = reply
                if None not in replies:
                    self._learn()

    def _reply_of(self, ask: Callable[..., Reply], *client: Client) -> Reply | None:
        try:
            return ask(*client)
        except Gone as gone:
            self.unanswered.append(gone)
            return None

    def plan(self) -> list[Act]:
        """What to send next: one act, or a visit and the same visit of a colleague."""
        acts = self._next()
        self.acts += acts
        self.waiting = acts
        return acts

    def settle(self, client: Client) -> None:
        """Find out what became of what was not answered, by sending it again."""
        for act in self.waiting:
            if act.reply is None:
                act.reply = self._settled(act, client)
        self._learn()

    def go_on(self, port: int, stop: threading.Event) -> None:
        """As `work`, but what has no answer is settled at once, and work goes on."""
        while not stop.is_set():
            self.work(port, stop)
            self.insist(port)

    def insist(self, port: int) -> None:
        """Settle what waits, however often that takes. Gone after a minute of it."""
        deadline = time.monotonic() + SETTLED_WITHIN_S
        while self.waiting:
            with closing(self.client(port, self.fleet.token)) as client:
                try:
                    self.settle(client)
                except Gone as gone:
                    self.unanswered.append(gone)
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(SETTLE_EVERY_S)

    def _settled(self, act: Act, client: Client) -> Reply:
        # A planogram has no key: whether it was saved is told by its version, which may be
        # changed by the first request while this one is on its way.
        if act.method == "PUT" and self._version_at(client) == act.about["version"] + 1:
            return client.get(act.path)
        reply = act.send(client, again=True)
        if reply.status == 409 and act.method == "PUT":
            return client.get(act.path)
        return reply

    # What is done next

    def _next(self) -> list[Act]:
        self._now = clock.later(self._now, minutes=1)
        chance = self._random.random()
        if chance < 0.3:
            return [self._audit()]
        if self._order_id is not None:
            if chance < 0.4:
                return [self._cancellation(self._order_id)]
            return self._visits(self._order_id)
        if self._visit_id is not None and chance < 0.5:
            return [self._reversal(self._visit_id)]
        return [self._order() if self._is_counted else self._count()]

    def _audit(self) -> Act:
        machine = self.place.machine
        for selection in SLOTS:
            machine.sell(selection, self._random.randint(0, 2))
        content = machine.audit(clock.to_datetime(self._now).replace(tzinfo=None))
        sold = sum(tally.count_init for tally in machine.sold.values())
        key = _key("audit")
        form = form_of(key, content, self.place.stop.device_id)
        about = {"at": self._now, "sold": sold}
        kind = "multipart/form-data; boundary=border"
        return Act("audit", "POST", "/api/dex-reads", form, kind, key, about)

    def _count(self) -> Act:
        slots = [
            {
                "id": slot,
                "quantity": self._random.randint(1, 4),
                "price_cents": 100 + next(_numbers),
            }
            for slot in self.place.stop.slots
        ]
        body = {"version": self.version, "as_of": self._now, "slots": slots}
        path = f"/api/cabinets/{self.place.stop.cabinet_id}/planogram"
        return _act("count", path, body, method="PUT", about={"version": self.version})

    def _order(self) -> Act:
        cabinet_id = self.place.stop.cabinet_id
        body = {"route_id": self.fleet.route_id, "cabinet_ids": [cabinet_id]}
        return _act("order", "/api/service-orders", body, mark="notes")

    def _visits(self, order_id: int) -> list[Act]:
        fills = [
            {"slot_id": slot, "added": self._random.randint(1, 3)} for slot in self.place.stop.slots
        ]
        body = {
            "cabinet_id": self.place.stop.cabinet_id,
            "fills": fills,
            "finished_at": self._now,
        }
        path = f"/api/service-orders/{order_id}/visits"
        about = {"order_id": order_id}
        return [_act("visit", path, body, mark="notes", about=about) for _ in range(2)]

    def _reversal(self, visit_id: int) -> Act:
        path = f"/api/visits/{visit_id}/reversal"
        return _act("reversal", path, {}, mark="reason", about={"visit_id": visit_id})

    def _cancellation(self, order_id: int) -> Act:
        path = f"/api/service-orders/{order_id}/cancellation"
        return _act("cancellation", path, {}, mark="reason", about={"order_id": order_id})

    # What is known from the replies

    def _learn(self) -> None:
        acts, self.waiting = self.waiting, []
        if not acts:
            return
        statuses = sorted(act.reply.status for act in acts if act.reply)
        expected = [[201, 409]] if len(acts) == 2 else [[200], [201]]
        told = [f"{act.key}: {act.reply}" for act in acts]
        assert statuses in expected, f"{acts[0].kind} was answered {told}"
        done = next(act for act in acts if act.is_done)
        assert done.reply is not None
        getattr(self, f"_learn_{done.kind}")(done, done.reply.json)

    def _learn_audit(self, act: Act, answer: Any) -> None:
        self.reported[act.about["at"]] = act.about["sold"]

    def _learn_count(self, act: Act, answer: Any) -> None:
        self.version = answer["version"]
        self._is_counted = True

    def _learn_order(self, act: Act, answer: Any) -> None:
        self._order_id = answer["id"]
        self._is_counted = False
        self.orders[answer["id"]] = OPEN

    def _learn_visit(self, act: Act, answer: Any) -> None:
        self._visit_id, self._order_id = answer["id"], None
        self.orders[act.about["order_id"]] = COMPLETED

    def _learn_reversal(self, act: Act, answer: Any) -> None:
        self._visit_id, self._order_id = None, answer["service_order_id"]
        self.orders[answer["service_order_id"]] = OPEN

    def _learn_cancellation(self, act: Act, answer: Any) -> None:
        self._order_id = None
        self.orders[act.about["order_id"]] = CANCELLED

    def _version_at(self, client: Client) -> int:
        reply = client.get(f"/api/cabinets/{self.place.stop.cabinet_id}/planogram")
        version: int = reply.json["version"]
        return version


def work_together(hands: Sequence[Hand], port: int, seconds: float, interrupt: Any = None) -> None:
    """All hands at once, for so long; then `interrupt()`, and wait until each has stopped."""
    stop = threading.Event()
    with ThreadPoolExecutor(len(hands)) as pool:
        working = [pool.submit(hand.work, port, stop) for hand in hands]
        try:
            time.sleep(seconds)
            if interrupt is not None:
                interrupt()
        finally:
            stop.set()
        for future in working:
            future.result()


@contextmanager
def working(hands: Sequence[Hand], port: int) -> Iterator[None]:
    """Everybody works, whatever happens meanwhile."""
    stop = threading.Event()
    with ThreadPoolExecutor(len(hands)) as pool:
        going_on = [pool.submit(hand.go_on, port, stop) for hand in hands]
        try:
            yield
        finally:
            stop.set()
        for future in going_on:
            future.result()


def _act(
    kind: str,
    path: str,
    body: dict[str, Any],
    *,
    method: str = "POST",
    mark: str | None = None,
    about: dict[str, Any] | None = None,
) -> Act:
    key = _key(kind)
    content = json.dumps(body | ({mark: key} if mark else {})).encode()
    return Act(kind, method, path, content, key=key, about=about or {})


def _key(kind: str) -> str:
    return f"{kind}-{next(_numbers)}"


def form_of(key: str, content: bytes, device_id: int) -> bytes:
    """An audit with the name of its machine, as a form whose boundary is `border`."""
    return (
        b'--border\r\nContent-Disposition: form-data; name="device_id"\r\n\r\n%d\r\n'
        b'--border\r\nContent-Disposition: form-data; name="file"; filename="%s.dex"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n%s\r\n--border--\r\n"
        % (device_id, key.encode(), content)
    )
