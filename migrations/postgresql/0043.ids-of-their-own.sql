-- A server's sequences give no id again, whatever is removed.
SELECT 1;
