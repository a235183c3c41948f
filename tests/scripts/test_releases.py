"""A release is installed beside the one that runs, and the way back is one command."""

import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tarfile
import urllib.request
from contextlib import closing

import pytest

import auth
import db
from services.catalogue import product_service
from settings import PROJECT
from storage import migrate
from tests.migrations.schema_reader import read_rows, read_schema

pytestmark = pytest.mark.slow

# In place of pip: the packages of this environment, and the program of the release alone.
INSTALL = f"""#!/bin/sh
set -eu
cd "$(dirname "$0")/.."
{sys.executable} -m venv --without-pip .venv
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
printf '%s\\n%s\\n' "$PWD" {sysconfig.get_path("purelib")} >"$site/packages.pth"
printf '#!/bin/sh\\nexec %s/.venv/bin/python -m flask "$@"\\n' "$PWD" >.venv/bin/flask
chmod +x .venv/bin/flask
"""
CONTROL = """#!/bin/sh
# In place of systemctl, as deploy/systemd/cvd.service does it.
cd "$ROOT"
case $1 in
start) (cd current && .venv/bin/flask db upgrade && exec .venv/bin/flask serve) >>"$ROOT/log" 2>&1 &
    echo $! >pid ;;
stop) kill "$(cat pid)"; while kill -0 "$(cat pid)" 2>/dev/null; do sleep 0.1; done; rm pid ;;
esac
"""
# The example fleet is most of a release, and none of it is loaded here.
NOT_NEEDED = ("tests/", "bench/", "cvd.db.example")
MORE = ("CREATE TABLE wishes (id INTEGER PRIMARY KEY, wish TEXT NOT NULL) STRICT;\n", "wishes")


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """What a release holds, of the files here."""
    folder = tmp_path_factory.mktemp("tree")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if not name.startswith(NOT_NEEDED) and (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT / name, folder / name)
    (folder / "scripts" / "install.sh").write_text(INSTALL)
    return folder


@pytest.fixture
def release(tree, tmp_path):
    """A function that makes the archive of a release with more or other files."""

    def make(version, **files):
        archive = tmp_path / f"cvd-{version}.tar.gz"
        extra = {"VERSION": f"{version}\n"} | files
        with tarfile.open(archive, "w:gz", compresslevel=1) as packed:
            for path in sorted(tree.rglob("*")):
                name = str(path.relative_to(tree))
                if path.is_file() and name not in extra:
                    packed.add(path, f"cvd-{version}/{name}")
            for name, text in extra.items():
                written = tmp_path / "written"
                written.write_text(text)
                packed.add(written, f"cvd-{version}/{name}")
        return archive

    return make


@pytest.fixture
def machine(tmp_path):
    """A machine to install on; what was started on it is stopped at the end."""
    root = tmp_path / "opt"
    root.mkdir()
    control = tmp_path / "control"
    control.write_text(CONTROL)
    control.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    around = {
        **os.environ,
        "ROOT": str(root),
        "ENV_FILE": str(tmp_path / "none"),
        "SERVICE_CONTROL": str(control),
        "CVD_PORT": str(port),
        "CVD_DATABASE_URL": f"sqlite:///{tmp_path / 'data' / 'cvd.db'}",
        "PYTHON": sys.executable,
        "WAIT_S": "600",
    }

    yield Machine(root, around)
    if (root / "pid").exists():
        subprocess.run([str(control), "stop"], env=around, check=True)


