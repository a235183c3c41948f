-- A sale keeps the day, the route and the location of its time, and says what was lost to
-- sell-outs. What was booked before this migration is of the route and location of today:
-- nobody wrote down another one.

-- Where a device was from a moment on (services/assignments.py); '' is since ever.
CREATE TABLE device_assignments (
    device_id INTEGER NOT NULL REFERENCES devices (id),
    from_at TEXT NOT NULL,
    route_id INTEGER REFERENCES routes (id),
    location_id INTEGER REFERENCES locations (id),
    PRIMARY KEY (device_id, from_at)
) STRICT;

CREATE INDEX device_assignments_route ON device_assignments (route_id, device_id);
CREATE INDEX device_assignments_location ON device_assignments (location_id, device_id);

INSERT INTO device_assignments (device_id, from_at, route_id, location_id)
SELECT id, '', route_id, location_id FROM devices;

-- Whose days they were from a moment on; '' is since ever.
CREATE TABLE time_zone_periods (
    from_at TEXT NOT NULL PRIMARY KEY,
    time_zone TEXT NOT NULL
) STRICT;

INSERT INTO time_zone_periods (from_at, time_zone) SELECT '', time_zone FROM settings;

ALTER TABLE sales ADD COLUMN route_id INTEGER;
ALTER TABLE sales ADD COLUMN location_id INTEGER;
-- Millionths of a unit and of a minor unit: whole numbers, so that sums are exact in any order.
ALTER TABLE sales ADD COLUMN lost_units_e6 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sales ADD COLUMN lost_cents_e6 INTEGER NOT NULL DEFAULT 0;
UPDATE sales SET
    route_id = (SELECT d.route_id FROM devices d WHERE d.id = sales.device_id),
    location_id = (SELECT d.location_id FROM devices d WHERE d.id = sales.device_id);

ALTER TABLE daily_device_sales ADD COLUMN lost_units_e6 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE daily_device_sales ADD COLUMN lost_cents_e6 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE daily_product_sales ADD COLUMN lost_units_e6 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE daily_product_sales ADD COLUMN lost_cents_e6 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE daily_selection_sales ADD COLUMN lost_units_e6 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE daily_selection_sales ADD COLUMN lost_cents_e6 INTEGER NOT NULL DEFAULT 0;

CREATE TABLE daily_route_sales (
    route_id INTEGER NOT NULL, -- 0: sold on no route
    sold_on TEXT NOT NULL,
    units INTEGER NOT NULL,
    amount_cents INTEGER NOT NULL,
    lost_units_e6 INTEGER NOT NULL DEFAULT 0,
    lost_cents_e6 INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (route_id, sold_on)
) STRICT;

CREATE TABLE daily_location_sales (
    location_id INTEGER NOT NULL, -- 0: sold at no location
    sold_on TEXT NOT NULL,
    units INTEGER NOT NULL,
    amount_cents INTEGER NOT NULL,
    lost_units_e6 INTEGER NOT NULL DEFAULT 0,
    lost_cents_e6 INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (location_id, sold_on)
) STRICT;

INSERT INTO daily_route_sales (route_id, sold_on, units, amount_cents)
SELECT COALESCE(d.route_id, 0), s.sold_on, sum(s.units), sum(s.amount_cents)
FROM daily_device_sales s
JOIN devices d ON d.id = s.device_id
GROUP BY COALESCE(d.route_id, 0), s.sold_on;

INSERT INTO daily_location_sales (location_id, sold_on, units, amount_cents)
SELECT COALESCE(d.location_id, 0), s.sold_on, sum(s.units), sum(s.amount_cents)
FROM daily_device_sales s
JOIN devices d ON d.id = s.device_id
GROUP BY COALESCE(d.location_id, 0), s.sold_on;
