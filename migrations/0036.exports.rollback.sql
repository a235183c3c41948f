-- What was exported of the last day cannot be brought back: it is asked for again.
DROP TABLE exports;
