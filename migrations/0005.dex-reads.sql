-- What machines reported. A read is stored with its bytes, so that every figure can be
-- derived again; dex_selections holds the odometers of reads that are in the books.

CREATE TABLE dex_reads (
    id INTEGER PRIMARY KEY,
    device_id INTEGER REFERENCES devices (id),
    status TEXT NOT NULL CHECK (status IN ('booked', 'baseline', 'damaged', 'unassigned')),
    position TEXT, -- place among the device's reads; null while not in the books
    read_at TEXT NOT NULL,
    clock TEXT NOT NULL CHECK (clock IN ('id5', 'ea3', 'counters', 'receipt')),
    received_at TEXT NOT NULL,
    received_by INTEGER,
    last_seen_at TEXT NOT NULL, -- when the same bytes arrived last
    filename TEXT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    crc TEXT NOT NULL CHECK (crc IN ('valid', 'invalid', 'absent')),
    serial TEXT,
    asset TEXT,
    total_count_init INTEGER,
    total_value_init_cents INTEGER,
    cash_box_init_cents INTEGER,
    units INTEGER NOT NULL DEFAULT 0,
    amount_cents INTEGER NOT NULL DEFAULT 0,
    held_reason TEXT, -- why its sales are not booked until a manager accepts it
    accepted_at TEXT,
    accepted_by INTEGER,
    warnings TEXT NOT NULL, -- JSON: plain sentences
    faults TEXT NOT NULL, -- JSON: [{"code", "meaning"}], active at the read
    CHECK (device_id IS NOT NULL OR status IN ('unassigned', 'damaged')),
    CHECK ((position IS NULL) = (status IN ('damaged', 'unassigned')))
) STRICT;

CREATE INDEX dex_reads_device ON dex_reads (device_id, position);
CREATE INDEX dex_reads_of_device ON dex_reads (device_id, id);
CREATE INDEX dex_reads_held ON dex_reads (id) WHERE held_reason IS NOT NULL AND accepted_at IS NULL;
CREATE INDEX dex_reads_received ON dex_reads (received_at, id);
CREATE INDEX dex_reads_status ON dex_reads (status, id);

CREATE TABLE dex_contents (
    dex_read_id INTEGER NOT NULL PRIMARY KEY REFERENCES dex_reads (id),
    content BLOB NOT NULL -- zlib
) STRICT;

CREATE TABLE dex_selections (
    dex_read_id INTEGER NOT NULL REFERENCES dex_reads (id),
    device_id INTEGER NOT NULL REFERENCES devices (id),
    selection TEXT NOT NULL,
    position TEXT NOT NULL,
    read_at TEXT NOT NULL,
    price_cents INTEGER,
    count_init INTEGER,
    value_init_cents INTEGER,
    PRIMARY KEY (dex_read_id, selection)
) STRICT;

CREATE UNIQUE INDEX dex_selections_chain ON dex_selections (device_id, selection, position);

CREATE TABLE quarantined_files (
    id INTEGER PRIMARY KEY,
    filename TEXT NOT NULL,
    received_at TEXT NOT NULL,
    received_by INTEGER,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    line INTEGER NOT NULL,
    reason TEXT NOT NULL,
    content BLOB NOT NULL -- zlib
) STRICT;
