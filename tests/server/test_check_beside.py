"""A large database is checked beside the server: what is told meanwhile, and at the end."""

import logging
import os
import signal
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

import db
from server import check_beside
from server.check_beside import CheckBeside
from settings import Settings
from storage.engines import database_file
from tests.faults.damage import spoil_index

WITHIN_S = 120
NICEST = 19
# So many that their check takes a while.
MANY_FAILURES = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 300000)
INSERT INTO login_failures (subject, failures, last_failed_at, blocked_until)
SELECT 'account:' || n, 1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z' FROM numbers
"""


@pytest.fixture
def path(database_url, engine_name):
    if engine_name != "sqlite":
        pytest.skip("about the file of SQLite")
    return database_file.path_of(database_url)


@pytest.fixture
def large(path):
    with closing(db.open_engine(f"sqlite:///{path}")) as engine, engine.writing() as writer:
        writer.execute(MANY_FAILURES)
    return path


@pytest.fixture(autouse=True)
def every_line(caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("cvd"), "propagate", True)
    caplog.set_level(logging.INFO, logger="cvd")


def beside(path):
    return CheckBeside(Settings(database_url=f"sqlite:///{path}", max_checked_first_bytes=1))


def begun(check):
    """The process of a check that has just begun."""
    check.start()
    return check.process.pid


def is_open(path, pid):
    try:
        files = [file.readlink() for file in Path(f"/proc/{pid}/fd").iterdir()]
    except FileNotFoundError:  # one was closed while we looked
        return False
    return path.resolve() in files


def wait_until(is_so):
    deadline = time.monotonic() + WITHIN_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def wait_for_the_end(path):
    wait_until(lambda: not database_file.checking_mark(path).exists())


def wait_for_words(caplog, words):
    # The mark goes first, the line follows.
    wait_until(lambda: words in caplog.text)


def test_a_large_database_is_checked_beside_and_a_small_one_first(database_url, path):
    assert beside(path).is_due
    assert not CheckBeside(Settings(database_url=database_url)).is_due


def test_a_database_of_postgresql_is_not_checked():
    url = "postgresql://nobody@127.0.0.1:1/none"
    check = CheckBeside(Settings(database_url=url, max_checked_first_bytes=1))
    assert not check.is_due
    check.start()
    check.stop()


def test_an_unsafe_sqlite_is_checked_first(path, monkeypatch):
    monkeypatch.setattr(check_beside, "is_safe_version", lambda: False)
    assert not beside(path).is_due


def test_while_it_runs_that_is_told_and_then_what_it_found(path, caplog):
    check = beside(path)
    pid = begun(check)
    os.kill(pid, signal.SIGSTOP)
    assert database_file.checking_mark(path).exists()
    os.kill(pid, signal.SIGCONT)
    wait_for_words(caplog, "was found sound")
    assert not database_file.checking_mark(path).exists()
    assert database_file.known_damage(path) is None


def test_damage_is_marked_and_logged(path, caplog):
    spoil_index(path)
    beside(path).start()
    wait_for_words(caplog, "ERROR")
    assert "flask restore" in caplog.text
    assert database_file.damaged_mark(path).read_text() in caplog.text
    assert not database_file.checking_mark(path).exists()


def test_after_an_unclean_stop_it_checks_in_full(path, caplog):
    database_file.unchecked_mark(path).touch()
    beside(path).start()
    wait_for_words(caplog, "was found sound")
    assert not database_file.unchecked_mark(path).exists()


def test_stopped_it_says_nothing_of_the_database_and_leaves_no_log_of_it(large, caplog):
    check = beside(large)
    with closing(db.open_engine(f"sqlite:///{large}")) as engine:
        pid = begun(check)
        wait_until(lambda: is_open(large, pid))
        os.kill(pid, signal.SIGSTOP)
        nicer = min(os.nice(0) + check_beside.NICENESS, NICEST)
        assert os.getpriority(os.PRIO_PROCESS, pid) == nicer
        with engine.writing() as writer:
            writer.execute("INSERT INTO routes (name) VALUES ('North')")
    os.kill(pid, signal.SIGCONT)
    check.stop()
    assert "stopped before its end" in caplog.text
    assert not database_file.checking_mark(large).exists()
    assert database_file.known_damage(large) is None
    assert not large.with_name(large.name + "-wal").exists()


def test_one_that_is_killed_is_told(large, caplog):
    os.kill(begun(beside(large)), signal.SIGKILL)
    wait_for_words(caplog, "broke off")
    assert database_file.known_damage(large) is None
    wait_for_the_end(large)


def test_without_its_server_it_ends(large):
    nobody = str(os.getpid() + 1)
    done = subprocess.run(
        [*check_beside.COMMAND, str(large), nobody],
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    assert done.returncode == 1
    assert "could not be checked" in done.stdout
    assert database_file.known_damage(large) is None


def test_the_next_start_does_not_take_over_what_a_killed_one_left(database_url, path):
    database_file.checking_mark(path).touch()
    CheckBeside(Settings(database_url=database_url)).start()
    assert not database_file.checking_mark(path).exists()
