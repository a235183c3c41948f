"""The release before this one goes on working while the schema moves up under it, and beside
nodes of this one, so that nodes are upgraded one after another and nobody notices."""

import io
import shutil
import subprocess
import tarfile
from contextlib import ExitStack, closing

import pytest

import db
from settings import PROJECT
from storage import migrate
from storage.audit_files import AuditFiles
from tests.faults.balancer import Balancer
from tests.faults.comparing import check_answers, check_everything
from tests.faults.fleet import make_fleet
from tests.faults.load import Hand, work_together
from tests.faults.served import Client, serving
from tests.kit.private_cluster import wait_for
from tests.migrations import released
from tests.migrations.schema_reader import read_rows, tables_of

HANDS = 4
WORK_S, LONG_S = 1.0, 30.0
# What its program consists of.
PROGRAM = (
    *("app.py", "auth.py", "cli.py", "clock.py", "db.py", "errors.py", "settings.py"),
    *("commands", "contract", "domain", "frontend", "migrations", "records", "server"),
    *("services", "spec", "storage", "web"),
)
# A release that takes away at once what its nodes no longer need.
CONTRACTING = "ALTER TABLE visits RENAME COLUMN notes TO remarks;"
BACK = "ALTER TABLE visits RENAME COLUMN remarks TO notes;"


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """The folder of the release before, as git has it."""
    archive = subprocess.run(
        ["git", "archive", released.COMMIT, *PROGRAM],
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    if archive.returncode:
        pytest.skip("the release before is not in this checkout's history")
    folder = tmp_path_factory.mktemp("released")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    yield folder
    shutil.rmtree(folder)


class Upgrade:
    """A node of the release before over a database at its schema, and people who work."""

    def __init__(self, url, program, tmp_path, stack):
        self.url, self.output = url, tmp_path / "new.log"
        fleet = make_fleet(url, HANDS)
        self.token = fleet.token
        migrate.rollback(url, to=released.MIGRATION)
        files = AuditFiles(url)
        vouched = {"audit_keys": files.keys_path, "audit_head": files.head_path}
        self.stack = stack
        self.old = stack.enter_context(
            serving(url, tmp_path / "old.log", folder=program, threads=3, **vouched)
        )
        self.balancer = stack.enter_context(closing(Balancer(self.old.port)))
        self.hands = [Hand(fleet, place, number) for number, place in enumerate(fleet.places)]

    def work(self, seconds, interrupt=None):
        work_together(self.hands, self.balancer.port, seconds, interrupt)
        failed = [gone for hand in self.hands for gone in hand.unanswered]
        assert failed == []
        assert "Traceback" not in self.old.log(), self.old.log()

    def add_node(self):
        """A node of this release beside the one of the release before."""
        node = self.stack.enter_context(serving(self.url, self.output, threads=3))
        self.balancer.find(node.port)
        return node


@pytest.fixture
def upgrade(engine_name, database_url, program, tmp_path):
    if engine_name != "postgresql":
        pytest.skip("on SQLite nobody serves during an upgrade")
    with ExitStack() as stack:
        yield Upgrade(database_url, program, tmp_path, stack)


def rows_of(url):
    """The rows of each table but the one that a release adds and both keep."""
    with closing(db.open_engine(url)) as engine, engine.reading() as reader:
        rows = read_rows(reader)
        return {table: rows[table] for table in tables_of(reader) if table != "daily_sales"}


def known_to(before, rows):
    """Of `rows` the tables and columns that the release before has, as it has them."""
    columns = {table: {name for name, _ in found[0]} for table, found in before.items() if found}
    return {
        table: sorted(
            (
                tuple(each for each in row if each[0] in columns.get(table, ()))
                for row in rows[table]
            ),
            key=repr,
        )
        for table in before
    }


def test_the_release_before_works_while_the_schema_moves_up(upgrade, thorough, note):
    seconds = LONG_S if thorough else WORK_S
    done = []
    upgrade.work(seconds, lambda: done.extend(migrate.upgrade(upgrade.url)))
    assert done[0][:4] > released.MIGRATION
    new = upgrade.add_node()
    upgrade.work(seconds)
    acts = [act for hand in upgrade.hands for act in hand.acts]
    for node in (upgrade.old, new):
        with closing(Client(node.port, upgrade.token)) as client:
            check_answers(client, acts)
    assert "Traceback" not in new.log(), new.log()
    check_everything(upgrade.url, upgrade.hands)
    note("acknowledged, all there once", len(acts))

    new.kill()
    upgrade.balancer.lose(new.port)
    rows = rows_of(upgrade.url)
    migrate.rollback(upgrade.url, to=released.MIGRATION)
    after = rows_of(upgrade.url)
    assert after == known_to(after, rows)
    upgrade.work(WORK_S)


def test_a_release_that_takes_away_at_once_is_caught(upgrade, tmp_path):
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, folder)
    (folder / "9999.contracting.sql").write_text(CONTRACTING)
    (folder / "9999.contracting.rollback.sql").write_text(BACK)
    with pytest.raises(AssertionError, match=r"was answered .*500"):
        upgrade.work(WORK_S, lambda: take_away(upgrade, folder))


def take_away(upgrade, folder):
    """Upgrade, and wait until somebody trips over it."""
    migrate.upgrade(upgrade.url, folder=folder)
    acts = [hand.acts for hand in upgrade.hands]
    wait_for(lambda: any(act.reply and act.reply.status == 500 for each in acts for act in each))
