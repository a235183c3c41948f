ALTER TABLE cabinet_types DROP COLUMN version;
ALTER TABLE device_types DROP COLUMN version;
