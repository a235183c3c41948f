"""An upgrade, rollback or restore killed at any write or sync can be repeated, and ends right."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import deque
from contextlib import closing

import pytest

import db
from settings import PROJECT
from storage import backup, migrate
from storage.engines import database_file
from tests.faults.strace import SYNCS, tampering
from tests.migrations.populate import populate
from tests.migrations.schema_reader import read_rows, read_schema, read_triggers

# What a change is made of, as seen by the disk.
CALLS = ("pwrite64", "write", SYNCS, "ftruncate", "unlink", "rename", "link")
HALFWAY = "0004"
FIRST = 4
# What a change keeps of the database it replaced.
KEPT = re.compile(r"\.(pre-upgrade|replaced)-")


class Migrator:
    """Changes databases in processes of its own."""

    def __init__(self, process, seen, log):
        self._process = process
        self._seen = seen
        self._log = log

    def is_killed(self, what, path, call, when):
        """Whether the change was killed at the `when`th `call`; else it went through."""
        with tampering(self._begin(what, path), call, "signal=KILL", str(when), self._seen):
            code = self._end()
        assert code in (0, -9), self._log.read_text()
        return code == -9

    def run(self, what, path):
        """The change, left alone."""
        self._begin(what, path)
        assert self._end() == 0, self._log.read_text()

    def _begin(self, what, path):
        self._process.stdin.write(f"{what} {path}\n")
        return int(self._process.stdout.readline())

    def _end(self):
        self._process.stdin.write("\n")
        return int(self._process.stdout.readline())


@pytest.fixture
def migrator(strace, tmp_path):
    """What is asked to change a database."""
    log = tmp_path / "migrator.log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.changer"],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
            bufsize=1,
        ) as process,
    ):
        yield Migrator(process, tmp_path / "strace", log)
        process.terminate()


class Place:
    """A folder with a database in some state, made new for each try."""

    def __init__(self, folder, pattern):
        self.folder = folder
        self.pattern = pattern
        self.path = folder / "cvd.db"
        self.url = f"sqlite:///{self.path}"

    def fresh(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        if self.pattern is not None:
            shutil.copyfile(self.pattern, self.path)
            self.path.chmod(0o600)

    def look(self):
        """The schema with its guards, and the rows, of the whole database."""
        with closing(db.open_engine(self.url)) as engine, engine.reading() as reader:
            return read_schema(reader), read_triggers(reader), read_rows(reader)

    @property
    def leftovers(self):
        kept = (self.path.name, self.path.name + ".lock")
        found = {left.name for left in self.folder.iterdir()} - set(kept)
        return {name for name in found if not KEPT.search(name)}


@pytest.fixture
def half(tmp_path, databases):
    """A database in use that has half of the migrations."""
    return made(databases, tmp_path / "half.db", HALFWAY)


@pytest.fixture
def full(tmp_path, databases):
    """A database in use that has all of them."""
    return made(databases, tmp_path / "full.db", None)


def made(databases, path, to):
    url = f"sqlite:///{path}"
    migrate.upgrade(url)
    if to is not None:
        migrate.rollback(url, to=to)
    with closing(db.open_engine(url)) as engine, engine.writing() as writer:
        populate(writer)
    return path


def kill_points(migrator, place, what, *, thorough, calls=CALLS):
    """Kills one change after another, each a little later, until every call was survived."""
    for call in calls:
        when = 1
        while True:
            place.fresh()
            if not migrator.is_killed(what, place.path, call, when):
                break
            yield f"{what} killed at {call} {when}"
            # The first ones are all unlike; of the many later ones each is like its neighbours.
            when += 1 if thorough or when < FIRST else 3 * when


@pytest.mark.parametrize(
    ("what", "pattern"),
    [("up", None), ("up", "half"), ("down", "full"), ("restore", "half")],
    ids=str,
)
def test_a_change_killed_at_any_write_can_be_repeated(
    request, migrator, tmp_path, full, thorough, note, what, pattern
):
    backup.backup(f"sqlite:///{full}", tmp_path / "place.backup")
    place = Place(tmp_path / "place", pattern and request.getfixturevalue(pattern))
    place.fresh()
    change(what, place.url)
    expected = place.look()
    points = 0
    for point in kill_points(migrator, place, what, thorough=thorough):
        points += 1
        if pattern is not None:
            # What is in place is whole: as it was, or as it is to be.
            assert state(place.url) in STATES[what], point
        change(what, place.url)
        assert place.look() == expected, point
        assert place.leftovers == set(), point
    assert points > 10
    note(f"kill points of {what} from {pattern or 'nothing'}, none wedged", points)


@pytest.mark.parametrize(
    ("what", "wedged"), [("stock-up", "already exists"), ("stock-down", "no such")]
)
def test_a_runner_that_marks_apart_is_caught(migrator, tmp_path, what, wedged):
    place = Place(tmp_path / "place", None)
    place.fresh()
    migrator.run("stock-up", place.path)
    if what == "stock-down":
        place.pattern = shutil.copyfile(place.path, tmp_path / "stock.db")
    points = kill_points(migrator, place, what, thorough=False, calls=[SYNCS])
    with pytest.raises(AssertionError, match=wedged):
        deque(migrator.run(what, place.path) for _ in points)


STATES = {
    "up": ({HALFWAY}, {"all"}),
    "down": ({"all"}, {"none"}),
    "restore": ({HALFWAY}, {"all"}),
}


def state(url):
    rows = migrate.status(url)
    applied = [str(row["id"])[:4] for row in rows if row["state"] == "applied"]
    if len(applied) == len(rows):
        return {"all"}
    return {str(applied[-1]) if applied else "none"}


def change(what, url):
    if what == "up":
        migrate.upgrade(url)
    elif what == "down":
        migrate.rollback(url, to="0000")
    else:
        path = database_file.path_of(url)
        backup.restore(url, path.parent.with_suffix(".backup"))
