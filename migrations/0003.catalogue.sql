-- What is sold, where, by whom it is served, and which kinds of machine there are.

CREATE TABLE products (
    id INTEGER PRIMARY KEY,
    sku TEXT,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    price_cents INTEGER NOT NULL CHECK (price_cents >= 0),
    cost_cents INTEGER CHECK (cost_cents >= 0),
    case_size INTEGER NOT NULL CHECK (case_size >= 1),
    archived_at TEXT,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE UNIQUE INDEX products_sku ON products (lower(sku)) WHERE sku IS NOT NULL;
CREATE INDEX products_name ON products (lower(name), id);
CREATE INDEX products_category_name ON products (category, lower(name), id);
CREATE INDEX products_category ON products (lower(category), id);
CREATE INDEX products_price ON products (price_cents, id);

CREATE TABLE locations (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    latitude REAL CHECK (latitude BETWEEN -90 AND 90),
    longitude REAL CHECK (longitude BETWEEN -180 AND 180),
    notes TEXT NOT NULL,
    archived_at TEXT,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX locations_name ON locations (lower(name), id);

CREATE TABLE routes (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    driver_id INTEGER REFERENCES users (id),
    archived_at TEXT,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX routes_name ON routes (lower(name), id);
CREATE INDEX routes_driver ON routes (driver_id, lower(name), id);

CREATE TABLE device_types (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    max_cabinets INTEGER NOT NULL CHECK (max_cabinets BETWEEN 1 AND 3)
) STRICT;

CREATE UNIQUE INDEX device_types_name ON device_types (lower(name));

CREATE TABLE cabinet_types (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    rows INTEGER NOT NULL CHECK (rows BETWEEN 1 AND 26),
    columns INTEGER NOT NULL CHECK (columns BETWEEN 1 AND 40)
) STRICT;

CREATE UNIQUE INDEX cabinet_types_name ON cabinet_types (lower(name));
