-- How people look at lists: views under a name, those that somebody has in the rail, and what a
-- list shows to one person by itself.

CREATE TABLE saved_views (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id), -- whose it is
    list_name TEXT NOT NULL, -- which lists there are is said in the contract
    name TEXT NOT NULL,
    params TEXT NOT NULL DEFAULT '{}', -- JSON: what its address says, by name
    columns TEXT, -- JSON: the names of the columns in their order; null: as the list has them
    shared INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)),
    removed_at TEXT, -- it can be brought back for a while
    version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE UNIQUE INDEX saved_views_name ON saved_views (user_id, list_name, lower(name))
    WHERE removed_at IS NULL;
CREATE INDEX saved_views_shared ON saved_views (list_name) WHERE shared = 1 AND removed_at IS NULL;
CREATE INDEX saved_views_removed ON saved_views (user_id, removed_at)
    WHERE removed_at IS NOT NULL;

CREATE TABLE saved_view_pins (
    user_id INTEGER NOT NULL REFERENCES users (id),
    saved_view_id INTEGER NOT NULL REFERENCES saved_views (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, saved_view_id)
) STRICT;

CREATE INDEX saved_view_pins_view ON saved_view_pins (saved_view_id);

CREATE TABLE list_layouts (
    user_id INTEGER NOT NULL REFERENCES users (id),
    list_name TEXT NOT NULL,
    columns TEXT, -- as in saved_views
    default_view_id INTEGER REFERENCES saved_views (id) ON DELETE SET NULL, -- what it opens with
    PRIMARY KEY (user_id, list_name)
) STRICT;

CREATE INDEX list_layouts_view ON list_layouts (default_view_id)
    WHERE default_view_id IS NOT NULL;
