-- Other programs are told of what happens. A webhook is where to, of what, and how it goes; its
-- secret is sealed, and the one before goes on signing for a while. A delivery is written in the
-- transaction of its cause, so it is there if and only if that happened.
CREATE TABLE webhooks (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    events TEXT NOT NULL, -- with a blank between
    detail TEXT NOT NULL CHECK (detail IN ('references', 'full')),
    sealed_secret TEXT NOT NULL,
    sealed_secret_before TEXT,
    before_until TEXT,
    created_at TEXT NOT NULL,
    disabled_at TEXT,
    paused_at TEXT,
    problem TEXT, -- why it was paused or disabled by itself
    worker TEXT, -- who delivers
    lease TEXT, -- of this taking alone
    leased_until TEXT,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

-- In the order of their ids, which is that of the commits.
CREATE TABLE webhook_deliveries (
    id INTEGER PRIMARY KEY,
    webhook_id INTEGER NOT NULL REFERENCES webhooks (id),
    event_id TEXT NOT NULL, -- the same for every webhook that is told, and each time it is sent
    type TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    data TEXT NOT NULL, -- JSON, as it is sent
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at TEXT NOT NULL,
    last_at TEXT, -- of the last try
    status INTEGER, -- what the receiver answered
    duration_ms INTEGER,
    answer TEXT,
    problem TEXT
) STRICT;

CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook_id, id)
    WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_state ON webhook_deliveries (webhook_id, state, id);
CREATE INDEX webhook_deliveries_occurred ON webhook_deliveries (webhook_id, occurred_at, id);
CREATE INDEX webhook_deliveries_past ON webhook_deliveries (occurred_at, id);

ALTER TABLE retention ADD COLUMN webhook_delivery_days INTEGER NOT NULL DEFAULT 30;
