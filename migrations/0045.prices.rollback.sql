-- What people said about setting prices cannot be brought back; which prices differ is known
-- from the slots and the reads.
DROP TABLE price_answers;
