"""Whatever becomes of a machine's counters, its books are what it sold.

Its selections sell as machines do, and between audits happens what people report from
the field. What was sold between the first and the last audit is in the books, to the
unit and the cent, in any order of arrival; where nobody can know it, the audit says so.
"""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import auth
from contract.results import Upload
from db import Engine
from services.fleet import device_service, device_type_service
from services.reads import dex_read_service
from services.system import settings_service
from settings import Settings
from tests.kit.engines import ENGINE
from tests.kit.machine import Machine, Quirks

ACTOR = auth.console()
BEGIN = datetime.now(UTC).replace(microsecond=0, minute=0) - timedelta(days=150)
PRICES = {"11": 100, "12": 150, "13": 220, "21": 80}
# More of them: CVD_TRUE_EXAMPLES=5000.
FEW = {"sqlite": 3, "postgresql": 1}[ENGINE]
EXAMPLES = int(os.environ.get("CVD_TRUE_EXAMPLES", FEW))
numbers = itertools.count(1)

SPARED = pytest.mark.spared("what a kind of machine tells is read above the database")
pytestmark = [pytest.mark.slow, SPARED]

Happens = Callable[[Machine, int, random.Random], dict[str, Any]]


def nothing(machine: Machine, week: int, chance: random.Random) -> dict[str, Any]:
    return {}


def zeros_once(machine: Machine, week: int, chance: random.Random) -> dict[str, Any]:
    return {"zeros": "all"} if week == 4 else {}


def zeros_again_and_again(machine: Machine, week: int, chance: random.Random) -> dict[str, Any]:
    return {"zeros": "all"} if week in (3, 4, 6) else {}


def zeros_of_a_selection(machine: Machine, week: int, chance: random.Random) -> dict[str, Any]:
    return {"zeros": "selection"} if week in (3, 6) else {}


def zeros_of_the_total(machine: Machine, week: int, chance: random.Random) -> dict[str, Any]:
    return {"zeros": "total"} if week in (3, 6) else {}


def new_board(machine: Machine, week: int, chance: random.Random) -> dict[str, Any]:
    if week == 4:
        machine.swap_board()
    return {}


def old_board_again(machine: Machine, week: int, chance: random.Random) -> dict[str, Any]:
    if week == 3:
        machine.swap_board()
    if week == 6:
        machine.put_back()
    return {}


def clock_put_back(machine: Machine, week: int, chance: random.Random) -> dict[str, Any]:
    return {"days": 0.02, "shown": -0.04} if week == 5 else {}


def one_selection_anew(machine: Machine, week: int, chance: random.Random) -> dict[str, Any]:
    if week == 4:
        machine.initialise_selection("12")
    return {}


PLAIN = Quirks()
KINDS: dict[str, tuple[int, Quirks, Happens]] = {
    "a model pupil": (5_000, PLAIN, nothing),
    "zeros once": (5_000, PLAIN, zeros_once),
    "zeros again and again": (5_000, PLAIN, zeros_again_and_again),
    "zeros of a selection": (5_000, PLAIN, zeros_of_a_selection),
    "zeros of the total": (5_000, PLAIN, zeros_of_the_total),
    "zeros without a total": (5_000, Quirks(without=("VA1",)), zeros_once),
    "a new board": (5_000, PLAIN, new_board),
    "a new board without a total": (5_000, Quirks(without=("VA1", "CA2", "DA2")), new_board),
    "the old board again": (5_000, PLAIN, old_board_again),
    "a clock that was put back": (5_000, PLAIN, clock_put_back),
    "one selection begins anew": (5_000, PLAIN, one_selection_anew),
    "16 bit": (65_480, Quirks(units_register=2**16), nothing),
    "24 bit": (2**24 - 50, Quirks(units_register=2**24), nothing),
    "four digits": (9_960, Quirks(units_register=10**4), nothing),
    "money of six digits": (9_960, Quirks(money_register=10**6), nothing),
    "both": (9_960, Quirks(units_register=10**4, money_register=10**6), nothing),
    "16 bit without a total": (
        65_480,
        Quirks(units_register=2**16, without=("VA1",), only_since_initialised=True),
        nothing,
    ),
    "since the last reset, reset at each read": (
        700,
        Quirks(only_since_reset=True, resets_at_read=True),
        nothing,
    ),
    "since the last reset, never reset": (700, Quirks(only_since_reset=True), nothing),
}


@pytest.fixture
def fleet(engine: Engine) -> Engine:
    with engine.writing() as db:
        settings_service.ensure(db, Settings(time_zone="UTC"))
        device_type_service.create_device_type(db, ACTOR, name="Snack", max_cabinets=1)
    return engine


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_sold_is_in_the_books(fleet: Engine, kind: str) -> None:
    for seed in range(EXAMPLES):
        chance = random.Random(f"{kind} {seed}")
        audits, sold = life(kind, chance)
        chance.shuffle(order := list(range(len(audits))))
        for each in ([*range(len(audits))], order):
            assert booked(fleet, audits, each) == sold, (kind, seed, each)


def life(kind: str, chance: random.Random) -> tuple[list[bytes], tuple[int, int]]:
    """The audits of one machine, and what it sold from the first to the last."""
    sold_before, quirks, happens = KINDS[kind]
    machine = Machine(serial=f"SN{next(numbers)}", selections=PRICES, quirks=quirks)
    machine.has_sold(sold_before)
    at = BEGIN
    audits, sums = [], []
    for week in range(9):
        what = happens(machine, week, chance)
        for name in PRICES:
            machine.sell(name, chance.randint(0, 12))
        at += timedelta(days=what.get("days", 7))
        shown = at + timedelta(days=what.get("shown", 0))
        audits.append(machine.audit(shown.replace(tzinfo=None), zeros=what.get("zeros")))
        sums.append(
            (
                sum(each.count_init for each in machine.sold.values()),
                sum(each.value_init_cents for each in machine.sold.values()),
            )
        )
    return audits, (sums[-1][0] - sums[0][0], sums[-1][1] - sums[0][1])


def booked(engine: Engine, audits: list[bytes], order: list[int]) -> tuple[int, int]:
    number = next(numbers)
    with engine.writing() as db:
        made = device_service.create_device(db, ACTOR, asset=f"T-{number}", device_type_id=1)
    for index in order:
        content = audits[index] + b"%d" % number
        with engine.writing() as db:
            dex_read_service.create_dex_read(
                db,
                ACTOR,
                file=Upload("audit", content),
                device_id=made["id"],
                despite_serial=True,  # the same machine again, as another device
            )
    return next(sums(engine, made["id"]))


def sums(engine: Engine, device_id: int) -> Iterator[tuple[int, int]]:
    with engine.reading() as db:
        for row in db.query(
            """
            SELECT COALESCE(sum(units), 0) AS units, COALESCE(sum(amount_cents), 0) AS cents
            FROM sales WHERE device_id = :id
            """,
            {"id": device_id},
        ):
            yield int(row["units"]), int(row["cents"])
