"""What of DEX reads goes after its time: bytes, refused files, and what became of batches.

The books need none of it: what they rest on is in rows of its own. Bytes are only looked at
again, and read anew when a release reads DEX better.
"""

from __future__ import annotations

from db import Database, Row, json_list, one, scalar

# Ids rise with the time of arrival, so that contents are walked along their own key.
NEWEST_PAST = """
    SELECT id FROM dex_reads WHERE received_at < :before
    ORDER BY received_at DESC, id DESC LIMIT 1
"""
# What waits for somebody is needed then, and the last read of a machine to set its slots up.
PAST_CONTENTS = """
    SELECT c.dex_read_id FROM dex_contents c
    JOIN dex_reads r ON r.id = c.dex_read_id
    WHERE c.dex_read_id <= :newest AND r.received_at < :before AND r.position IS NOT NULL
      AND (r.held_reason IS NULL OR r.accepted_at IS NOT NULL)
      AND EXISTS (
          SELECT 1 FROM dex_reads later
          WHERE later.device_id = r.device_id AND later.position > r.position
      )
    ORDER BY c.dex_read_id
    LIMIT CAST(:most AS bigint)
"""
COUNT_CONTENTS = f"SELECT count(*) FROM ({PAST_CONTENTS}) AS past"
REMOVE_CONTENTS = f"DELETE FROM dex_contents WHERE dex_read_id IN ({PAST_CONTENTS})"
PAST_FILES = """
    SELECT id FROM quarantined_files WHERE received_at < :before
    ORDER BY id LIMIT CAST(:most AS bigint)
"""
COUNT_FILES = f"SELECT count(*) FROM ({PAST_FILES}) AS past"
REMOVE_FILES = f"DELETE FROM quarantined_files WHERE id IN ({PAST_FILES})"
PAST_BATCHES = """
    SELECT id FROM dex_batches WHERE created_at < :before
    ORDER BY created_at, id LIMIT CAST(:most AS bigint)
"""
COUNT_BATCHES = f"SELECT count(*) FROM ({PAST_BATCHES}) AS past"
FORGET_FILES = """
    DELETE FROM dex_batch_files
    WHERE batch_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
FORGET_BATCHES = """
    DELETE FROM dex_batches WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
IS_PAST = """
    SELECT 1 FROM dex_reads r
    LEFT JOIN dex_contents c ON c.dex_read_id = r.id
    WHERE r.device_id = :device_id AND r.position IS NOT NULL AND c.dex_read_id IS NULL
    LIMIT 1
"""
# A batch has up to 10,000 files.
BATCHES_AT_ONCE = 5


def count_contents(db: Database, before: str, most: int) -> int:
    """How many reads that arrived before then could do without their bytes, `most` at most."""
    return int(scalar(db, COUNT_CONTENTS, _contents(db, before, most)))


def remove_contents(db: Database, before: str, most: int) -> int:
    """Remove the bytes of the oldest of them, `most` at once; of how many."""
    return db.execute(REMOVE_CONTENTS, _contents(db, before, most)).rowcount


def is_past(db: Database, device_id: int) -> bool:
    """Whether bytes of a device's reads were removed."""
    return scalar(db, IS_PAST, {"device_id": device_id}) is not None


def count_files(db: Database, before: str, most: int) -> int:
    """How many refused files arrived before then, `most` at most."""
    return int(scalar(db, COUNT_FILES, {"before": before, "most": most}))


def remove_files(db: Database, before: str, most: int) -> int:
    """Remove the oldest of them, `most` at once; how many."""
    return db.execute(REMOVE_FILES, {"before": before, "most": most}).rowcount


def count_batches(db: Database, before: str, most: int) -> int:
    """How many batches arrived before then, `most` at most."""
    return int(scalar(db, COUNT_BATCHES, {"before": before, "most": most}))


def remove_batches(db: Database, before: str, most: int) -> int:
    """Remove a few of the oldest, whatever became of their files; how many."""
    asked = {"before": before, "most": min(most, BATCHES_AT_ONCE)}
    ids = json_list(row["id"] for row in list(db.query(PAST_BATCHES, asked)))
    db.execute(FORGET_FILES, {"ids": ids})
    return db.execute(FORGET_BATCHES, {"ids": ids}).rowcount


def _contents(db: Database, before: str, most: int) -> Row:
    newest = one(db, NEWEST_PAST, {"before": before})
    return {"before": before, "newest": newest["id"] if newest else 0, "most": most}
