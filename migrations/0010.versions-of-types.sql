-- Types can be renamed, as the other nouns of the catalogue can: of two people who change
-- one at the same time, the second is told.

ALTER TABLE device_types ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE cabinet_types ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
