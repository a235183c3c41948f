-- What is ignored cannot be brought back, and what it sold is not in the books: before this,
-- let no device ignore anything, or take a backup.
ALTER TABLE devices DROP COLUMN ignored_selections;
