"""What machines in the field do, through the API: one new device for each series of audits."""

import itertools
import random
import re
from pathlib import Path

import pytest

from domain.dex.crc import crc16
from settings import Settings
from tests.kit.factories import make_device, send_audit

CASES = Path(__file__).parents[2] / "domain" / "dex" / "cases"
# Units and money that each series sold from its first audit to its last.
RIGHT = {
    "K16_zero_glitch": (20, 2_000),
    "K1_pa7_only": (7, 1_010),
    "K7_dst_repeat": (20, 2_000),
    "K2_rst_only": (290, 16_100),
    "K6_board_swap_mixed": (26, 2_600),
    "K4_wrap16": (10, 1_000),
    "K3_renamed": (0, 0),
    "K13_combo": (19, 2_250),
}


@pytest.fixture
def settings(database_url):
    return Settings(database_url=database_url, time_zone="Europe/Rome", currency="EUR")


def series(name):
    return [path.read_bytes() for path in sorted(CASES.glob(f"{name}_*.txt"))]


def orders(count):
    """As they were made, backwards, and in any other order."""
    every = list(itertools.permutations(range(count)))
    random.Random(count).shuffle(every)
    return [tuple(range(count)), tuple(reversed(range(count))), *every[:4]]


def told(person, audits, order):
    device = make_device(person)
    reads = {}
    for index in order:
        answer = send_audit(person, audits[index], device_id=device["id"])
        assert answer.status == 201, answer.text
        reads[index] = answer.json["id"]
    found = [person.get(f"/api/dex-reads/{reads[index]}").json for index in range(len(audits))]
    return person.get(f"/api/devices/{device['id']}").json, found


def of_machine(audits, number):
    """The same audits of another machine: the same bytes would be the same reads."""
    return [sealed(re.sub(rb"ID1\*([^*]*)", rb"ID1*\1-%d" % number, audit)) for audit in audits]


def sealed(file):
    """With the checksums of what stands there now."""
    return re.sub(
        rb"(ST\*.*?)G85\*[0-9A-F]{4}",
        lambda found: found[1] + b"G85*%04X" % crc16(found[1]),
        file,
        flags=re.DOTALL,
    )


@pytest.mark.parametrize("name", RIGHT)
def test_every_case_of_the_field_books_what_was_sold_in_any_order(admin, name):
    audits = series(name)
    assert audits
    for number, order in enumerate(orders(len(audits))):
        _, reads = told(admin, of_machine(audits, number), order)
        sums = sum(read["units"] for read in reads), sum(read["amount_cents"] for read in reads)
        assert sums == RIGHT[name], (
            order,
            [(r["units"], r["finding"], r["warnings"]) for r in reads],
        )
