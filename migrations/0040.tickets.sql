-- What people notice and promise stands where the next one looks for it: a note, a task or
-- something wrong, of one device, location or order; and how long a machine was down.
CREATE TABLE tickets (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL
        CHECK (kind IN ('note', 'task', 'fault', 'damage', 'complaint', 'other')),
    status TEXT NOT NULL CHECK (status IN ('noted', 'open', 'in_progress', 'done')),
    device_id INTEGER REFERENCES devices (id),
    location_id INTEGER REFERENCES locations (id),
    service_order_id INTEGER REFERENCES service_orders (id),
    text TEXT NOT NULL,
    due_on TEXT, -- the operator's local day
    assignee_id INTEGER REFERENCES users (id),
    down_since TEXT,
    up_since TEXT, -- null while the machine is down
    code TEXT, -- the DEX event, where audits tell of it
    seen_count INTEGER NOT NULL DEFAULT 0, -- in so many audits
    first_seen_at TEXT,
    last_seen_at TEXT,
    over_at TEXT, -- the first audit behind them that does not tell of it
    handled_at TEXT, -- when a person first did something with it; null: only audits have
    user_id INTEGER,
    username TEXT, -- null: an audit opened it
    created_at TEXT NOT NULL,
    done_at TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (
        CASE WHEN device_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN location_id IS NULL THEN 0 ELSE 1 END
        + CASE WHEN service_order_id IS NULL THEN 0 ELSE 1 END = 1
    ),
    CHECK ((kind = 'note') = (status = 'noted')),
    CHECK ((status = 'done') = (done_at IS NOT NULL)),
    CHECK (down_since IS NULL OR device_id IS NOT NULL),
    CHECK (up_since IS NULL OR (down_since IS NOT NULL AND up_since >= down_since)),
    CHECK (
        code IS NULL
        OR (device_id IS NOT NULL AND first_seen_at IS NOT NULL AND last_seen_at IS NOT NULL)
    )
) STRICT;

CREATE INDEX tickets_due ON tickets (COALESCE(due_on, '9999-12-31'), id);
CREATE INDEX tickets_status_due ON tickets (status, COALESCE(due_on, '9999-12-31'), id);
CREATE INDEX tickets_open_due ON tickets (COALESCE(due_on, '9999-12-31'), id)
    WHERE done_at IS NULL AND kind <> 'note';
CREATE INDEX tickets_open ON tickets (id) WHERE done_at IS NULL AND kind <> 'note';
CREATE INDEX tickets_open_kind ON tickets (kind, COALESCE(due_on, '9999-12-31'), id)
    WHERE done_at IS NULL AND kind <> 'note';
CREATE INDEX tickets_assignee ON tickets (assignee_id, COALESCE(due_on, '9999-12-31'), id)
    WHERE assignee_id IS NOT NULL;
CREATE INDEX tickets_device ON tickets (device_id, id) WHERE device_id IS NOT NULL;
CREATE INDEX tickets_location ON tickets (location_id, id) WHERE location_id IS NOT NULL;
CREATE INDEX tickets_order ON tickets (service_order_id, id) WHERE service_order_id IS NOT NULL;
CREATE INDEX tickets_code ON tickets (device_id, code, first_seen_at) WHERE code IS NOT NULL;
CREATE INDEX tickets_outages ON tickets (device_id, down_since) WHERE down_since IS NOT NULL;
CREATE INDEX tickets_down ON tickets (COALESCE(due_on, '9999-12-31'), id)
    WHERE down_since IS NOT NULL AND up_since IS NULL;
CREATE INDEX tickets_up ON tickets (up_since, device_id, down_since) WHERE up_since IS NOT NULL;
CREATE INDEX tickets_done ON tickets (done_at, id) WHERE done_at IS NOT NULL;
CREATE INDEX tickets_author ON tickets (user_id, id) WHERE user_id IS NOT NULL;

-- What people say of a ticket, and what they change in it.
CREATE TABLE ticket_entries (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    text TEXT NOT NULL, -- empty where it only changes something
    changes TEXT NOT NULL, -- JSON: [{"field", "from", "to"}]
    user_id INTEGER,
    username TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE INDEX ticket_entries_ticket ON ticket_entries (ticket_id, id);
CREATE INDEX ticket_entries_author ON ticket_entries (user_id, id);

-- What a machine told of itself, for its history.
CREATE INDEX dex_reads_faults ON dex_reads (device_id, read_at) WHERE faults <> '[]';

-- A ticket has photos too. SQLite changes no CHECK: the table is built anew.
CREATE TABLE files_new (
    id INTEGER PRIMARY KEY,
    noun TEXT NOT NULL CHECK (noun IN ('device', 'product', 'visit', 'ticket')),
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

-- null: for ever.
ALTER TABLE retention ADD COLUMN ticket_days INTEGER;
