"""Variants of what machines in the field do: a table of counters, and the units they sold.

Each row is a machine: the counters of each audit by selection (a number is units at 1.00;
else units, money and both since the last reset), its total (SUM of the selections, None, or
units, or money and units), and when it was read, a week apart unless said.
"""

import itertools
import random
from datetime import datetime, timedelta
from typing import Any

import pytest

import auth
from contract.results import Upload
from domain.dex import writer
from services.fleet import device_service, device_type_service
from services.reads import dex_read_service
from services.system import settings_service
from settings import Settings

pytestmark = pytest.mark.spared("what a machine tells is read above the database")

ACTOR = auth.console()
PRICE = 100
SUM = "sum"
BEGIN = datetime(2026, 10, 1, 9, 0)  # noqa: DTZ001  # a machine knows no zone
numbers = itertools.count(1)


def at(day, hour, minute=0, month=10):
    return datetime(2026, month, day, hour, minute)  # noqa: DTZ001  # a machine knows no zone


MACHINES: dict[str, Any] = {
    "zeros twice": (
        [
            ({"11": 1000}, SUM),
            ({"11": 1010}, SUM),
            ({"11": 0}, SUM),
            ({"11": 0}, SUM),
            ({"11": 1020}, SUM),
        ],
        20,
    ),
    "zeros then new board": (
        [
            ({"11": 1000, "12": 500}, SUM),
            ({"11": 1010, "12": 510}, SUM),
            ({"11": 0, "12": 0}, SUM),
            ({"11": 5, "12": 3}, SUM),
        ],
        28,
    ),
    "zeros, new board at second": (
        [({"11": 1000}, SUM), ({"11": 0}, SUM), ({"11": 8}, SUM), ({"11": 15}, SUM)],
        15,
    ),
    "VA1 alone zero": ([({"11": 1000}, SUM), ({"11": 1010}, (0, 0)), ({"11": 1020}, SUM)], 20),
    "zeros one selection": (
        [
            ({"11": 1000, "12": 50}, SUM),
            ({"11": 0, "12": 55}, (1060,)),
            ({"11": 1010, "12": 60}, (1070,)),
        ],
        20,
    ),
    "zeros first": ([({"11": 0}, SUM), ({"11": 1000}, SUM), ({"11": 1010}, SUM)], 10),
    "zeros first no va": ([({"11": 0}, None), ({"11": 1000}, None), ({"11": 1010}, None)], 10),
    "zeros no VA1": (
        [({"11": 1000}, None), ({"11": 1010}, None), ({"11": 0}, None), ({"11": 1020}, None)],
        20,
    ),
    "wrap money alone": ([({"11": (9990, 999000)}, (9990,)), ({"11": (10005, 500)}, (10005,))], 15),
    "wrap money 24bit": (
        [({"11": (167770, 16777000)}, (167770,)), ({"11": (167780, 784)}, (167780,))],
        10,
    ),
    "wrap VA1 alone": (
        [
            ({"11": 40000, "12": 25530}, (6553000, 65530)),
            ({"11": 40005, "12": 25535}, (6554000, 4)),
        ],
        10,
    ),
    "wrap all together": (
        [({"11": (65530, 6553000)}, (6553000, 65530)), ({"11": (4, 6554000)}, (6554000, 4))],
        10,
    ),
    "wrap all together with money": (
        [({"11": (9995, 999500)}, (999500, 9995)), ({"11": (5, 500)}, (500, 5))],
        10,
    ),
    "wrap 24": ([({"11": (16777210, 100)}, (500, 5)), ({"11": (4, 1100)}, (1500, 15))], 10),
    "wrap 32": ([({"11": (4294967290, 100)}, (500, 5)), ({"11": (4, 1100)}, (1500, 15))], 10),
    "wrap 5 digits": ([({"11": (99995, 100)}, (500, 5)), ({"11": (5, 1100)}, (1500, 15))], 10),
    "wrap 4 digits of 2": (
        [({"11": 9998, "12": 300}, (10298,)), ({"11": (6, 1000600), "12": 302}, (10308,))],
        10,
    ),
    "wrap no VA": ([({"11": (65530, 6553000)}, None), ({"11": (4, 6554000)}, None)], 10),
    "wrap money VA alone": ([({"11": 9990}, (999000, 9990)), ({"11": 10005}, (500, 10005))], 15),
    "swap no VA": (
        [
            ({"11": 1000, "12": 500, "13": 5}, None),
            ({"11": 1010, "12": 505, "13": 5}, None),
            ({"11": 7, "12": 4, "13": 9}, None),
        ],
        35,
    ),
    "swap all above": (
        [({"11": 2, "12": 3}, (1005,)), ({"11": 4, "12": 5}, (1009,)), ({"11": 7, "12": 9}, (16,))],
        20,
    ),
    "a new board and the old one again": (
        [
            ({"11": 1000}, SUM),
            ({"11": 1010}, SUM),
            ({"11": 7}, SUM),
            ({"11": 16}, SUM),
            ({"11": 1025}, SUM),
            ({"11": 1035}, SUM),
        ],
        10 + 7 + 9 + 15 + 10,
    ),
    "two boards in turns": (
        [
            ({"11": 1000, "12": 800}, SUM),
            ({"11": 1010, "12": 805}, SUM),
            ({"11": 7, "12": 4}, SUM),
            ({"11": 1020, "12": 810}, SUM),
            ({"11": 12, "12": 9}, SUM),
            ({"11": 20, "12": 11}, SUM),
        ],
        15 + 11 + 15 + 10 + 10,
    ),
    "single reinit": (
        [
            ({"11": 1000, "12": 500}, (1500,)),
            ({"11": 8, "12": 505}, (1513,)),
            ({"11": 12, "12": 510}, (1522,)),
        ],
        22,
    ),
    "a new board, a total beyond the selections": (
        [
            ({"11": 1000, "12": 700}, (5000,)),
            ({"11": 1010, "12": 710}, (5020,)),
            ({"11": 4, "12": 6}, (10,)),
        ],
        30,
    ),
    "clock back five hours": (
        [({"11": 5000}, SUM), ({"11": 5020}, SUM), ({"11": 5022}, SUM), ({"11": 5040}, SUM)],
        40,
        [at(20, 12), at(21, 18), at(21, 14), at(22, 12)],
    ),
    "clock back two days": (
        [({"11": 5000}, SUM), ({"11": 5020}, SUM), ({"11": 5022}, SUM), ({"11": 5040}, SUM)],
        40,
        [at(18, 12), at(22, 18), at(20, 18), at(26, 12)],
    ),
    "clock back two days, several audits": (
        [
            ({"11": 5000}, SUM),
            ({"11": 5020}, SUM),
            ({"11": 5022}, SUM),
            ({"11": 5026}, SUM),
            ({"11": 5040}, SUM),
        ],
        40,
        [at(18, 12), at(22, 18), at(20, 18), at(21, 18), at(26, 12)],
    ),
    "clock back forty days": (
        [({"11": 5000}, SUM), ({"11": 5020}, SUM), ({"11": 5022}, SUM), ({"11": 5040}, SUM)],
        40,
        [at(1, 9, month=9), at(20, 9, month=10), at(12, 9, month=9), at(26, 9, month=10)],
    ),
    "clock back an hour, young machine": (
        [({"11": 10}, SUM), ({"11": 20}, SUM), ({"11": 22}, SUM), ({"11": 30}, SUM)],
        20,
        [at(24, 12), at(25, 2, 50), at(25, 2, 10), at(25, 12)],
    ),
    "clock back five hours, young machine": (
        [({"11": 10}, SUM), ({"11": 20}, SUM), ({"11": 22}, SUM), ({"11": 30}, SUM)],
        20,
        [at(24, 12), at(25, 18), at(25, 13), at(26, 12)],
    ),
    "since reset, never reset": (
        [
            ({"1": (0, 0, 84, 8400)}, (5000,)),
            ({"1": (0, 0, 90, 9000)}, (5006,)),
            ({"1": (0, 0, 99, 9900)}, (5015,)),
        ],
        15,
    ),
    "since reset, not adding up": (
        [({"1": (0, 0, 84, 8400)}, (5000,)), ({"1": (0, 0, 33, 3300)}, (5006,))],
        0,
    ),
    "rename two": (
        [
            ({"101": 400, "102": 900}, SUM),
            ({"A1": 405, "A2": 903}, SUM),
            ({"A1": 410, "A2": 905}, SUM),
        ],
        7,
    ),
    "rename zero start": (
        [
            ({"101": 400, "102": 900}, (1300,)),
            ({"A1": 5, "102": 903}, (1308,)),
            ({"A1": 10, "102": 905}, (1315,)),
        ],
        10,
    ),
    "nonsense once": (
        [({"11": 1000}, SUM), ({"11": 1010}, SUM), ({"11": 500}, (1015,)), ({"11": 1020}, SUM)],
        20,
    ),
    "nonsense once, far too high": (
        [
            ({"11": 1000}, SUM),
            ({"11": 1010}, SUM),
            ({"11": 51000}, SUM),
            ({"11": 1020}, SUM),
            ({"11": 1030}, SUM),
        ],
        30,
    ),
    "nonsense once, far too low": (
        [({"11": 1000}, SUM), ({"11": 1010}, SUM), ({"11": 1}, SUM), ({"11": 1020}, SUM)],
        21,
    ),
}


