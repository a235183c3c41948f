"""The image of deploy/container, built by buildah on a base of this machine's own distribution.

No registry of images is asked: mmdebstrap makes the base, once, and it is kept in build/. What
is built starts in namespaces of its own, the way the compose file would have it: as the user of
the image, its root read-only, no rights, `/data` and `/tmp` to write into.
"""

from __future__ import annotations

import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from settings import PROJECT
from tests.kit.buckets import free_port

CONTAINERFILE = PROJECT / "deploy" / "container" / "Containerfile"
PACKAGES = "python3,python3-venv"
# What the plain shell does around a container; the mounts and processes end with it.
AROUND = """
root=$1 data=$2 uid=$3 gid=$4; shift 4
mount --bind "$root" "$root"
mount --options remount,bind,ro "$root"
mount --types tmpfs --options mode=1777 tmpfs "$root/tmp"
mount --bind "$data" "$root/data"
mount --types proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount --types tmpfs --options mode=1777 tmpfs "$root/dev/shm"
inside() {
    exec chroot "$root" setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs \
        --bounding-set=-all --inh-caps=-all -- env --ignore-environment "$@"
}
"""
# As the image says it: begin, look from outside and by its own health check, stop.
SERVE = """
( inside {variables} sh -c 'cd {folder} && exec "$@"' sh {begins} ) &
sh {smoke} http://127.0.0.1:{port}
( inside {variables} {health} )
kill -{stop} $!
wait $! || exit $?
"""
RUN = """
( inside {variables} sh -c 'cd {folder}; {command}' )
"""


def needs_buildah() -> pytest.MarkDecorator:
    """Skips where no image can be built on a base with this Python."""
    lacking = [tool for tool in ("buildah", "mmdebstrap") if not shutil.which(tool)]
    if os.geteuid() != 0:
        return pytest.mark.skipif(True, reason="only root can build and start an image here")
    why = f"{' and '.join(lacking)} is not installed" if lacking else _other_python()
    return pytest.mark.skipif(bool(why), reason=why)


def _other_python() -> str:
    """Why the distribution's Python cannot use what the archive holds; empty where it can."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    told = subprocess.run(
        ["/usr/bin/python3", "-c", code], capture_output=True, text=True, check=False
    ).stdout.strip()
    mine = f"{sys.version_info.major}.{sys.version_info.minor}"
    return "" if told == mine else f"the distribution has Python {told or 'nowhere'}, not {mine}"


def base() -> Path:
    """The root of the base as a tar; the test is skipped where it cannot be fetched."""
    release = platform.freedesktop_os_release()["VERSION_CODENAME"]
    kept = PROJECT / "build" / f"base-{release}-{PACKAGES.replace(',', '-')}.tar"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        draft = kept.with_suffix(f".{os.getpid()}.tar")
        command = ["mmdebstrap", "--quiet", "--variant=essential", f"--include={PACKAGES}"]
        done = subprocess.run(
            [*command, release, draft], capture_output=True, text=True, check=False
        )
        if done.returncode:
            draft.unlink(missing_ok=True)
            pytest.skip(f"no base can be made: {done.stderr.strip().splitlines()[-1]}")
        draft.rename(kept)
    return kept


class Container:
    """An image built of an archive, and one container of it. Everything is gone at the end."""

    def __init__(self, archive: Path, folder: Path) -> None:
        self.folder = folder
        self.archive = archive
        self.data = folder / "data"
        self.root = Path()
        self.said: dict[str, Any] = {}

    def __enter__(self) -> Container:
        self.data.mkdir()
        try:
            self._build()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._remove()

    @property
    def user(self) -> str:
        """uid:gid, as the image says."""
        return str(self.said["User"])

    def run(self, command: str) -> str:
        """What a command of the plain shell says in it; AssertionError where it fails."""
        return self._around(RUN, command=command)

    def serve_and_look(self) -> str:
        """Begin, smoke test, ask its health check, stop; AssertionError where one fails."""
        begins = shlex.join([*self.said["Entrypoint"], *self.said["Cmd"]])
        [kind, *health] = self.said["Healthcheck"]["Test"]
        assert kind == "CMD"
        return self._around(
            SERVE,
            begins=begins,
            health=shlex.join(health),
            smoke=shlex.quote(str(PROJECT / "scripts" / "smoke.sh")),
            stop=self.said["StopSignal"].removeprefix("SIG"),
        )

    def _build(self) -> None:
        context = self.folder / "base"
        context.mkdir()
        os.link(base(), context / "base.tar")
        (context / "Containerfile").write_text("FROM scratch\nADD base.tar /\n")
        self._buildah("build", "--tag", "base", str(context))
        self._buildah(
            "build",
            # The other format has no place for a health check.
            "--format=docker",
            "--pull-never",
            "--build-arg=BASE=localhost/base",
            f"--build-arg=ARCHIVE={self.archive.name}",
            f"--file={CONTAINERFILE}",
            "--tag=cvd",
            str(self.archive.parent),
        )
        name = self._buildah("from", "--pull-never", "localhost/cvd").strip()
        self.root = Path(self._buildah("mount", name).strip())
        self.said = json.loads(self._buildah("inspect", name))["Docker"]["config"]
        owner = (self.root / "data").stat()
        # A volume begins with the owner that its folder has in the image.
        os.chown(self.data, owner.st_uid, owner.st_gid)

    def _around(self, script: str, **words: str) -> str:
        uid, gid = self.user.split(":")
        port = str(free_port())
        variables = shlex.join([*self.said["Env"], f"CVD_PORT={port}"])
        text = AROUND + script.format(
            variables=variables, folder=self.said["WorkingDir"], port=port, **words
        )
        apart = ("unshare", "--mount", "--pid", "--fork", "--kill-child")
        return _run(*apart, "sh", "-eu", "-c", text, "sh", str(self.root), str(self.data), uid, gid)

    def _buildah(self, *command: str) -> str:
        places = [f"--root={self.folder / 'images'}", f"--runroot={self.folder / 'run'}"]
        # It works everywhere, also where this machine is a container itself.
        return _run("buildah", *places, "--storage-driver=vfs", *command)

    def _remove(self) -> None:
        for command in ("umount", "rm"):
            self._buildah(command, "--all")
        for name in ("images", "run", "base"):
            shutil.rmtree(self.folder / name, ignore_errors=True)


def _run(*command: str) -> str:
    """What it writes; AssertionError, with what it complains about, where it fails."""
    done = subprocess.run(
        command,
        env={**os.environ, "BUILDAH_ISOLATION": "chroot"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command[0]}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout
