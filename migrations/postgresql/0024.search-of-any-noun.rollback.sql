-- Before, five nouns were searched; others are found by the words in their rows alone.
DELETE FROM search_grams WHERE noun NOT IN ('device', 'location', 'product', 'route', 'user');

ALTER TABLE search_grams ADD CONSTRAINT search_grams_noun_check
CHECK (noun IN ('device', 'location', 'product', 'route', 'user'));