@pytest.fixture
def fleet(engine):
    with engine.writing() as db:
        settings_service.ensure(db, Settings(time_zone="Europe/Rome", currency="EUR"))
        device_type_service.create_device_type(db, ACTOR, name="Snack", max_cabinets=1)
    return engine


def audit(serial, moment, selections, total):
    """An audit that shows these counters."""
    shown = {
        name: [each, each * PRICE] if isinstance(each, int) else list(each)
        for name, each in selections.items()
    }
    if total == SUM:
        total = (sum(each[0] for each in shown.values()),)
    lines = [
        writer.record("ID1", serial),
        writer.record("ID4", 2, 978, "EUR"),
        writer.record("ID5", f"{moment:%Y%m%d}", f"{moment:%H%M}"),
    ]
    if total is not None:
        money_first = [total[0] * PRICE, total[0]] if len(total) == 1 else list(total)
        lines.append(writer.record("VA1", *money_first, 0, 0))
    for name, each in shown.items():
        lines.append(writer.record("PA1", name, PRICE))
        lines.append(writer.record("PA2", *each, *[0] * (4 - len(each))))
    return writer.seal(lines)


def booked(engine, reads, times, order):
    """Units and money in the books of a new machine whose audits came in this order."""
    number = next(numbers)
    with engine.writing() as db:
        device = device_service.create_device(db, ACTOR, asset=f"V{number}", device_type_id=1)
    for index in order:
        content = audit(f"V{number}", times[index], *reads[index])
        with engine.writing() as db:
            dex_read_service.create_dex_read(
                db, ACTOR, file=Upload("audit", content), device_id=device["id"]
            )
    with engine.reading() as db:
        row = db.execute(
            "SELECT COALESCE(sum(units), 0), COALESCE(sum(amount_cents), 0) FROM sales "
            "WHERE device_id = :id",
            {"id": device["id"]},
        ).fetchone()
    return int(row[0]), int(row[1])


@pytest.mark.parametrize("name", MACHINES)
def test_what_was_sold_is_booked_in_any_order(fleet, name):
    reads, units, *told = MACHINES[name]
    weeks = [BEGIN + timedelta(days=7 * week) for week in range(len(reads))]
    times = told[0] if told else weeks
    straight = list(range(len(reads)))
    shuffled = random.Random(name).sample(straight, len(straight))
    for order in (straight, straight[::-1], shuffled):
        assert booked(fleet, reads, times, order) == (units, units * PRICE), order
