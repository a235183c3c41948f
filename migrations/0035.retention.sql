-- The operator says how long things are kept, and a person can be erased.
-- null: for ever. At first everything stays as long as it did before there were these settings.
CREATE TABLE retention (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    dex_content_days INTEGER,
    quarantined_file_days INTEGER,
    dex_batch_days INTEGER NOT NULL,
    job_days INTEGER NOT NULL,
    keeps_photo_places INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

INSERT INTO retention (id, dex_batch_days, job_days) VALUES (1, 30, 90);

-- What was removed and is not in the audit log yet: counted in the transaction that removes.
CREATE TABLE removals (
    what TEXT NOT NULL PRIMARY KEY,
    removed INTEGER NOT NULL
) STRICT;

-- Who was erased, and when nothing that was written had the name any more.
CREATE TABLE erasures (
    user_id INTEGER NOT NULL PRIMARY KEY REFERENCES users (id),
    erased_at TEXT NOT NULL,
    finished_at TEXT
) STRICT;

-- Entries of the audit log out of which a name was taken. The seal is over what they say now
-- and over the seal that they had, which stays.
CREATE TABLE audit_redactions (
    entry_id INTEGER NOT NULL PRIMARY KEY,
    seal TEXT NOT NULL
) STRICT;

-- A text that names somebody who was erased is replaced, and nothing else of an entry.
DROP TRIGGER audit_entries_stay;

CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries
WHEN NOT EXISTS (SELECT 1 FROM audit_redactions WHERE entry_id = OLD.id)
  OR (NEW.id, NEW.occurred_at, NEW.user_id, NEW.action, NEW.noun, NEW.noun_id, NEW.request_id,
      NEW.previous_hash, NEW.hash)
  IS NOT (OLD.id, OLD.occurred_at, OLD.user_id, OLD.action, OLD.noun, OLD.noun_id, OLD.request_id,
      OLD.previous_hash, OLD.hash)
BEGIN
    SELECT RAISE(ABORT, 'an audit entry cannot be changed');
END;
