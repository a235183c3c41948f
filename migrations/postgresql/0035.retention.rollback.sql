-- Who was erased stays so, but the second seals of their entries of the audit log cannot be brought
-- back, and it counts as broken from the first of those on: take a backup first.
DROP TRIGGER audit_entries_stay ON audit_entries;

CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

DROP FUNCTION refuse_change_of_entry();

DROP TABLE audit_redactions;
DROP TABLE erasures;
DROP TABLE removals;
DROP TABLE retention;
