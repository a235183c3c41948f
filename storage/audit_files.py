"""What vouches for the audit log from outside of the database: its keys, and its head.

Whoever can write the database can seal every entry anew, or cut the end off, so what
tells lies in files of its own, readable by CVD's user only:

    cvd.db.audit-keys   a line of JSON for each key; the last one seals
    cvd.db.audit-head   how many entries there were lately, and the seal of the last

With PostgreSQL, which has no file, they lie in CVD's folder under the database's name.
`CVD_AUDIT_KEYS` and `CVD_AUDIT_HEAD` name other places: a head on another machine is out
of reach of whoever breaks into this one.
"""

from __future__ import annotations

import hmac
import json
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import clock
from errors import Unavailable
from storage.engines import database_file
from storage.engines.base import Refused
from storage.secret_file import SecretFile

log = logging.getLogger("cvd.audit")
PROJECT = Path(__file__).resolve().parent.parent
KEEP_EVERY_S = 10.0
KEEPER = "keeper of the audit head"
KEY_BYTES = 32
FIRST_SEAL = "0" * 64  # what the first entry is sealed upon
UNREADABLE = (OSError, ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class Key:
    """One key; it seals from the entry `from_entry` on, until there is a newer one."""

    name: str
    secret: bytes = field(repr=False)
    from_entry: int
    # Begun once: with the key put in anew for each seal it takes twice as long.
    _begun: hmac.HMAC = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_begun", hmac.new(self.secret, digestmod="sha256"))

    def seal(self, content: bytes) -> str:
        return f"{self.name}:{self.mac(content)}"

    def mac(self, content: bytes) -> str:
        mac = self._begun.copy()
        mac.update(content)
        return mac.hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """How far the log went at a time: so many entries, the last with this seal."""

    entries: int
    seal: str
    at: str


class _Unread:
    """The kept head was not looked at yet."""


UNREAD = _Unread()


class AuditFiles:
    """The keys and the kept head of one database; and, beside them, the key of what is sealed."""

    def __init__(self, url: str, *, keys: Path | None = None, head: Path | None = None) -> None:
        self.keys_path = keys or place_of(url, "audit-keys")
        self.head_path = head or place_of(url, "audit-head")
        secret = place_of(url, "secret-key")
        # Who keeps the keys elsewhere keeps this one there as well.
        self.secret = SecretFile(keys.with_name(secret.name) if keys else secret)
        self._known: tuple[Any, tuple[Key, ...]] = (None, ())
        self._sealing: Key | None = None
        self._kept_at = float("-inf")
        self._seen: Head | _Unread | None = UNREAD
        self._busy = threading.Lock()
        self._has_told = False
        self._has_dropped = False

    def keys(self) -> tuple[Key, ...]:
        """Every key, the oldest first. Unavailable when the file cannot be read."""
        try:
            state = self.keys_path.stat()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise Unavailable(f"{self.keys_path} cannot be read: {error.strerror}.") from error
        seen = (state.st_mtime_ns, state.st_size, state.st_ino)
        if self._known[0] != seen:
            self._known = (seen, self._read_keys())
        return self._known[1]

    def sealing_key(self, last_seal: str) -> Key | None:
        """The newest key, None where there is none; looked for anew when another sealed last."""
        if self._sealing is None or not last_seal.startswith(f"{self._sealing.name}:"):
            keys = self.keys()
            self._sealing = keys[-1] if keys else None
        return self._sealing

    def add_key(self, from_entry: int) -> Key:
        """A new key, kept for good before it seals anything. Unavailable when it cannot be."""
        key = Key(secrets.token_hex(4), secrets.token_bytes(KEY_BYTES), from_entry)
        line = {
            "name": key.name,
            "secret": key.secret.hex(),
            "from_entry": from_entry,
            "created_at": clock.now(),
        }
        try:
            database_file.make_private(self.keys_path)
            with self.keys_path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            database_file.sync_file(self.keys_path)
            database_file.sync_folder(self.keys_path.parent)
        except (OSError, Refused) as error:
            raise Unavailable(
                f"The key of the audit log cannot be kept at {self.keys_path} ({error}): "
                "let CVD write there, or set CVD_AUDIT_KEYS to another place."
            ) from error
        return key

    def kept_head(self) -> Head | None:
        """The head that was kept last; None where none was. ValueError when it is no head."""
        try:
            kept = json.loads(self.head_path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ValueError(f"{self.head_path} cannot be read: {error.strerror}.") from error
        except ValueError:
            raise ValueError(f"{self.head_path} holds no head of an audit log.") from None
        head = head_of(kept)
        by_name = {key.name: key for key in self.keys()}
        key = by_name.get(str(kept.get("key"))) if head else None
        if head is None or (key and not hmac.compare_digest(kept.get("mac", ""), _mac(key, head))):
            raise ValueError(f"{self.head_path} was not written by CVD as it stands.")
        return head

    def refuse_others(self, theirs: AuditFiles) -> None:
        """Raises `Refused` where the keys of another database lie at the places of `theirs`."""
        if theirs.keys_path != self.keys_path and theirs.keys_path.exists():
            raise Refused(
                f"{theirs.keys_path} holds the keys of another audit log: move it away first."
            )
        if theirs.secret.path != self.secret.path and theirs.secret.path.exists():
            raise Refused(
                f"{theirs.secret.path} holds the key of other second factors: move it away first."
            )

    def copy_to(self, theirs: AuditFiles) -> None:
        """Copy keys, head and the key of what is sealed to the places of `theirs`, for a copy of
        the database.

        Raises `Refused` where they cannot be written.
        """
        places = (
            (self.keys_path, theirs.keys_path),
            (self.head_path, theirs.head_path),
            (self.secret.path, theirs.secret.path),
        )
        for path, copy in places:
            if path != copy and path.exists():
                database_file.make_private(copy)
                copy.write_bytes(path.read_bytes())
                database_file.sync_file(copy)

    @property
    def is_due(self) -> bool:
        """Whether it is time to keep a head: every ten seconds, while people work."""
        return time.monotonic() - self._kept_at >= KEEP_EVERY_S

    def keep_soon(self, head: Head, is_in_chain: Callable[[Head], bool]) -> None:
        """Keep a head of what is committed, if the log goes on from the one that was kept
        before: otherwise that one stays, and tells.

        The file is read and written by a thread of its own: nobody who works waits for a slow
        disk far away.
        """
        seen = self._seen
        if isinstance(seen, _Unread):
            self._beside(self._look)
        elif seen is None or is_in_chain(seen):
            self._kept_at = time.monotonic()
            self._sealing = None  # so that a key is found whose first entry did not come through
            self._beside(partial(self._keep_behind, seen, head))
        else:
            self._kept_at = time.monotonic()
            self.tell_break()

    def keep_now(self, head: Head, is_in_chain: Callable[[Head], bool]) -> None:
        """As `keep_soon`, at once."""
        try:
            kept = self.kept_head()
        except ValueError as unreadable:
            log.warning("The head of the audit log is left as it is: %s", unreadable)
            return
        if kept is None or is_in_chain(kept):
            self.keep(head)
        else:
            self.tell_break()

    def tell_break(self) -> None:
        """Say once in the log that the audit log is not the one whose head was kept."""
        if not self._has_told:
            self._has_told = True
            log.error(
                "The audit log does not go on from the head that was kept: see `flask check`."
            )

    def keep(self, head: Head) -> None:
        """Keep this head whatever was kept before; a place that fails is said in the log."""
        keys = self.keys()
        kept = asdict(head) | ({"key": keys[-1].name, "mac": _mac(keys[-1], head)} if keys else {})
        # Nodes may keep one file together, and in containers all have the same process id.
        draft = database_file.draft_of(self.head_path, _writer())
        try:
            self._drop_drafts()
            database_file.make_private(draft)
            draft.write_text(json.dumps(kept) + "\n", encoding="utf-8")
            database_file.sync_file(draft)
            draft.replace(self.head_path)
            self._seen = head
        except (OSError, Refused) as error:
            log.warning("The head of the audit log cannot be kept: %s", error)

    def _drop_drafts(self) -> None:
        """Once in a process: a draft lies there after a kill."""
        if not self._has_dropped:
            database_file.drop_drafts(self.head_path)
            self._has_dropped = True

    def _beside(self, work: Callable[[], None]) -> None:
        if self._busy.acquire(blocking=False):
            threading.Thread(target=self._worked, args=(work,), name=KEEPER, daemon=True).start()

    def _worked(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (ValueError, Unavailable) as error:
            self._kept_at = time.monotonic()
            log.warning("The head of the audit log is left as it is: %s", error)
        finally:
            self._busy.release()

    def _look(self) -> None:
        self._seen = self.kept_head()

    def _keep_behind(self, seen: Head | None, head: Head) -> None:
        """Keep `head` in place of the one that was found to be in the chain, but of no other."""
        self._seen = self.kept_head()
        if self._seen == seen:
            self.keep(head)

    def _read_keys(self) -> tuple[Key, ...]:
        try:
            lines = self.keys_path.read_text(encoding="utf-8").splitlines()
            given = [json.loads(line) for line in lines if line.strip()]
            keys = [
                Key(str(key["name"]), bytes.fromhex(key["secret"]), int(key["from_entry"]))
                for key in given
            ]
        except UNREADABLE as error:
            raise Unavailable(
                f"{self.keys_path} holds no keys of an audit log: bring the file back from a copy."
            ) from error
        return tuple(sorted(keys, key=lambda key: key.from_entry))


def head_of(given: Any) -> Head | None:
    """A head from what a file says; None when it says none."""
    try:
        return Head(int(given["entries"]), str(given["seal"]), str(given["at"]))
    except UNREADABLE:
        return None


def _writer() -> str:
    return f"{socket.gethostname()}-{os.getpid()}"


def _mac(key: Key, head: Head) -> str:
    return key.mac(f"head {head.entries} {head.seal} {head.at}".encode())


def place_of(url: str, suffix: str) -> Path:
    """Where a file of this kind lies: beside the database, or in CVD's folder under its name."""
    if url.startswith(database_file.SQLITE_PREFIX):
        path = database_file.path_of(url)
        return path.with_name(f"{path.name}.{suffix}")
    name = urlsplit(url).path.strip("/").replace("/", "-") or "postgresql"
    return PROJECT / f"{name}.{suffix}"
