"""Ranks of hits: how well a text fits what was typed, as frontend/words/ranking.js has it."""

from __future__ import annotations

from collections.abc import Iterable

# The best first: it is the words, begins so, a word of it does, it has them; then all mistyped.
WHOLE, BEGINS, BEGINS_WORD, INSIDE, NEAR = range(5)


def rank(texts: Iterable[str], phrase: str) -> int:
    """The rank of the text that fits best, all folded; INSIDE where none has the whole phrase."""
    return min(_rank_of(text, phrase) for text in texts)


def _rank_of(text: str, phrase: str) -> int:
    if text == phrase:
        return WHOLE
    if text.startswith(phrase):
        return BEGINS
    place = text.find(phrase)
    while place > 0:
        if not text[place - 1].isalnum():
            return BEGINS_WORD
        place = text.find(phrase, place + 1)
    return INSIDE
