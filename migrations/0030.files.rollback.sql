-- Which photo belongs to what cannot be brought back: take a backup first.
DROP TABLE files;
