-- A fleet comes in from spreadsheets. A file is kept as it came and read into rows, each with
-- what it would do or what is wrong with it; nothing else is written until somebody imports it.
-- What an import did is kept as effects, by which it is taken back as a whole.
CREATE TABLE imports (
    id INTEGER PRIMARY KEY,
    filename TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('reading', 'ready', 'importing', 'done', 'taking_back', 'removing', 'taken_back')),
    kind TEXT, -- null until it is recognised or said
    headers TEXT NOT NULL DEFAULT '[]', -- JSON: the texts of the header row
    chosen TEXT NOT NULL DEFAULT '{}', -- JSON: how a person says that the file is to be read
    found TEXT NOT NULL DEFAULT '{}', -- JSON: how it was read
    counts TEXT NOT NULL DEFAULT '{}', -- JSON: rows by their verdict
    row_count INTEGER NOT NULL DEFAULT 0,
    leaves_out INTEGER NOT NULL DEFAULT 0, -- whether rows that are wrong are left out
    user_id INTEGER NOT NULL REFERENCES users (id),
    job_id INTEGER,
    created_at TEXT NOT NULL,
    ended_at TEXT, -- imported, or taken back
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX imports_created ON imports (created_at, id);

CREATE TABLE import_files (
    import_id INTEGER NOT NULL PRIMARY KEY REFERENCES imports (id),
    content BLOB NOT NULL -- zlib
) STRICT;

CREATE TABLE import_rows (
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES imports (id),
    line INTEGER NOT NULL, -- in the file
    cells TEXT NOT NULL, -- JSON
    verdict TEXT NOT NULL CHECK (verdict IN ('creates', 'changes', 'same', 'repeated', 'wrong')),
    says TEXT NOT NULL -- JSON: sentences
) STRICT;

CREATE UNIQUE INDEX import_rows_line ON import_rows (import_id, line);
CREATE INDEX import_rows_verdict ON import_rows (import_id, verdict, line);

CREATE TABLE import_effects (
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES imports (id),
    noun TEXT NOT NULL,
    noun_id INTEGER NOT NULL,
    before TEXT, -- JSON: what was changed, as it was; null for what was created
    version INTEGER NOT NULL -- which the import left behind: another one was changed since
) STRICT;

CREATE INDEX import_effects_import ON import_effects (import_id, id);
CREATE INDEX import_effects_noun ON import_effects (noun, noun_id);

-- How files with these headers are to be read: remembered from the last import of such a file.
CREATE TABLE import_sources (
    mark TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the headers
    kind TEXT NOT NULL,
    columns TEXT NOT NULL, -- JSON: header -> field
    used_at TEXT NOT NULL
) STRICT;

-- The ledger of a machine that an import created goes with the machine when that is taken back.
-- An import is removing only within the transaction that takes it back, so no other one finds
-- the ledger open: not before, and not after a taking back that was refused.
DROP TRIGGER stock_moves_remain;

CREATE TRIGGER stock_moves_remain BEFORE DELETE ON stock_moves
WHEN NOT EXISTS (
    SELECT 1 FROM import_effects e JOIN imports i ON i.id = e.import_id
    WHERE e.noun = 'device' AND e.noun_id = OLD.device_id AND e.before IS NULL
      AND i.state = 'removing'
)
BEGIN
    SELECT RAISE(ABORT, 'a stock move cannot be removed');
END;
