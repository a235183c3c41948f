-- Each interval is compared with the machine's own total, and what does not add up is held.

-- What the machine says of itself as a whole, and what it was found to mean.
ALTER TABLE dex_reads ADD COLUMN stated_at TEXT; -- by its own clock; null where not trusted
ALTER TABLE dex_reads ADD COLUMN crc_stated TEXT; -- the checksum as the file states it
ALTER TABLE dex_reads ADD COLUMN paid_count_init INTEGER; -- VA1
ALTER TABLE dex_reads ADD COLUMN paid_value_init_cents INTEGER;
ALTER TABLE dex_reads ADD COLUMN paid_count_rst INTEGER;
ALTER TABLE dex_reads ADD COLUMN paid_value_rst_cents INTEGER;
ALTER TABLE dex_reads ADD COLUMN payments_value_init_cents INTEGER; -- CA2 + DA2 + DB2
-- Without a trusted clock, moved by its counters, or lower than the read before: with one
-- of these, the order of its device's reads is looked at as a whole.
ALTER TABLE dex_reads ADD COLUMN disorderly INTEGER NOT NULL DEFAULT 0
    CHECK (disorderly IN (0, 1));
-- The life of the machine's counters that it belongs to: 0, or the read that began it.
ALTER TABLE dex_reads ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dex_reads ADD COLUMN finding TEXT NOT NULL DEFAULT 'plain' CHECK (
    finding IN ('plain', 'glitch', 'wrap', 'partly_anew', 'epoch', 'return', 'reset', 'unsolved')
);
ALTER TABLE dex_reads ADD COLUMN counted_units INTEGER; -- by its selections; null for a baseline
ALTER TABLE dex_reads ADD COLUMN counted_cents INTEGER;
ALTER TABLE dex_reads ADD COLUMN machine_units INTEGER; -- the change of VA1
ALTER TABLE dex_reads ADD COLUMN machine_cents INTEGER;
ALTER TABLE dex_reads ADD COLUMN payments_cents INTEGER; -- the change of CA2 + DA2 + DB2
ALTER TABLE dex_reads ADD COLUMN usual_share REAL; -- of the machine's total, missing as usual
ALTER TABLE dex_reads ADD COLUMN unbooked_units INTEGER NOT NULL DEFAULT 0; -- counted, not booked
ALTER TABLE dex_reads ADD COLUMN unbooked_cents INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dex_reads ADD COLUMN notes TEXT NOT NULL DEFAULT '[]'; -- JSON: sentences
ALTER TABLE dex_reads ADD COLUMN renamed TEXT NOT NULL DEFAULT '[]'; -- JSON: [[old, new, units]]

UPDATE dex_reads SET stated_at = read_at WHERE clock IN ('id5', 'ea3');
UPDATE dex_reads SET disorderly = 1 WHERE clock IN ('counters', 'receipt');

CREATE INDEX dex_reads_disorderly ON dex_reads (device_id) WHERE disorderly = 1;
CREATE INDEX dex_reads_unbooked ON dex_reads (device_id, read_at)
    WHERE unbooked_units <> 0 OR unbooked_cents <> 0;

-- What the audits of the last 30 days counted and no book has.
ALTER TABLE device_metrics ADD COLUMN unbooked_units INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device_metrics ADD COLUMN unbooked_cents INTEGER NOT NULL DEFAULT 0;
CREATE INDEX device_metrics_unbooked ON device_metrics (unbooked_units, device_id)
    WHERE unbooked_units > 0 AND archived_at IS NULL;

ALTER TABLE dex_selections ADD COLUMN count_rst INTEGER;
ALTER TABLE dex_selections ADD COLUMN value_rst_cents INTEGER;

-- What the machine calls by another name now: with the device's own row, as what it ignores.
ALTER TABLE devices ADD COLUMN linked_selections TEXT NOT NULL DEFAULT '[]'; -- JSON, see services/chosen_selections.py

-- The rules by which a device's audits were read and its books derived; devices of before
-- are read again after the upgrade, a few at a time.
ALTER TABLE devices ADD COLUMN books_rules INTEGER NOT NULL DEFAULT 0;
UPDATE devices SET books_rules = 1
WHERE NOT EXISTS (SELECT 1 FROM dex_reads r WHERE r.device_id = devices.id);
CREATE INDEX devices_old_rules ON devices (id) WHERE books_rules = 0;

-- What reading them again changed; a device whose books stay equal is not here.
CREATE TABLE book_changes (
    device_id INTEGER NOT NULL REFERENCES devices (id),
    rules INTEGER NOT NULL,
    units_before INTEGER NOT NULL,
    units_after INTEGER NOT NULL,
    amount_before_cents INTEGER NOT NULL,
    amount_after_cents INTEGER NOT NULL,
    held_before INTEGER NOT NULL, -- reads that wait for a person
    held_after INTEGER NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (rules, device_id)
) STRICT;

CREATE INDEX book_changes_newest ON book_changes (changed_at, device_id);
