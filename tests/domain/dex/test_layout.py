"""Where selections stand, told from their codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dex.layout import detect

LETTERS = [f"{row}{column}" for row in "ABCDE" for column in range(1, 9)]
TENS = [str(row * 10 + column) for row in (1, 2, 3) for column in (0, 2, 4, 6, 8)]
TENS_FROM_ONE = [str(row * 10 + column) for row in (1, 2, 3) for column in range(1, 9)]
HUNDREDS = [str(row * 100 + column) for row in (1, 2, 4) for column in (1, 3, 5, 7)]
BLOCKS = [str(row * 8 + column) for row in range(5) for column in range(1, 7)]


@pytest.mark.parametrize(
    ("codes", "pattern", "rows", "columns", "places"),
    [
        (LETTERS, "letters", 5, 8, {"A1": (1, 1), "E8": (5, 8)}),
        (["1A", "1B", "2A"], "letters", 2, 2, {"1B": (1, 2), "2A": (2, 1)}),
        (["a0", "a1", "c0"], "letters", 2, 2, {"a0": (1, 1), "c0": (2, 1)}),
        (TENS, "tens", 3, 9, {"10": (1, 1), "18": (1, 9), "30": (3, 1)}),
        (TENS_FROM_ONE, "tens", 3, 8, {"11": (1, 1), "38": (3, 8)}),
        (HUNDREDS, "hundreds", 3, 7, {"101": (1, 1), "107": (1, 7), "403": (3, 3)}),
        (["110", "112", "120", "122", "150"], "tens", 3, 3, {"112": (1, 3), "150": (3, 1)}),
        (BLOCKS, "blocks", 5, 6, {"1": (1, 1), "9": (2, 1), "38": (5, 6)}),
        ([str(n) for n in range(1, 41)], "blocks", 5, 8, {"8": (1, 8), "9": (2, 1)}),
        ([str(n) for n in range(1, 10)], "sequence", 1, 9, {"9": (1, 9)}),
        (["1", "2", "3", "5"], "sequence", 1, 4, {"5": (1, 4)}),
        ([], "sequence", 0, 0, {}),
    ],
)
def test_patterns_of_real_machines(codes, pattern, rows, columns, places):
    found = detect(codes)
    assert (found.pattern, found.rows, found.columns) == (pattern, rows, columns)
    assert {code: found.places[code] for code in places} == places


def test_clear_patterns_are_surer_than_plain_numbers():
    assert detect(LETTERS).confidence > 0.9
    assert detect(HUNDREDS).confidence > 0.9
    assert detect(BLOCKS).confidence > 0.9
    assert detect([str(n) for n in range(1, 41)]).confidence < 0.5
    assert detect([]).confidence == 0


def test_a_stray_code_gets_a_place_below_and_costs_confidence():
    found = detect([*LETTERS, "DOOR"])
    assert found.pattern == "letters"
    assert found.places["DOOR"] == (6, 1)
    assert found.confidence < detect(LETTERS).confidence


def test_two_spellings_of_one_number_do_not_share_a_place():
    assert detect(["1", "01", "2"]).places == {"1": (1, 1), "01": (2, 1), "2": (1, 2)}


def test_codes_beyond_any_tray_are_ranked():
    found = detect(["A1", "A50", "A99"])
    assert found.places == {"A1": (1, 1), "A50": (1, 2), "A99": (1, 3)}


@given(
    st.lists(
        st.text(max_size=5)
        | st.integers(0, 999).map(str)
        | st.from_regex(r"[AB01]{1,2}\d", fullmatch=True),
        max_size=40,
    )
)
def test_every_code_has_a_place_of_its_own_inside_the_grid(codes):
    found = detect(codes)
    assert set(found.places) == set(codes)
    assert len(set(found.places.values())) == len(found.places)
    assert 0 <= found.confidence <= 1
    for row, column in found.places.values():
        assert 1 <= row <= found.rows
        assert 1 <= column <= found.columns


def test_the_parts_of_a_combination_machine_stand_below_each_other():
    found = detect(["1", "2", "3", "2:1", "2:2", "3:A1", "3:B1"])
    assert (found.rows, found.columns) == (4, 3)
    assert [found.places[code] for code in ("3", "2:1", "2:2", "3:A1", "3:B1")] == [
        (1, 3),
        (2, 1),
        (2, 2),
        (3, 1),
        (4, 1),
    ]


def test_one_part_alone_is_laid_out_as_its_own_codes():
    assert detect(["2:A1", "2:B2"]).places == {"2:A1": (1, 1), "2:B2": (2, 2)}
