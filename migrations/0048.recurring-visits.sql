-- Recurring visits: machines of a route that are visited every so many weeks on certain weekdays.
-- Each of their days becomes a service order shortly before it.
CREATE TABLE recurring_visits (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    route_id INTEGER REFERENCES routes (id), -- null: machines that are on none
    driver_id INTEGER REFERENCES users (id), -- null: the one of the route
    purpose TEXT NOT NULL CHECK (purpose IN ('fill', 'count', 'repair')),
    notes TEXT NOT NULL DEFAULT '',
    starts_on TEXT NOT NULL,
    ends_on TEXT, -- null: for ever
    every_weeks INTEGER NOT NULL CHECK (every_weeks BETWEEN 1 AND 12),
    weekdays TEXT NOT NULL, -- 1 is Monday
    days_ahead INTEGER NOT NULL CHECK (days_ahead BETWEEN 0 AND 14),
    archived_at TEXT,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX recurring_visits_name ON recurring_visits (lower(name), id);
CREATE INDEX recurring_visits_archived ON recurring_visits (lower(name), id)
    WHERE archived_at IS NOT NULL;
CREATE INDEX recurring_visits_route ON recurring_visits (route_id, lower(name), id);
CREATE INDEX recurring_visits_driver ON recurring_visits (driver_id);

-- The machines that were chosen; without one it is all that are on the route on the day.
CREATE TABLE recurring_visit_devices (
    recurring_visit_id INTEGER NOT NULL REFERENCES recurring_visits (id),
    device_id INTEGER NOT NULL REFERENCES devices (id),
    PRIMARY KEY (recurring_visit_id, device_id)
) STRICT;

CREATE INDEX recurring_visit_devices_device ON recurring_visit_devices (device_id);

-- What came of a day, or what somebody wants of it: another day, or nothing.
CREATE TABLE recurring_visit_days (
    recurring_visit_id INTEGER NOT NULL REFERENCES recurring_visits (id),
    day TEXT NOT NULL, -- as the rhythm has it
    moved_to TEXT,
    left_out INTEGER NOT NULL DEFAULT 0 CHECK (left_out IN (0, 1)),
    service_order_id INTEGER REFERENCES service_orders (id),
    problem TEXT, -- why there is no order
    PRIMARY KEY (recurring_visit_id, day)
) STRICT;

CREATE INDEX recurring_visit_days_order ON recurring_visit_days (service_order_id);
CREATE INDEX recurring_visit_days_moved ON recurring_visit_days (moved_to)
    WHERE moved_to IS NOT NULL;
