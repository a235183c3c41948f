"""What is in exported files: parts in the store of files, apart from photos, under one mark.

Each attempt of a job writes under a mark of its own, so what an earlier one left is never mixed
with what a later one writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from db import Engine
from errors import NotFound

# What is held of a file while it is written.
PART_BYTES = 2**20


def write(engine: Engine, mark: str, pieces: Iterable[bytes]) -> tuple[int, int]:
    """Keep the pieces, joined to parts: how many parts, how many bytes. Raises Unavailable."""
    parts = length = 0
    for part in _joined(pieces):
        engine.files.put(_part(mark, parts), part)
        parts += 1
        length += len(part)
    return parts, length


def read(engine: Engine, mark: str, parts: int) -> Iterator[bytes]:
    """What was written. Raises NotFound where it went meanwhile, Unavailable."""
    try:
        for number in range(parts):
            yield from engine.files.pieces(_part(mark, number))
    except NotFound:
        raise NotFound("The file has gone: ask for it again.") from None


def take_away(engine: Engine, mark: str | None) -> None:
    """Remove what lies under a mark. Raises Unavailable."""
    if mark is None:
        return
    for number in count():
        if not engine.files.has(_part(mark, number)):
            return
        engine.files.remove(_part(mark, number))


def _part(mark: str, number: int) -> str:
    return f"{mark}-{number:05d}"


def _joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= PART_BYTES:
            yield b"".join(held)
            held, length = [], 0
    if held:
        yield b"".join(held)
