-- The kinds of locations cannot be brought back: take a backup first. Estimates are forgotten,
-- because nothing would mark them; the figures that rest on them return with the next audit.
UPDATE device_metrics
SET days_of_inventory = NULL, days_of_inventory_median = NULL, units_per_day = NULL
WHERE estimated_slots > 0;
UPDATE slots SET units_per_day = NULL WHERE units_per_day_basis <> 'measured';
ALTER TABLE device_metrics DROP COLUMN estimated_slots;
ALTER TABLE slots DROP COLUMN units_per_day_basis;
ALTER TABLE locations DROP COLUMN kind;
