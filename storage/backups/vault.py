"""A vault: the backups of one installation, in a place, under one key.

    vault.json        product, format, the mark of the key, and whose backups these are
    blocks/ab/cdef…   a piece of a database, or a photo, named by what is in it; stored once
    backups/NAME      which blocks a backup consists of; written last, so what is listed is whole

The name of a backup says when it was made, which kind it is, and how large its database was:
`20261130T013000Z-daily-104857600`. A list of them needs no key, and one call.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from storage.backups.places import Absent, Place, open_place
from storage.backups.plan import BackupPlan
from storage.backups.sealing import Broken, Plain, Sealed, Sealing, read_key
from storage.engines.base import Refused

PRODUCT, FORMAT = "CVD", 1
VAULT, BLOCKS, BACKUPS = "vault.json", "blocks", "backups"
DAILY, INCREMENT = "daily", "increment"
NAME = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-(daily|increment)-(\d{1,18})")
# Each waits for a disk or a network, not for the processor.
AT_ONCE = 4
BATCH = 32

T = TypeVar("T")
Given = TypeVar("Given")


class Listed(NamedTuple):
    """A backup as its name tells it; `bytes` of its database."""

    name: str
    made_at: str
    kind: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Vault:
    """Raises Unavailable while the place does not answer."""

    place: Place
    sealing: Sealing

    def claim(self, installation: str | None) -> None:
        """Make it the vault of this installation. Raises Refused where it is another's."""
        told = self._told()
        if told is None or (told["installation"] is None and installation):
            mine = {"product": PRODUCT, "format": FORMAT, "key": self.sealing.mark}
            content = json.dumps({**mine, "installation": installation}, indent=2)
            self.place.write(VAULT, content.encode())
            return
        self.check(installation)

    def check(self, installation: str | None) -> None:
        """Raises Refused where there is no vault, another's, or one of another key."""
        told = self._told()
        if told is None:
            raise Refused(f"There are no backups of {PRODUCT} at {self.place.name}.")
        if told["key"] is None and self.sealing.mark:
            raise Refused(
                f"The backups at {self.place.name} are not encrypted: set CVD_BACKUP_ENCRYPTED=0 "
                "to use them, or another CVD_BACKUP_URL."
            )
        if told["key"] != self.sealing.mark:
            raise Refused(
                f"The backups at {self.place.name} were sealed with another key: bring that one "
                "back to CVD_BACKUP_KEY."
            )
        if installation and told["installation"] and told["installation"] != installation:
            raise Refused(
                f"The backups at {self.place.name} are of another installation than the database "
                "here: choose another CVD_BACKUP_URL, or move the database away to restore them."
            )

    def listed(self) -> list[Listed]:
        """Every backup, the newest first."""
        found = (path.rpartition("/")[2] for path in self.place.paths(BACKUPS))
        named = [_listed(match) for name in found if (match := NAME.fullmatch(name))]
        return sorted(named, key=lambda each: (each.made_at, each.name), reverse=True)

    def manifest(self, name: str) -> dict[str, Any]:
        """What a backup says of itself. Raises Broken where it is damaged, or another's."""
        path = f"{BACKUPS}/{name}"
        manifest: dict[str, Any] = json.loads(self.sealing.unseal(self.place.read(path), path))
        return manifest

    def list_as(self, name: str, manifest: dict[str, Any]) -> None:
        """From now on this is a backup."""
        path = f"{BACKUPS}/{name}"
        self.place.write(path, self.sealing.seal(json.dumps(manifest).encode(), path))

    def strike(self, name: str) -> None:
        """From now on this is no backup; its blocks stay."""
        self.place.erase(f"{BACKUPS}/{name}")

    def blocks(self) -> set[str]:
        """The names of all blocks that are stored."""
        paths = self.place.paths(BLOCKS)
        return {"".join(path.split("/")[-2:]) for path in paths}

    def store(self, block: str, content: bytes) -> None:
        """Keep the content of a block under its name."""
        path = path_of(block)
        self.place.write(path, self.sealing.seal(content, path))

    def fetch(self, block: str) -> bytes:
        """The content of a block. Raises Broken where that is damaged, another or missing."""
        path = path_of(block)
        try:
            return self.sealing.unseal(self.place.read(path), path)
        except Absent as absent:
            raise Broken(absent.detail) from absent

    def remove(self, block: str) -> None:
        """Erase a block, where it is there."""
        self.place.erase(path_of(block))

    def _told(self) -> dict[str, Any] | None:
        try:
            told: dict[str, Any] = json.loads(self.place.read(VAULT))
            is_ours = told["product"] == PRODUCT
            is_known = told["format"] == FORMAT
            _ = told["key"], told["installation"]
        except Absent:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(f"{VAULT} at {self.place.name} is damaged.") from error
        if not is_ours or not is_known:
            raise Refused(f"{VAULT} at {self.place.name} was made by a newer version.")
        return told


def open_vault(plan: BackupPlan, url: str | None = None) -> Vault:
    """The vault of a plan, or the one at `url` with its key. Raises Refused."""
    place = url or plan.url
    if place is None:
        raise Refused("No backups are made: set CVD_BACKUP_URL to a folder or a bucket.")
    if not plan.is_sealed:
        return Vault(open_place(place), Plain())
    if plan.key is None:
        raise Refused(
            "There is no key to encrypt backups with: make one with `flask backup key`, and set "
            "CVD_BACKUP_KEY to its file."
        )
    return Vault(open_place(place), Sealed(read_key(plan.key)))


def name_of(made_at: str, kind: str, size: int) -> str:
    """The name of a backup."""
    return f"{made_at.replace('-', '').replace(':', '')}-{kind}-{size}"


def path_of(block: str) -> str:
    """Where a block lies below the place."""
    return f"{BLOCKS}/{block[:2]}/{block[2:]}"


def together(function: Callable[[Given], T], given: Iterable[Given]) -> Iterator[T]:
    """As `map`, some at once, in order; what was not reached when one raises is not begun."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="backup") as threads:
        rest = iter(given)
        while batch := list(islice(rest, BATCH)):
            yield from threads.map(function, batch)


def _listed(match: re.Match[str]) -> Listed:
    year, month, day, hour, minute, second, kind, size = match.groups()
    made_at = f"{year}-{month}-{day}T{hour}:{minute}:{second}Z"
    return Listed(match[0], made_at, kind, int(size))
