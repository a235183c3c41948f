"""What a slot and an audit call the same selection."""

from __future__ import annotations

import pytest

from domain.stock.spelling import compare, key


@pytest.mark.parametrize(
    ("one", "other"),
    [("1", "01"), ("001", "1"), ("A1", "A01"), ("a1", "A1"), ("2:1", "2:01"), ("B007", "b7")],
)
def test_spellings_of_one_selection(one, other):
    assert key(one) == key(other)
    assert compare([one], [other]).known == {one: other}


@pytest.mark.parametrize(("one", "other"), [("1", "10"), ("A1", "B1"), ("101", "11"), ("1", "2:1")])
def test_other_selections_stay_apart(one, other):
    assert key(one) != key(other)


def test_what_fits_exactly_is_not_touched():
    assert compare(["1", "01"], ["1", "01"]).known == {}
    assert compare(["1", "01"], ["1"]).known == {}
    assert compare(["1"], ["1", "01"]).known == {}


def test_where_several_fit_a_person_decides():
    found = compare(["01"], ["1", "001"])
    assert (found.known, found.unsure) == ({}, {"01": ["001", "1"]})
    assert compare(["01", "001"], ["1"]).unsure == {"01": ["1"], "001": ["1"]}
