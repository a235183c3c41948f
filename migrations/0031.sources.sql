-- Where audits come from, and what became of them by day: a source that falls silent is noticed.
-- mark tells two of a kind apart, also when an id is used again: the id and prefix of a key, the
-- id of a person, the folder of an inbox.
CREATE TABLE dex_sources (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('key', 'inbox', 'person', 'console')),
    mark TEXT NOT NULL,
    name TEXT NOT NULL,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    last_error TEXT,
    last_error_at TEXT,
    UNIQUE (kind, mark)
) STRICT;

-- Audits of a day in the operator's time zone. waiting are those of received that needed a look
-- when they came; known ones were there already.
CREATE TABLE dex_source_days (
    source_id INTEGER NOT NULL REFERENCES dex_sources (id),
    day TEXT NOT NULL,
    received INTEGER NOT NULL DEFAULT 0,
    known INTEGER NOT NULL DEFAULT 0,
    waiting INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, day)
) STRICT;

ALTER TABLE dex_reads ADD COLUMN source_id INTEGER;
CREATE INDEX dex_reads_source ON dex_reads (source_id, id) WHERE source_id IS NOT NULL;

-- Many audits that were sent at once, until they are booked; the content of a file goes with it.
CREATE TABLE dex_batches (
    id INTEGER PRIMARY KEY,
    filename TEXT NOT NULL,
    source_id INTEGER REFERENCES dex_sources (id),
    job_id INTEGER,
    files INTEGER NOT NULL,
    user_id INTEGER REFERENCES users (id),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE dex_batch_files (
    batch_id INTEGER NOT NULL REFERENCES dex_batches (id),
    number INTEGER NOT NULL,
    filename TEXT NOT NULL,
    size INTEGER NOT NULL,
    content BLOB,
    outcome TEXT CHECK (
        outcome IN ('booked', 'baseline', 'held', 'duplicate', 'damaged', 'unassigned', 'refused')
    ),
    note TEXT NOT NULL DEFAULT '',
    dex_read_id INTEGER REFERENCES dex_reads (id),
    PRIMARY KEY (batch_id, number)
) STRICT;

CREATE INDEX dex_batch_files_waiting ON dex_batch_files (batch_id, number) WHERE outcome IS NULL;
CREATE INDEX dex_batches_created ON dex_batches (created_at);

-- The watched folder as it was found last, and who is looking after it.
CREATE TABLE dex_inbox (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    folder TEXT NOT NULL,
    problem TEXT,
    looked_at TEXT NOT NULL,
    holder TEXT,
    held_until TEXT
) STRICT;
