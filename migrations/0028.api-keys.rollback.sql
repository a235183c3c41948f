-- The keys cannot be brought back: programs need new ones after the next upgrade.
DROP TABLE api_keys;
