"""How lists, boards and reports slow down from a small fleet to a large one.

Both fleets are served at once and asked in turn, so that whatever else the
machine does meets both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import contract
from bench import load, servers
from bench.load import Measured
from bench.people import sign_in

TARGET = 1.5
SPAN_DAYS = 90
# Both fleets are asked for as many rows: the small one has no more of these.
ROUTES, ORDERS = 4, 20


@dataclass(frozen=True)
class Grown:
    """One path on both fleets; `ratio` is that of the 95th percentiles."""

    path: str
    small: Measured
    large: Measured

    @property
    def ratio(self) -> float:
        return self.large.quantile_ms(0.95) / self.small.quantile_ms(0.95)


def grow(small: Path, large: Path, *, times: int) -> Iterator[Grown]:
    """Ask each path so many times of both."""
    tokens = sign_in(small, "admin"), sign_in(large, "admin")
    with (
        servers.application(small) as (small_port, _),
        servers.application(large) as (large_port, _),
    ):
        ports = small_port, large_port
        for path in paths():
            found = Measured(), Measured()
            requests = [load.request("GET", path, token=token) for token in tokens]
            for port, one in zip(ports, requests, strict=True):
                if load.send(port, [one]).refused:
                    raise RuntimeError(f"{path} was refused.")
            for _ in range(times):
                for measured, port, one in zip(found, ports, requests, strict=True):
                    measured.seconds.extend(load.send(port, [one]).seconds)
            yield Grown(path, *found)


def paths() -> Iterator[str]:
    """What is asked of both fleets: every list, board and report."""
    stated = list(_stated())
    yield from stated
    asked = {path.partition("?")[0] for path in stated}
    for operation in contract.current().operations:
        is_list = any(parameter.name == "cursor" for parameter in operation.parameters)
        if is_list and "{" not in operation.path and operation.path not in asked:
            yield operation.path


def _stated() -> Iterator[str]:
    """What is asked in particular; of other lists the first page."""
    for sort in ("asset", "-name", "need", "last_read_at", "product_level_percent"):
        yield f"/api/devices?sort={sort}"
    yield "/api/devices?route_id=2"
    yield "/api/devices?q=machine"
    yield "/api/devices?q=nowhere+to+be+found"
    for sort in ("need", "asset", "last_read_at"):
        yield f"/api/routes/2/devices?sort={sort}&limit=60"
    for noun in ("locations", "products", "users"):
        yield f"/api/{noun}"
        yield f"/api/{noun}?q=nowhere+to+be+found"
    yield f"/api/routes?limit={ROUTES}"
    yield "/api/routes?q=nowhere+to+be+found"
    yield "/api/products/3/slots"
    yield "/api/products/3/changes"
    yield "/api/dex-reads"
    yield "/api/dex-reads?device_id=2"
    yield "/api/dex-reads?held=true"
    yield "/api/dex-batch-files?dex_batch_id=1"
    yield f"/api/service-orders?limit={ORDERS}"
    yield f"/api/service-orders?limit={ORDERS}&open=true"
    yield "/api/service-orders?q=nowhere+to+be+found"
    yield "/api/service-orders/1"
    yield "/api/service-orders/1/pick-list"
    yield "/api/webhooks/1/deliveries"
    yield "/api/webhooks/1/deliveries?state=waiting"
    yield "/api/audit-entries"
    yield "/api/audit-entries?noun=device"
    yield "/api/cabinets/2/planogram"
    yield "/api/cabinets/2/planogram-changes"
    yield "/api/mass-changes/1/parts"
    yield "/api/slots/45/stock-moves"
    yield "/api/devices/2/metrics"
    yield "/api/devices/2/history"
    yield "/api/dashboard"
    yield "/api/list-layout?list_name=devices"
    yield "/api/saved-views/pinned"
    for query in ("", "?sort=newest", "?overdue=true", "?kind=task", "?device_id=2", "?route_id=2"):
        yield f"/api/tickets{query}"
    yield "/api/tickets/1/entries"
    today = datetime.now(UTC).date()
    span = f"from={today - timedelta(days=SPAN_DAYS)}&to={today}"
    yield f"/api/availability?{span}&device_id=2"
    yield f"/api/count-differences?{span}"
    for group in ("day", "device", "product", "selection"):
        yield f"/api/sales?group_by={group}&{span}"
        yield f"/api/sales?group_by={group}&{span}&route_id=2"
        yield f"/api/sales?group_by={group}&{span}&device_id=2"
