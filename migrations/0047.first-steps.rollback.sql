-- The release before has no list of first steps; whether it was put away is asked again later.
ALTER TABLE settings DROP COLUMN first_steps_hidden_at;
