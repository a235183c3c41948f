"""Restoring a backup from a vault: all is fetched and compared before anything is touched."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from errors import Problem
from storage import backup, migrate
from storage.audit_files import place_of
from storage.backup_files import CONTENTS, ELSEWHERE
from storage.backups.sealing import Broken
from storage.backups.vault import FORMAT, PRODUCT, Listed, Vault, together
from storage.engines.base import Refused
from storage.files.store import Store
from storage.stored_head import first_seal

Told = Callable[[int, int | None, str], None]


def chosen(vault: Vault, at: str | None = None) -> Listed:
    """The newest backup, or the newest that was made no later than `at`. Raises Refused."""
    listed = vault.listed()
    for each in listed:
        if at is None or each.made_at <= at:
            return each
    if listed:
        raise Refused(
            f"There is no backup from before {at}: the oldest is of {listed[-1].made_at}."
        )
    raise Refused(f"There are no backups of {PRODUCT} at {vault.place.name}.")


def opened(url: str, vault: Vault, each: Listed) -> dict[str, Any]:
    """What a backup says, where it can be restored here. Raises Refused."""
    dialect = migrate.dialect_of(url)
    vault.check(_installation_at(url))
    manifest = vault.manifest(each.name)
    if manifest.get("product") != PRODUCT or manifest.get("format") != FORMAT:
        raise Refused(f"{each.name} was made by a newer version of {PRODUCT}; install that one.")
    if manifest["engine"] != dialect:
        raise Refused(f"{each.name} is a backup of {manifest['engine']}, the database {dialect}.")
    migrate.refuse_unknown(manifest["migrations"])
    return manifest


def restore(
    url: str, vault: Vault, manifest: dict[str, Any], files: Store | None, told: Told
) -> Path | None:
    """Replace the database by that of a backup, as `backup.restore`. Raises Refused."""
    with backup.temporary(place_of(url, "restored"), ".fetched") as database:
        fetch_database(vault, manifest, database, told)
        if manifest["engine"] == "sqlite":
            backup.refuse_damaged(database)
        try:
            # What is stored and referred to by nothing harms nobody, whatever comes next.
            _put_files(vault, manifest, files, told)
        except Problem as problem:
            raise Refused(problem.detail) from problem
        told(0, None, "restoring")
        return backup.put_in_place(url, database)


def fetch_database(vault: Vault, manifest: dict[str, Any], target: Path, told: Told) -> None:
    """Put the blocks of a database together. Raises Broken unless it is the one that was copied."""
    digest, done, total = hashlib.sha256(), 0, manifest["bytes"]
    with target.open("wb") as file:
        for content in together(vault.fetch, manifest["blocks"]):
            file.write(content)
            digest.update(content)
            done += len(content)
            told(done, total, f"reading: {done >> 20:,} of {total >> 20:,} MiB")
    if digest.hexdigest() != manifest["sha256"]:
        raise Broken(f"The backup of {manifest['created_at']} is damaged: its database is another.")


def files_of(vault: Vault, manifest: dict[str, Any], told: Told) -> Iterator[tuple[str, bytes]]:
    """The name and the content of each photo. Raises Broken."""
    names = manifest[CONTENTS]
    for number, name in enumerate(names, start=1):
        content = vault.fetch(block_of_file(vault, name))
        if hashlib.sha256(content).hexdigest() != name:
            raise Broken(f"The backup is damaged: its file {name} is another.")
        told(number, len(names), f"reading: {number:,} of {len(names):,} photos")
        yield name, content


def blocks_of(vault: Vault, manifest: dict[str, Any]) -> set[str]:
    """The names of all blocks that a backup consists of."""
    return {*manifest["blocks"], *(block_of_file(vault, name) for name in manifest[CONTENTS])}


def block_of_file(vault: Vault, name: str) -> str:
    """Where a photo lies, which has a name by what is in it already."""
    return vault.sealing.name_of(b"file " + name.encode())


def _put_files(vault: Vault, manifest: dict[str, Any], files: Store | None, told: Told) -> None:
    if files is None:
        return
    for name, content in files_of(vault, manifest, told):
        files.put(name, content)
    missing = [name for name in manifest[ELSEWHERE] if not files.has(name)]
    if missing:
        told(0, None, f"{len(missing)} files are not where files are kept: bring them back there")


def _installation_at(url: str) -> str | None:
    """Whose database is here; None where there is none, or one that cannot be read any more."""
    try:
        return first_seal(url)
    except Refused:
        return None
