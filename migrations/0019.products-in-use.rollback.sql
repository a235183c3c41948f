-- Which slots are not refilled, what was changed together and who saw which difference cannot be brought back: take a backup first.
DROP INDEX stock_moves_of_visit;
DROP INDEX stock_moves_differences;
DROP TABLE count_acknowledgements;
DROP TABLE slot_changes;
DROP INDEX products_archived;
DROP INDEX slots_product;
CREATE INDEX slots_product ON slots (product_id);
ALTER TABLE slots DROP COLUMN sells_out_at;
