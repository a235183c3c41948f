-- What was imported stays, but cannot be taken back any more: take a backup first.
DROP TRIGGER stock_moves_remain;

CREATE TRIGGER stock_moves_remain BEFORE DELETE ON stock_moves
BEGIN
    SELECT RAISE(ABORT, 'a stock move cannot be removed');
END;

DROP TABLE import_sources;
DROP TABLE import_effects;
DROP TABLE import_rows;
DROP TABLE import_files;
DROP TABLE imports;
