"""Words that were mistyped: how many edits lie between them, and what lies one edit away."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import near_words
from domain.near_words import edits_to_begin

words = st.text("abcd", min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("typed", "word", "edits"),
    [
        ("hospital", "hospital", 0),
        ("hosp", "hospital", 0),
        ("hopsital", "hospital", 1),
        ("hospitl", "hospital", 1),
        ("hosbital", "hospital", 1),
        ("hosspital", "hospital", 1),
        ("hopsitl", "hospital", 2),
        ("hsopitaal", "hospital", 2),
        ("ohpsital", "hospital", 2),
        ("hospitalx", "hospital", 1),
        ("clinic", "hospital", None),
        ("hospitals", "hosp", None),
    ],
)
def test_edits_are_counted_to_a_beginning(typed: str, word: str, edits: int | None) -> None:
    assert edits_to_begin(typed, word, 2) == edits


@pytest.mark.parametrize(
    ("word", "edits"),
    [("bar", 0), ("cola", 1), ("pretzel", 1), ("hospital", 2), ("m1000000", 0), ("1234", 0)],
)
def test_short_words_and_numbers_are_not_mistyped(word: str, edits: int) -> None:
    assert near_words.edits_allowed(word) == edits


@given(word=words, other=words)
def test_variants_are_what_lies_one_edit_away(word: str, other: str) -> None:
    is_variant = other in set(near_words.variants(word))
    assert is_variant == (distance(word, other) <= 1)


@given(typed=words, word=words, most=st.sampled_from([1, 2]))
def test_the_nearest_beginning_counts(typed: str, word: str, most: int) -> None:
    nearest = min(distance(typed, word[:end]) for end in range(len(word) + 1))
    assert edits_to_begin(typed, word, most) == (nearest if nearest <= most else None)


@cache
def distance(one: str, other: str) -> int:
    """The optimal string alignment distance, as its definition says it."""
    if not one or not other:
        return len(one) + len(other)
    found = min(
        distance(one[1:], other) + 1,
        distance(one, other[1:]) + 1,
        distance(one[1:], other[1:]) + (one[0] != other[0]),
    )
    if len(one) > 1 and one[:2] == other[1::-1]:
        found = min(found, distance(one[2:], other[2:]) + 1)
    return found
