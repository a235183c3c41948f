-- What was exported of the last day cannot be brought back: it is asked for again. What is in
-- those files stays under exports/ in the store of files; within an hour of the next upgrade it
-- goes, and it may be removed by hand.
DROP TABLE exports;
