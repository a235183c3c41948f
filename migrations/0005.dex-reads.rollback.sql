-- Audits cannot be brought back: take a backup first.
DROP TABLE quarantined_files;
DROP TABLE dex_selections;
DROP TABLE dex_contents;
DROP TABLE dex_reads;
