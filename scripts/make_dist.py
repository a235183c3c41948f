"""One archive that installs on a machine without internet: `make dist`.

It holds the program as committed, the bundled pages and what they load, and a wheel of each
Python package for this kind of machine and this Python. There, `make run` or
`deploy/upgrade.sh` finds the wheels and asks no package index.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Who installs it neither tests nor changes it.
LEFT_OUT = ("tests", "bench", "pyproject.toml", ".ci", ".github", "requirements-dev.txt")
# The pages are bundled already.
ONLY_BUNDLES = ("rolldown", "@rolldown", "@oxc-project", ".bin")
PYTHON = f"py{sys.version_info.major}{sys.version_info.minor}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--to", type=Path, default=ROOT / "dist", help="the folder it is put into")
    parser.add_argument("--version", help="what the release is called; else by its commit")
    given = parser.parse_args()
    print(make(given.to.resolve(), given.version or described()))


def described() -> str:
    """The tag of what is committed, or its number; SystemExit where something is not committed."""
    if git("status", "--porcelain", "--untracked-files=no"):
        raise SystemExit("There are changes that are not committed: a release is what is.")
    return git("describe", "--tags", "--always")


def make(folder: Path, version: str) -> Path:
    """The archive, with a file beside it that has its SHA-256."""
    name = f"cvd-{version}-{platform.system().lower()}-{platform.machine()}-{PYTHON}"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cvd-dist-") as temporary:
        staged = Path(temporary) / f"cvd-{version}"
        unpack_commit(staged)
        run("sh", "scripts/install.sh", cwd=staged)
        download_wheels(staged)
        shutil.rmtree(staged / ".venv")
        leave_out_tools(staged / "frontend" / "node_modules")
        (staged / "VERSION").write_text(f"{version}\n", encoding="utf-8")
        archive = folder / f"{name}.tar.gz"
        pack(staged, archive)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_name(archive.name + ".sha256").write_text(
        f"{digest}  {archive.name}\n", encoding="utf-8"
    )
    return archive


def unpack_commit(staged: Path) -> None:
    """The committed files that an installation needs."""
    tar = staged.with_suffix(".tar")
    run("git", "archive", "--output", str(tar), "HEAD", *wanted())
    with tarfile.open(tar) as committed:
        committed.extractall(staged, filter="data")
    tar.unlink()


def wanted() -> Iterator[str]:
    for path in git("ls-tree", "--name-only", "HEAD").splitlines():
        if path not in LEFT_OUT:
            yield path


def leave_out_tools(libraries: Path) -> None:
    """What no page loads."""
    for tool in ONLY_BUNDLES:
        shutil.rmtree(libraries / tool, ignore_errors=True)
    for path in (libraries / "lucide-static").iterdir():
        if path.is_dir() and path.name != "icons":
            shutil.rmtree(path)


def download_wheels(staged: Path) -> None:
    """Every package that was installed, as a wheel of the very version."""
    python = staged / ".venv" / "bin" / "python"
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--quiet")
    frozen = run(*pip, "freeze", cwd=staged)
    listed = staged / "wheels" / "packages.txt"
    listed.parent.mkdir()
    listed.write_text(
        "".join(f"{line}\n" for line in frozen.splitlines() if not line.startswith("cvd==")),
        encoding="utf-8",
    )
    # Where there is only a source, the wheel is made here and not on the machine without internet.
    run(*pip, "wheel", "--no-deps", "--wheel-dir", listed.parent, "-r", listed, cwd=staged)
    listed.unlink()


def pack(staged: Path, archive: Path) -> None:
    """The same bytes for the same files: no owner, no time but that of the commit, in order."""
    at = int(git("log", "-1", "--format=%ct"))

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = at
        return member

    with (
        archive.open("wb") as file,
        gzip.GzipFile("", "wb", fileobj=file, mtime=at) as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        for path in sorted(staged.rglob("*")):
            if "__pycache__" not in path.parts:
                tar.add(path, path.relative_to(staged.parent), recursive=False, filter=plain)


def git(*arguments: str) -> str:
    return run("git", *arguments).strip()


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """What a program says; SystemExit with its words when it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


if __name__ == "__main__":
    main()
