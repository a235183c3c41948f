-- A server's sequences give no id again, whatever is removed.

-- Where looking for alerts failed, at one device or order, it waits for a change or for the next
-- round, and holds up no other.
ALTER TABLE touched ADD COLUMN failed_at text COLLATE "C";
