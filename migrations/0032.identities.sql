-- People sign in by a provider of OpenID Connect, which knows them by a subject that stays.
CREATE TABLE identities (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    linked_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    UNIQUE (issuer, subject),
    UNIQUE (user_id, issuer)
) STRICT;

-- A sign-in that came back once does not come back again. Kept as long as its cookie is good.
CREATE TABLE ended_flows (
    state_hash TEXT NOT NULL PRIMARY KEY,
    ended_at TEXT NOT NULL
) STRICT;

-- Set where the person typed their email: it links them with nobody at a provider.
ALTER TABLE users ADD COLUMN email_own INTEGER NOT NULL DEFAULT 0;
