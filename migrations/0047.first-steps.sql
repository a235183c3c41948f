-- An installation shows its first steps on Today until they are done, or somebody puts them away.
-- null: nobody did. Where a visit is recorded, the main job was done before there was a list.
ALTER TABLE settings ADD COLUMN first_steps_hidden_at TEXT;

UPDATE settings SET first_steps_hidden_at = (SELECT min(recorded_at) FROM visits);
