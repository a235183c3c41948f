-- Which rows were changed together cannot be brought back; what they are now stays.
DROP TABLE mass_change_parts;
DROP TABLE mass_changes;
