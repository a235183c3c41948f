"""Where names of people are written as text, beside the audit log: each column, in one list.

A column that is missing here is found by the test that looks for an erased name everywhere.
"""

from __future__ import annotations

from db import Database

# What somebody did has their username beside their number; each statement changes a few rows.
REPLACE = (
    """
    UPDATE visits SET username = :username WHERE id IN (
        SELECT id FROM visits WHERE user_id = :user_id AND username <> :username
        LIMIT CAST(:most AS bigint))
    """,
    """
    UPDATE skips SET username = :username WHERE id IN (
        SELECT id FROM skips WHERE user_id = :user_id AND username <> :username
        LIMIT CAST(:most AS bigint))
    """,
    """
    UPDATE slot_changes SET username = :username WHERE id IN (
        SELECT id FROM slot_changes WHERE user_id = :user_id AND username <> :username
        LIMIT CAST(:most AS bigint))
    """,
    """
    UPDATE mass_changes SET username = :username WHERE id IN (
        SELECT id FROM mass_changes WHERE user_id = :user_id AND username <> :username
        LIMIT CAST(:most AS bigint))
    """,
    """
    UPDATE planned_changes SET username = :username WHERE id IN (
        SELECT id FROM planned_changes WHERE user_id = :user_id AND username <> :username
        LIMIT CAST(:most AS bigint))
    """,
    """
    UPDATE planogram_changes SET username = :username WHERE id IN (
        SELECT id FROM planogram_changes WHERE user_id = :user_id AND username <> :username
        LIMIT CAST(:most AS bigint))
    """,
    """
    UPDATE files SET username = :username WHERE id IN (
        SELECT id FROM files WHERE user_id = :user_id AND username <> :username
        LIMIT CAST(:most AS bigint))
    """,
    """
    UPDATE tickets SET username = :username WHERE id IN (
        SELECT id FROM tickets WHERE user_id = :user_id AND username <> :username
        LIMIT CAST(:most AS bigint))
    """,
    """
    UPDATE ticket_entries SET username = :username WHERE id IN (
        SELECT id FROM ticket_entries WHERE user_id = :user_id AND username <> :username
        LIMIT CAST(:most AS bigint))
    """,
    """
    UPDATE count_acknowledgements SET seen_by_name = :username WHERE visit_id IN (
        SELECT visit_id FROM count_acknowledgements
        WHERE seen_by = :user_id AND seen_by_name <> :username
        LIMIT CAST(:most AS bigint))
    """,
    """
    UPDATE dex_sources SET name = :username WHERE id IN (
        SELECT id FROM dex_sources
        WHERE kind = 'person' AND mark = CAST(:user_id AS TEXT) AND name <> :username
        LIMIT CAST(:most AS bigint))
    """,
)


def replace_some(db: Database, *, user_id: int, username: str, most: int) -> int:
    """Put `username` in place of what a user was called, in `most` rows of each; in how many."""
    changed = {"user_id": user_id, "username": username, "most": most}
    return sum(db.execute(sql, changed).rowcount for sql in REPLACE)
