-- Who did what, from what to what: append-only, each entry sealed with the hash of the
-- one before it. The ids come from the chain, so a gap is a missing entry.

CREATE TABLE audit_entries (
    id INTEGER PRIMARY KEY,
    occurred_at TEXT NOT NULL,
    user_id INTEGER,
    username TEXT NOT NULL,
    action TEXT NOT NULL,
    noun TEXT NOT NULL,
    noun_id INTEGER,
    changes TEXT NOT NULL, -- JSON: [{"field", "from", "to"}]
    request_id TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE INDEX audit_entries_noun ON audit_entries (noun, id);
CREATE INDEX audit_entries_noun_id ON audit_entries (noun_id, noun, id);
CREATE INDEX audit_entries_user ON audit_entries (user_id, id);
CREATE INDEX audit_entries_action ON audit_entries (action, id);
CREATE INDEX audit_entries_occurred ON audit_entries (occurred_at, id);
