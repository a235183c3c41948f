-- Alerts: told of what costs money before the location calls. A rule says what to be told of,
-- an alert is one cause that holds, and a telling is that somebody is to be sent a mail of it.

-- What was changed and was not looked at since: written in the transaction that changes it.
CREATE TABLE touched (
    noun TEXT NOT NULL CHECK (noun IN ('backup', 'device', 'dex_read', 'service_order')),
    noun_id INTEGER NOT NULL,
    touched_at TEXT NOT NULL,
    PRIMARY KEY (noun, noun_id)
) STRICT;

CREATE TABLE alert_rules (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN (
        'sold_out', 'runs_out', 'silent', 'fault', 'climate_or_door', 'price_differs',
        'not_booked', 'late_order', 'damaged_read', 'backup_old'
    )),
    threshold INTEGER NOT NULL CHECK (threshold >= 0), -- in the unit of the kind (alert_kinds.py)
    scope TEXT NOT NULL DEFAULT 'all'
        CHECK (scope IN ('all', 'route', 'location_kind', 'device')),
    scope_id INTEGER, -- the route or the device
    location_kind TEXT,
    roles TEXT NOT NULL DEFAULT '', -- with a blank between
    user_ids TEXT NOT NULL DEFAULT '[]', -- JSON: who is told whatever their role
    weekdays TEXT NOT NULL DEFAULT '1234567', -- 1 is Monday
    from_time TEXT, -- 08:00 in the operator's time zone; null: all day
    until_time TEXT,
    email TEXT NOT NULL DEFAULT 'none' CHECK (email IN ('none', 'at_once', 'digest')),
    switched_on INTEGER NOT NULL DEFAULT 1 CHECK (switched_on IN (0, 1)),
    archived_at TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((from_time IS NULL) = (until_time IS NULL)),
    CHECK ((scope_id IS NOT NULL) = (scope IN ('route', 'device'))),
    CHECK ((location_kind IS NOT NULL) = (scope = 'location_kind'))
) STRICT;

CREATE INDEX alert_rules_name ON alert_rules (lower(name), id);
CREATE INDEX alert_rules_archived ON alert_rules (lower(name), id) WHERE archived_at IS NOT NULL;

-- Whoever has no mail server is told by the page alone.
INSERT INTO alert_rules (name, kind, threshold, roles, email, switched_on) VALUES
    ('Sold out', 'sold_out', 0, 'admin manager', 'digest', 1),
    ('Runs out before the next visit', 'runs_out', 2, 'admin manager', 'none', 0),
    ('Silent for two days', 'silent', 48, 'admin manager', 'digest', 1),
    ('Fault', 'fault', 0, 'admin manager', 'digest', 1),
    ('Temperature or door', 'climate_or_door', 0, 'admin manager', 'at_once', 1),
    ('Price differs from the machine', 'price_differs', 0, 'admin manager', 'none', 1),
    ('Counted but not booked', 'not_booked', 10, 'admin manager', 'none', 1),
    ('Late order', 'late_order', 1, 'admin manager', 'digest', 1),
    ('Damaged audit', 'damaged_read', 0, 'admin manager', 'none', 1),
    ('No backup for more than a day', 'backup_old', 26, 'admin', 'at_once', 1);

CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL, -- one at a time is not resolved: sold_out:12
    noun TEXT NOT NULL, -- what is looked at to tell whether it still holds, as in touched
    noun_id INTEGER NOT NULL,
    device_id INTEGER REFERENCES devices (id) ON DELETE CASCADE, -- of one created by mistake
    alert_rule_id INTEGER NOT NULL REFERENCES alert_rules (id), -- the first that held
    detail TEXT NOT NULL,
    since TEXT, -- when the cause began, where that is known
    lost_cents_per_day INTEGER, -- null: not known
    worst REAL NOT NULL DEFAULT 0, -- the worst measure so far, in the unit of the kind
    state TEXT NOT NULL CHECK (state IN ('open', 'snoozed', 'acknowledged', 'resolved')),
    opened_at TEXT NOT NULL,
    resolved_at TEXT,
    snoozed_until TEXT,
    acknowledged_at TEXT,
    acknowledged_by INTEGER REFERENCES users (id),
    assigned_to INTEGER REFERENCES users (id),
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
    CHECK ((state = 'snoozed') = (snoozed_until IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX alerts_cause ON alerts (cause) WHERE resolved_at IS NULL;
CREATE INDEX alerts_standing ON alerts (noun, noun_id) WHERE resolved_at IS NULL;
CREATE INDEX alerts_lost ON alerts (state, COALESCE(lost_cents_per_day, -1), id);
CREATE INDEX alerts_kind_lost ON alerts (state, kind, COALESCE(lost_cents_per_day, -1), id);
CREATE INDEX alerts_opened ON alerts (state, opened_at, id);
CREATE INDEX alerts_kind_opened ON alerts (state, kind, opened_at, id);
CREATE INDEX alerts_device_lost ON alerts (device_id, state, COALESCE(lost_cents_per_day, -1), id);
CREATE INDEX alerts_device_opened ON alerts (device_id, state, opened_at, id);
CREATE INDEX alerts_assigned_lost
    ON alerts (assigned_to, state, COALESCE(lost_cents_per_day, -1), id)
    WHERE assigned_to IS NOT NULL;
CREATE INDEX alerts_assigned_opened ON alerts (assigned_to, state, opened_at, id)
    WHERE assigned_to IS NOT NULL;
CREATE INDEX alerts_snoozed ON alerts (snoozed_until) WHERE state = 'snoozed';
CREATE INDEX alerts_resolved ON alerts (resolved_at, id) WHERE resolved_at IS NOT NULL;

-- A mail as it was written: sent again after a crash it is the same one, by its message_id.
CREATE TABLE alert_mails (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    message_id TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    plain TEXT NOT NULL,
    html TEXT NOT NULL,
    created_at TEXT NOT NULL,
    sent_at TEXT -- null while a job is sending it
) STRICT;

CREATE INDEX alert_mails_created ON alert_mails (created_at, id);
CREATE INDEX alert_mails_user ON alert_mails (user_id);

CREATE TABLE alert_tellings (
    alert_id INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users (id),
    how TEXT NOT NULL CHECK (how IN ('at_once', 'digest')),
    due_at TEXT NOT NULL,
    alert_mail_id INTEGER REFERENCES alert_mails (id) ON DELETE CASCADE, -- null while it waits
    PRIMARY KEY (alert_id, user_id)
) STRICT;

CREATE INDEX alert_tellings_due ON alert_tellings (due_at, user_id) WHERE alert_mail_id IS NULL;
CREATE INDEX alert_tellings_mail ON alert_tellings (alert_mail_id);
CREATE INDEX alert_tellings_user ON alert_tellings (user_id);

-- What stands now is looked at as soon as a worker runs.
INSERT INTO touched (noun, noun_id, touched_at)
SELECT 'device', device_id, '2026-01-01T00:00:00Z' FROM device_metrics WHERE archived_at IS NULL;
INSERT INTO touched (noun, noun_id, touched_at)
SELECT 'service_order', id, '2026-01-01T00:00:00Z' FROM service_orders
WHERE status <> 'completed' AND status <> 'cancelled';
INSERT INTO touched (noun, noun_id, touched_at)
SELECT 'dex_read', id, '2026-01-01T00:00:00Z' FROM dex_reads WHERE status = 'damaged';
