-- Passkeys (WebAuthn): keys on people's own devices, of which CVD keeps the public half.
CREATE TABLE passkeys (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    rp_id TEXT NOT NULL, -- the host name that it was made at, and works at alone
    credential_id TEXT NOT NULL,
    public_key TEXT NOT NULL, -- COSE, in base64url
    user_handle TEXT NOT NULL, -- whom the device calls the person; says nothing of them
    transports TEXT NOT NULL, -- how browsers reach it, with a blank between
    sign_count INTEGER NOT NULL, -- stays 0 where a device does not count
    created_at TEXT NOT NULL,
    last_used_at TEXT,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE UNIQUE INDEX passkeys_credential_id ON passkeys (credential_id);
CREATE INDEX passkeys_user ON passkeys (user_id);
