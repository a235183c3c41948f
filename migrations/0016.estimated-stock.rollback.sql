-- Velocities that rest on visits are forgotten, because nothing would name what they rest on.
DROP INDEX device_metrics_lost;
DROP INDEX device_metrics_due;
ALTER TABLE device_metrics DROP COLUMN figures_due_at;
ALTER TABLE device_metrics DROP COLUMN figures_at;
ALTER TABLE device_metrics DROP COLUMN lost_without_cost_slots;
ALTER TABLE device_metrics DROP COLUMN lost_cents_per_day;
ALTER TABLE device_metrics DROP COLUMN stock_known_at;
ALTER TABLE device_metrics DROP COLUMN estimated_stock_slots;
ALTER TABLE device_metrics DROP COLUMN probably_sold_out_slots;
ALTER TABLE service_order_items DROP COLUMN known_at;
ALTER TABLE slots DROP COLUMN estimated_quantity;
ALTER TABLE slots DROP COLUMN known_quantity;
ALTER TABLE slots DROP COLUMN known_at;

ALTER TABLE slots ADD COLUMN velocity_basis TEXT CHECK (
    velocity_basis IN ('measured', 'similar', 'fleet')
);
UPDATE slots SET velocity_basis = units_per_day_basis WHERE units_per_day_basis <> 'visits';
UPDATE slots SET units_per_day = NULL WHERE velocity_basis IS NULL;
ALTER TABLE slots DROP COLUMN units_per_day_basis;
ALTER TABLE slots RENAME COLUMN velocity_basis TO units_per_day_basis;
