-- Every unit and every cent. slot_facts are what people saw and did at a slot, with the
-- time of the event; sales are what the odometers imply between two reads; stock_moves is
-- the append-only ledger whose sum is the quantity of the slot. daily_* are sums of sales,
-- kept in the transaction that changes a sale.

CREATE TABLE slot_facts (
    id INTEGER PRIMARY KEY,
    device_id INTEGER NOT NULL REFERENCES devices (id),
    slot_id INTEGER NOT NULL REFERENCES slots (id),
    kind TEXT NOT NULL CHECK (kind IN ('planogram', 'visit')),
    visit_id INTEGER,
    planogram_change_id INTEGER REFERENCES planogram_changes (id),
    occurred_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    counted INTEGER CHECK (counted >= 0),
    removed INTEGER NOT NULL DEFAULT 0 CHECK (removed >= 0),
    removed_reason TEXT,
    added INTEGER NOT NULL DEFAULT 0 CHECK (added >= 0),
    reversed_at TEXT,
    CHECK (counted IS NOT NULL OR removed > 0 OR added > 0), -- a fact says something
    CHECK ((kind = 'visit') = (visit_id IS NOT NULL)),
    CHECK ((kind = 'planogram') = (planogram_change_id IS NOT NULL))
) STRICT;

CREATE INDEX slot_facts_device ON slot_facts (device_id, occurred_at);
CREATE INDEX slot_facts_slot ON slot_facts (slot_id, occurred_at);
CREATE INDEX slot_facts_visit ON slot_facts (visit_id);

CREATE TABLE stock_moves (
    id INTEGER PRIMARY KEY,
    slot_id INTEGER NOT NULL REFERENCES slots (id),
    device_id INTEGER NOT NULL REFERENCES devices (id),
    product_id INTEGER REFERENCES products (id),
    reason TEXT NOT NULL CHECK (
        reason IN ('sale', 'fill', 'removal', 'count', 'planogram', 'reversal', 'unexplained')
    ),
    quantity INTEGER NOT NULL CHECK (quantity <> 0),
    balance INTEGER NOT NULL,
    occurred_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    source_kind TEXT NOT NULL CHECK (source_kind IN ('dex_read', 'planogram', 'visit')),
    source_id INTEGER NOT NULL -- the dex read, the planogram change or the visit
) STRICT;

CREATE INDEX stock_moves_slot ON stock_moves (slot_id, id);
CREATE INDEX stock_moves_device ON stock_moves (device_id, occurred_at);

CREATE TABLE sales (
    id INTEGER PRIMARY KEY,
    device_id INTEGER NOT NULL REFERENCES devices (id),
    dex_read_id INTEGER NOT NULL REFERENCES dex_reads (id),
    selection TEXT NOT NULL,
    product_id INTEGER REFERENCES products (id),
    units INTEGER NOT NULL CHECK (units >= 0),
    amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0),
    opened_at TEXT NOT NULL,
    closed_at TEXT NOT NULL,
    sold_on TEXT NOT NULL, -- local day of the closing read
    days_out REAL NOT NULL DEFAULT 0, -- days of the interval in which the selection was known sold out
    new_epoch INTEGER NOT NULL DEFAULT 0 CHECK (new_epoch IN (0, 1)) -- counters fell: counted from zero
) STRICT;

CREATE UNIQUE INDEX sales_read ON sales (dex_read_id, selection);
CREATE INDEX sales_device ON sales (device_id, closed_at);
CREATE INDEX sales_device_day ON sales (device_id, sold_on);

CREATE TABLE daily_device_sales (
    sold_on TEXT NOT NULL,
    device_id INTEGER NOT NULL REFERENCES devices (id),
    units INTEGER NOT NULL,
    amount_cents INTEGER NOT NULL,
    PRIMARY KEY (sold_on, device_id)
) STRICT;

CREATE INDEX daily_device_sales_device ON daily_device_sales (device_id, sold_on);

CREATE TABLE daily_product_sales (
    sold_on TEXT NOT NULL,
    product_id INTEGER NOT NULL, -- 0: sold from a selection without a product
    units INTEGER NOT NULL,
    amount_cents INTEGER NOT NULL,
    PRIMARY KEY (sold_on, product_id)
) STRICT;

CREATE TABLE daily_selection_sales (
    sold_on TEXT NOT NULL,
    selection TEXT NOT NULL,
    units INTEGER NOT NULL,
    amount_cents INTEGER NOT NULL,
    PRIMARY KEY (sold_on, selection)
) STRICT;

-- What the route board shows, brought up to date by whatever changes it.
CREATE TABLE device_metrics (
    device_id INTEGER NOT NULL PRIMARY KEY REFERENCES devices (id),
    sold_out_slots INTEGER NOT NULL,
    low_slots INTEGER NOT NULL,
    unknown_slots INTEGER NOT NULL,
    days_of_inventory REAL,
    days_of_inventory_median REAL,
    product_level_percent REAL,
    units_to_par INTEGER,
    units_per_day REAL,
    last_read_at TEXT,
    last_visit_at TEXT,
    faults TEXT NOT NULL, -- JSON: [{"code", "meaning"}], active at the last read
    fault_count INTEGER NOT NULL,
    price_difference_count INTEGER NOT NULL -- slots whose price is not the machine's
) STRICT;

-- Few devices need attention: finding them must not read the others.
CREATE INDEX device_metrics_sold_out ON device_metrics (sold_out_slots, device_id);
CREATE INDEX device_metrics_running_out ON device_metrics (sold_out_slots, days_of_inventory, device_id);
CREATE INDEX device_metrics_last_read ON device_metrics (COALESCE(last_read_at, ''), device_id);
CREATE INDEX device_metrics_level ON device_metrics (COALESCE(product_level_percent, 1000.0), device_id);
CREATE INDEX device_metrics_faults ON device_metrics (device_id) WHERE fault_count > 0;
CREATE INDEX device_metrics_prices ON device_metrics (device_id) WHERE price_difference_count > 0;
