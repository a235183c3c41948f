-- A product that goes out of use is somewhere still: what is not to be refilled any more
-- says so at its slot, a change of a product's slots can be taken back machine by machine,
-- and a count that differs from the books is looked at once, by somebody who is named.

ALTER TABLE slots ADD COLUMN sells_out_at TEXT; -- since when it is not refilled; null while it is

-- Where a product is: of one device at once, and page by page.
DROP INDEX slots_product;
CREATE INDEX slots_product ON slots (product_id, device_id);

-- Of the few archived ones the home page must not pass by all the others.
CREATE INDEX products_archived ON products (lower(name), id) WHERE archived_at IS NOT NULL;

CREATE TABLE slot_changes (
    id INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES products (id),
    device_id INTEGER NOT NULL REFERENCES devices (id),
    kind TEXT NOT NULL CHECK (kind IN ('replace', 'sell_out', 'refill', 'price')),
    slots TEXT NOT NULL, -- JSON: [{"slot_id", "before": {…}, "after": {…}}]
    user_id INTEGER,
    username TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    undone_at TEXT
) STRICT;

CREATE INDEX slot_changes_product ON slot_changes (product_id, id);

-- missing and surplus are what differed when it was seen: another figure is news again.
CREATE TABLE count_acknowledgements (
    visit_id INTEGER NOT NULL PRIMARY KEY REFERENCES visits (id),
    missing INTEGER NOT NULL,
    surplus INTEGER NOT NULL,
    seen_at TEXT NOT NULL,
    seen_by INTEGER,
    seen_by_name TEXT NOT NULL
) STRICT;

-- What visits found that neither sales nor fills explain: by time, and of one visit.
CREATE INDEX stock_moves_differences ON stock_moves (occurred_at, source_id)
    WHERE reason = 'unexplained' AND source_kind = 'visit';
CREATE INDEX stock_moves_of_visit ON stock_moves (source_id, slot_id)
    WHERE reason = 'unexplained' AND source_kind = 'visit';
