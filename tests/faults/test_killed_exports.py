"""A worker killed while it writes a list into a file: in the end there is one file, and whole."""

import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from auth import Actor
from db import open_engine, scalar
from services.system import export_files, export_service
from tests.faults.fleet import make_fleet
from tests.faults.test_killed_jobs import keeper

ENDED_WITHIN_S = 240
MACHINES = 20
LIST = "sale_service.list_sales"
QUERY = {"group_by": "device", "from": "2026-01-01", "to": "2026-01-31"}
# Many small parts, a page of one machine each; the first attempts of each file die on the way.
SLOWLY = """
from services.books import sale_service
from services.system import export_files

sale_service.AT_ONCE = 1
export_files.PART_BYTES = 1
import domain.spreadsheets
domain.spreadsheets.PIECE_CHARACTERS = 1
"""
DYING = (
    SLOWLY
    + """
import os, signal
from itertools import count
from services.system import export_job
from jobs import Job

put, finishing, begun = export_files.write, Job.finishing, Job.__init__
now = {}

def begin(self, engine, taken, stopping):
    begun(self, engine, taken, stopping)
    now["attempt"] = self.attempt

def die_halfway(engine, mark, pieces):
    def dying():
        for number, piece in enumerate(pieces):
            if now["attempt"] == 1 and number == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            yield piece
    return put(engine, mark, dying())

def die_at_the_end(self):
    if self.kind == "exports.writing" and now["attempt"] == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return finishing(self)

Job.__init__, Job.finishing, export_files.write = begin, die_at_the_end, die_halfway
"""
)
# What an attempt left is written on to by the next.
UNDER_ONE_MARK = """
import secrets
from services.system import export_job
export_files.take_away = lambda engine, mark: None
secrets.token_hex = lambda length: "0" * 2 * length
"""


class Exports:
    """A fleet whose list is asked for as files, looked at from outside."""

    def __init__(self, url):
        make_fleet(url, MACHINES)
        self.engine = open_engine(url)
        with self.engine.reading() as db:
            self.user_id = scalar(db, "SELECT id FROM users WHERE username = 'max'")
        self.actor = Actor(self.user_id, "max", "manager", "test")

    def ask(self, day=31):
        query = {**QUERY, "to": f"2026-01-{day}"}
        export_service.create_export(self.engine, self.actor, operation=LIST, query=query)

    def wanted(self):
        with self.engine.reading() as db:
            sheet = export_service.sheet_of(db, self.actor, LIST, QUERY)
            return b"".join(sheet.pieces("csv"))

    def wait(self, process, meanwhile=lambda: None):
        deadline = time.monotonic() + ENDED_WITHIN_S
        while True:
            with self.engine.reading() as db:
                left = scalar(db, "SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')")
            if not left:
                return
            assert process.poll() is None, "the keeper of the workers ended"
            assert time.monotonic() < deadline, left
            meanwhile()
            time.sleep(0.02)

    def files(self):
        """What is in each of the files that are made."""
        with self.engine.reading() as db:
            rows = list(db.query("SELECT mark, parts FROM exports WHERE made_at IS NOT NULL"))
        return [b"".join(export_files.read(self.engine, row["mark"], row["parts"])) for row in rows]

    def marks(self):
        """Of everything that lies in the store of files."""
        return {name.partition("-")[0] for name in self.engine.files.passing()}


@pytest.fixture
def exports(database_url):
    made = Exports(database_url)
    yield made
    made.engine.close()


def test_a_worker_that_dies_while_it_writes_leaves_one_file_in_the_end(
    database_url, exports, tmp_path
):
    exports.ask()
    with keeper(database_url, DYING, tmp_path) as process:
        exports.wait(process)
    assert exports.files() == [exports.wanted()]
    assert len(exports.marks()) == 1


def test_a_file_that_goes_on_behind_what_another_attempt_left_is_caught(
    database_url, exports, tmp_path
):
    exports.ask()
    exports.engine.files.put(f"{'0' * 32}-00000", b"of another attempt")
    with keeper(database_url, DYING + UNDER_ONE_MARK, tmp_path) as process:
        exports.wait(process)
    with pytest.raises(AssertionError):
        assert exports.files() == [exports.wanted()]


def test_workers_killed_at_any_moment_leave_whole_files_alone(
    database_url, exports, tmp_path, rounds, note
):
    chance = random.Random(7)
    for day in range(31, 31 - min(10, max(3, rounds // 4)), -1):
        exports.ask(day)
    kills = 0
    with keeper(database_url, SLOWLY, tmp_path) as process:

        def kill():
            nonlocal kills
            time.sleep(chance.uniform(0.1, 0.6))
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
            for pid in children.split()[:1] if kills < 20 else ():
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
                kills += 1

        exports.wait(process, meanwhile=kill)
    with exports.engine.reading() as db:
        done = scalar(db, "SELECT count(*) FROM jobs WHERE state = 'done'")
    files = exports.files()
    assert len(files) == done
    # They differ in their last column, the day.
    assert {len(each) for each in files} <= {len(exports.wanted())}
    note("kills of workers that write files", kills)