class Machine:
    """A folder in place of /opt/cvd, and what scripts say there."""

    def __init__(self, root, around):
        self.root, self.around = root, around
        self.url, self.port = around["CVD_DATABASE_URL"], around["CVD_PORT"]

    def __call__(self, script, *arguments):
        """(exit code, what was said)"""
        done = subprocess.run(
            ["sh", str(script), *map(str, arguments)],
            env=self.around,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout


def version_of(machine):
    return (machine.root / "current" / "VERSION").read_text().strip()


def is_served(machine):
    with urllib.request.urlopen(f"http://127.0.0.1:{machine.port}/api/health/ready") as answer:
        return answer.status == 200


def content(url):
    """(schema, rows)"""
    with closing(db.open_engine(url)) as engine, engine.reading() as reader:
        rows = read_rows(reader)
        # A start without an administrator makes a new link, and workers look after schedules.
        own = ("setup_tokens", "jobs", "schedules")
        rows = {table: found for table, found in rows.items() if table not in own}
        return read_schema(reader), rows


def upgrade(machine, archive):
    return machine(PROJECT / "scripts" / "upgrade.sh", archive)


def test_a_release_is_installed_upgraded_and_taken_back_with_its_schema(machine, release):
    code, said = upgrade(machine, release("1.0"))
    assert code == 0, said
    assert is_served(machine)
    with closing(db.open_engine(machine.url)) as engine, engine.writing() as writer:
        product_service.create_product(writer, auth.console(), name="Cola", price_cents=150)
    before = content(machine.url)
    number = f"{int(max(path.name for path in migrate.MIGRATIONS.glob('*.sql'))[:4]) + 1:04}"
    files = {
        f"migrations/{number}.wishes.sql": MORE[0],
        f"migrations/{number}.wishes.rollback.sql": "DROP TABLE wishes;\n",
    }
    code, said = upgrade(machine, release("1.1", **files))
    assert code == 0, said
    assert "1.1 runs. The backup from before is" in said
    assert version_of(machine) == "1.1"
    assert is_served(machine)
    assert "wishes" in content(machine.url)[0]
    code, said = machine(machine.root / "current" / "scripts" / "rollback.sh")
    assert code == 0, said
    assert version_of(machine) == "1.0"
    assert is_served(machine)
    after = content(machine.url)
    assert {table for table in before[1] if before[1][table] != after[1][table]} == set()
    assert after == before
    assert "There is no release to go back to" in machine(PROJECT / "scripts" / "rollback.sh")[1]


def test_a_release_that_does_not_answer_is_taken_back_at_once(machine, release):
    assert upgrade(machine, release("1.0"))[0] == 0
    broken = (PROJECT / "scripts" / "smoke.sh").read_text()
    # The one that is taken back to is asked by the same script: so it asks for something new.
    broken = broken.replace("status_of /pages/login.html", 'status_of "/pages/$(asked)"')
    asked = 'asked() { case $(readlink "$ROOT/current") in *1.1) say new;; *) say login;; esac; }'
    broken = broken.replace("failed=0\n", f"failed=0\n{asked}\n", 1).replace(
        '"/pages/$(asked)"', '"/pages/$(asked).html"'
    )
    code, said = upgrade(machine, release("1.1", **{"scripts/smoke.sh": broken}))
    assert code == 1
    assert "failure  the sign-in page comes: 200 was expected, and 404 came" in said
    assert said.endswith("Not upgraded.\n")
    assert version_of(machine) == "1.0"
    assert is_served(machine)


def test_a_schema_that_cannot_be_brought_up_leaves_the_old_release_running(machine, release):
    assert upgrade(machine, release("1.0"))[0] == 0
    wrong = {
        "migrations/9999.wrong.sql": "CREATE TABLE wrong (;\n",
        "migrations/9999.wrong.rollback.sql": "DROP TABLE wrong;\n",
    }
    code, said = upgrade(machine, release("1.1", **wrong))
    assert code == 1
    assert "Not upgraded" in said
    assert version_of(machine) == "1.0"
    assert is_served(machine)


def test_an_archive_that_was_cut_is_refused_before_anything_stops(machine, release, tmp_path):
    archive = release("1.0")
    whole = subprocess.run(
        ["sha256sum", archive.name], cwd=tmp_path, capture_output=True, check=True
    )
    archive.with_name(archive.name + ".sha256").write_bytes(whole.stdout)
    archive.write_bytes(archive.read_bytes()[:-1000])
    code, said = upgrade(machine, archive)
    assert code == 1
    assert "is damaged: fetch it again" in said
    assert not (machine.root / "current").exists()


def test_what_is_no_release_is_refused(machine, tmp_path):
    (tmp_path / "notes.txt").write_text("no release")
    assert "is no release of CVD" in upgrade(machine, tmp_path / "notes.txt")[1]
    assert "There is no archive" in upgrade(machine, tmp_path / "nowhere.tar.gz")[1]
