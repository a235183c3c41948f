-- Passkeys cannot be brought back: afterwards passwords sign in, with a code where an app is set up.
-- Recovery codes of who had passkeys alone are no second factor of their own.
DELETE FROM recovery_codes WHERE user_id NOT IN (
    SELECT user_id FROM second_factors WHERE confirmed_at IS NOT NULL
);
DROP TABLE passkeys;
