-- A checksum that a machine writes under every audit is known by being seen again.

CREATE INDEX dex_reads_unproved ON dex_reads (crc_stated, crc)
    WHERE crc <> 'valid' AND crc_stated IS NOT NULL;
