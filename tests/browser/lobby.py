"""A machine in a lobby whose audits say what it sells, as many do, and when they were read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.kit.machine import Machine

CAPACITY = 10


def lobby_machine(products: Mapping[str, tuple[str, int]], *, seed: int, sold: int) -> Machine:
    """LOBBY-1 with these products, {selection: (name, price in cents)}, after so many sales."""
    made = Machine(
        serial="VN4711",
        asset="LOBBY-1",
        selections={code: price for code, (_, price) in products.items()},
        seed=seed,
    )
    for code, (name, _) in products.items():
        made.odometers.selections[code].product = name
        made.odometers.selections[code].capacity = CAPACITY
    made.sell_some(sold)
    return made


def days_ago(days: int) -> datetime:
    """An hour before this minute so many days ago, on the machine's clock."""
    now = datetime.now(ZoneInfo("Europe/Berlin")).replace(tzinfo=None, second=0, microsecond=0)
    return now - timedelta(days=days, hours=1)
