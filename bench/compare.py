"""Each work on the shipped server against the bare function doing its SQL and JSON.

Both servers run at once over copies of one fleet, and are asked in turn, so that
whatever else the machine does meets both.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from subprocess import Popen

from bench import load, recording, servers
from bench.load import Measured
from bench.models import DEVICES, LARGE_EVERY
from bench.recording import Asked, Recorded, Recorder

TURNS = 4
CONNECTIONS = 4
SALES_DAYS = 90
# Orders and visits are made one after the other: what is recorded fits only in that order.
ORDERS = 200

Served = tuple[int, Popen[bytes]]


@dataclass(frozen=True)
class Work:
    """One kind of work: one request asked over and over, or several in order."""

    name: str
    target: float
    requests: list[Asked]
    recorded: list[Recorded]


@dataclass(frozen=True)
class Compared:
    """What both servers did; `ratio` is the median over the turns.

    `cpu_ratio` compares the processor time of a request, which tells more than
    the clock while other work shares the machine.
    """

    work: Work
    ours: Measured
    bare: Measured
    ratio: float
    cpu_ratio: float


def compare(fleet: Path, folder: Path, token: str, *, seconds: float) -> Iterator[Compared]:
    """Measure every work, each turn lasting so many seconds where it can be repeated."""
    with closing(Recorder(_copy(fleet, folder / "recorded.db"), token)) as recorder:
        works = [*_reading_works(recorder), *_writing_works(recorder)]
    recordings: dict[str, list[Recorded]] = {}
    for work in works:
        for asked, recorded in zip(work.requests, work.recorded, strict=True):
            recordings.setdefault(asked.key, []).append(recorded)
    recording.save(folder / "recordings", recordings)
    ours, bare = _copy(fleet, folder / "ours.db"), _copy(fleet, folder / "bare.db")
    with (
        servers.application(ours) as ours_served,
        servers.bare(bare, folder / "recordings") as bare_served,
    ):
        for work in works:
            yield _compared(work, token, (ours_served, bare_served), seconds)


def _compared(work: Work, token: str, served: tuple[Served, Served], seconds: float) -> Compared:
    ports = [port for port, _ in served]
    spent = [servers.cpu_seconds(process) for _, process in served]
    requests = [
        load.request(each.method, each.path, token=token, body=each.body) for each in work.requests
    ]
    if len(requests) == 1:
        turns = [
            [
                load.hammer(port, requests[0], seconds=seconds, connections=CONNECTIONS)
                for port in ports
            ]
            for _ in range(TURNS)
        ]
    else:
        size = -(-len(requests) // TURNS)
        parts = [requests[begin : begin + size] for begin in range(0, len(requests), size)]
        turns = [[load.send(port, part) for port in ports] for part in parts]
    ours = sum((turn[0] for turn in turns), Measured())
    bare = sum((turn[1] for turn in turns), Measured())
    for measured in (ours, bare):
        if measured.refused:
            raise RuntimeError(f"{work.name}: {measured.refused[0]!r}")
    spent = [
        (servers.cpu_seconds(process) - before) / len(measured.seconds)
        for (_, process), before, measured in zip(served, spent, (ours, bare), strict=True)
    ]
    ratio = median(turn[0].per_second / turn[1].per_second for turn in turns)
    return Compared(work, ours, bare, ratio, spent[1] / spent[0])


def _reading_works(recorder: Recorder) -> Iterator[Work]:
    today = datetime.now(UTC).date()
    span = f"from={today - timedelta(days=SALES_DAYS)}&to={today}"
    preview = {"cabinet_ids": list(range(1, DEVICES + 1))}
    for name, target, asked in (
        ("One product", 0.25, Asked("GET", "/api/products/7")),
        ("List of 50 devices", 0.55, Asked("GET", "/api/devices?limit=50")),
        ("Board of 60 devices", 0.70, Asked("GET", "/api/routes/2/devices?limit=60")),
        ("Preview of 20 cabinets", 0.70, Asked("POST", "/api/service-order-previews", preview)),
        (
            f"Sales by product over {SALES_DAYS} days",
            0.70,
            Asked("GET", f"/api/sales?group_by=product&{span}"),
        ),
    ):
        yield Work(name, target, [asked], [recorder.ask(asked)])


def _writing_works(recorder: Recorder) -> Iterator[Work]:
    """Orders over every twenty cabinets, then a visit of each large cabinet of these orders."""
    orders = [_order(recorder, DEVICES * number + 1) for number in range(ORDERS)]
    made = [recorder.ask(asked) for asked in orders]
    yield Work("Create an order of 20 cabinets", 0.70, orders, made)
    visits = [
        _visit(recorder, order.answer["id"], cabinet["cabinet_id"])
        for order in made
        for cabinet in order.answer["cabinets"]
        # The ids of cabinets are those of their devices here: each has one.
        if (cabinet["cabinet_id"] - 1) % LARGE_EVERY == 0
    ]
    yield Work("A visit of 40 slots", 0.70, visits, [recorder.ask(asked) for asked in visits])


def _order(recorder: Recorder, first: int) -> Asked:
    device = recorder.ask(Asked("GET", f"/api/devices/{first}")).answer
    body = {"route_id": device["route_id"], "cabinet_ids": list(range(first, first + DEVICES))}
    return Asked("POST", "/api/service-orders", body)


def _visit(recorder: Recorder, order_id: int, cabinet_id: int) -> Asked:
    """A count and a fill of every slot."""
    planogram = recorder.ask(Asked("GET", f"/api/cabinets/{cabinet_id}/planogram")).answer
    fills = [{"slot_id": slot["id"], "counted": 9, "added": 5} for slot in planogram["slots"]]
    body = {"cabinet_id": cabinet_id, "fills": fills}
    return Asked("POST", f"/api/service-orders/{order_id}/visits", body)


def _copy(fleet: Path, file: Path) -> Path:
    shutil.copyfile(fleet, file)
    file.chmod(0o600)
    return file
