"""What lies in deploy/ is what the tools that read it accept, and what CVD understands."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from scripts import make_dist
from settings import PROJECT, Settings
from tests.faults.served import free_port

DEPLOY = PROJECT / "deploy"
SCRIPTS = sorted([*PROJECT.glob("scripts/*.sh"), *DEPLOY.rglob("*.sh")])
CONTAINERFILE = DEPLOY / "container" / "Containerfile"
READY_WITHIN_S = 600
UNIT = DEPLOY / "systemd" / "cvd.service"
KNOWN = {f"CVD_{field.name.upper()}" for field in fields(Settings)}
# Of the compose file itself: the image, and the name that the proxy answers to.
OF_COMPOSE = {"CVD_IMAGE", "CVD_NAME"}
# From 0 (nothing exposed) to 10.
MOST_EXPOSED = 2.0


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_one_of_the_plain_shell(script):
    assert run("sh", "-n", str(script)).stderr == ""


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_service_is_one_that_systemd_takes(tmp_path):
    unit = tmp_path / UNIT.name
    # There is no installation here for it to find.
    unit.write_text(re.sub(r"=/opt/cvd/current/\.venv/bin/flask", "=/bin/true", UNIT.read_text()))
    found = run("systemd-analyze", "verify", "--man=no", str(unit))
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_service_can_reach_little_besides_its_data():
    said = run("systemd-analyze", "security", "--offline=true", str(UNIT)).stdout
    [exposed] = re.findall(r"exposure level for cvd\.service: ([\d.]+)", said)
    assert float(exposed) <= MOST_EXPOSED


def test_every_setting_that_deploy_names_is_one():
    named = set()
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            named |= set(re.findall(r"\bCVD_[A-Z0-9_]+", path.read_text(encoding="utf-8")))
    assert {name.removesuffix("_FILE") for name in named} - KNOWN - OF_COMPOSE == set()


def test_the_container_has_a_place_and_a_key_for_backups():
    compose = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text())
    node = compose["services"]["node-1"]
    assert node["environment"]["CVD_BACKUP_KEY"] == "/run/secrets/backup_key"
    assert {"backup_key"} <= set(node["secrets"]) & set(compose["secrets"])
    assert "backups:/backups" in node["volumes"]
    assert "backups" in compose["volumes"]
    # A volume belongs to whom its folder in the image belongs to.
    image = (DEPLOY / "container" / "Containerfile").read_text()
    assert "chown 10001:10001 /data /backups" in image
    example = (DEPLOY / "container" / "example.env").read_text()
    assert "CVD_BACKUP_URL=/backups" in example
    for secret in compose["secrets"].values():
        assert secret["file"].removeprefix("./") in example


def test_both_nodes_of_the_compose_file_are_alike_and_wait_for_what_they_need():
    compose = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text())
    first, second = compose["services"]["node-1"], compose["services"]["node-2"]
    assert first == second
    assert first["read_only"] is True
    assert first["depends_on"].keys() <= compose["services"].keys()
    named = {
        secret for service in compose["services"].values() for secret in service.get("secrets", ())
    }
    assert named == compose["secrets"].keys()


def of_the_image(data):
    """The variables of the Containerfile, with another folder for what it keeps."""
    [told] = re.findall(r"^ENV ((?:.*\\\n)*.*)$", CONTAINERFILE.read_text(), re.MULTILINE)
    named = dict(re.findall(r"(\w+)=(\S+)", told))
    around = {**named, "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    return {name: text.replace("/data/", f"{data}/") for name, text in around.items()}


def test_the_image_names_only_what_an_archive_has():
    named = re.findall(r"/opt/cvd/([\w./-]+)", CONTAINERFILE.read_text())
    kept = [name for name in named if not name.startswith(".venv")]
    assert len(kept) >= 2
    for name in kept:
        assert (PROJECT / name).is_file()
        assert name.split("/")[0] not in make_dist.LEFT_OUT


def test_the_image_keeps_all_that_it_writes_in_its_volume(tmp_path):
    """A setting that leads to a folder, and that the image does not set, would be lost."""
    written = {"database_url", "audit_keys", "audit_head", "files_url"}
    assert {f"CVD_{name.upper()}" for name in written} <= of_the_image(tmp_path).keys()
    assert "VOLUME /data\n" in CONTAINERFILE.read_text()


def test_a_container_begins_with_its_schema_and_tells_its_health(tmp_path):
    around = of_the_image(tmp_path) | {"CVD_HOST": "127.0.0.1", "CVD_PORT": str(free_port())}
    health = [sys.executable, str(CONTAINERFILE.parent / "health.py")]
    assert run(*health, env=around).returncode == 1
    begins = ["sh", str(CONTAINERFILE.parent / "start.sh"), "serve"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            begins, cwd=PROJECT, env=around, stdout=log, stderr=log, start_new_session=True
        )
    try:
        until = time.monotonic() + READY_WITHIN_S
        while (found := run(*health, env=around)).returncode:
            assert process.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < until, found.stderr
            time.sleep(0.2)
        process.terminate()
        ended = process.wait()
    finally:
        # In a container its end takes along whatever it is at.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert ended == 0, (tmp_path / "log").read_text()
    assert (tmp_path / "cvd.db").is_file()
    assert run("sh", begins[1], "--version", cwd=PROJECT, env=around).stdout.startswith("Python ")


def test_a_machine_that_runs_the_tests_can_run_cvd():
    found = run("python3", str(PROJECT / "scripts" / "verify_env.py"))
    assert found.returncode == 0, found.stderr


def test_a_machine_without_room_is_refused(tmp_path):
    code = (
        "import runpy, shutil, collections\n"
        "usage = collections.namedtuple('usage', 'total used free')\n"
        "shutil.disk_usage = lambda path: usage(100, 100, 0)\n"
        f"runpy.run_path({str(PROJECT / 'scripts' / 'verify_env.py')!r}, run_name='__main__')\n"
    )
    found = run("python3", "-c", code)
    assert found.returncode == 1
    assert "0.0 GiB are free" in found.stderr
    assert "2 GiB are needed" in found.stderr
