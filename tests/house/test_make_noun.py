"""A noun costs its own files: `make noun` makes one that works, and nothing else changes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import make_noun
from tests.house.modules import ROOT
from tests.kit import engines

SPARED = pytest.mark.spared("what a new noun asks a database is what every noun asks")

pytestmark = pytest.mark.slow

GENERATED = {
    "contract/types.py",
    "docs/api.md",
    "frontend/api.js",
    "frontend/api.types.d.ts",
    "frontend/page/pages.js",
    "frontend/words/audited.js",
    "frontend/words/helped.js",
}
CACHES = ("_cache", "__pycache__")
# What a new noun may break, beside its own tests.
GUARDS = (
    "tests/house/test_directions.py",
    "tests/house/test_sql.py::test_nothing_else_is_put_into_sql",
    "tests/house/test_bench.py::test_every_page_is_weighed",
    "tests/house/test_bench.py::test_every_list_board_and_report_is_measured_while_the_fleet_grows",
    "tests/web/test_access_matrix.py::test_viewers_write_nothing_and_drivers_only_what_is_their_own",
    "tests/web/test_access_matrix.py::test_nobody_does_more_than_their_role_may[viewer-session]",
    "tests/migrations/test_real_migrations.py::test_every_table_has_a_row_to_be_tried_with",
)
UP_DOWN_UP = (
    "tests/migrations/test_real_migrations.py"
    "::test_up_down_up_leaves_schema_and_data_as_they_were[{}.packets]"
)


def run(project, *command, **environment):
    """What a command of Python's says in the project; it goes well or the test fails."""
    around = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_X")}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=project,
        env={**around, "CVD_TEST_ENGINE": engines.ENGINE, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def contents(project):
    """Of each file that is no cache, its bytes."""
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in project.rglob("*")
        if path.is_file()
        and not any(part.endswith(("_cache", "__pycache__")) for part in path.parts)
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The tracked files of the project, in a folder of their own."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("without git nobody knows what belongs to the product")
    project = tmp_path_factory.mktemp("project")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, project / name)
    return project


@pytest.fixture(scope="module")
def made(project):
    """What was there before, and the paths of the files that a new noun wrote."""
    before = contents(project)
    told = run(project, "scripts/make_noun.py", "packet", "catalogue")
    return before, [line for line in told.splitlines() if (project / line).is_file()]


def test_only_the_changelog_changes_beside_its_own_files(project, made):
    before, own = made
    after = contents(project)
    changed = {path for path in after if after[path] != before.get(path)}
    assert before.keys() <= after.keys()
    assert len(own) == len(make_noun.PLACES)
    assert changed - set(own) - GENERATED == {"CHANGELOG.md"}
    assert b"Packets" in after["CHANGELOG.md"]


def test_it_passes_every_check(project, made):
    _, own = made
    python = [path for path in own if path.endswith(".py")]
    run(project, "-m", "ruff", "check", *python)
    run(project, "-m", "ruff", "format", "--check", *python)
    run(project, "-m", "mypy", "--follow-imports=silent", *python)
    for script in make_noun.GENERATORS:
        run(project, script, "--check")


def test_its_page_is_typed_as_the_contract_says(project, made):
    libraries = ROOT / "frontend" / "node_modules"
    if not (libraries / ".bin" / "tsc").exists():
        pytest.skip("the front-end libraries are not installed")
    (project / "frontend" / "node_modules").symlink_to(libraries)
    done = subprocess.run(
        [libraries / ".bin" / "tsc", "--noEmit", "--project", "frontend"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    (project / "frontend" / "node_modules").unlink()
    assert done.returncode == 0, done.stdout


@SPARED
def test_its_tests_pass_and_no_guard_complains(request, project, made, engine_name):
    _, own = made
    server = {}
    if engine_name == "postgresql":
        server["CVD_TEST_POSTGRESQL_URL"] = request.getfixturevalue("postgresql_server")
    tests = [path for path in own if Path(path).name.startswith("test_")]
    (migration,) = (Path(path).name for path in own if path.endswith("packets.sql"))
    up_down_up = UP_DOWN_UP.format(migration.partition(".")[0])
    which = (*tests, *GUARDS, up_down_up)
    run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", *which, **server)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("Packet", "catalogue"), "is no name of a noun"),
        (("packet", "moon"), "moon is no area"),
        (("location", "fleet"), "is there already"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(given, sentence):
    with pytest.raises(SystemExit, match=sentence):
        make_noun.main(list(given))


@pytest.mark.parametrize(
    ("noun", "several"),
    [("packet", "packets"), ("delivery", "deliveries"), ("batch", "batches"), ("day", "days")],
)
def test_several_of_a_noun(noun, several):
    assert make_noun.plural_of(noun) == several
