-- A second factor: who has the password alone does not get in.
-- The secret is sealed with a key that lies outside of the database, for it cannot be hashed.
CREATE TABLE second_factors (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL UNIQUE REFERENCES users (id),
    sealed_secret TEXT NOT NULL,
    created_at TEXT NOT NULL,
    confirmed_at TEXT, -- asked for from here on
    last_step INTEGER NOT NULL DEFAULT 0 -- of the last code that was used
) STRICT;

CREATE TABLE recovery_codes (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    code_hash TEXT NOT NULL UNIQUE
) STRICT;

CREATE INDEX recovery_codes_user ON recovery_codes (user_id);

-- Which roles need one, with a blank between.
CREATE TABLE sign_in_rules (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    second_factor_roles TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

INSERT INTO sign_in_rules (id, second_factor_roles) VALUES (1, '');

-- Set while a second factor has to be set up before anything else.
ALTER TABLE sessions ADD COLUMN enrolment_due INTEGER NOT NULL DEFAULT 0;
