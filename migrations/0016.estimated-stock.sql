-- Between facts the stock of a slot is an estimate: what was known last, less what it sells.
-- The books (slots.quantity) keep facts only, so the estimate stands beside them, with the
-- time of the fact that it starts from.

-- A velocity may also rest on what visits found and filled. The new column replaces the old
-- one, because a CHECK cannot be changed in place.
ALTER TABLE slots ADD COLUMN velocity_basis TEXT CHECK (
    velocity_basis IN ('measured', 'visits', 'similar', 'fleet')
);
UPDATE slots SET velocity_basis = units_per_day_basis;
ALTER TABLE slots DROP COLUMN units_per_day_basis;
ALTER TABLE slots RENAME COLUMN velocity_basis TO units_per_day_basis;

-- When the slot was last counted, filled or reported; null: by the last read of its device.
ALTER TABLE slots ADD COLUMN known_at TEXT;
-- What was in it then, where the books cannot say: filled without a count after days of sales.
ALTER TABLE slots ADD COLUMN known_quantity INTEGER CHECK (known_quantity >= 0);
-- Null while the books are as recent as they get.
ALTER TABLE slots ADD COLUMN estimated_quantity INTEGER CHECK (estimated_quantity >= 0);

-- Of an order's item: since when nobody knew the stock that it was computed from; null where
-- it was known.
ALTER TABLE service_order_items ADD COLUMN known_at TEXT;

-- Of sold_out_slots, those that are sold out by estimate only.
ALTER TABLE device_metrics ADD COLUMN probably_sold_out_slots INTEGER NOT NULL DEFAULT 0;
-- How many slots have an estimated stock, and the oldest fact that one of these starts from.
ALTER TABLE device_metrics ADD COLUMN estimated_stock_slots INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device_metrics ADD COLUMN stock_known_at TEXT;
-- Margin that is lost a day at what is sold out, and at how many of those slots the cost is
-- not known, so that the whole price counts.
ALTER TABLE device_metrics ADD COLUMN lost_cents_per_day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device_metrics ADD COLUMN lost_without_cost_slots INTEGER NOT NULL DEFAULT 0;
-- When the figures were last computed, and when the hour will make them others; null: never.
ALTER TABLE device_metrics ADD COLUMN figures_at TEXT;
ALTER TABLE device_metrics ADD COLUMN figures_due_at TEXT;
-- Every device is due once, so that an upgrade brings its estimates.
UPDATE device_metrics SET figures_due_at = '1970-01-01T00:00:00Z';

CREATE INDEX device_metrics_due ON device_metrics (figures_due_at, device_id)
    WHERE archived_at IS NULL AND figures_due_at IS NOT NULL;
CREATE INDEX device_metrics_lost ON device_metrics (lost_cents_per_day, sold_out_slots, device_id)
    WHERE archived_at IS NULL AND sold_out_slots > 0;
