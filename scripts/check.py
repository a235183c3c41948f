"""Runs the checks and then the tests, and stops after the first of these steps that fails.

python scripts/check.py           everything CI runs
python scripts/check.py --lint    the checks that need no test
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
REPORTS = ROOT / "build" / "reports"
FRONTEND = ROOT / "frontend"
TOOLS = FRONTEND / "node_modules" / ".bin"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# For each engine: together three times the cores of a small machine, for a third of the time of
# the tests on servers is spent waiting.
WORKERS = "3"
# A third of the time of a test in the browser is spent waiting: one more than a small machine's
# cores.
BROWSERS_AT_ONCE = "3"
# How a run of the tests begins a line that says why it failed (tests/kit/leftovers.py is the last).
REASONS = ("FAILED tests/", "ERROR tests/", "LEFT BEHIND ")


@dataclass(frozen=True)
class Stage:
    """One command. It is skipped, with the reason, when `missing` says what it lacks."""

    name: str
    command: tuple[str | Path, ...]
    environment: dict[str, str] = field(default_factory=dict)
    missing: str = ""
    folder: Path = ROOT

    def run(self, *, is_alone: bool) -> Failure | None:
        """None when it went well. Beside others it says at its end what it has to say."""
        title = f"\n--- {self.name}"
        if self.missing:
            print(f"{title}\nSkipped: {self.missing}.", flush=True)
            return None
        if is_alone:
            print(title, flush=True)
        told = []
        with subprocess.Popen(
            self.command,
            cwd=self.folder,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            for line in process.stdout or ():
                told.append(line)
                if is_alone:
                    print(line, end="", flush=True)
        if not is_alone:
            print(f"{title}\n{''.join(told)}", flush=True)
        if process.returncode == 0:
            return None
        return Failure(self.name, [line.rstrip() for line in told if line.startswith(REASONS)])


@dataclass(frozen=True)
class Failure:
    """A stage that failed, and the lines of its output that say why, as far as it has such."""

    stage: str
    reasons: list[str]


def main() -> int:
    """Run the stages; 0 when all went well."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lint", action="store_true", help="only the checks that need no test")
    only_lint = parser.parse_args().lint
    shutil.rmtree(REPORTS, ignore_errors=True)
    # Most of the checks keep one core busy.
    steps = [[*lint_stages()]]
    if not only_lint:
        steps = [[*lint_stages(), unit_stage()], engine_stages(), [browser_stage()]]
    times: list[tuple[str, float]] = []
    failed = next((failed for stages in steps if (failed := run(stages, times))), ())
    print("\n" + "\n".join(f"{seconds:7.1f} s  {name}" for name, seconds in times))
    for failure in failed:
        print("\n" + "\n".join([f"Failed: {failure.stage}", *failure.reasons]))
    if not only_lint:
        print(closing_line())
    return 1 if failed else 0


def run(stages: Sequence[Stage], times: list[tuple[str, float]]) -> list[Failure]:
    """What failed, of stages that run beside each other."""

    def timed(stage: Stage) -> Failure | None:
        start = time.monotonic()
        failure = stage.run(is_alone=len(stages) == 1)
        times.append((stage.name, time.monotonic() - start))
        return failure

    if len(stages) > 1:
        print("\n--- beside each other:", ", ".join(stage.name for stage in stages), flush=True)
    with ThreadPoolExecutor(len(stages)) as pool:
        return [failure for failure in pool.map(timed, stages) if failure]


def lint_stages() -> Iterator[Stage]:
    yield Stage("format", (BIN / "ruff", "format", "--check", "."))
    yield Stage("lint", (BIN / "ruff", "check", "."))
    yield Stage("types", (BIN / "mypy",))
    yield javascript_stage(
        "format and lint of the JavaScript",
        ("biome", "check", "--error-on-warnings", ".", "../tests/frontend"),
    )
    yield javascript_stage("types of the JavaScript", ("tsc", "--noEmit"))
    yield Stage(
        "frontend/api.js is what the contract says",
        (sys.executable, "scripts/generate_api.py", "--check"),
    )
    yield Stage(
        "contract/types.py is what the contract says",
        (sys.executable, "scripts/generate_types.py", "--check"),
    )
    yield Stage(
        "docs/api.md is what the contract says",
        (sys.executable, "scripts/generate_api_docs.py", "--check"),
    )
    yield Stage(
        "frontend/words/audited.js is what the contract says",
        (sys.executable, "scripts/generate_audit_words.py", "--check"),
    )
    yield Stage(
        "frontend/page/pages.js is what the pages say",
        (sys.executable, "scripts/generate_pages.py", "--check"),
    )
    yield Stage(
        "the help in the product is what the docs say",
        (sys.executable, "scripts/generate_help.py", "--check"),
    )


def javascript_stage(name: str, command: tuple[str, ...]) -> Stage:
    """A stage that runs a tool of frontend/package.json, in that folder."""
    tool = TOOLS / command[0]
    missing = "" if tool.exists() else "the front-end libraries are not installed (npm)"
    return Stage(name, (tool, *command[1:]), missing=missing, folder=FRONTEND)


def unit_stage() -> Stage:
    return Stage(
        "unit tests of the JavaScript",
        ("node", "tests/frontend/run.mjs"),
        missing="" if shutil.which("node") else "Node is not installed",
    )


def engine_stages() -> list[Stage]:
    options = ("not browser", "--ignore=tests/browser", "-n", WORKERS)
    lacking = "" if has_postgresql() else "PostgreSQL is not installed"
    return [
        pytest_stage("tests on SQLite", "sqlite", *options),
        pytest_stage("tests on PostgreSQL", "postgresql", *options, missing=lacking),
    ]


def browser_stage() -> Stage:
    """Alone: how long a page takes to show something is part of what is tested."""
    return pytest_stage(
        "tests in the browser",
        "sqlite",
        "browser",
        "tests/browser",
        "-n",
        # Each has a server and a fleet.
        BROWSERS_AT_ONCE,
        missing="" if any(map(shutil.which, BROWSERS)) else "Chromium is not installed",
    )


def pytest_stage(name: str, engine: str, marked: str, *options: str, missing: str = "") -> Stage:
    report = REPORTS / f"{engine}-{marked.replace(' ', '-')}.xml"
    command: tuple[str | Path, ...] = (
        BIN / "pytest",
        "-q",
        "-m",
        marked,
        f"--junitxml={report}",
        # The tests of a file share what they make; files come in the order of tests/conftest.py.
        "--dist=loadfile",
        "--no-loadscope-reorder",
        *options,
    )
    # Compiled once: workers and servers of the tests start by the dozen.
    environment = {"CVD_TEST_ENGINE": engine, "PYTHONDONTWRITEBYTECODE": ""}
    return Stage(name, command, environment, missing)


def has_postgresql() -> bool:
    return bool(
        os.environ.get("CVD_TEST_POSTGRESQL_URL")
        or shutil.which("initdb")
        or [*Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    )


def closing_line() -> str:
    """The counts of all test stages together, in one line."""
    counts: Counter[str] = Counter()
    for report in REPORTS.glob("*.xml"):
        for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314  # ours
            for count in ("tests", "failures", "errors", "skipped"):
                counts[count] += int(suite.get(count, "0"))
    failed = counts["failures"] + counts["errors"]
    passed = counts["tests"] - failed - counts["skipped"]
    return f"{passed} passed, {failed} failed, {counts['skipped']} skipped"


if __name__ == "__main__":
    sys.exit(main())
