DROP INDEX devices_location;
DROP INDEX devices_route;
DROP INDEX devices_archived;
DROP INDEX devices_order;
CREATE INDEX devices_archived ON devices (lower(asset), id) WHERE archived_at IS NOT NULL;
CREATE INDEX devices_route ON devices (route_id, lower(asset), id);
CREATE INDEX devices_location ON devices (location_id, lower(asset), id);
ALTER TABLE devices DROP COLUMN asset_order;
