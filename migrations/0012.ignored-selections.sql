-- Some machines count what they give for nothing (the "no cup" of a coffee machine) as a
-- selection of its own; its units are no sales. With the device's own row, so that no list
-- of devices asks for more.

ALTER TABLE devices ADD COLUMN ignored_selections TEXT NOT NULL DEFAULT '[]'; -- JSON: codes, sorted
