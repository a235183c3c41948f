-- The audit log, webhooks and files speak of rows by their ids, and go on doing so when a row is
-- removed. SQLite gave the highest id again once its row was gone, and so a new machine had the
-- history of another; with AUTOINCREMENT it never does. The word changes nothing in how rows are
-- stored, so it is written into the schema, as https://sqlite.org/lang_altertable.html describes,
-- rather than every table anew. A server's sequences never went back.
CREATE TABLE ids_new (id INTEGER PRIMARY KEY AUTOINCREMENT); -- brings sqlite_sequence with it
DROP TABLE ids_new;

PRAGMA writable_schema = ON;

-- Entries of the audit log alone are numbered by their own rule: the next in the chain.
UPDATE sqlite_schema
SET sql = replace(sql, ' id INTEGER PRIMARY KEY,', ' id INTEGER PRIMARY KEY AUTOINCREMENT,')
WHERE type = 'table' AND name <> 'audit_entries';

PRAGMA writable_schema = RESET;

-- Ids of rows that are gone already, as far as the audit log knows of them.
INSERT INTO sqlite_sequence (name, seq)
SELECT a.noun || 's', max(a.noun_id) FROM audit_entries a
WHERE EXISTS (
    SELECT 1 FROM sqlite_schema t
    WHERE t.name = a.noun || 's' AND t.sql LIKE '% id INTEGER PRIMARY KEY AUTOINCREMENT,%'
)
GROUP BY a.noun
HAVING max(a.noun_id) IS NOT NULL;

-- Where looking for alerts failed, at one device or order, it waits for a change or for the next
-- round, and holds up no other.
ALTER TABLE touched ADD COLUMN failed_at TEXT;
