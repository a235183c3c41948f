-- Where audits came from, and batches that are not booked yet, cannot be brought back: take a backup first.
DROP TABLE dex_inbox;
DROP TABLE dex_batch_files;
DROP TABLE dex_batches;
DROP INDEX dex_reads_source;
ALTER TABLE dex_reads DROP COLUMN source_id;
DROP TABLE dex_source_days;
DROP TABLE dex_sources;
