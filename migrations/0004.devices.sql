-- A device is one machine with 1 to 3 cabinets; a cabinet is a grid of slots.
-- What a slot holds and how it is sold changes over time, and audits arrive late, so the
-- stock of a past moment needs the arrangement of that moment: slot_arrangements.

CREATE TABLE devices (
    id INTEGER PRIMARY KEY,
    asset TEXT NOT NULL,
    name TEXT NOT NULL,
    device_type_id INTEGER NOT NULL REFERENCES device_types (id),
    location_id INTEGER REFERENCES locations (id),
    route_id INTEGER REFERENCES routes (id),
    serial TEXT,
    counters_pair TEXT CHECK (counters_pair IN ('first', 'second')), -- which PA2 pair reconciles with VA1
    archived_at TEXT,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE UNIQUE INDEX devices_asset ON devices (lower(asset));
CREATE INDEX devices_serial ON devices (serial);
CREATE INDEX devices_name ON devices (lower(name), id);
CREATE INDEX devices_archived ON devices (lower(asset), id) WHERE archived_at IS NOT NULL;
CREATE INDEX devices_route ON devices (route_id, lower(asset), id);
CREATE INDEX devices_location ON devices (location_id, lower(asset), id);

CREATE TABLE cabinets (
    id INTEGER PRIMARY KEY,
    device_id INTEGER NOT NULL REFERENCES devices (id),
    position INTEGER NOT NULL CHECK (position BETWEEN 1 AND 3),
    cabinet_type_id INTEGER NOT NULL REFERENCES cabinet_types (id),
    rows INTEGER NOT NULL,
    columns INTEGER NOT NULL,
    removed_at TEXT,
    version INTEGER NOT NULL DEFAULT 1 -- of the planogram: sales and visits never change it
) STRICT;

CREATE INDEX cabinets_device ON cabinets (device_id);
CREATE UNIQUE INDEX cabinets_position ON cabinets (device_id, position) WHERE removed_at IS NULL;

CREATE TABLE slots (
    id INTEGER PRIMARY KEY,
    cabinet_id INTEGER NOT NULL REFERENCES cabinets (id),
    device_id INTEGER NOT NULL REFERENCES devices (id),
    position INTEGER NOT NULL, -- order in the device: cabinet, row, column
    "row" INTEGER NOT NULL,
    "column" INTEGER NOT NULL,
    label TEXT NOT NULL,
    selection TEXT,
    product_id INTEGER REFERENCES products (id),
    capacity INTEGER NOT NULL CHECK (capacity >= 0),
    par_level INTEGER NOT NULL CHECK (par_level >= 0),
    price_cents INTEGER CHECK (price_cents >= 0),
    quantity INTEGER, -- null while unknown: never counted, never filled
    units_per_day REAL, -- null while unknown
    CHECK (par_level <= capacity),
    CHECK (quantity IS NULL OR quantity BETWEEN 0 AND capacity),
    CHECK (product_id IS NOT NULL OR quantity = 0)
) STRICT;

CREATE UNIQUE INDEX slots_place ON slots (cabinet_id, "row", "column");
CREATE INDEX slots_device ON slots (device_id, position);
CREATE INDEX slots_product ON slots (product_id);

CREATE TABLE planogram_changes (
    id INTEGER PRIMARY KEY,
    cabinet_id INTEGER NOT NULL REFERENCES cabinets (id),
    slot_id INTEGER NOT NULL REFERENCES slots (id),
    user_id INTEGER,
    username TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    changes TEXT NOT NULL -- JSON: [{"field", "from", "to"}]
) STRICT;

CREATE INDEX planogram_changes_cabinet ON planogram_changes (cabinet_id, id);
CREATE INDEX planogram_changes_slot ON planogram_changes (slot_id, id);

CREATE TABLE slot_arrangements (
    id INTEGER PRIMARY KEY,
    slot_id INTEGER NOT NULL REFERENCES slots (id),
    device_id INTEGER NOT NULL REFERENCES devices (id),
    from_at TEXT NOT NULL,
    product_id INTEGER REFERENCES products (id),
    selection TEXT,
    capacity INTEGER NOT NULL,
    planogram_change_id INTEGER NOT NULL REFERENCES planogram_changes (id)
) STRICT;

CREATE INDEX slot_arrangements_slot ON slot_arrangements (slot_id, from_at, id);
CREATE INDEX slot_arrangements_device ON slot_arrangements (device_id, from_at);
