-- Notes, tasks and tickets, what was said of them, and their photos cannot be brought back: take a
-- backup first.
ALTER TABLE retention DROP COLUMN ticket_days;

DROP INDEX dex_reads_faults;

DELETE FROM files WHERE noun = 'ticket';
DELETE FROM search_grams WHERE noun = 'ticket';

CREATE TABLE files_new (
    id INTEGER PRIMARY KEY,
    noun TEXT NOT NULL CHECK (noun IN ('device', 'product', 'visit')),
    noun_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    sent_sha256 TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    thumbnail_160 TEXT NOT NULL,
    thumbnail_1024 TEXT NOT NULL,
    user_id INTEGER,
    username TEXT NOT NULL,
    created_at TEXT NOT NULL,
    removed_at TEXT
) STRICT;

INSERT INTO files_new (id, noun, noun_id, name, media_type, bytes, sha256, sent_sha256,
    width, height, thumbnail_160, thumbnail_1024, user_id, username, created_at, removed_at)
SELECT id, noun, noun_id, name, media_type, bytes, sha256, sent_sha256,
    width, height, thumbnail_160, thumbnail_1024, user_id, username, created_at, removed_at
FROM files;

DROP TABLE files;
ALTER TABLE files_new RENAME TO files;

CREATE UNIQUE INDEX files_sent ON files (noun, noun_id, sent_sha256) WHERE removed_at IS NULL;
CREATE INDEX files_removed ON files (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX files_content ON files (sha256);

DROP TABLE ticket_entries;
DROP TABLE tickets;
