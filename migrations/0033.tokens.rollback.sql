-- Tokens cannot be brought back: programs begin anew with their API keys after the next upgrade.
DROP TABLE signing_keys;
DROP TABLE token_families;
