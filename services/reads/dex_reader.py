"""Reading audit files, ahead of whoever books them where there is a second core.

The two processes talk over one pipe and in turns: the next files are asked for
when the last answer has been taken, so that at most two groups of files are in
memory and neither ever waits to be read. Whoever is left alone sees the end of
the pipe: the reader ends, or the side that books reads the rest by itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from domain.dex import DexError
from services.reads.dex_intakes import Intake, intakes_of

Paths = Sequence[Path]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds; without intakes `refusal` is why, and `line` where, if it was read.

    `number` is for whoever reads files that go by one name.
    """

    path: Path
    intakes: Sequence[Intake] = ()
    refusal: str = ""
    line: int | None = None
    number: int = 0


def read(path: Path, max_bytes: int, decimals: int) -> Reading:
    """Read one file, amounts with so many decimals. Raises nothing that lies in the file."""
    try:
        if path.stat().st_size > max_bytes:
            return Reading(path, refusal=f"It is larger than {max_bytes:,} bytes.")
        return read_content(path, path.read_bytes(), decimals)
    except OSError as error:
        return Reading(path, refusal=f"It cannot be read: {error.strerror}.")


def read_content(path: Path, content: bytes, decimals: int, number: int = 0) -> Reading:
    """Read what was in a file. Raises nothing that lies in it."""
    try:
        return Reading(path, intakes_of(content, decimals), number=number)
    except DexError as error:
        return Reading(path, refusal=error.reason, line=error.line, number=number)


def readings(groups: Iterable[Paths], max_bytes: int, decimals: int) -> Iterator[list[Reading]]:
    """Each group of files, read in this process."""
    for paths in groups:
        yield [read(path, max_bytes, decimals) for path in paths]


def readings_ahead(
    groups: Iterable[Paths], max_bytes: int, decimals: int
) -> Iterator[list[Reading]]:
    """The same, the next group in a second process; with one core, or without the other
    process, in this one.
    """
    if (os.cpu_count() or 1) == 1:
        yield from readings(groups, max_bytes, decimals)
        return
    left = iter(groups)
    asked = next(left, None)
    with closing(_Reader(max_bytes, decimals)) as reader:
        reader.ask(asked)
        while asked is not None:
            answer = reader.answer()
            if answer is None:
                break
            asked = next(left, None)
            reader.ask(asked)
            yield answer
    if asked is not None:
        yield from readings([asked], max_bytes, decimals)
        yield from readings(left, max_bytes, decimals)


class _Reader:
    """The other process."""

    def __init__(self, max_bytes: int, decimals: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, max_bytes, decimals), daemon=True
        )
        self._process.start()
        theirs.close()

    def ask(self, paths: Paths | None) -> None:
        if paths is not None:
            with suppress(OSError):  # it is gone: there will be no answer
                self._pipe.send(paths)

    def answer(self) -> list[Reading] | None:
        """The files asked for last; None when the process is gone."""
        try:
            found: list[Reading] = self._pipe.recv()
        except (EOFError, OSError):
            return None
        return found

    def close(self) -> None:
        self._pipe.close()
        self._process.join()


def _serve(pipe: Connection, max_bytes: int, decimals: int) -> None:
    # Ctrl-C is for the process that books; this one ends with the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        while True:
            pipe.send([read(path, max_bytes, decimals) for path in pipe.recv()])
