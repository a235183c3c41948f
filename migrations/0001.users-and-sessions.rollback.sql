-- Users, passwords and settings cannot be brought back: take a backup first.
DROP TABLE idempotency_keys;
DROP TABLE settings;
DROP TABLE setup_tokens;
DROP TABLE login_failures;
DROP TABLE sessions;
DROP TABLE users;
