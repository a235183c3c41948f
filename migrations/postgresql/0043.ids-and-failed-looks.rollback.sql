ALTER TABLE touched DROP COLUMN failed_at;
