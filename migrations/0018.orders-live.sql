-- An order that lives: a cabinet is free as soon as its visit is recorded or its stop skipped,
-- and may wait in open orders of several days.

-- What an order is for, and whether the office planned it or somebody at the machine began it.
ALTER TABLE service_orders ADD COLUMN purpose TEXT NOT NULL DEFAULT 'fill'
    CHECK (purpose IN ('fill', 'count', 'repair'));
ALTER TABLE service_orders ADD COLUMN origin TEXT NOT NULL DEFAULT 'planned'
    CHECK (origin IN ('planned', 'unplanned'));

-- The day of its order ('' without one), so that an index tells one day from another.
ALTER TABLE service_order_cabinets ADD COLUMN service_on TEXT NOT NULL DEFAULT '';
-- Since when another visit made what is to be loaded out of date.
ALTER TABLE service_order_cabinets ADD COLUMN stale_at TEXT;
UPDATE service_order_cabinets
SET service_on = COALESCE((
    SELECT o.scheduled_on FROM service_orders o WHERE o.id = service_order_cabinets.service_order_id
), '');
UPDATE service_order_cabinets
SET closed_at = (
    SELECT max(v.recorded_at) FROM visits v
    WHERE v.service_order_id = service_order_cabinets.service_order_id
      AND v.cabinet_id = service_order_cabinets.cabinet_id
      AND v.reversed_at IS NULL
)
WHERE closed_at IS NULL;

DROP INDEX service_order_cabinets_open;
CREATE UNIQUE INDEX service_order_cabinets_open ON service_order_cabinets (cabinet_id, service_on)
    WHERE closed_at IS NULL;

-- Stops that somebody could not do, and why. One that was taken back stays, marked.
CREATE TABLE skips (
    id INTEGER PRIMARY KEY,
    service_order_id INTEGER NOT NULL REFERENCES service_orders (id),
    cabinet_id INTEGER NOT NULL REFERENCES cabinets (id),
    user_id INTEGER,
    username TEXT NOT NULL,
    reason TEXT NOT NULL
        CHECK (reason IN ('closed', 'no_access', 'out_of_order', 'no_time', 'other')),
    notes TEXT NOT NULL,
    skipped_at TEXT NOT NULL,
    taken_back_at TEXT,
    taken_back_by INTEGER
) STRICT;

CREATE UNIQUE INDEX skips_once ON skips (service_order_id, cabinet_id) WHERE taken_back_at IS NULL;
