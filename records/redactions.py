"""Redactions: names that are taken out of the audit log, so that it still proves what it did.

An entry keeps its place in the chain and the seal that it had. Beside it stands another seal,
by the newest key, over that seal and what the entry says now: who has no key can change no
entry under the cover of a redaction (seals.py looks at both).
"""

from __future__ import annotations

from collections.abc import Iterable

from db import Database, Row
from errors import Unavailable
from records import seals

KEEP = """
    INSERT INTO audit_redactions (entry_id, seal) VALUES (:id, :redaction)
    ON CONFLICT (entry_id) DO UPDATE SET seal = excluded.seal
"""
REPLACE = "UPDATE audit_entries SET username = :username, changes = :changes WHERE id = :id"


def replace(db: Database, entries: Iterable[tuple[Row, str, str]]) -> None:
    """Let entries (as `seals.page` gives them) say another username and other changes.

    One that was not whole before stays broken. Raises Unavailable without a key.
    """
    keys = db.audit.keys()
    if not keys:
        raise Unavailable(
            f"There is no key of the audit log at {db.audit.keys_path}, so no name can be taken "
            "out of it: bring the file back from a copy, then try again."
        )
    rows = []
    for entry, username, changes in entries:
        is_whole = seals.is_whole(entry, keys)
        row = {**entry, "username": username, "changes": changes}
        row["redaction"] = keys[-1].seal(seals.redacted_content(row)) if is_whole else ""
        rows.append(row)
    db.executemany(KEEP, [_part(row, "id", "redaction") for row in rows])
    db.executemany(REPLACE, [_part(row, "id", "username", "changes") for row in rows])


def _part(row: Row, *names: str) -> Row:
    return {name: row[name] for name in names}
