"""A day's mix: lists, boards, single nouns, reports, previews, visits and uploads at once.

    python -m bench.mix [--against CHECKOUT] [--seconds S]

On both engines, over 20 model devices, by 2 and 8 connections. With another checkout of
CVD its server is asked the same in turn, and the ratios say what the change costs.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bench import load, servers
from bench.load import Measured
from bench.models import DEVICES, LARGE, LARGE_EVERY, PRICE_CENTS, SMALL, Models
from bench.people import sign_in_at
from db import open_engine
from services.system import settings_service
from settings import PROJECT, Settings
from storage import migrate
from tests.kit.engines import Databases, PostgresqlServer, SqliteFolder
from tests.kit.machine import Machine
from tests.kit.private_postgresql import private_server

# Percent of the requests.
WEIGHTS = {
    "list": 40,
    "board": 20,
    "noun": 15,
    "report": 10,
    "preview": 8,
    "visit": 5,
    "upload": 2,
}
CONNECTIONS = (2, 8)
TURNS = 12
READS, SALES = 12, 300
SPAN_DAYS = 90
UNITS_A_READ = 15
LISTS = (
    "/api/devices?limit=50",
    "/api/devices?sort=need",
    "/api/devices?q=machine",
    "/api/products",
    "/api/locations",
    "/api/dex-reads",
    "/api/service-orders?limit=20",
)
BOARDS = ("/api/routes/1/devices?sort=need&limit=60", "/api/routes/1/devices?limit=60")
SEED = 12
FURNISH = "import sys; from bench import mix; print(mix._furnish(sys.argv[1]))"


@dataclass(frozen=True)
class Mixed:
    """What a server did on one engine; `cpu_ms` is its own processor time of a request.

    The ratios are this server over the other one, the medians of the turns: None without one.
    """

    engine: str
    connections: int
    measured: Measured
    cpu_ms: float
    speed_ratio: float | None = None
    cpu_ratio: float | None = None


class Deck:
    """Requests without an end, in an order that is the same for every deck."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._random = random.Random(SEED)
        self._machines = [_machine(number) for number in range(DEVICES)]
        # Before now even at the end of a long run.
        self._read_at = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(hours=12)
        self._makers: dict[str, Callable[[], bytes]] = {
            "list": lambda: self._get(self._random.choice(LISTS)),
            "board": lambda: self._get(self._random.choice(BOARDS)),
            "noun": self._noun,
            "report": self._report,
            "preview": self._preview,
            "visit": self._visit,
            "upload": self._upload,
        }

    def __iter__(self) -> Iterator[bytes]:
        while True:
            [kind] = self._random.choices(list(WEIGHTS), list(WEIGHTS.values()))
            yield self._makers[kind]()

    def _get(self, path: str) -> bytes:
        return load.request("GET", path, token=self._token)

    def _noun(self) -> bytes:
        number = self._random.randint(1, DEVICES)
        return self._get(self._random.choice(("/api/products/", "/api/devices/")) + str(number))

    def _report(self) -> bytes:
        today = datetime.now(UTC).date()
        span = f"from={today - timedelta(days=SPAN_DAYS)}&to={today}"
        group = self._random.choice(("day", "device", "product"))
        return self._get(
            self._random.choice(("/api/dashboard", f"/api/sales?group_by={group}&{span}"))
        )

    def _preview(self) -> bytes:
        body = {"cabinet_ids": list(range(1, DEVICES + 1))}
        return load.request("POST", "/api/service-order-previews", token=self._token, body=body)

    def _visit(self) -> bytes:
        """Of a cabinet without an order: every slot counted and filled."""
        number = self._random.randrange(DEVICES)
        first = 1 + sum(_slots(each) for each in range(number))
        fills = [
            {"slot_id": slot_id, "counted": 9, "added": 5}
            for slot_id in range(first, first + _slots(number))
        ]
        body = {"cabinet_id": number + 1, "fills": fills}
        return load.request("POST", "/api/visits", token=self._token, body=body)

    def _upload(self) -> bytes:
        machine = self._random.choice(self._machines)
        machine.sell_some(UNITS_A_READ)
        self._read_at += timedelta(seconds=10)
        content = machine.audit(self._read_at)
        return load.upload("/api/dex-reads", token=self._token, content=content)


def mix(folder: Path, *, seconds: float, against: Path | None = None) -> Iterator[Mixed]:
    """Measure the mix on both engines, in turns of so many seconds."""
    yield from _on("SQLite", SqliteFolder(folder), folder, seconds, against)
    with private_server() as url, closing(PostgresqlServer(url)) as server:
        yield from _on("PostgreSQL", server, folder, seconds, against)


