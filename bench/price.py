"""What a setting costs: the same requests to an application with it and to one without it.

    python -m bench.price CVD_METRICS_TOKEN=0123456789abcdef [CVD_…=… …] [--turns N]

Both are asked in turn, in this process and without a server in front, over one small fleet
in SQLite. Told is the processor time of a request in the best turns, because whatever else
the machine does can only add to it.
"""

from __future__ import annotations

import argparse
import gc
import io
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import settings as environment
import watch
from app import create_app
from bench import servers
from bench.mix import READS, SALES
from bench.models import Models
from bench.people import sign_in_at
from db import open_engine
from server.rsgi import SAME
from services.system import settings_service
from settings import Settings
from storage import migrate
from web.application import App

WORKS = {
    "one product": "/api/products/7",
    "list of 50 devices": "/api/devices?limit=50",
    "board of 60 devices": "/api/routes/1/devices?limit=60",
    "sales by product": "/api/sales?group_by=product&from=2026-01-01&to=2026-03-31",
}
A_TURN = 50
# The share of the turns that nothing disturbed, as is hoped.
BEST = 0.2

Ask = Callable[[], None]


class Price(NamedTuple):
    """Microseconds of processor of a request, without and with."""

    work: str
    without_us: float
    with_us: float


def prices(url: str, token: str, also: dict[str, str], *, turns: int) -> Iterator[Price]:
    """The price on each work."""
    given = {"CVD_DATABASE_URL": url, "CVD_TIME_ZONE": "UTC", "CVD_LOG_LEVEL": "error"}
    given |= dict.fromkeys(servers.LIMITS, "10000000")
    apps = [create_app(environment.load({**given, **each}, None)) for each in ({}, also)]
    for work, path in WORKS.items():
        asking = [_asking(app, path, token) for app in apps]
        spent = [
            [_seconds(app, ask) for app, ask in zip(apps, asking, strict=True)]
            for _ in range(turns)
        ]
        without, with_it = (_best([turn[place] for turn in spent]) * 1e6 for place in range(2))
        yield Price(work, without, with_it)
    for app in apps:
        app.extensions["cvd"]["engine"].close()


def _best(seconds: list[float]) -> float:
    best = sorted(seconds)[: max(1, int(len(seconds) * BEST))]
    return sum(best) / len(best)


def _seconds(app: App, ask: Ask) -> float:
    """The processor seconds of one request, of a turn of them, which only this one watches."""
    ask()
    if app.metrics is not None:
        watch.begin(app.metrics)
    gc.collect()
    began = time.thread_time()
    for _ in range(A_TURN):
        ask()
    spent = (time.thread_time() - began) / A_TURN
    if app.metrics is not None:
        watch.end(app.metrics)
    return spent


def _asking(app: App, target: str, token: str) -> Ask:
    """A function that asks once."""
    path, _, query = target.partition("?")
    environ = {
        **SAME,
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "5000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:5000",
        "HTTP_COOKIE": f"cvd_session={token}",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    told: list[str] = []

    def start(status: str, _headers: object, _error: object = None) -> None:
        told[:] = [status]

    def ask() -> None:
        for _ in app.wsgi_app(dict(environ), start):  # type: ignore[arg-type]
            pass
        if not told[0].startswith("200"):
            raise RuntimeError(f"{target}: {told[0]}")

    return ask


def _furnish(url: str) -> str:
    """Twenty model devices; the token of a manager."""
    migrate.upgrade(url)
    with closing(open_engine(url)) as engine:
        with engine.writing() as db:
            settings_service.ensure(db, Settings(database_url=url, time_zone="UTC"))
        Models(engine, reads=READS, sales=SALES).make()
    return sign_in_at(url, "manager")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("settings", nargs="+", help="as in the environment: CVD_NAME=VALUE")
    parser.add_argument("--turns", type=int, default=100)
    given = parser.parse_args()
    also = dict(each.split("=", 1) for each in given.settings)
    with tempfile.TemporaryDirectory(prefix="cvd-price-") as folder:
        url = f"sqlite:///{Path(folder) / 'cvd.db'}"
        for it in prices(url, _furnish(url), also, turns=given.turns):
            print(
                f"{it.work}: {it.without_us:,.0f} us without, {it.with_us:,.0f} us with, "
                f"{it.with_us / it.without_us:.3f} x",
                flush=True,
            )


if __name__ == "__main__":
    main()
