-- Who was erased stays so, but the second seals of their entries of the audit log cannot be brought
-- back, and it counts as broken from the first of those on: take a backup first.
DROP TRIGGER audit_entries_stay;

CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'an audit entry cannot be changed');
END;

DROP TABLE audit_redactions;
DROP TABLE erasures;
DROP TABLE removals;
DROP TABLE retention;