def _on(
    engine: str, databases: Databases, folder: Path, seconds: float, against: Path | None
) -> Iterator[Mixed]:
    checkouts = [PROJECT] if against is None else [PROJECT, against]
    urls = [databases.create() for _ in checkouts]
    tokens = [furnished(url, each) for url, each in zip(urls, checkouts, strict=True)]
    decks = [iter(Deck(token)) for token in tokens]
    log = folder / f"mix-{engine}.log"
    try:
        with ExitStack() as stack:
            served = [
                stack.enter_context(servers.over(url, log, checkout=checkout))
                for url, checkout in zip(urls, checkouts, strict=True)
            ]
            for connections in CONNECTIONS:
                for (port, _), deck in zip(served, decks, strict=True):
                    _asked(port, deck, connections, seconds)  # what is opened once
                turns = [
                    [
                        _turn(one, deck, connections, seconds)
                        for one, deck in zip(served, decks, strict=True)
                    ]
                    for _ in range(TURNS)
                ]
                yield _mixed(engine, connections, turns)
    finally:
        for url in urls:
            databases.drop(url)


def _turn(
    served: tuple[int, subprocess.Popen[bytes]],
    deck: Iterator[bytes],
    connections: int,
    seconds: float,
) -> tuple[Measured, float]:
    """What one server did in one turn, and its processor time of a request in ms."""
    port, process = served
    before = servers.cpu_seconds(process)
    measured = _asked(port, deck, connections, seconds)
    spent_ms = (servers.cpu_seconds(process) - before) * 1000
    return measured, spent_ms / len(measured.seconds)


def _asked(port: int, deck: Iterator[bytes], connections: int, seconds: float) -> Measured:
    measured = load.send(port, deck, connections=connections, seconds=seconds)
    if measured.refused:
        raise RuntimeError(f"{len(measured.refused)} were refused, {measured.refused[0]!r}")
    return measured


def _mixed(engine: str, connections: int, turns: list[list[tuple[Measured, float]]]) -> Mixed:
    ours = sum((turn[0][0] for turn in turns), Measured())
    cpu_ms = median(turn[0][1] for turn in turns)
    if len(turns[0]) == 1:
        return Mixed(engine, connections, ours, cpu_ms)
    speed = median(turn[0][0].per_second / turn[1][0].per_second for turn in turns)
    cpu = median(turn[0][1] / turn[1][1] for turn in turns)
    return Mixed(engine, connections, ours, cpu_ms, speed, cpu)


def furnished(url: str, checkout: Path) -> str:
    """A database with the models in it, made by the checkout that will serve it, for its tables
    may be others; the token of a manager.
    """
    done = subprocess.run(
        [sys.executable, "-c", FURNISH, url],
        cwd=checkout,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.split()[-1]


def _furnish(url: str) -> str:
    """Migrate the database and let the models live in it; the token of a manager."""
    migrate.upgrade(url)
    with closing(open_engine(url)) as engine:
        with engine.writing() as db:
            settings_service.ensure(db, Settings(database_url=url, time_zone="UTC"))
        Models(engine, reads=READS, sales=SALES).make()
    return sign_in_at(url, "manager")


def _slots(number: int) -> int:
    rows, columns = SMALL if number % LARGE_EVERY else LARGE
    return rows * columns


def _machine(number: int) -> Machine:
    """A model machine whose counters begin anew."""
    rows, columns = SMALL if number % LARGE_EVERY else LARGE
    names = [f"{row}{column}" for row in "ABCDE"[:rows] for column in range(1, columns + 1)]
    return Machine(serial=f"S{number:02}", selections=dict.fromkeys(names, PRICE_CENTS), seed=SEED)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--against", type=Path, help="the folder of another checkout")
    parser.add_argument("--seconds", type=float, default=1.0, help="of each turn")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cvd-mix-") as folder:
        for it in mix(Path(folder), seconds=given.seconds, against=given.against):
            ratios = ""
            if it.speed_ratio is not None and it.cpu_ratio is not None:
                ratios = f"; against: {it.speed_ratio:.2f} x speed, {it.cpu_ratio:.2f} x processor"
            print(
                f"{it.engine}, {it.connections} connections: {it.measured.per_second:,.0f}/s, "
                f"p50 {it.measured.quantile_ms(0.5):.1f} ms, "
                f"p99 {it.measured.quantile_ms(0.99):.1f} ms, "
                f"{it.cpu_ms:.2f} ms of processor{ratios}",
                flush=True,
            )


if __name__ == "__main__":
    main()
