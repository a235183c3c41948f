"""For the inner loop: the checks, and the tests most likely to fail, in less than a minute.

These are the guards of the house and the contract, the test files that were changed,
and the tests of the rooms that were changed since `main`. Where so much was changed that
its tests take longer, the rooms that are tested fastest stand for them: `make test` knows.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
GUARDS = ("tests/house", "tests/contract")
FIXED = ("tests/records", "tests/domain/planning", "tests/domain/stock", "tests/services/people")
# Each is half a minute of one core at most, but for these together.
MOST_ROOMS = 2
MOST_FILES = 5
# A word at the root, or a room without tests of its own, and who would notice.
TESTED_BY = {
    "app.py": "tests/web",
    "auth.py": "tests/services/people",
    "cli.py": "tests/commands",
    "db.py": "tests/storage",
    "errors.py": "tests/web",
    "settings.py": "tests/house",
    "spec": "tests/contract",
}
AT_ONCE = "2"


def main() -> int:
    """0 when all went well; the checks are made beside the tests."""
    checks: list[tuple[str | Path, ...]] = [
        (BIN / "ruff", "format", "--check", "--quiet", "."),
        (BIN / "ruff", "check", "--quiet", "."),
        (BIN / "mypy",),
    ]
    paths = tests_of(changed())
    print("Tests of", ", ".join(paths), flush=True)
    tests: tuple[str | Path, ...] = (
        BIN / "pytest",
        "-q",
        "-m",
        "not browser and not slow",
        "--ignore=tests/browser",
        "-n",
        AT_ONCE,
        "--dist=loadfile",
        "--no-loadscope-reorder",
        *paths,
    )
    with ThreadPoolExecutor(1) as beside:
        complaints = beside.submit(lambda: [told for each in checks if (told := run(each)[1])])
        code, _ = run(tests, is_shown=True)
    print(*complaints.result(), sep="\n")
    return 1 if code or complaints.result() else 0


def run(command: Sequence[str | Path], *, is_shown: bool = False) -> tuple[int, str]:
    """Its exit code; and what it said where it failed and was not shown."""
    environment = {**os.environ, "CVD_TEST_ENGINE": "sqlite", "PYTHONDONTWRITEBYTECODE": ""}
    heard = None if is_shown else subprocess.PIPE
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, stdout=heard, stderr=heard, text=True
    )
    if not done.returncode or is_shown:
        return done.returncode, ""
    name = Path(command[0]).name
    return done.returncode, done.stdout + done.stderr or f"{name} failed."


def changed() -> list[str]:
    """What differs from where this branch left `main`, and what is not committed yet."""
    base = git("merge-base", "HEAD", "main") or git("merge-base", "HEAD", "origin/main") or ["HEAD"]
    return git("diff", "--name-only", base[0]) + git("ls-files", "--others", "--exclude-standard")


def git(*arguments: str) -> list[str]:
    """The lines of the answer; none where git has none, as outside of a clone."""
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.splitlines() if done.returncode == 0 else []


def tests_of(names: Iterable[str]) -> list[str]:
    """What to give pytest for these changed files."""
    names = [name for name in names if (ROOT / name).exists()]
    rooms = sorted({room for name in names if (room := room_of(name)) not in {"", *GUARDS}})
    files = [name for name in names if is_tests(name)]
    if len(rooms) > MOST_ROOMS or not rooms + files:
        rooms = list(FIXED)
    if len(files) > MOST_FILES:
        files = []
    return [*GUARDS, *rooms, *(f for f in files if not f.startswith((*GUARDS, *rooms)))]


def room_of(name: str) -> str:
    """The tests of the room that a file lies in; empty where there are none."""
    path = PurePosixPath(name)
    if path.parts[0] in {"tests", "migrations", "bench", "scripts"}:
        return ""
    if found := TESTED_BY.get(path.parts[0]):
        return found
    # The nearest: services/fleet/device_service.py is tested by tests/services/fleet.
    near = next((f"tests/{p}" for p in path.parents if (ROOT / "tests" / p).is_dir()), "")
    return near if near != "tests/." else ""


def is_tests(name: str) -> bool:
    path = PurePosixPath(name)
    is_in_browser = path.parts[:2] == ("tests", "browser")
    return path.parts[0] == "tests" and path.match("test_*.py") and not is_in_browser


if __name__ == "__main__":
    sys.exit(main())
