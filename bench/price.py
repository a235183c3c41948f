"""What being watched costs: a server for each way of it, all asked the same in turn.

    python -m bench.price [--rounds N] [CVD_NAME=VALUE …]

Told is the processor time that the processes of a server spend on a request, over one that
nobody watches: once on a single product, which is as little as a request can be, and once in
the day's mix. With settings given, what these cost instead.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice, pairwise, repeat
from pathlib import Path
from statistics import median, quantiles
from subprocess import Popen

from bench import load, mix, servers
from settings import PROJECT
from tests.kit.engines import Databases, PostgresqlServer, SqliteFolder
from tests.kit.private_postgresql import private_server

NOBODY = "nobody"
# Two servers of one kind differ too, by where their memory lies: less than that says nothing.
AGAIN = "nobody, once more"
PRODUCT = "one product"
DAYS_MIX = "a day's mix"
# Requests of a turn: hundredths of a second of processor, so that what disturbs the machine
# meets all servers alike.
REQUESTS = {PRODUCT: 400, DAYS_MIX: 50}
# Turns of a round: enough that what a server does now and then is in each.
TURNS = 15
ROUNDS, QUICK_ROUNDS = 15, 3
CONNECTIONS = 2
METRICS = {"CVD_METRICS_TOKEN": "0123456789abcdef"}
LIMITS = dict.fromkeys(servers.LIMITS, "10000000")
# Where names lie in dictionaries is the same for all.
ALIKE = {"PYTHONHASHSEED": "0", **dict.fromkeys(servers.LIMITS, "0")}

Settings = dict[str, str]
Ways = dict[str, Settings]
Served = tuple[int, Popen[bytes]]


@dataclass(frozen=True)
class Price:
    """Microseconds of processor of a request, and how many times those of nobody's watching.

    Both are medians of the rounds; `low` and `high` are the quartiles of the ratio.
    """

    engine: str
    work: str
    way: str
    cpu_us: float
    ratio: float
    low: float
    high: float


def prices(folder: Path, *, rounds: int, given: Settings | None = None) -> Iterator[Price]:
    """What each way costs, or what the settings do that are `given`, on both engines."""
    with collector() as endpoint:
        ways = _ways(endpoint) if given is None else {"as given": given}
        yield from _on("SQLite", SqliteFolder(folder), folder, ways, rounds)
        with private_server() as url, closing(PostgresqlServer(url)) as server:
            yield from _on("PostgreSQL", server, folder, ways, rounds)


def _ways(endpoint: str) -> Ways:
    traces = {"CVD_OTLP_ENDPOINT": endpoint, "CVD_TRACE_PERCENT": "10"}
    return {
        AGAIN: {},
        "metrics": METRICS,
        "limits": LIMITS,
        "traces at 10%": traces,
        "all of it": {**METRICS, **LIMITS, **traces},
    }


def _on(
    engine: str, databases: Databases, folder: Path, ways: Ways, rounds: int
) -> Iterator[Price]:
    ways = {NOBODY: {}, **ways}
    furnished = databases.create()
    token = mix.furnished(furnished, PROJECT)
    urls = [databases.copy(furnished) for _ in ways]
    log = folder / f"price-{engine}.log"
    try:
        with ExitStack() as stack:
            served = [
                stack.enter_context(servers.over(url, log, settings={**ALIKE, **settings}))
                for url, settings in zip(urls, ways.values(), strict=True)
            ]
            for work in REQUESTS:
                asked = [_asked(work, token) for _ in ways]
                yield from _priced(engine, work, list(ways), _spent(work, served, asked, rounds))
    finally:
        for url in (furnished, *urls):
            databases.drop(url)


def _asked(work: str, token: str) -> Iterator[bytes]:
    if work == DAYS_MIX:
        return iter(mix.Deck(token))
    return repeat(load.request("GET", "/api/products/7", token=token))


def _spent(
    work: str, served: list[Served], asked: list[Iterator[bytes]], rounds: int
) -> list[list[float]]:
    """The seconds of processor of a request, by rounds, of each server.

    What it does between its turns is its own too: that is when spans are sent.
    """
    _round(work, served, asked)  # what is opened once
    marks = [_marks(served)]
    for _ in range(rounds):
        _round(work, served, asked)
        marks.append(_marks(served))
    count = REQUESTS[work] * TURNS
    return [
        [(then - now) / count for now, then in zip(mark, after, strict=True)]
        for mark, after in pairwise(marks)
    ]


def _marks(served: list[Served]) -> list[float]:
    return [servers.cpu_seconds(process) for _, process in served]


def _round(work: str, served: list[Served], asked: list[Iterator[bytes]]) -> None:
    for _ in range(TURNS):
        for (port, _), requests in zip(served, asked, strict=True):
            done = load.send(port, islice(requests, REQUESTS[work]), connections=CONNECTIONS)
            if done.refused:
                raise RuntimeError(f"{work}: {done.refused[0]!r}")


def _priced(engine: str, work: str, ways: list[str], spent: list[list[float]]) -> Iterator[Price]:
    for place, way in enumerate(ways):
        ratios = [each[place] / each[0] for each in spent]
        low, middle, high = quantiles(ratios, n=4)
        cpu_us = median(each[place] for each in spent) * 1e6
        yield Price(engine, work, way, cpu_us, middle, low, high)


class _Taken(BaseHTTPRequestHandler):
    """Takes what is sent, and throws it away."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Any number of spans."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def collector() -> Iterator[str]:
    """The address of a collector of traces that keeps nothing."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Taken) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("settings", nargs="*", help="as in the environment: CVD_NAME=VALUE")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    settings = dict(each.split("=", 1) for each in given.settings) or None
    with tempfile.TemporaryDirectory(prefix="cvd-price-") as folder:
        for it in prices(Path(folder), rounds=given.rounds, given=settings):
            print(
                f"{it.engine}, {it.work}, {it.way}: {it.cpu_us:,.1f} us, {it.ratio:.3f} x "
                f"({it.low:.3f} to {it.high:.3f})",
                flush=True,
            )


if __name__ == "__main__":
    main()
