"""Cabinet kinds: which cabinet type a file means, or how large one has to be for its selections."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from records.paging import natural
from services.transfer.names import Names
from services.transfer.plans import Ref, Wrong

MOST_ROWS, MOST_COLUMNS = 26, 40
USUAL_COLUMNS = 10
SIZE = re.compile(r"^\s*(\d{1,2})\s*[x\u00d7*/]\s*(\d{1,2})\s*$", re.IGNORECASE)
LABEL = re.compile(r"^([A-Z])([1-9]\d?)$")


class Grid(NamedTuple):
    """How many rows and columns there are, and the place (row, column) of each selection."""

    rows: int
    columns: int
    places: dict[str, tuple[int, int]]


def grid_of(selections: Collection[str]) -> Grid:
    """The smallest usual grid for these selections: `B3` is in row 2, numbers follow each other."""
    labels = {each: LABEL.match(each) for each in selections}
    if all(labels.values()):
        places = {
            each: (ord(found[1]) - ord("A") + 1, int(found[2]))
            for each, found in labels.items()
            if found
        }
        rows, columns = (max(place[axis] for place in places.values()) for axis in (0, 1))
        if columns <= MOST_COLUMNS:
            return Grid(rows, columns, places)
    ordered = sorted(selections, key=natural)
    columns = min(len(ordered), max(USUAL_COLUMNS, -(-len(ordered) // MOST_ROWS)))
    places = {each: (n // columns + 1, n % columns + 1) for n, each in enumerate(ordered)}
    return Grid(-(-len(ordered) // columns), columns, places)


def named(types: Names, text: str, field: str) -> Ref:
    """The cabinet type of this name; one that is a size, such as `6 x 8`, is created. Wrong."""
    found = types.find(text, field)
    if found is not None:
        return found
    size = SIZE.match(text)
    if size is None:
        raise Wrong(field, "is no cabinet type: name one, or its rows and columns, such as 6 x 8")
    return sized(types, int(size[1]), int(size[2]), field)


def sized(types: Names, rows: int, columns: int, field: str) -> Ref:
    """A cabinet type of this size. Raises Wrong."""
    name = f"{rows} x {columns}"
    found = types.find(name, field)
    if found is not None and (found.body["rows"], found.body["columns"]) == (rows, columns):
        return found
    if found is not None:
        name = f"{name} slots"
    return types.wanted(name, field, rows=rows, columns=columns)
