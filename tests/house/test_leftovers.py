"""A run of the tests that leaves something behind fails, and says what."""

import os
import re
import shutil
import signal
import subprocess
import sys

import pytest

from settings import PROJECT
from tests.kit import leftovers

TIDY = """
def test_it():
    pass
"""
UNTIDY = """
import subprocess, tempfile
from pathlib import Path
from tests.kit import leftovers

def test_it():
    subprocess.Popen(["sleep", "60"])
    tempfile.mkdtemp(prefix="forgotten-")
    Path("cvd.db").touch()
    Path("notes").touch()
    Path("kept").write_text("changed")
"""
FOUND = (
    r"process \d+: sleep 60",
    r"temporary: \S+/forgotten-\w+",
    " M kept",
    "!! cvd.db",
    r"\?\? notes",
)


@pytest.fixture
def checkout(tmp_path):
    """A clone that ignores databases, with a test in it."""
    if not shutil.which("git"):
        pytest.skip("without git nobody knows what belongs to the product")
    (tmp_path / "kept").touch()
    (tmp_path / ".gitignore").write_text("*.db\n")
    return tmp_path


def result_of(checkout, test):
    """(exit code, output) of a run of this test, in a worker."""
    (checkout / "test_it.py").write_text(test)
    git = ("git", "-c", "user.name=A", "-c", "user.email=a@b.example", "-c", "gc.auto=0")
    for command in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "Begin")):
        subprocess.run([*git, *command], cwd=checkout, check=True)
    around = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_X")}
    options = ("-q", "-n", "1", "-p", "tests.kit.leftovers", "--rootdir", ".", "test_it.py")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=checkout,
        env={**around, "PYTHONPATH": str(PROJECT), leftovers.PATIENCE: "0"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_a_run_that_leaves_nothing_behind_goes_well(checkout):
    code, told = result_of(checkout, TIDY)
    assert code == 0, told
    assert "LEFT BEHIND" not in told


def test_a_process_a_temporary_file_and_changes_of_the_checkout_fail_a_run(checkout):
    code, told = result_of(checkout, UNTIDY)
    for pid in re.findall(r"process (\d+): sleep", told):
        os.kill(int(pid), signal.SIGKILL)
    assert code == pytest.ExitCode.TESTS_FAILED
    assert "1 passed" in told
    lines = [line for line in told.splitlines() if line.startswith("LEFT BEHIND")]
    assert len(lines) == len(FOUND), told
    for line, pattern in zip(lines, FOUND, strict=True):
        assert re.fullmatch(f"LEFT BEHIND {pattern}", line)


def test_what_belongs_to_a_database_of_the_other_engine_comes_and_goes_beside_a_run(checkout):
    result_of(checkout, TIDY)
    (checkout / ".gitignore").write_text("*cvd_test_*\n")
    before = leftovers.state(checkout)
    (checkout / "cvd_test_1.audit-head").touch()
    (checkout / ".cvd_test_1.audit-head.partial-host-7").touch()
    assert leftovers.state(checkout) == before


def test_where_somebody_is_at_work_what_they_change_is_not_held_against_the_tests(tmp_path):
    run = leftovers.Run(tmp_path, tmp_path, frozenset({" M app.py"}))
    assert run.left_of({" M app.py", " M db.py", "?? new.py", "!! cvd.db"}) == {"!! cvd.db"}
