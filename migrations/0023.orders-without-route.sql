-- An order may be without a route: somebody visits a machine that is on none.

-- SQLite takes no NOT NULL away from a column: the table is built anew.
CREATE TABLE service_orders_new (
    id INTEGER PRIMARY KEY,
    route_id INTEGER REFERENCES routes (id), -- none: over machines that were on none
    driver_id INTEGER REFERENCES users (id),
    status TEXT NOT NULL CHECK (status IN ('planned', 'in_progress', 'completed', 'cancelled')),
    scheduled_on TEXT,
    notes TEXT NOT NULL,
    units INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    created_by INTEGER,
    cancelled_at TEXT,
    cancellation_reason TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    service_on TEXT,
    purpose TEXT NOT NULL DEFAULT 'fill' CHECK (purpose IN ('fill', 'count', 'repair')),
    origin TEXT NOT NULL DEFAULT 'planned' CHECK (origin IN ('planned', 'unplanned'))
) STRICT;

INSERT INTO service_orders_new (id, route_id, driver_id, status, scheduled_on, notes, units,
    created_at, created_by, cancelled_at, cancellation_reason, version, service_on, purpose, origin)
SELECT id, route_id, driver_id, status, scheduled_on, notes, units,
    created_at, created_by, cancelled_at, cancellation_reason, version, service_on, purpose, origin
FROM service_orders;

DROP TABLE service_orders;
ALTER TABLE service_orders_new RENAME TO service_orders;

CREATE INDEX service_orders_status ON service_orders (status, id);
CREATE INDEX service_orders_day ON service_orders (scheduled_on, id);
CREATE INDEX service_orders_route ON service_orders (route_id, id);
CREATE INDEX service_orders_driver ON service_orders (driver_id, id);
CREATE INDEX service_orders_completed_day ON service_orders (service_on, id)
    WHERE status = 'completed';
CREATE INDEX service_orders_open_day ON service_orders (service_on, id)
    WHERE status <> 'completed' AND status <> 'cancelled';
CREATE INDEX service_orders_open ON service_orders (id)
    WHERE status <> 'completed' AND status <> 'cancelled';
