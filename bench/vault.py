"""How long backups of a large SQLite database take: `python -m bench.vault [MIB]`.

The database is filled with rows that deflate to about half, and lies with its vault on the disk
of TMPDIR. An increment is made after a hundredth of the rows has changed.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from db import open_engine
from storage import migrate
from storage.backups import making, restoring
from storage.backups.places import FolderPlace
from storage.backups.sealing import Sealed
from storage.backups.vault import DAILY, INCREMENT, Vault
from storage.engines import database_file

ROW_BYTES = 1024
AT_ONCE = 4096
T = TypeVar("T")


def main(mib: int) -> None:
    with tempfile.TemporaryDirectory(prefix="cvd-vault-") as folder:
        url = f"{database_file.SQLITE_PREFIX}{folder}/cvd.db"
        migrate.upgrade(url)
        fill(url, mib)
        vault = Vault(FolderPlace(Path(folder) / "vault"), Sealed(bytes(32)))
        measured("first backup", lambda: make(url, vault, DAILY))
        change(url)
        measured("increment, 1% of the rows changed", lambda: make(url, vault, INCREMENT))
        measured("nightly backup", lambda: make(url, vault, DAILY))
        fresh = f"{database_file.SQLITE_PREFIX}{folder}/fresh.db"
        measured("restore", lambda: restore(fresh, vault))


def fill(url: str, mib: int) -> None:
    chance = random.Random(1)  # the same rows each time
    with closing(open_engine(url)) as engine:
        with engine.writing() as db:
            db.execute("CREATE TABLE filling (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
        for _ in range(mib * 2**20 // ROW_BYTES // AT_ONCE):
            rows = [(chance.randbytes(ROW_BYTES // 2).hex(),) for _ in range(AT_ONCE)]
            with engine.writing() as db:
                db.executemany("INSERT INTO filling (text) VALUES (?)", rows)


def change(url: str) -> None:
    """A hundredth of the rows, of which nine in ten lie together, as new ones do."""
    with closing(open_engine(url)) as engine, engine.writing() as db:
        db.execute("UPDATE filling SET text = text || 'x' WHERE id % 1000 = 7")
        db.execute("INSERT INTO filling (text) SELECT text FROM filling WHERE id % 111 = 0")


def make(url: str, vault: Vault, kind: str) -> str:
    made = making.make(url, None, vault, kind=kind, told=quiet)
    return f"{made.new:,} of {made.blocks:,} blocks new, {made.new_bytes >> 20:,} MiB"


def restore(url: str, vault: Vault) -> str:
    chosen = restoring.chosen(vault)
    restoring.restore(url, vault, restoring.opened(url, vault, chosen), None, quiet)
    return f"{chosen.bytes >> 20:,} MiB"


def measured(what: str, work: Callable[[], str]) -> None:
    began, worked = time.monotonic(), time.process_time()
    told = work()
    took, busy = time.monotonic() - began, time.process_time() - worked
    print(f"{what}: {took:.1f} s, {busy:.1f} s of a processor; {told}", flush=True)


def quiet(_done: int, _total: int | None, _sentence: str) -> None:
    """Nobody is told how far it is."""


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1024)
