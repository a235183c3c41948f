"""Where selections stand in the cabinet, read from their codes alone.

A proposal for a person to confirm: rows from the top, columns from the left,
both from 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeVar

Pattern = Literal["letters", "tens", "blocks", "hundreds", "sequence"]
Place = tuple[int, int]
Row = TypeVar("Row", str, int)

_PART = re.compile(r"\d{1,3}:")
_LETTER_FIRST = re.compile(r"([A-Z])(\d{1,2})\Z")
_LETTER_LAST = re.compile(r"(\d{1,2})([A-Z])\Z")
_WIDEST_ROW = 20
_COLUMNS_OF_TENS = 10
# A single row longer than this is more likely several rows numbered through.
_LONGEST_SEQUENCE = 12
_USUAL_WIDTHS = (8, 10)


@dataclass(frozen=True, slots=True)
class Layout:
    """`places` holds each selection's (row, column), from 1; `confidence` is 0..1."""

    pattern: Pattern
    rows: int
    columns: int
    confidence: float
    places: dict[str, Place]


@dataclass(frozen=True, slots=True)
class _Guess:
    pattern: Pattern
    likelihood: float
    places: dict[str, Place]


def detect(selections: Sequence[str]) -> Layout:
    """The most likely grid. Codes that do not fit it get places of their own below it.

    The parts of a combination machine, whose codes begin with `2:`, stand below each other.
    """
    parts: dict[str, dict[str, str]] = {}
    for code in selections:
        prefix = match[0] if (match := _PART.match(code)) else ""
        parts.setdefault(prefix, {})[code.removeprefix(prefix)] = code
    layouts = [_renamed(_detect(list(plain)), plain) for plain in parts.values()]
    return _stacked(layouts) if layouts else _detect([])


def _renamed(layout: Layout, names: Mapping[str, str]) -> Layout:
    return replace(layout, places={names[code]: place for code, place in layout.places.items()})


def _stacked(layouts: Sequence[Layout]) -> Layout:
    rows = 0
    places: dict[str, Place] = {}
    for layout in layouts:
        places |= {code: (rows + row, column) for code, (row, column) in layout.places.items()}
        rows += layout.rows
    return Layout(
        pattern=layouts[0].pattern,
        rows=rows,
        columns=max(layout.columns for layout in layouts),
        confidence=min(layout.confidence for layout in layouts),
        places=places,
    )


def _detect(codes: Sequence[str]) -> Layout:
    guesses = [guess(codes) for guess in _GUESSES]
    best = max(guesses, key=lambda guess: guess.likelihood * len(guess.places))
    share = len(best.places) / len(codes) if codes else 0.0
    places = _complete(codes, best.places)
    return Layout(
        pattern=best.pattern,
        rows=max((row for row, _ in places.values()), default=0),
        columns=max((column for _, column in places.values()), default=0),
        confidence=round(best.likelihood * share, 2),
        places=places,
    )


def _letters(codes: Sequence[str]) -> _Guess:
    """A1, A2, B1… (or 1A, 1B, 2A…)."""
    found: dict[str, tuple[str, int]] = {}
    for code in codes:
        if match := _LETTER_FIRST.match(code.strip().upper()):
            found[code] = match.group(1), int(match.group(2))
        elif match := _LETTER_LAST.match(code.strip().upper()):
            found[code] = match.group(1).zfill(2), ord(match.group(2)) - ord("A") + 1
    return _Guess("letters", 0.95, _grid(found))


