"""Making a backup: copy, cut into blocks, store what is new, read it back, and only then list it.

Of SQLite the copy is page for page, so what did not change since the last backup is in blocks
that are there already: each backup is whole by itself, and takes what is new alone. A daily one
is verified by restoring all of it into a temporary place; an increment, which comes every few
minutes, by reading back the blocks that it added.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

import clock
from storage import backup, migrate, state
from storage.audit_files import place_of
from storage.backup_files import CONTENTS, listed
from storage.backups import restoring
from storage.backups.sealing import Broken
from storage.backups.vault import DAILY, FORMAT, PRODUCT, Vault, name_of, together
from storage.engines import database_file
from storage.engines.base import Refused
from storage.files.store import Store
from storage.stored_head import first_seal, stored_head

BLOCK_BYTES = 256 * 1024
LOOK_EVERY_S = 0.5
# Any number that nothing else of CVD locks.
SERVER_LOCK = 4_711_082_026

# How far it is: done, of how many, and what is done. It may raise, to end it.
Told = Callable[[int, int | None, str], None]


class Made(NamedTuple):
    """A backup that was listed: `blocks` in it, of which `new` were stored, of `new_bytes`."""

    name: str
    bytes: int
    blocks: int
    new: int
    new_bytes: int
    manifest: dict[str, Any]


def make(url: str, files: Store | None, vault: Vault, *, kind: str, told: Told) -> Made:
    """A backup of the database and its files. Raises Refused, Unavailable, and Broken where
    what was written is not what is read; nothing is listed then.

    `kind` is DAILY or INCREMENT.
    """
    with alone(url, told), _copy_of(url, told) as copy:
        manifest = _described(url, copy, files, kind)
        vault.claim(manifest["installation"])
        there = vault.blocks()
        if kind != DAILY:
            there &= _verified(vault)
        new, new_bytes = _store_database(vault, copy, manifest, there, told)
        new += _store_files(vault, files, manifest, there, told)
        if kind == DAILY:
            try:
                _verify(url, vault, manifest, told)
            except Broken:
                _mend(vault, copy, files, manifest, told)
                _verify(url, vault, manifest, told)
        else:
            _read_back(vault, new, told)
        name = name_of(manifest["created_at"], kind, manifest["bytes"])
        vault.list_as(name, manifest)
        if vault.manifest(name) != manifest:
            raise Broken(f"The backup {name} is not what was written.")
    state.note_backup(url)
    blocks = restoring.blocks_of(vault, manifest)
    return Made(name, manifest["bytes"], len(blocks), len(new), new_bytes, manifest)


def _verified(vault: Vault) -> set[str]:
    """The blocks of the newest backup: others may be left by one that was never verified."""
    for each in vault.listed()[:1]:
        try:
            return restoring.blocks_of(vault, vault.manifest(each.name))
        except Broken:
            break
    return set()


@contextmanager
def alone(url: str, told: Told) -> Iterator[None]:
    """One at a time makes or removes backups of a database; another waits here."""
    if migrate.dialect_of(url) == "postgresql":
        with psycopg.connect(url, autocommit=True) as connection:
            while not _is_locked(connection):
                _wait(told)
            yield
        return
    lock = place_of(url, "backing-up.lock")
    database_file.make_private(lock)
    with lock.open("rb") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                _wait(told)
        yield


def _is_locked(connection: psycopg.Connection[Any]) -> bool:
    asked = connection.execute("SELECT pg_try_advisory_lock(%s)", (SERVER_LOCK,))
    row = asked.fetchone()
    return bool(row and row[0])


def _wait(told: Told) -> None:
    told(0, None, "waiting for another backup")
    time.sleep(LOOK_EVERY_S)


@contextmanager
def _copy_of(url: str, told: Told) -> Iterator[Path]:
    """A copy of the database beside it: the file page for page, or a dump."""
    told(0, None, "copying the database")
    with backup.temporary(place_of(url, "backing-up"), ".copy") as copy:
        if migrate.dialect_of(url) == "postgresql":
            backup.dump(url, copy)
        else:
            _copy_file(database_file.path_of(url), copy)
        yield copy


def _copy_file(path: Path, copy: Path) -> None:
    """Unlike `VACUUM INTO`, which moves everything, this leaves each page in its place."""
    if not path.is_file():
        raise Refused(f"There is no database at {path}.")
    try:
        with (
            database_file.held(path, exclusive=False),
            closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection,
            closing(sqlite3.connect(copy, isolation_level=None)) as target,
        ):
            connection.backup(target)
    except sqlite3.Error as error:
        raise Refused(f"The database could not be copied: {error}.") from error


def _described(url: str, copy: Path, files: Store | None, kind: str) -> dict[str, Any]:
    """What is known before anything is stored. Of a server's dump the head is one before it."""
    migrate.refuse_newer(url)
    is_file = migrate.dialect_of(url) == "sqlite"
    copied = backup.url_of(copy) if is_file else url
    with copy.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "product": PRODUCT,
        "format": FORMAT,
        "kind": kind,
        "engine": migrate.dialect_of(url),
        "created_at": clock.now(),
        "installation": first_seal(copied),
        "migrations": migrate.applied_hashes(url),
        "audit_head": stored_head(copied),
        "bytes": copy.stat().st_size,
        "sha256": sha256,
        "blocks": [],
        **listed(files),
    }


