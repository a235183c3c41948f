-- What people said about setting prices cannot be brought back; which prices differ is known
-- from the slots and the reads. What was planned for a later day is not done any more.
DROP TABLE planned_changes;
DROP TABLE price_answers;
