-- Who may work here, and how they prove it.
-- A session's token and the setup token are stored as SHA-256 only: whoever reads the
-- database, or a backup of it, cannot sign in with what is found there.

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL,
    display_name TEXT NOT NULL,
    email TEXT,
    role TEXT NOT NULL CHECK (role IN ('admin', 'manager', 'driver', 'viewer')),
    password_hash TEXT NOT NULL,
    password_change_due_at TEXT, -- set while the password is a one-time one
    disabled_at TEXT,
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE UNIQUE INDEX users_username ON users (lower(username));

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL REFERENCES users (id),
    created_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL
) STRICT;

CREATE INDEX sessions_user ON sessions (user_id);

-- One row per account and one per address that failed to sign in lately.
CREATE TABLE login_failures (
    subject TEXT NOT NULL PRIMARY KEY, -- 'account:…' or 'address:…'
    failures INTEGER NOT NULL,
    last_failed_at TEXT NOT NULL,
    blocked_until TEXT NOT NULL
) STRICT;

CREATE TABLE setup_tokens (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    token_hash TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    company TEXT NOT NULL,
    currency TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    locale TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

-- The first answer to a POST, so that the same request sent again changes nothing.
CREATE TABLE idempotency_keys (
    user_id INTEGER NOT NULL REFERENCES users (id),
    idempotency_key TEXT NOT NULL,
    operation TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (user_id, idempotency_key)
) STRICT;

CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
