DROP TRIGGER stock_moves_remain ON stock_moves;
DROP TRIGGER stock_moves_stay ON stock_moves;
DROP TRIGGER audit_entries_remain ON audit_entries;
DROP TRIGGER audit_entries_stay ON audit_entries;
DROP TRIGGER audit_entries_next ON audit_entries;
DROP FUNCTION refuse_gap();
DROP FUNCTION refuse_change();
