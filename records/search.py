"""Search: which rows of a noun may contain some words, told by an index.

For each position of every text of a row, search_grams holds the eight characters that
begin there. So whatever a text contains is the beginning of one of them. The service of a
noun keeps its texts here whenever they change, and asks here before it looks for words.
An answer may name a row too many but never one too few, so the service still compares
the words with the rows that are named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from db import Database, Row, insert_rows, json_list
from records.paging import folded

GRAM = 8
# Where words are in more rows than this, a walk in the order of the list soon meets a page of them.
MOST = 1_000
# Behind every text that begins like a gram: no character comes after this one.
END = "\U0010ffff" * GRAM

FIRST_ROWS = """
    SELECT noun_id FROM search_grams
    WHERE noun = :noun AND gram BETWEEN :first AND :last
    ORDER BY gram, noun_id LIMIT CAST(:most AS bigint)
"""
ROWS_OF_BOTH = """
    SELECT noun_id FROM search_grams
    WHERE noun = :noun AND gram BETWEEN :first AND :last
    INTERSECT
    SELECT noun_id FROM search_grams
    WHERE noun = :noun AND gram BETWEEN :other_first AND :other_last
    LIMIT CAST(:most AS bigint)
"""


def keep(db: Database, *, noun: str, texts: Mapping[int, Sequence[str | None]]) -> None:
    """Let rows, by their id, be found by these texts and no others."""
    db.execute(
        """
        DELETE FROM search_grams
        WHERE noun = :noun
          AND noun_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
        """,
        {"noun": noun, "ids": json_list(texts)},
    )
    rows = [
        {"id": noun_id, "gram": gram}
        for noun_id, of_one in texts.items()
        for gram in _grams(of_one)
    ]
    db.execute(
        """
        INSERT INTO search_grams (noun, gram, noun_id)
        SELECT :noun, value ->> 'gram', CAST(value ->> 'id' AS bigint) FROM json_each(:rows)
        """,
        {"noun": noun, "rows": json_list(rows)},
    )


def copy(db: Database, grams: Sequence[Row]) -> None:
    """Let rows be found as they were elsewhere: what is kept of them there (noun, gram, noun_id).

    Of no row of theirs may anything be kept here yet.
    """
    insert_rows(db, "search_grams", grams)


def found(db: Database, *, noun: str, q: str | None) -> list[int] | None:
    """The ids of the few rows in which `q` may be; None when there are many, or no words."""
    for words in _windows(folded(q or "")):
        rows = db.execute(
            """
            SELECT noun_id FROM search_grams
            WHERE noun = :noun AND gram BETWEEN :first AND :last
            LIMIT CAST(:most AS bigint)
            """,
            {"noun": noun, "first": words, "last": words + END, "most": MOST + 1},
        ).fetchall()
        if len(rows) <= MOST:
            return sorted({row[0] for row in rows})
    return None


def holding(db: Database, *, noun: str, words: Sequence[str]) -> list[int]:
    """The ids of the rows, about `MOST` at most, in which all words (folded) may be.

    Where more have them, those in which a text ends with a word come first.
    """
    pieces = sorted({piece for word in words for piece in _windows(word)}, key=len, reverse=True)
    if not pieces:
        return []
    rows: list[tuple[int]] = []
    for piece in pieces:
        rows = db.execute(
            FIRST_ROWS, {"noun": noun, **_span("", piece), "most": MOST + 1}
        ).fetchall()
        if len(rows) <= MOST:
            break
    else:
        if len(pieces) > 1:
            both = {**_span("", pieces[0]), **_span("other_", pieces[1])}
            rows = db.execute(ROWS_OF_BOTH, {"noun": noun, **both, "most": MOST}).fetchall()
    return sorted({row[0] for row in rows})


def _span(prefix: str, piece: str) -> dict[str, str]:
    """What every gram that begins with a piece lies between."""
    return {f"{prefix}first": piece, f"{prefix}last": piece + END}


def _grams(texts: Sequence[str | None]) -> list[str]:
    return sorted(
        {
            words[begin : begin + GRAM]
            for words in (folded(text) for text in texts if text)
            for begin in range(len(words))
        }
    )


def _windows(words: str) -> list[str]:
    """Pieces that cover the words, none longer than a gram."""
    last = max(0, len(words) - GRAM)
    begins = sorted({*range(0, last, GRAM), last}) if words else []
    return [words[begin : begin + GRAM] for begin in begins]
