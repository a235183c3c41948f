-- A one-time password signs in once: when it did.
ALTER TABLE users ADD COLUMN one_time_used_at TEXT;
