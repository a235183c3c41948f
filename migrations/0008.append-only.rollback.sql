DROP TRIGGER stock_moves_new;
DROP TRIGGER stock_moves_remain;
DROP TRIGGER stock_moves_stay;
DROP TRIGGER audit_entries_remain;
DROP TRIGGER audit_entries_stay;
DROP TRIGGER audit_entries_next;
