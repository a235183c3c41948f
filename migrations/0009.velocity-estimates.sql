-- A slot without sales of its own gets its velocity from machines of its type at its kind
-- of place. An estimate must never look measured, so each velocity says what it rests on.

ALTER TABLE locations ADD COLUMN kind TEXT CHECK (
    kind IN (
        'workplace', 'factory', 'education', 'healthcare', 'leisure', 'hotel', 'transport',
        'retail', 'residential', 'public', 'other'
    )
);

-- Null while units_per_day is unknown; an estimate is as of the device's last refresh.
ALTER TABLE slots ADD COLUMN units_per_day_basis TEXT CHECK (
    units_per_day_basis IN ('measured', 'similar', 'fleet')
);
UPDATE slots SET units_per_day_basis = 'measured' WHERE units_per_day IS NOT NULL;

-- Of how many slots the velocity behind days_of_inventory and units_per_day is an estimate.
ALTER TABLE device_metrics ADD COLUMN estimated_slots INTEGER NOT NULL DEFAULT 0;
