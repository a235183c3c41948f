-- Second factors cannot be brought back: afterwards a password alone signs in.
DROP TABLE recovery_codes;
DROP TABLE second_factors;
