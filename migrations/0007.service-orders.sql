-- What a driver must load and do on one route on one day, and what was done.
-- closed_at of an order's cabinet follows the order's end: the partial unique index keeps
-- a cabinet in at most one open order, whatever two people do at the same moment.

CREATE TABLE service_orders (
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
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX service_orders_status ON service_orders (status, id);
CREATE INDEX service_orders_open ON service_orders (id) WHERE status IN ('planned', 'in_progress');
CREATE INDEX service_orders_day ON service_orders (scheduled_on, id);
CREATE INDEX service_orders_route ON service_orders (route_id, id);
CREATE INDEX service_orders_driver ON service_orders (driver_id, id);

CREATE TABLE service_order_cabinets (
    service_order_id INTEGER NOT NULL REFERENCES service_orders (id),
    cabinet_id INTEGER NOT NULL REFERENCES cabinets (id),
    position INTEGER NOT NULL,
    closed_at TEXT,
    PRIMARY KEY (service_order_id, cabinet_id)
) STRICT;

CREATE UNIQUE INDEX service_order_cabinets_open ON service_order_cabinets (cabinet_id) WHERE closed_at IS NULL;
CREATE INDEX service_order_cabinets_cabinet ON service_order_cabinets (cabinet_id, service_order_id);

CREATE TABLE service_order_items (
    service_order_id INTEGER NOT NULL REFERENCES service_orders (id),
    cabinet_id INTEGER NOT NULL REFERENCES cabinets (id),
    slot_id INTEGER NOT NULL REFERENCES slots (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (service_order_id, slot_id)
) STRICT;

CREATE TABLE visits (
    id INTEGER PRIMARY KEY,
    service_order_id INTEGER NOT NULL REFERENCES service_orders (id),
    cabinet_id INTEGER NOT NULL REFERENCES cabinets (id),
    user_id INTEGER,
    username TEXT NOT NULL,
    notes TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    reversed_at TEXT,
    reversed_by INTEGER,
    reversal_reason TEXT
) STRICT;

CREATE UNIQUE INDEX visits_once ON visits (service_order_id, cabinet_id) WHERE reversed_at IS NULL;
CREATE INDEX visits_order ON visits (service_order_id, finished_at, id);
CREATE INDEX visits_cabinet ON visits (cabinet_id, finished_at);
