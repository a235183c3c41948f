ALTER TABLE users DROP COLUMN one_time_used_at;
