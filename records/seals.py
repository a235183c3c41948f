"""The chain of the audit log: how an entry is sealed, and what the seals show.

Each entry carries the seal of the one before and its own: an HMAC over both, with a
key that lies outside of the database (audit_files.py), as `<name of the key>:<hex>`.
Ids come from the chain, so a gap is a missing entry. An entry out of which a name was taken
keeps its seal, and has a second one (second_seals.py), which each new key seals anew. Entries
from before there was a key carry a plain SHA-256, which anybody can make anew. The first entry
with a key, the anchor, is sealed upon the last of them and holds them from then on. A chain whose
end was cut off is still whole: only the head, which is kept outside as well, shows the cut.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson

import clock
from db import FIRST_SEAL, AuditFiles, Database, Head, Key, Row, one, scalar
from records import second_seals
from records.second_seals import Shown, key_name

BATCH = 1000
CHANGED = "Its content is not what was sealed."
PAGE = """
    SELECT a.id, a.occurred_at, a.user_id, a.username, a.action, a.noun, a.noun_id, a.changes,
        a.request_id, a.previous_hash, a.hash, r.seal AS redaction
    FROM audit_entries a
    LEFT JOIN audit_redactions r ON r.entry_id = a.id
    WHERE a.id > :after
    ORDER BY a.id
    LIMIT CAST(:most AS bigint)
"""
REDACTED = """
    SELECT a.id, a.occurred_at, a.user_id, a.username, a.action, a.noun, a.noun_id, a.changes,
        a.request_id, a.previous_hash, a.hash, r.seal AS redaction
    FROM audit_redactions r
    JOIN audit_entries a ON a.id = r.entry_id
    WHERE r.entry_id > :after
    ORDER BY r.entry_id
    LIMIT CAST(:most AS bigint)
