-- Changes of many rows of a list at once: what was asked for, and of each row what it was and
-- became, so that all of it can be taken back together while nobody changed a row since.
CREATE TABLE mass_changes (
    id INTEGER PRIMARY KEY,
    noun TEXT NOT NULL CHECK (noun IN ('device', 'product', 'route', 'slot')),
    kind TEXT NOT NULL,
    field TEXT NOT NULL,
    change TEXT NOT NULL, -- JSON: the change as it was asked for
    target TEXT, -- how what all rows got was called then; null where each got its own
    changed_rows INTEGER NOT NULL CHECK (changed_rows > 0),
    user_id INTEGER,
    username TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    undone_at TEXT
) STRICT;

-- The parts go after a while; the audit log has them for ever.
CREATE INDEX mass_changes_time ON mass_changes (changed_at);

CREATE TABLE mass_change_parts (
    id INTEGER PRIMARY KEY,
    mass_change_id INTEGER NOT NULL REFERENCES mass_changes (id),
    noun_id INTEGER NOT NULL,
    name TEXT NOT NULL, -- as it was called then: T-1000, or T-1000 A1 for a slot
    holder_id INTEGER NOT NULL, -- what has the version: the row itself, for a slot its cabinet
    version INTEGER NOT NULL, -- of the holder, once it was changed
    was TEXT NOT NULL, -- JSON: the columns that changed
    became TEXT NOT NULL
) STRICT;

CREATE INDEX mass_change_parts_change ON mass_change_parts (mass_change_id, id);
