"""Near search: which rows of a noun may contain a word but for a slip of the finger.

search_grams is asked for all beginnings that lie one edit from the word. Of a long word, in
which two edits may be, for those that lie one edit from its first half; and where nothing
begins so, both edits are in that half, for what follows on it as it was typed. As with
`search`, an answer may name a row too many, so whoever asks compares the texts.
"""

from __future__ import annotations

from db import Database, json_list
from domain import near_words
from records.search import END, GRAM, MOST

# So many different beginnings are looked at: of real words there are fewer.
MOST_GRAMS = 3_000
# CROSS JOIN: SQLite would rather read every gram and look for it among the probes.
BEGINNINGS = """
    SELECT DISTINCT g.gram
    FROM json_each(:probes) p
    CROSS JOIN search_grams g
    WHERE g.noun = :noun AND g.gram >= p.value ->> 'first' AND g.gram <= p.value ->> 'last'
    LIMIT CAST(:most AS bigint)
"""
ROWS = """
    SELECT g.noun_id
    FROM json_each(:grams) p
    CROSS JOIN search_grams g
    WHERE g.noun = :noun AND g.gram = p.value ->> 'gram'
    LIMIT CAST(:most AS bigint)
"""
TAIL = """
    SELECT noun_id FROM search_grams
    WHERE noun = :noun AND gram BETWEEN :first AND :last
    LIMIT CAST(:most AS bigint)
"""


def near(db: Database, *, noun: str, word: str) -> list[int]:
    """The ids of the rows, a thousand at most, in which a word (folded) may be, mistyped.

    None of a word that is too short to be mistyped.
    """
    most = near_words.edits_allowed(word)
    if most == 0:
        return []
    begin = word if most == 1 else word[: min(GRAM - 1, len(word) // 2)]
    probes = {each[:GRAM] for each in near_words.variants(begin)}
    rows = db.execute(
        BEGINNINGS,
        {
            "noun": noun,
            "probes": json_list({"first": each, "last": each + END} for each in sorted(probes)),
            "most": MOST_GRAMS,
        },
    ).fetchall()
    typed = word[:GRAM]
    grams = [gram for (gram,) in rows if near_words.edits_to_begin(typed, gram, most) is not None]
    asked = {"noun": noun, "grams": json_list({"gram": gram} for gram in grams), "most": MOST}
    found = {row[0] for row in db.execute(ROWS, asked)} if grams else set()
    if not found and most > 1:
        tail = word[len(begin) + 1 :][:GRAM]
        span = {"noun": noun, "first": tail, "last": tail + END, "most": MOST}
        found = {row[0] for row in db.execute(TAIL, span)}
    return sorted(found)
