-- M00/2 comes before M00/10: what devices are listed by, the numbers in their assets by
-- value. Each run of digits is written without leading zeros, behind its length in two
-- digits (paging.natural).

ALTER TABLE devices ADD COLUMN asset_order TEXT NOT NULL DEFAULT '';

-- What is walked begins with nothing of the asset, so that PostgreSQL compares all as it does assets.
WITH RECURSIVE walked (id, asset, place, digits, words) AS (
    SELECT id, lower(asset), 1, substr(lower(asset), 1, 0), substr(lower(asset), 1, 0) FROM devices
    UNION ALL
    SELECT id, asset, place + 1,
           CASE WHEN substr(asset, place, 1) BETWEEN '0' AND '9'
                THEN digits || substr(asset, place, 1) ELSE substr(asset, 1, 0) END,
           CASE WHEN substr(asset, place, 1) BETWEEN '0' AND '9' THEN words
                WHEN digits = '' THEN words || substr(asset, place, 1)
                ELSE words || substr(CAST(100 + length(ltrim(digits, '0')) AS TEXT), 2)
                     || ltrim(digits, '0') || substr(asset, place, 1) END
    FROM walked WHERE place <= length(asset)
)
UPDATE devices
SET asset_order = CASE
    WHEN w.digits = '' THEN w.words
    ELSE w.words || substr(CAST(100 + length(ltrim(w.digits, '0')) AS TEXT), 2)
         || ltrim(w.digits, '0')
END
FROM walked w
WHERE w.id = devices.id AND w.place = length(w.asset) + 1;

CREATE INDEX devices_order ON devices (asset_order, id);
DROP INDEX devices_archived;
DROP INDEX devices_route;
DROP INDEX devices_location;
CREATE INDEX devices_archived ON devices (asset_order, id) WHERE archived_at IS NOT NULL;
CREATE INDEX devices_route ON devices (route_id, asset_order, id);
CREATE INDEX devices_location ON devices (location_id, asset_order, id);
