"""Near search: which rows of a noun may contain a word but for a slip of the finger.

search_grams is asked for all beginnings that lie one edit from the word. Of a long word, in
which two edits may be, for those that lie one edit from its first half; and where nothing
begins so, both edits are in that half, for what follows on it as it was typed. As with
`search`, an answer may name a row too many, so whoever asks compares the texts.
"""

from __future__ import annotations

from functools import lru_cache

from db import Database, json_list
from domain import near_words
from records.search import END, GRAM, MOST

# So many different beginnings are looked at: of real words there are fewer.
MOST_GRAMS = 3_000
# From each probe on, gram by gram: however many rows have one, it is read once, and neither engine
# can read all grams and look for them among the probes.
BEGINNINGS = """
    WITH RECURSIVE seen (gram, last) AS (
        SELECT (
            SELECT min(g.gram) FROM search_grams g
            WHERE g.noun = :noun
              AND g.gram >= p.value ->> 'first' AND g.gram <= p.value ->> 'last'
        ), p.value ->> 'last'
        FROM json_each(:probes) p
        UNION
        SELECT (
            SELECT min(g.gram) FROM search_grams g
            WHERE g.noun = :noun AND g.gram > s.gram AND g.gram <= s.last
        ), s.last
        FROM seen s
        WHERE s.gram IS NOT NULL
    )
    SELECT gram FROM seen WHERE gram IS NOT NULL LIMIT CAST(:most AS bigint)
"""
ROWS = """
    SELECT g.noun_id FROM search_grams g
    WHERE g.noun = :noun AND g.gram IN (SELECT value ->> 'gram' FROM json_each(:grams))
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
    rows = db.execute(
        BEGINNINGS,
        {
            "noun": noun,
            "probes": _probes(begin),
            "most": MOST_GRAMS,
        },
    ).fetchall()
    typed = word[:GRAM]
    grams = [
        gram
        for gram in {row[0] for row in rows}
        if near_words.edits_to_begin(typed, gram, most) is not None
    ]
    asked = {"noun": noun, "grams": json_list({"gram": gram} for gram in grams), "most": MOST}
    found = {row[0] for row in db.execute(ROWS, asked)} if grams else set()
    if not found and most > 1:
        tail = word[len(begin) + 1 :][:GRAM]
        span = {"noun": noun, "first": tail, "last": tail + END, "most": MOST}
        found = {row[0] for row in db.execute(TAIL, span)}
    return sorted(found)


@lru_cache(maxsize=64)
def _probes(begin: str) -> str:
    """What every gram that begins within an edit of this lies between; the same for each noun."""
    probes = sorted({each[:GRAM] for each in near_words.variants(begin)})
    return json_list({"first": each, "last": each + END} for each in probes)
