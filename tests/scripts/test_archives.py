"""An archive of `make dist` installs and runs where there is no network, and in a container."""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
from pathlib import Path

import pytest

from scripts import make_dist
from settings import PROJECT
from tests.kit.containers import Container, needs_buildah
from tests.kit.offline import needs_offline, run_offline

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        "CVD_TEST_SHIPPING" not in os.environ,
        reason="it takes minutes, and fetches what an archive holds: make shipping",
    ),
]

RUN = """
sh scripts/install.sh
.venv/bin/flask db upgrade
.venv/bin/flask serve &
sh scripts/smoke.sh
kill $!
wait $! || exit $?
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the files here, also of those that are not committed yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make_dist, "unpack_commit", copy_files)
        return make_dist.make(tmp_path_factory.mktemp("dist"), "9.9")


def copy_files(staged: Path) -> None:
    listed = make_dist.git("ls-files", "--cached", "--others", "--exclude-standard")
    for name in listed.splitlines():
        if name.split("/")[0] not in make_dist.LEFT_OUT and (PROJECT / name).is_file():
            (staged / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, staged / name)


@pytest.fixture
def unpacked(archive: Path, tmp_path: Path) -> Path:
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    return tmp_path / "cvd-9.9"


@needs_offline()
def test_an_archive_installs_and_runs_without_a_network(unpacked: Path) -> None:
    shown = run_offline("cat /proc/net/dev; wait", unpacked).stdout.splitlines()
    assert [line.split(":")[0].strip() for line in shown[2:]] == ["lo"]
    done = run_offline(RUN, unpacked, PYTHON=sys.executable)
    assert done.returncode == 0, done.stdout
    assert (unpacked / "frontend" / "built").is_dir()


@needs_offline()
def test_an_archive_that_lacks_a_package_does_not_install(unpacked: Path) -> None:
    [left_out] = unpacked.glob("wheels/[Ff]lask-[0-9]*.whl")
    left_out.unlink()
    done = run_offline(RUN, unpacked, PYTHON=sys.executable)
    assert done.returncode != 0
    assert "No matching distribution found for flask" in done.stdout.replace("Flask", "flask")


@needs_buildah()
def test_an_image_is_built_of_an_archive_and_serves(archive: Path, tmp_path: Path) -> None:
    with Container(archive, tmp_path) as container:
        said = container.run("touch /data/x /tmp/x; id -u; ! touch /opt/cvd/x /etc/x /root/x")
        assert said.split() == [container.user.split(":")[0]]
        assert container.user.split(":")[0] != "0"
        container.serve_and_look()
        assert (container.data / "cvd.db").stat().st_size > 0
