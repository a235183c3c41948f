"""Streaming: an answer in pieces goes to the disk first, and from there to who asked.

So memory holds one piece of it, whatever its length; a snapshot lasts as long as its rows take,
not as long as a slow reader; and an error in the middle is still a problem document, because
nothing was sent. Granian keeps whatever a stream is given in memory, but reads a file only as
fast as the other end takes it. How far it has read tells who takes nothing any more.
"""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

log = logging.getLogger("cvd.streaming")
DESCRIPTORS = "/proc/self/fd"
LOOK_EVERY_S = 0.25
# Granian opens the file after it was told of it.
OPENED_WITHIN_S = 2.0
# A reader who takes nothing for so long, or is not done by then, holds a part of the disk.
STEP_WITHIN_S = 20.0
ALL_WITHIN_S = 1800.0


class Streamed(NamedTuple):
    """The head of an answer, and its body in a file without a name."""

    status: int
    headers: list[tuple[str, str]]
    file: IO[bytes]


def spooled(pieces: Iterable[bytes], make_room: Callable[[int], None]) -> IO[bytes]:
    """All pieces in a file; `make_room` is told of each beforehand and may refuse it.

    Raises what a piece raises, and OSError of a full disk.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed once it was read
    try:
        for piece in pieces:
            make_room(len(piece))
            file.write(piece)
        file.flush()
    except BaseException:
        file.close()
        raise
    return file


async def deliver(protocol: Any, answer: Streamed, cut: Callable[[], None]) -> None:
    """Send the answer; returns once it was read, or after `cut` for who is too slow."""
    file = answer.file
    length = os.fstat(file.fileno()).st_size
    headers = [each for each in answer.headers if each[0] != "Content-Length"]
    headers.append(("Content-Length", str(length)))
    protocol.response_file(answer.status, headers, f"{DESCRIPTORS}/{file.fileno()}")
    began = moved = time.monotonic()
    seen: int | None = None
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        now, at = time.monotonic(), _read_until(file)
        if at is None and (seen is not None or now - began > OPENED_WITHIN_S):
            return
        if at != seen:
            seen, moved = at, now
        elif now - moved > STEP_WITHIN_S or now - began > ALL_WITHIN_S:
            cut()
            log.warning("An answer was cut off: it was read too slowly.")
            return


def _read_until(file: IO[bytes]) -> int | None:
    """How far somebody else has read the file; None where nobody else has it open."""
    mine = file.fileno()
    same = os.fstat(mine)
    for descriptor in map(int, os.listdir(DESCRIPTORS)):  # noqa: PTH208  # names are enough
        with suppress(OSError):
            found = os.fstat(descriptor)
            if descriptor != mine and (found.st_ino, found.st_dev) == (same.st_ino, same.st_dev):
                told = Path(f"/proc/self/fdinfo/{descriptor}").read_text(encoding="ascii")
                return int(told.split()[1])
    return None
