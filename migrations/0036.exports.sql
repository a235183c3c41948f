-- Lists that a job writes into a file for somebody: what was asked for, and once it is made, the
-- mark under which its parts lie in the store of files. They go after a day.
CREATE TABLE exports (
    id INTEGER PRIMARY KEY,
    operation TEXT NOT NULL,
    query TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    job_id INTEGER,
    mark TEXT,
    parts INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER,
    created_at TEXT NOT NULL,
    made_at TEXT
) STRICT;

CREATE INDEX exports_user ON exports (user_id, id);
