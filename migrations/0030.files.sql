-- Photos and other files that belong to a noun. What is in them lies in the store of files,
-- named by its SHA-256; sent_sha256 is that of the file as it arrived, before it was made safe.
CREATE TABLE files (
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

-- The same file sent twice is kept once.
CREATE UNIQUE INDEX files_sent ON files (noun, noun_id, sent_sha256) WHERE removed_at IS NULL;
CREATE INDEX files_removed ON files (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX files_content ON files (sha256);
