-- What was imported stays, but cannot be taken back any more: take a backup first.
DROP TRIGGER stock_moves_stay ON stock_moves;

CREATE TRIGGER stock_moves_stay BEFORE UPDATE OR DELETE ON stock_moves
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

DROP FUNCTION refuse_change_of_move();

DROP TABLE import_sources;
DROP TABLE import_effects;
DROP TABLE import_rows;
DROP TABLE import_files;
DROP TABLE imports;
