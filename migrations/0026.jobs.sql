-- What is to be done later: written in the transaction that wants it, taken by a worker that
-- holds a lease, so that what was acknowledged is done although a worker or a server is killed.

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL, -- of x-jobs in the contract
    arguments TEXT NOT NULL, -- JSON
    key TEXT, -- asked for once under this name
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER, -- null: not known (yet)
    sentence TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    run_after TEXT NOT NULL,
    result TEXT, -- JSON
    problem TEXT, -- JSON: title, detail
    link TEXT, -- the page or the file that shows what it made
    user_id INTEGER REFERENCES users (id), -- null: a schedule, or the console
    schedule_id INTEGER,
    worker TEXT, -- who runs it
    lease TEXT, -- of this taking alone
    leased_until TEXT,
    cancel_asked_at TEXT,
    created_at TEXT NOT NULL,
    started_at TEXT, -- of the last attempt
    ended_at TEXT
) STRICT;

CREATE UNIQUE INDEX jobs_key ON jobs (key);
CREATE INDEX jobs_due ON jobs (run_after, id) WHERE state = 'queued';
CREATE INDEX jobs_leased ON jobs (leased_until, id) WHERE state = 'running';
CREATE INDEX jobs_failed ON jobs (id) WHERE state = 'failed';
CREATE INDEX jobs_ended ON jobs (ended_at, id) WHERE ended_at IS NOT NULL;
CREATE INDEX jobs_state ON jobs (state, id);
CREATE INDEX jobs_kind ON jobs (kind, id);
CREATE INDEX jobs_user ON jobs (user_id, id);

-- What is done again and again. There is one for each kind whose contract says when.
CREATE TABLE schedules (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    arguments TEXT NOT NULL, -- JSON
    daily_at TEXT, -- 02:30 in the operator's time zone
    every_minutes INTEGER,
    switched_on INTEGER NOT NULL DEFAULT 1,
    next_at TEXT, -- null: not reckoned yet
    last_job_id INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK ((daily_at IS NULL) <> (every_minutes IS NULL))
) STRICT;

CREATE UNIQUE INDEX schedules_kind ON schedules (kind);
