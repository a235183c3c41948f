-- What people did about a price that the machine asks otherwise than CVD wants: an answer of a
-- visit for each slot. That the prices differ is no row of its own: it follows from the slot
-- and the last read.
CREATE TABLE price_answers (
    visit_id INTEGER NOT NULL REFERENCES visits (id),
    slot_id INTEGER NOT NULL REFERENCES slots (id),
    price_cents INTEGER NOT NULL CHECK (price_cents >= 0), -- that was to be set
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'not_done')),
    reason TEXT CHECK (reason IN ('no_code', 'refused', 'no_time', 'other')),
    notes TEXT NOT NULL,
    PRIMARY KEY (visit_id, slot_id),
    CHECK ((outcome = 'not_done') = (reason IS NOT NULL))
) STRICT;

CREATE INDEX price_answers_slot ON price_answers (slot_id, visit_id);

-- Changes of many rows that take effect on a later day: what was asked for, and of which rows.
-- Once it ended, the rows are those of the change that it became.
CREATE TABLE planned_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    change TEXT NOT NULL, -- JSON: the change as it was asked for
    ids TEXT NOT NULL, -- JSON: of the devices or products that were chosen; empty once it ended
    selected_rows INTEGER NOT NULL CHECK (selected_rows > 0),
    target TEXT, -- how what all rows get was called then; null where each gets its own
    from_on TEXT NOT NULL, -- the local day
    user_id INTEGER,
    username TEXT NOT NULL,
    planned_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'done', 'failed', 'cancelled')),
    ended_at TEXT,
    mass_change_id INTEGER REFERENCES mass_changes (id), -- that it became
    problem TEXT, -- why it failed
    CHECK ((state = 'planned') = (ended_at IS NULL)),
    CHECK ((state = 'done') = (mass_change_id IS NOT NULL)),
    CHECK ((state = 'failed') = (problem IS NOT NULL))
) STRICT;

CREATE INDEX planned_changes_due ON planned_changes (from_on, id) WHERE ended_at IS NULL;
CREATE INDEX planned_changes_ended ON planned_changes (id) WHERE ended_at IS NOT NULL;