def _store_database(
    vault: Vault, copy: Path, manifest: dict[str, Any], there: set[str], told: Told
) -> tuple[list[str], int]:
    """Store the blocks that are not there yet; their names, and how many bytes they are."""
    total, done, new_bytes = manifest["bytes"], 0, 0
    new: list[str] = []
    with copy.open("rb") as file:
        pieces = iter(lambda: file.read(BLOCK_BYTES), b"")
        for block, size, was_stored in together(lambda piece: _stored(vault, piece, there), pieces):
            manifest["blocks"].append(block)
            done += size
            if was_stored:
                new.append(block)
                new_bytes += size
            told(done, total, f"storing: {done >> 20:,} of {total >> 20:,} MiB")
    return new, new_bytes


def _stored(vault: Vault, piece: bytes, there: set[str]) -> tuple[str, int, bool]:
    block = vault.sealing.name_of(piece)
    is_new = block not in there
    if is_new:
        vault.store(block, piece)
        there.add(block)
    return block, len(piece), is_new


def _store_files(
    vault: Vault, files: Store | None, manifest: dict[str, Any], there: set[str], told: Told
) -> list[str]:
    if files is None:
        return []
    names = manifest[CONTENTS]
    new = []
    for number, name in enumerate(names, start=1):
        block = restoring.block_of_file(vault, name)
        if block not in there:
            content = b"".join(files.pieces(name))
            if hashlib.sha256(content).hexdigest() != name:
                raise Refused(f"The file {name} is damaged: see `flask check`.")
            vault.store(block, content)
            new.append(block)
        told(number, len(names), f"storing: {number:,} of {len(names):,} photos")
    return new


def _read_back(vault: Vault, blocks: list[str], told: Told) -> None:
    for number, _ in enumerate(together(vault.fetch, blocks), start=1):
        told(number, len(blocks), f"reading back: {number:,} of {len(blocks):,} blocks")


def _mend(
    vault: Vault, copy: Path, files: Store | None, manifest: dict[str, Any], told: Told
) -> None:
    """Store again what an earlier backup left and cannot be read any more."""
    needed = sorted(restoring.blocks_of(vault, manifest))
    whole = {block for block in together(partial(_if_whole, vault), needed) if block}
    manifest["blocks"] = []
    _store_database(vault, copy, manifest, whole, told)
    _store_files(vault, files, manifest, whole, told)


def _if_whole(vault: Vault, block: str) -> str | None:
    try:
        vault.fetch(block)
    except Broken:
        return None
    return block


def _verify(url: str, vault: Vault, manifest: dict[str, Any], told: Told) -> None:
    """Restore everything into a temporary place, and see that it is what was copied."""
    with backup.temporary(place_of(url, "backing-up"), ".restored") as database:
        restoring.fetch_database(vault, manifest, database, told)
        if manifest["engine"] == "sqlite":
            backup.refuse_damaged(database)
        else:
            # Reads all of the dump, and makes SQL of it, which is not needed.
            backup.run_tool("pg_restore", url, "--file", os.devnull, database)
    for _ in restoring.files_of(vault, manifest, told):
        pass
