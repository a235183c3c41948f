"""A worker killed while it imports: nothing of the file is there, and in the end all of it once."""

import time
from io import BytesIO

import pytest

from auth import Actor
from contract.results import Spooled
from db import open_engine, scalar
from services.transfer import import_service
from tests.faults.fleet import make_fleet
from tests.faults.test_killed_jobs import keeper

ENDED_WITHIN_S = 240
MACHINES = 2
NEW = 6
# The first attempt dies among the machines, the second one when all is written but the end.
DYING = """
import os, signal
from itertools import count
from jobs import Job
from services.fleet import planogram_service
from services.transfer import import_job

arrange, ended, begun = planogram_service.update_planogram, import_job._end, Job.__init__
now = {"attempt": 0}
arranged = count(1)

def begin(self, engine, taken, stopping):
    begun(self, engine, taken, stopping)
    now["attempt"] = self.attempt if self.kind == "imports.importing" else 0

def die_halfway(*given, **named):
    if now["attempt"] == 1 and next(arranged) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return arrange(*given, **named)

def die_at_the_end(*given):
    ended(*given)
    if now["attempt"] == 2:
        os.kill(os.getpid(), signal.SIGKILL)

Job.__init__ = begin
planogram_service.update_planogram, import_job._end = die_halfway, die_at_the_end
"""


class Imports:
    """A small fleet and a file of more machines, looked at from outside."""

    def __init__(self, url):
        make_fleet(url, MACHINES)
        self.engine = open_engine(url)
        with self.engine.reading() as db:
            user_id = scalar(db, "SELECT id FROM users WHERE username = 'max'")
        self.actor = Actor(user_id, "max", "manager", "test")

    def send(self):
        rows = [f"NEW-{n},A{slot},Imported {slot},4" for n in range(NEW) for slot in (1, 2, 3)]
        content = "\n".join(["Asset number,Selection,Product,Quantity", *rows]).encode()
        file = Spooled("fleet.csv", BytesIO(content), len(content), "")
        return import_service.create_import(self.engine, self.actor, file=file)["id"]

    def found(self, import_id):
        with self.engine.reading() as db:
            return import_service.get_import(db, self.actor, import_id=import_id)

    def run(self, import_id):
        with self.engine.writing() as db:
            version = import_service.get_import(db, self.actor, import_id=import_id)["version"]
            import_service.run_import(db, self.actor, import_id=import_id, version=version)

    def wait(self, process, import_id, state, meanwhile=lambda: None):
        deadline = time.monotonic() + ENDED_WITHIN_S
        while self.found(import_id)["state"] != state:
            assert process.poll() is None, "the keeper of the workers ended"
            assert time.monotonic() < deadline, self.found(import_id)
            meanwhile()
            time.sleep(0.02)

    def new(self):
        """How many machines, counted slots and effects of the file there are."""
        with self.engine.reading() as db:
            return (
                scalar(db, "SELECT count(*) FROM devices WHERE asset LIKE 'NEW-%'"),
                scalar(
                    db,
                    "SELECT count(*) FROM slots s JOIN devices d ON d.id = s.device_id"
                    " WHERE d.asset LIKE 'NEW-%' AND s.quantity = 4",
                ),
                scalar(db, "SELECT count(*) FROM import_effects WHERE noun = 'device'"),
            )


@pytest.fixture
def imports(database_url):
    made = Imports(database_url)
    yield made
    made.engine.close()


def imported(imports, url, plant, tmp_path):
    """What was there of the file at any moment while workers died over it."""
    import_id = imports.send()
    seen = set()
    with keeper(url, plant, tmp_path) as process:
        imports.wait(process, import_id, "ready")
        imports.run(import_id)
        imports.wait(process, import_id, "done", meanwhile=lambda: seen.add(imports.new()))
    return seen | {imports.new()}


def test_a_worker_that_dies_while_it_imports_leaves_nothing_and_all_of_it_in_the_end(
    database_url, imports, tmp_path
):
    seen = imported(imports, database_url, DYING, tmp_path)
    assert seen == {(0, 0, 0), (NEW, 3 * NEW, NEW)}
