-- Links cannot be brought back: people are linked again by their email at the next sign-in.
ALTER TABLE users DROP COLUMN email_own;
DROP TABLE ended_flows;
DROP TABLE identities;
