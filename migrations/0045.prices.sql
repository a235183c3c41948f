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
