-- What is searched may be any noun: a new one is kept here without a word about it.
CREATE TABLE search_grams_new (
    noun TEXT NOT NULL,
    gram TEXT NOT NULL,
    noun_id INTEGER NOT NULL,
    PRIMARY KEY (noun, gram, noun_id)
) STRICT;

INSERT INTO search_grams_new (noun, gram, noun_id)
SELECT noun, gram, noun_id FROM search_grams ORDER BY noun, gram, noun_id;

DROP TABLE search_grams;
ALTER TABLE search_grams_new RENAME TO search_grams;

CREATE INDEX search_grams_noun ON search_grams (noun, noun_id);
