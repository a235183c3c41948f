-- Programs get in by keys of their own. A key is kept as SHA-256 only, like the token of a
-- session; its first letters stay readable, so that one that was found somewhere is known.
CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    key_hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL, -- with a blank between
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    last_used_at TEXT,
    last_address TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX api_keys_user ON api_keys (user_id);
