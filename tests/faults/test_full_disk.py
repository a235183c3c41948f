"""A disk without room: writing is refused, reading goes on, and room is all it takes to go on."""

import shutil
import subprocess
from contextlib import closing

import pytest

from db import open_engine
from storage.engines import database_file
from tests.faults import plants
from tests.faults.comparing import check_answers, check_effects, check_everything, is_there
from tests.faults.fleet import make_fleet
from tests.faults.load import Hand
from tests.faults.served import Client, serving

SIZE, LARGER_SIZE = "4m", "32m"
READS = ("/api/health/ready", "/api/service-orders", "/api/devices", "/api/dex-reads")
MOST_ACTS = 2000
ACTS_WITH_ROOM = 20

# A commit for which there is no room is answered like any other.
FULL_IS_SWALLOWED = plants.writing("with suppress(StorageFull):\n    db.execute('COMMIT')")


@pytest.fixture
def small_disk(engine_name, tmp_path):
    """A file system of 4 MiB."""
    if engine_name != "sqlite":
        pytest.skip("PostgreSQL keeps its files elsewhere")
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ("-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", str(folder))
    done = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def url(small_disk, template_url):
    """A database on the small disk."""
    path = small_disk / "cvd.db"
    shutil.copyfile(database_file.path_of(template_url), path)
    return f"sqlite:///{path}"


def test_a_full_disk_refuses_writing_and_nothing_else(url, small_disk, tmp_path, note):
    hand = work_until_full_and_on(url, small_disk, tmp_path / "server.log")
    check_everything(url, [hand])
    note("acts until the disk was full", len(hand.acts) - ACTS_WITH_ROOM)


def test_a_commit_that_found_no_room_and_is_answered_all_the_same_is_caught(
    url, small_disk, tmp_path
):
    with pytest.raises(AssertionError, match="was answered"):
        work_until_full_and_on(url, small_disk, tmp_path / "server.log", FULL_IS_SWALLOWED)


def work_until_full_and_on(url, disk, output, plant=None):
    """The hand that filled the disk, was refused, and went on when there was room."""
    fleet = make_fleet(url, 1)
    hand = Hand(fleet, fleet.places[0], 1)

    with (
        serving(url, output, plant=plant) as server,
        closing(Client(server.port, fleet.token)) as client,
    ):
        refused = fill_up(hand, client)
        assert refused.status == 507, refused
        assert "disk is full" in refused.json["detail"]
        check_still_reads(client, url, hand)
        assert server.stop() == 0

    # Started again on the full disk, it reads, and refuses as before.
    with serving(url, output) as server, closing(Client(server.port, fleet.token)) as client:
        check_still_reads(client, url, hand)

    # And once more, after a kill.
    with serving(url, output) as server, closing(Client(server.port, fleet.token)) as client:
        check_still_reads(client, url, hand)
        enlarge(disk)
        hand.settle(client)
        for _ in range(ACTS_WITH_ROOM):
            do_next(hand, client)
            hand.settle(client)
        check_answers(client, hand.acts)
        with closing(open_engine(url)) as engine, engine.reading() as db:
            check_effects(db, [hand], hand.acts)
        assert server.stop() == 0
        assert "Traceback" not in server.log(), server.log()
    return hand


def enlarge(folder):
    subprocess.run(["mount", "-o", f"remount,size={LARGER_SIZE}", str(folder)], check=True)


def fill_up(hand, client):
    """The first reply that is not the expected one; its act is left waiting."""
    for _ in range(MOST_ACTS):
        for act in hand.plan():
            reply = act.send(client)
            if reply.status >= 500:
                return reply
            act.reply = reply
        hand.settle(client)
    pytest.fail("The disk did not get full.")


def do_next(hand, client):
    for act in hand.plan():
        act.reply = act.send(client)


def check_still_reads(client, url, hand):
    for path in READS:
        answer = client.get(path)
        assert answer.status == 200, f"{path}: {answer}"
    with closing(open_engine(url)) as engine, engine.reading() as db:
        for act in hand.waiting:
            assert is_there(db, act) == (act.reply is not None), act.key
