-- Notes, tasks and tickets, what was said of them, and their photos cannot be brought back: take a
-- backup first.
ALTER TABLE retention DROP COLUMN ticket_days;

DROP INDEX dex_reads_faults;

DELETE FROM files WHERE noun = 'ticket';
DELETE FROM search_grams WHERE noun = 'ticket';

ALTER TABLE files DROP CONSTRAINT files_noun_check;
ALTER TABLE files ADD CONSTRAINT files_noun_check
CHECK (noun IN ('device', 'product', 'visit'));

DROP TABLE ticket_entries;
DROP TABLE tickets;
