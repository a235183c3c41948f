-- Passkeys cannot be brought back: afterwards passwords sign in, with a code where an app is set up.
-- Recovery codes of who had passkeys alone stay, and are not asked for.
DROP TABLE passkeys;
