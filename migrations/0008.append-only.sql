-- The history stays as it was written, whatever a program or a person at the database
-- tries. INSERT OR REPLACE passes a trigger on DELETE by where recursive_triggers is off,
-- so an audit entry must also be the next one of the chain.

CREATE TRIGGER audit_entries_next BEFORE INSERT ON audit_entries
WHEN NEW.id IS NOT (SELECT COALESCE(max(id), 0) + 1 FROM audit_entries)
BEGIN
    SELECT RAISE(ABORT, 'an audit entry can only be added at the end');
END;

CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'an audit entry cannot be changed');
END;

CREATE TRIGGER audit_entries_remain BEFORE DELETE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'an audit entry cannot be removed');
END;

CREATE TRIGGER stock_moves_stay BEFORE UPDATE ON stock_moves
BEGIN
    SELECT RAISE(ABORT, 'a stock move cannot be changed');
END;

CREATE TRIGGER stock_moves_remain BEFORE DELETE ON stock_moves
BEGIN
    SELECT RAISE(ABORT, 'a stock move cannot be removed');
END;

-- With recursive_triggers off, INSERT OR REPLACE would remove a move unseen.
CREATE TRIGGER stock_moves_new BEFORE INSERT ON stock_moves
WHEN EXISTS (SELECT 1 FROM stock_moves WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'a stock move cannot be replaced');
END;
