"""Redactions: names that are taken out of the audit log, so that it still proves what it did.

An entry keeps its place in the chain and the seal that it had. Beside it stands a second seal
(second_seals.py), by the key that seals the log, over that seal and what the entry says now: who
has no key can change no entry under the cover of a redaction (seals.py looks at both).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from db import Database, Key, Row
from errors import Unavailable
from records import seals, second_seals
from records.second_seals import key_name

KEEP = """
    INSERT INTO audit_redactions (entry_id, seal) VALUES (:id, :redaction)
    ON CONFLICT (entry_id) DO UPDATE SET seal = excluded.seal
"""
REPLACE = "UPDATE audit_entries SET username = :username, changes = :changes WHERE id = :id"


def replace(db: Database, entries: Iterable[tuple[Row, str, str]]) -> None:
    """Let entries (as `seals.page` gives them) say another username and other changes.

    One that was not whole before stays broken. Raises Unavailable without the key that seals the
    log, and without one that would show whether an entry is whole. The caller has locked the chain.
    """
    keys = _by_name(db.audit.keys())
    newest = key_name(seals.head(db).seal)
    key = _at_hand(db, keys, newest)
    rows = []
    for entry, username, changes in entries:
        shown = seals.shown_of(entry, keys, newest)
        if shown.away:
            _at_hand(db, keys, shown.away)
        row = {**entry, "username": username, "changes": changes}
        row["redaction"] = (
            key.seal(seals.redacted_content(row)) if shown.is_whole else second_seals.BROKEN
        )
        rows.append(row)
    db.executemany(KEEP, [_part(row, "id", "redaction") for row in rows])
    db.executemany(REPLACE, [_part(row, "id", "username", "changes") for row in rows])


def seal_anew(db: Database, *, before: str, after: str) -> None:
    """Seal every redaction with the key that seals from now on, in place of the one before.

    `before` and `after` are seals by the two; the caller has locked the chain.
    """
    keys = _by_name(db.audit.keys())
    by, key = key_name(before), keys[key_name(after)]
    last_id = 0
    while rows := seals.redacted_page(db, after=last_id):
        last_id = rows[-1]["id"]
        for row in rows:
            content = seals.redacted_content(row)
            row["redaction"] = second_seals.anew(row["redaction"], content, keys, by=by, key=key)
        db.executemany(KEEP, [_part(row, "id", "redaction") for row in rows])


def _by_name(keys: Iterable[Key]) -> dict[str, Key]:
    return {key.name: key for key in keys}


def _at_hand(db: Database, keys: Mapping[str, Key], name: str) -> Key:
    if name not in keys:
        raise Unavailable(
            f"The key {name or 'of the audit log'} is not in {db.audit.keys_path}, so no name can "
            "be taken out of what it sealed: bring the file back from a copy, then try again."
        )
    return keys[name]


def _part(row: Row, *names: str) -> Row:
    return {name: row[name] for name in names}
