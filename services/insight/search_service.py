"""Search: whatever is called so, of every noun that somebody may list, best first, in one answer.

records/search.py names the rows that contain the words, records/near_search.py those that
contain them mistyped, where few contain them as they were typed. Here both are compared with the
texts, ranked and bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

from auth import Actor
from db import Database, Row, json_list
from domain import near_words
from records import near_search
from records import search as grams
from records.paging import folded
from services.insight import search_orders
from services.insight import search_ranks as ranks
from services.insight.search_nouns import AMONG, NOUNS, OWN, ROWS, Noun

# So many hits as typed, and nobody has mistyped.
ENOUGH = 5
# Words beyond these narrow nothing: a search is no text.
MOST_WORDS = 8
TEXTS = ("first", "second", "third", "fourth")
# Of letters alone: others are never mistyped.
WORD = re.compile(r"[^\W\d_]+")
# A driver's rows are read from the first of them on, and no more of them than these.
MOST_OWN = 2_000
# In which order hits of equal rank are shown: who types a route means its order first.
PLACES = ("device", "product", "location", search_orders.NOUN, "route", "user", "ticket")

Fits = Callable[[str], int | None]


class Found(NamedTuple):
    """A row that fits, by so many edits and so well."""

    row: Row
    edits: int
    rank: int


def search(db: Database, actor: Actor, *, q: str, limit: int) -> dict[str, Any]:
    """{items}: of each noun `limit` hits at most, those that fit best first."""
    words = list(dict.fromkeys(folded(q).split()))[:MOST_WORDS]
    if not words:
        return {"items": []}
    nouns = [noun for noun in NOUNS if noun.may(actor)]
    found = {noun.name: _exact(db, actor, noun, words) for noun in nouns}
    orders = search_orders.found(db, actor, q=q, limit=limit)
    if sum(map(len, found.values())) + len(orders) < ENOUGH and _may_be_mistyped(words):
        # Whoever is found twice is found as typed.
        for noun in nouns:
            known = {each.row["noun_id"] for each in found[noun.name]}
            mistyped = _near(db, actor, noun, words)
            found[noun.name] += [each for each in mistyped if each.row["noun_id"] not in known]
    hits = orders
    for noun in nouns:
        best = sorted(found[noun.name], key=_by_rank)[:limit]
        hits += [_hit(noun, each) for each in best]
    hits.sort(key=lambda hit: (hit["rank"], PLACES.index(hit["noun"])))
    return {"items": hits}


def _by_rank(found: Found) -> tuple[int, int, str, int]:
    title = found.row["title"]
    return found.rank, len(title), title, found.row["noun_id"]


def _hit(noun: Noun, found: Found) -> Row:
    row = found.row
    return {
        "noun": noun.name,
        "id": row["noun_id"],
        "title": row["title"],
        "name": row["name"],
        "detail": row["detail"] or None,
        "status": row["status"],
        "scheduled_on": None,
        "edits": found.edits,
        "rank": found.rank,
    }


def _may_be_mistyped(words: Iterable[str]) -> bool:
    return any(near_words.edits_allowed(word) for word in words)


def _exact(db: Database, actor: Actor, noun: Noun, words: Sequence[str]) -> list[Found]:
    """The rows that contain all words as they were typed."""
    fits = [partial(_contains, word) for word in words]
    if actor.is_driver and noun.own is not None:
        return _fitting(_own_rows(db, actor, noun), words, fits)
    ids = grams.holding(db, noun=noun.name, words=words)
    return _fitting(_rows(db, noun, ids), words, fits)


def _near(db: Database, actor: Actor, noun: Noun, words: Sequence[str]) -> list[Found]:
    """The rows that contain all words but for slips of the finger."""
    fits = [_mistyped(word) for word in words]
    if actor.is_driver and noun.own is not None:
        return _fitting(_own_rows(db, actor, noun), words, fits)
    ids = grams.holding(
        db, noun=noun.name, words=[word for word in words if not near_words.edits_allowed(word)]
    )
    if not ids:
        longest = max(filter(near_words.edits_allowed, words), key=len)
        ids = near_search.near(db, noun=noun.name, word=longest)
    return _fitting(_rows(db, noun, ids), words, fits)


def _rows(db: Database, noun: Noun, ids: Sequence[int]) -> Iterable[Row]:
    if not ids:
        return ()
    return db.query(f"{ROWS[noun.name]} AND {AMONG[noun.name]}", {"ids": json_list(ids)})


def _own_rows(db: Database, actor: Actor, noun: Noun) -> Iterable[Row]:
    """What a driver sees: few, so that none is found sooner than they are read."""
    asked = {"actor_id": actor.user_id, "most": MOST_OWN}
    return db.query(f"{ROWS[noun.name]} AND ({OWN[noun.name]}) LIMIT CAST(:most AS bigint)", asked)


def _fitting(rows: Iterable[Row], words: Sequence[str], fits: Sequence[Fits]) -> list[Found]:
    """The rows in which each word fits a text, and how well."""
    phrase = " ".join(words)
    found = []
    for row in rows:
        texts = [text for name in TEXTS if (text := row[name])]
        edits = _edits(texts, fits)
        if edits is not None:
            found.append(
                Found(row, edits, ranks.NEAR + edits if edits else ranks.rank(texts, phrase))
            )
    return found


def _edits(texts: Sequence[str], fits: Sequence[Fits]) -> int | None:
    """The edits between the words and the texts that fit them best; None where one fits none."""
    total = 0
    for fit in fits:
        found = [edits for edits in map(fit, texts) if edits is not None]
        if not found:
            return None
        total += min(found)
    return total


def _contains(word: str, text: str) -> int | None:
    return 0 if word in text else None


def _mistyped(word: str) -> Fits:
    """What tells the edits between a word and a text. A fleet has few words, so each is kept."""
    most = near_words.edits_allowed(word)
    if most == 0:
        return partial(_contains, word)

    @cache
    def to_word(other: str) -> int | None:
        return near_words.edits_to_begin(word, other, most)

    @cache
    def fit(text: str) -> int | None:
        if word in text:
            return 0
        found = [to_word(other) for other in WORD.findall(text)]
        return min((edits for edits in found if edits is not None), default=None)

    return fit