"""
# What is sealed, in the order in which it is written.
SEALED = (
    "id",
    "occurred_at",
    "user_id",
    "username",
    "action",
    "noun",
    "noun_id",
    "changes",
    "request_id",
)


def sealed(db: Database, entries: list[Row], *, rotates: bool = False) -> list[Row]:
    """The next rows of the chain, which the caller has locked; a new key begins with its anchor."""
    last = head(db)
    key = db.audit.sealing_key(last.seal)
    if key is None or rotates:
        key = db.audit.add_key(last.entries + 1)
        if last.entries or rotates:
            entries = [_anchor(last, key), *entries]
    if last.entries and db.audit.is_due:
        db.audit.keep_soon(last, partial(holds, db))
    previous = last.seal
    rows = []
    for number, entry in enumerate(entries, start=last.entries + 1):
        row = {**entry, "id": number, "occurred_at": last.at, "previous_hash": previous}
        previous = row["hash"] = key.seal(_content(row))
        rows.append(row)
    return rows


def head(db: Database) -> Head:
    """How far the log goes now."""
    last = one(db, "SELECT id, hash FROM audit_entries ORDER BY id DESC LIMIT 1")
    if last is None:
        return Head(0, FIRST_SEAL, clock.now())
    return Head(last["id"], last["hash"], clock.now())


def holds(db: Database, kept: Head) -> bool:
    """Whether the log goes on from a head that was kept."""
    if kept.entries == 0:
        return True
    found = scalar(db, "SELECT hash FROM audit_entries WHERE id = :id", {"id": kept.entries})
    return bool(found == kept.seal)


def verify(db: Database) -> dict[str, Any]:
    """What the seals and the kept head show, as `audit_service.get_verification` answers it."""
    walk = _Walk(db.audit, key_name(head(db).seal))
    kept = unreadable = None
    try:
        kept = db.audit.kept_head()
    except ValueError as error:
        unreadable = str(error)
    broken = walk.along(db, kept) or walk.end(kept)
    if unreadable is not None:
        walk.doubts.append(unreadable)
    elif kept is None and walk.is_keyed:
        walk.doubts.append(
            f"No head is kept at {db.audit.head_path}: whether the end was cut off cannot be "
            "shown. One is kept from now on while CVD serves."
        )
    found = {
        "ok": broken is None,
        "entries": walk.entries,
        "redacted": walk.redacted,
        "seal": walk.seal,
        "kept": kept and {"entries": kept.entries, "at": kept.at},
        "doubts": [*walk.doubts, *walk.doubts_of_keys()],
    }
    return found if broken is None else {**found, "broken_id": broken[0], "reason": broken[1]}


@dataclass
class _Walk:
    """One walk along the chain, from its first entry on."""

    audit: AuditFiles
    # The name of the key that seals the log now: no other takes a name out of an entry.
    newest: str
    entries: int = 0
    redacted: int = 0
    seal: str = FIRST_SEAL
    doubts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        known = self.audit.keys()
        self.keys = {key.name: (age, key) for age, key in enumerate(known)}
        self._begins = [key.from_entry for key in known]
        self._age = -1
        self._plain = 0
        self._unknown: dict[str, list[int]] = {}
        # Of a redaction: the first entry that has one by this key, which is not at hand.
        self._lost: dict[str, int] = {}

    @property
    def is_keyed(self) -> bool:
        """Whether it is sealed with a key, be that lost."""
        return bool(self.keys or self._unknown)

    def along(self, db: Database, kept: Head | None) -> tuple[int, str] | None:
        """Walk to the end; the first broken entry and why, if there is one."""
        for row in _entries(db):
            reason = self._broken(row)
            if reason is None and kept and kept.entries == row["id"] and kept.seal != row["hash"]:
                reason = (
                    f"It is not the entry that was the last one at {kept.at}, by the kept head."
                )
            if reason:
                return self.entries + 1, reason
            self.entries, self.seal = row["id"], row["hash"]
        return None

    def end(self, kept: Head | None) -> tuple[int, str] | None:
        """Whether the end that was reached is the one there should be."""
        if kept is not None and kept.entries > self.entries:
            return self.entries + 1, (
                f"At {kept.at} there were {kept.entries} entries, by the kept head: the end was "
                "cut off, or an older database was put in place of this one."
            )
        if kept is None and self._begins and self.entries < self._begins[-1] - 1:
            return self.entries + 1, (
                f"There were {self._begins[-1] - 1} entries when the last key was made: the end "
                "was cut off, or an older database was put in place of this one."
            )
        return None

    def doubts_of_keys(self) -> Iterator[str]:
        """What no key at hand can show."""
        if self._plain:
            yield (
                f"Entries 1 to {self._plain} were written before there was a key: that nobody "
                "with the database changed them before then cannot be shown."
            )
        if self.keys and self._age + 1 < len(self.keys) and self._begins[-1] <= self.entries:
            yield (
                f"A key was made when there were {self._begins[-1] - 1} entries, but it sealed "
                "none: its making broke off, or the log was sealed anew with an older key."
            )
        for name, (first, last) in self._unknown.items():
            yield (
                f"Entries {first} to {last} were sealed with the key {name}, which is not in "
                f"{self.audit.keys_path}: bring the file back from a copy to have them verified."
            )

        for name, entry_id in self._lost.items():
            yield (
                f"Names were taken out of entries, of {entry_id} first, with the key {name}, which "
                f"is not in {self.audit.keys_path}: bring the file back from a copy to have them "
                "verified."
            )

    def _broken(self, row: Row) -> str | None:
        if row["id"] != self.entries + 1:
            return "This entry is missing."
        if row["previous_hash"] != self.seal:
            return "The entry before it is not the one it was sealed upon."
        name, colon, _ = row["hash"].partition(":")
        if not colon:
            return self._broken_plain(row)
        if name not in self.keys:
            self._unknown.setdefault(name, [row["id"], row["id"]])[1] = row["id"]
            return self._broken_content(row, None)
        return self._broken_sealed(row, *self.keys[name])

    def _broken_content(self, row: Row, key: Key | None) -> str | None:
        """By the key of its seal (None: not at hand), or by that of its redaction."""
        if row["redaction"] is None:
            is_sealed = key is None or hmac.compare_digest(row["hash"], key.seal(_content(row)))
            return None if is_sealed else CHANGED
        self.redacted += 1
        shown = redaction_of(row, {name: key for name, (_, key) in self.keys.items()}, self.newest)
        if shown.away:
            self._lost.setdefault(shown.away, row["id"])
        return None if shown.is_whole else CHANGED

    def _broken_plain(self, row: Row) -> str | None:
        if self._age >= 0 or self._unknown or (self._begins and row["id"] >= self._begins[0]):
            return "It is not sealed with a key, as those of its time are."
        if row["redaction"] is not None:
            broken = self._broken_content(row, None)
        else:
            broken = None if row["hash"] == _plain_seal(row) else CHANGED
        if broken is None:
            self._plain = row["id"]
        return broken

    def _broken_sealed(self, row: Row, age: int, key: Key) -> str | None:
        if age < self._age:
            return "It is sealed with a key of an earlier time."
        self._age = age
        return self._broken_content(row, key)


def shown_of(row: Row, keys: Mapping[str, Key], newest: str) -> Shown:
    """Whether an entry, as `page` gives it, says what was sealed; `newest` names the key that
    seals the log now."""
    if row["redaction"] is not None:
        return redaction_of(row, keys, newest)
    name = key_name(row["hash"])
    if not name:
        return Shown(row["hash"] == _plain_seal(row))
    if name not in keys:
        return Shown(is_whole=True, away=name)
    return Shown(hmac.compare_digest(row["hash"], keys[name].seal(_content(row))))


def redaction_of(row: Row, keys: Mapping[str, Key], newest: str) -> Shown:
    """What the second seal of an entry shows."""
    return second_seals.look(row["redaction"], redacted_content(row), keys, by=newest)


def redacted_content(row: Row) -> bytes:
    """What the seal of a redaction is over: the seal that the entry had, and what it says now."""
    had: str = row["hash"]
    return b"redacted " + had.encode() + _content(row)


def page(db: Database, *, after: int, most: int = BATCH) -> list[Row]:
    """The entries behind one, oldest first, with all that is sealed and `redaction`, the second
    seal of one out of which a name was taken."""
    return list(db.query(PAGE, {"after": after, "most": most}))


def redacted_page(db: Database, *, after: int, most: int = BATCH) -> list[Row]:
    """As `page`, of those alone out of which a name was taken."""
    return list(db.query(REDACTED, {"after": after, "most": most}))


def _plain_seal(row: Row) -> str:
    return hashlib.sha256(_content(row)).hexdigest()


def _anchor(last: Head, key: Key) -> Row:
    """The entry with which a key begins: it names what it holds."""
    changes = [
        {"field": "key", "from": None, "to": key.name},
        {"field": "entries", "from": None, "to": last.entries},
        {"field": "seal", "from": None, "to": last.seal},
    ]
    return {
        "user_id": None,
        "username": "console",
        "action": "audit_key.created",
        "noun": "audit_key",
        "noun_id": None,
        "changes": orjson.dumps(changes).decode(),
        "request_id": "console",
    }


def _content(row: Row) -> bytes:
    previous: str = row["previous_hash"]
    return previous.encode() + orjson.dumps([row[name] for name in SEALED])


def _entries(db: Database) -> Iterator[Row]:
    last_id = 0
    while rows := page(db, after=last_id):
        yield from rows
        last_id = rows[-1]["id"]
