-- What is asked all day must not cost more in a larger fleet: a search reads the rows it
-- finds, the home page a few figures that are kept, and archived devices, which become
-- more every year, are in nobody's way.

-- Of each text that is searched, the eight characters (or what is left) from each of its
-- positions on, in lower case: whatever a text contains begins one of them.
CREATE TABLE search_grams (
    noun TEXT NOT NULL CHECK (noun IN ('device', 'location', 'product', 'route', 'user')),
    gram TEXT NOT NULL,
    noun_id INTEGER NOT NULL,
    PRIMARY KEY (noun, gram, noun_id)
) STRICT;

CREATE INDEX search_grams_noun ON search_grams (noun, noun_id);

INSERT INTO search_grams (noun, gram, noun_id)
WITH RECURSIVE texts (noun, noun_id, words) AS (
    SELECT 'device', id, lower(asset) FROM devices
    UNION ALL SELECT 'device', id, lower(name) FROM devices
    UNION ALL SELECT 'device', id, lower(serial) FROM devices WHERE serial IS NOT NULL
    UNION ALL SELECT 'device', d.id, lower(l.name) FROM devices d
        JOIN locations l ON l.id = d.location_id
    UNION ALL SELECT 'location', id, lower(name || ' ' || address) FROM locations
    UNION ALL SELECT 'product', id, lower(name) FROM products
    UNION ALL SELECT 'product', id, lower(category) FROM products
    UNION ALL SELECT 'product', id, lower(sku) FROM products WHERE sku IS NOT NULL
    UNION ALL SELECT 'route', id, lower(name) FROM routes
    UNION ALL SELECT 'user', id, lower(username) FROM users
    UNION ALL SELECT 'user', id, lower(display_name) FROM users
), positions (position) AS (
    SELECT 1
    UNION ALL
    SELECT position + 1 FROM positions WHERE position < (SELECT max(length(words)) FROM texts)
)
SELECT DISTINCT t.noun, substr(t.words, p.position, 8), t.noun_id
FROM texts t
JOIN positions p ON p.position <= length(t.words);

-- The device's own, where the figures are: the worst in use are found without meeting an
-- archived device.
ALTER TABLE device_metrics ADD COLUMN archived_at TEXT;
UPDATE device_metrics
SET archived_at = (SELECT d.archived_at FROM devices d WHERE d.id = device_metrics.device_id);

DROP INDEX device_metrics_sold_out;
DROP INDEX device_metrics_running_out;
DROP INDEX device_metrics_last_read;
DROP INDEX device_metrics_level;
DROP INDEX device_metrics_faults;
DROP INDEX device_metrics_prices;
CREATE INDEX device_metrics_sold_out ON device_metrics (sold_out_slots, device_id)
    WHERE archived_at IS NULL;
CREATE INDEX device_metrics_running_out
    ON device_metrics (sold_out_slots, days_of_inventory, device_id) WHERE archived_at IS NULL;
CREATE INDEX device_metrics_last_read
    ON device_metrics (COALESCE(last_read_at, ''), device_id) WHERE archived_at IS NULL;
CREATE INDEX device_metrics_level
    ON device_metrics (COALESCE(product_level_percent, 1000.0), device_id)
    WHERE archived_at IS NULL;
CREATE INDEX device_metrics_faults ON device_metrics (fault_count, device_id)
    WHERE fault_count > 0 AND archived_at IS NULL;
CREATE INDEX device_metrics_prices ON device_metrics (price_difference_count, device_id)
    WHERE price_difference_count > 0 AND archived_at IS NULL;
CREATE INDEX device_metrics_archived_sold_out ON device_metrics (sold_out_slots, device_id)
    WHERE archived_at IS NOT NULL;
CREATE INDEX device_metrics_archived_last_read
    ON device_metrics (COALESCE(last_read_at, ''), device_id) WHERE archived_at IS NOT NULL;
CREATE INDEX device_metrics_archived_level
    ON device_metrics (COALESCE(product_level_percent, 1000.0), device_id)
    WHERE archived_at IS NOT NULL;

-- Of the few archived ones a list must not pass by all the others.
CREATE INDEX locations_archived ON locations (lower(name), id) WHERE archived_at IS NOT NULL;
CREATE INDEX routes_archived ON routes (lower(name), id) WHERE archived_at IS NOT NULL;

-- How many devices in use are of a kind (services/device_counts.py), changed with the
-- figures that make them so; level_30 is from 30 percent of par to below 40.
CREATE TABLE device_counts (
    kind TEXT NOT NULL PRIMARY KEY,
    devices INTEGER NOT NULL
) STRICT;

INSERT INTO device_counts (kind, devices)
SELECT k.kind, count(*)
FROM device_metrics m
JOIN (
    SELECT 'in_use' AS kind UNION ALL SELECT 'sold_out' UNION ALL SELECT 'running_out'
    UNION ALL SELECT 'faults' UNION ALL SELECT 'price_differences'
) k ON k.kind = 'in_use'
    OR (k.kind = 'sold_out' AND m.sold_out_slots > 0)
    OR (k.kind = 'running_out' AND m.sold_out_slots = 0 AND m.days_of_inventory < 2)
    OR (k.kind = 'faults' AND m.fault_count > 0)
    OR (k.kind = 'price_differences' AND m.price_difference_count > 0)
WHERE m.archived_at IS NULL
GROUP BY k.kind;

INSERT INTO device_counts (kind, devices)
SELECT 'level_' || CAST(k.level AS TEXT), count(*)
FROM device_metrics m
JOIN (
    SELECT 0 AS level UNION ALL SELECT 10 UNION ALL SELECT 20 UNION ALL SELECT 30
    UNION ALL SELECT 40 UNION ALL SELECT 50 UNION ALL SELECT 60 UNION ALL SELECT 70
    UNION ALL SELECT 80 UNION ALL SELECT 90
) k ON m.product_level_percent >= k.level
    AND (m.product_level_percent < k.level + 10 OR k.level = 90)
WHERE m.archived_at IS NULL
GROUP BY k.level;
