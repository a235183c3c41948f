-- The history of changes cannot be brought back: take a backup first.
DROP TABLE audit_entries;
