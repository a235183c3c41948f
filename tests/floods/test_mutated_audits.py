"""Mutated audits, many: each is read or refused, and what is refused leaves nothing behind.

Few here; `make flood N=200000` reads so many in process and sends every fortieth of them
to the shipped server. A failure tells the seed and the file; CVD_FLOOD_SEED repeats a run.
"""

from __future__ import annotations

import os
import random

import pytest

from domain.dex.selection import MOST_SELECTIONS
from tests.floods.mutations import giants
from tests.floods.sending import check_books, flood_of, pour, sending
from tests.floods.taking_in import (
    Failed,
    Flood,
    beginnings,
    case,
    flood,
    in_child,
    read_all,
    together,
)

SPARED = pytest.mark.spared("what a machine tells is read above the database")

CASES = int(os.environ.get("CVD_FLOOD_CASES", "0"))
SEED = int(os.environ.get("CVD_FLOOD_SEED", random.getrandbits(32) if CASES else 1))
FEW, FEW_SENT = 200, 60
SENT = CASES // 40 or FEW_SENT
AT_A_TIME = 10_000
# The giants are 4 MiB each; a reading of one of them takes this much at most.
MOST_KIB = 400 * 1024
# What may be in use more than before, however many were read.
MOST_MORE_KIB = 16 * 1024
# Of a server that took in files of 4 MiB.
MOST_OF_SERVER_KIB = 500 * 1024
# Many times what the slowest takes on a slow machine: for what grows faster than its file.
MOST_S = 20

ROW_BEFORE_REFUSAL = """
from services.fleet import location_service
from services.reads import quarantine_service

def keep(db, actor, **named):
    location_service.create_location(db, actor, name=named["reason"][:100])
    return kept(db, actor, **named)

kept = quarantine_service.keep
quarantine_service.keep = keep
"""
CHANGE_BEFORE_REFUSAL = """
from services.reads import quarantine_service

def keep(db, actor, **named):
    db.execute("UPDATE devices SET version = version + 1")
    return kept(db, actor, **named)

kept = quarantine_service.keep
quarantine_service.keep = keep
"""
NO_REFUSAL = """
from domain import dex

def parse(data, *pair):
    if b"@" in data:
        raise ValueError(data)
    return parsed(data, *pair)

parsed, dex.parse = dex.parse, parse
"""

HOARD: list[bytearray] = []

pytestmark = pytest.mark.slow
# A fault of the program that is planted, to see whether the harness sees it.
PLANTED = pytest.mark.once("the harness compares the same answers and rows on both")


def test_every_mutated_audit_is_read_or_refused(note):
    count = CASES or FEW
    parts = [
        Flood(SEED, min(AT_A_TIME, count - first), first) for first in range(0, count, AT_A_TIME)
    ]
    figures = together(in_child(*parts))
    note("read, refused", (figures.read, figures.refused))
    note("slowest, s of processor time, and which", (round(figures.slowest_s, 2), figures.slowest))
    note("most memory, MiB, and grown by", (figures.peak_kib >> 10, figures.grew_kib >> 10))
    assert figures.read > count / 3
    assert figures.refused > count / 100
    assert figures.slowest_s < MOST_S
    assert figures.peak_kib < MOST_KIB
    assert figures.grew_kib < MOST_MORE_KIB


def test_every_upload_is_taken_in_whole_or_refused_without_a_trace(database_url, tmp_path, note):
    with sending(database_url, tmp_path / "server.log", seed=SEED) as sender:
        if CASES:
            pour(sender, [(f"giant-{n}", data) for n, data in enumerate(giants(beginnings()))])
        pour(sender, flood_of(SEED, SENT))
        check_books(sender)
        assert "Traceback" not in sender.server.log(), sender.server.log()
        peak_kib = sender.peak_kib()
    note("answers", dict(sender.answers))
    note("decided against all advice", sender.accepted)
    note("slowest, s of processor time, and which", (round(sender.slowest_s, 2), sender.slowest))
    note("most memory of the server, MiB", peak_kib >> 10)
    assert sender.answers[201] > SENT / 4
    assert sender.answers[422] > SENT / 100
    assert sender.slowest_s < MOST_S
    assert peak_kib < MOST_OF_SERVER_KIB


@SPARED
def test_a_machine_that_renames_thousands_of_selections_does_not_hold_up_its_books(
    database_url, tmp_path
):
    with sending(database_url, tmp_path / "server.log", seed=SEED) as sender:
        for day, first in enumerate((0, MOST_SELECTIONS, 0)):
            head = b"ID1*WIDE*****F0\nID5*202601%02d*0800\nVA1*1*1*1*1\n" % (day + 1)
            named = range(first, first + MOST_SELECTIONS)
            pairs = b"".join(b"PA1*%d*100\nPA2*%d*100*1*1\n" % (n, n + day) for n in named)
            sender.send(head + pairs, f"wide-{day}")
        assert sender.answers == {201: 3}
        assert sender.slowest_s < MOST_S


def test_a_case_is_the_same_each_time():
    assert [case(7, number) for number in range(20)] == [case(7, number) for number in range(20)]
    assert case(7, 1) != case(8, 1)


def test_a_parser_that_raises_something_else_is_caught():
    def broken(data):
        if data.count(b"\xff"):
            raise ValueError("a letter that is none")
        return ()

    with pytest.raises(Failed, match=r"seed 3, case \d+, .*3-\d+\.dex: ValueError"):
        flood(Flood(seed=3, count=400), broken)


def hoarding(data):
    """Reads, and keeps some memory each time."""
    HOARD.append(bytearray(150_000))
    return read_all(data)


def test_a_parser_whose_memory_grows_is_caught():
    (figures,) = in_child(Flood(seed=3, count=FEW), read=hoarding)
    assert figures.grew_kib > MOST_MORE_KIB


@PLANTED
@pytest.mark.parametrize(
    ("plant", "table"),
    [(ROW_BEFORE_REFUSAL, "locations"), (CHANGE_BEFORE_REFUSAL, "devices")],
    ids=["writes a row", "changes a row"],
)
def test_an_upload_that_leaves_a_trace_before_it_is_refused_is_caught(
    database_url, tmp_path, plant, table
):
    output = tmp_path / "server.log"
    with (
        sending(database_url, output, seed=1, plant=plant) as sender,
        pytest.raises(Failed, match=f"'{table}': "),
    ):
        pour(sender, [("planted", b"no audit")])


@PLANTED
def test_an_upload_that_fails_in_another_way_than_refusing_is_caught(database_url, tmp_path):
    output = tmp_path / "server.log"
    with (
        sending(database_url, output, seed=1, plant=NO_REFUSAL) as sender,
        pytest.raises(Failed, match="500"),
    ):
        pour(sender, [("planted", b"PA1*@*100")])