def _hundreds(codes: Sequence[str]) -> _Guess:
    """101, 103, 201…: the hundreds are rows."""
    numbers = {code: value for code, value in _numbers(codes).items() if value >= 100}
    found = {code: (value // 100, value % 100) for code, value in numbers.items()}
    wide = any(column > _WIDEST_ROW for _, column in found.values())
    return _Guess("hundreds", 0.3 if wide else 0.95, _grid(found))


def _tens(codes: Sequence[str]) -> _Guess:
    """10, 12, 14, 20…: the tens are rows."""
    numbers = {code: value for code, value in _numbers(codes).items() if value < 1000}
    found = {code: divmod(value, _COLUMNS_OF_TENS) for code, value in numbers.items()}
    # "1" beside "10" is a number, not a place: a row of tens would be written 01, 02…
    if any(len(code.strip()) == 1 for code in _numbers(codes)):
        return _Guess("tens", 0.0, {})
    several = len({row for row, _ in found.values()}) > 1
    return _Guess("tens", 0.9 if several else 0.5, _grid(found))


def _blocks(codes: Sequence[str]) -> _Guess:
    """1..8, 9..16…: numbered through, row after row; gaps at row ends give the width away."""
    numbers = _numbers(codes)
    values = sorted(set(numbers.values()))
    width, likelihood = _width(values)
    if not width:
        return _Guess("blocks", 0.0, {})
    found = {code: divmod(value - values[0], width) for code, value in numbers.items()}
    return _Guess("blocks", likelihood, _grid(found))


def _width(values: Sequence[int]) -> tuple[int, float]:
    """How many selections a row has, and how sure that is; 0 where nothing speaks for blocks."""
    if len(values) <= 1 or values[0] != 1:
        return 0, 0.0
    known = set(values)
    starts = [value for value in values if value - 1 not in known]
    steps = {b - a for a, b in pairwise(starts)}
    if (
        len(values) > _LONGEST_SEQUENCE
        and len(steps) == 1
        and (step := steps.pop()) in range(3, _WIDEST_ROW + 1)
    ):
        return step, 0.97 if len(starts) > 2 else 0.8
    if len(starts) == 1 and len(values) > _LONGEST_SEQUENCE:
        for width in _USUAL_WIDTHS:
            if len(values) % width == 0:
                return width, 0.45
    return 0, 0.0


def _sequence(codes: Sequence[str]) -> _Guess:
    """1, 2, 3…: one row."""
    numbers = _numbers(codes)
    values = sorted(set(numbers.values()))
    rank = {value: index + 1 for index, value in enumerate(values)}
    likelihood = 0.7 if len(values) <= _LONGEST_SEQUENCE else 0.4
    if values and values[-1] - values[0] >= 2 * len(values):
        likelihood = 0.3
    found = {code: (1, rank[at]) for code, at in numbers.items()}
    return _Guess("sequence", likelihood, _apart(found))


_GUESSES: tuple[Callable[[Sequence[str]], _Guess], ...] = (
    _sequence,
    _letters,
    _hundreds,
    _tens,
    _blocks,
)


def _numbers(codes: Iterable[str]) -> dict[str, int]:
    stripped = ((code, code.strip()) for code in codes)
    return {
        code: int(text)
        for code, text in stripped
        if text.isascii() and text.isdigit() and len(text) <= 4
    }


def _grid(found: dict[str, tuple[Row, int]]) -> dict[str, Place]:
    """Rows by rank; columns by their own number where that fits, since gaps are wide products."""
    rows = {row: index + 1 for index, row in enumerate(sorted({row for row, _ in found.values()}))}
    used = sorted({column for _, column in found.values()})
    if used and used[-1] > _WIDEST_ROW:
        columns = {column: index + 1 for index, column in enumerate(used)}
    else:
        columns = {column: column + (used[0] == 0) for column in used}
    return _apart({code: (rows[row], columns[column]) for code, (row, column) in found.items()})


def _apart(found: Mapping[str, Place]) -> dict[str, Place]:
    """The first code at each place; another spelling of it ("1", "01") fits no grid."""
    taken: dict[Place, str] = {}
    for code, place in found.items():
        taken.setdefault(place, code)
    return {code: place for place, code in taken.items()}


def _complete(codes: Sequence[str], places: dict[str, Place]) -> dict[str, Place]:
    """Every code has a place: those that fit no pattern follow below, as wide as the grid."""
    rest = [code for code in codes if code not in places]
    width = max((column for _, column in places.values()), default=_COLUMNS_OF_TENS)
    below = max((row for row, _ in places.values()), default=0)
    more = {
        code: (below + 1 + index // width, index % width + 1) for index, code in enumerate(rest)
    }
    return {code: places.get(code) or more[code] for code in codes}
