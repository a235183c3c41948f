-- Second factors cannot be brought back: afterwards a password alone signs in.
ALTER TABLE sessions DROP COLUMN enrolment_due;
DROP TABLE sign_in_rules;
DROP TABLE recovery_codes;
DROP TABLE second_factors;
