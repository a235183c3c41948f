-- Programs get in by short-lived access tokens (JWT) and a refresh token that is exchanged for the
-- next pair at each use. All pairs that followed one another are a family, begun with an API key,
-- with which it goes. A refresh token begins with a part that its whole family shares, so that an
-- old one is known as such without a row for each; both are kept as SHA-256 only.
CREATE TABLE token_families (
    id INTEGER PRIMARY KEY,
    api_key_id INTEGER NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    handle TEXT NOT NULL UNIQUE, -- by which access tokens name it
    family_hash TEXT NOT NULL UNIQUE,
    refresh_hash TEXT NOT NULL,
    previous_hash TEXT,
    exchanges INTEGER NOT NULL DEFAULT 0,
    scopes TEXT NOT NULL, -- with a blank between
    created_at TEXT NOT NULL,
    exchanged_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    last_address TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX token_families_api_key ON token_families (api_key_id);

-- What access tokens are signed with. The private half is sealed by the key file outside of the
-- database. The one without an end signs; one that was replaced verifies until the last of its
-- tokens has ended.
CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    public_key TEXT NOT NULL, -- as JWK
    sealed_key TEXT NOT NULL,
    created_at TEXT NOT NULL,
    verifies_until TEXT
) STRICT;
