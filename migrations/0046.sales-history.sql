-- Sales of before the first read of a machine, from a spreadsheet: what one import says of one
-- machine, day, selection, product and way to pay. What reads say is never here; days on or after
-- the machine's first read are kept, but not counted.
CREATE TABLE past_sales (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    import_id INTEGER NOT NULL REFERENCES imports (id),
    device_id INTEGER NOT NULL REFERENCES devices (id),
    sold_on TEXT NOT NULL, -- local day
    selection TEXT NOT NULL, -- empty where the file names none
    product_id INTEGER REFERENCES products (id),
    payment TEXT CHECK (payment IN ('cash', 'card', 'other')), -- null where the file says nothing
    units INTEGER NOT NULL CHECK (units > 0),
    amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0),
    route_id INTEGER REFERENCES routes (id), -- of that day, as the location
    location_id INTEGER REFERENCES locations (id),
    is_counted INTEGER NOT NULL CHECK (is_counted IN (0, 1)) -- 0: held, for reads say it
) STRICT;

CREATE INDEX past_sales_device ON past_sales (device_id, is_counted, sold_on);
CREATE INDEX past_sales_import ON past_sales (import_id, device_id);
