-- Before, every order had a route. Those without one get the route "No route", so that no
-- order and no visit is lost. It is made where there is none of that name yet, and archived, so
-- that nothing is planned on it. They stay on it when the database is upgraded again.
INSERT INTO routes (name, archived_at)
SELECT 'No route', max(created_at) FROM service_orders
WHERE route_id IS NULL AND NOT EXISTS (SELECT 1 FROM routes WHERE name = 'No route')
HAVING count(*) > 0;

-- It is found by its name: the eight characters, or what is left, from each position on.
INSERT INTO search_grams (noun, gram, noun_id)
SELECT 'route', grams.gram, r.id
FROM routes r
CROSS JOIN (
    SELECT 'no route' AS gram UNION ALL SELECT 'o route' UNION ALL SELECT ' route'
    UNION ALL SELECT 'route' UNION ALL SELECT 'oute' UNION ALL SELECT 'ute'
    UNION ALL SELECT 'te' UNION ALL SELECT 'e'
) AS grams
WHERE r.name = 'No route'
ON CONFLICT DO NOTHING;

UPDATE service_orders SET route_id = (SELECT min(id) FROM routes WHERE name = 'No route')
WHERE route_id IS NULL;

CREATE TABLE service_orders_new (
    id INTEGER PRIMARY KEY,
    route_id INTEGER NOT NULL REFERENCES routes (id),
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
