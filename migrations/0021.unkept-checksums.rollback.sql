DROP INDEX dex_reads_unproved;
