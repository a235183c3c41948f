"""Whether an audit arrived as it was sent: G85 over everything from ST to before G85."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dex.crc import crc16

CrcState = Literal["valid", "invalid", "absent"]

_STATED = re.compile(rb"^[ \t]*G85\*([^*\r\n]*)", re.MULTILINE)
_START = re.compile(rb"^[ \t]*ST(?:\*|[ \t]*$)", re.MULTILINE)
_OPENING = re.compile(rb"^[ \t]*DXS[^\n]*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Checksum:
    """The verdict, the checksum as the file states it, and ours, both four hex digits."""

    state: CrcState
    stated: str | None
    computed: str | None


def check(raw: bytes) -> Checksum:
    """The checksum of one audit's bytes."""
    text = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    # It stands near the end: the lines before it need not be looked at.
    at = text.find(b"G85*")
    found = _STATED.search(text, text.rfind(b"\n", 0, at) + 1) if at >= 0 else None
    if found is None or not (stated := found.group(1).strip()):
        return Checksum("absent", None, None)
    wanted = stated.decode("latin-1").upper().removeprefix("0X")[:8].zfill(4)
    computed = ""
    for part in _covered(text[: found.start()]):
        candidate = f"{crc16(part):04X}"
        # Some makers write the lower byte first.
        if wanted in (candidate, candidate[2:] + candidate[:2]):
            return Checksum("valid", wanted, wanted)
        computed = computed or candidate
    return Checksum("invalid", wanted, computed)


def _covered(text: bytes) -> Iterator[bytes]:
    """What G85 may have been computed over, most likely first, each once.

    Line ends are CRLF on the wire whatever a transport made of them. Transports
    also add blank lines and trailing blanks. Some makers leave out the last line
    end, end lines by LF alone, or begin at DXS. Without ST the range is anyone's guess.
    Each variant lets a damaged audit pass once in 32,768 (both orders of its bytes), so
    there are no more of them than machines are known for.
    """
    start = _START.search(text)
    opening = _OPENING.search(text)
    starts = [start.start()] if start else [opening.end() if opening else 0]
    if opening and opening.start() < starts[0]:
        starts.append(opening.start())
    seen: set[bytes] = set()
    for number, at in enumerate(starts):
        for variant in _variants(text[at:], is_first=number == 0):
            if variant not in seen:
                seen.add(variant)
                yield variant


def _variants(part: bytes, *, is_first: bool) -> Iterator[bytes]:
    """Each is made when it is asked for: mostly the first one is right."""
    yield part.replace(b"\n", b"\r\n")
    lines = [line.rstrip() for line in part.split(b"\n") if line.strip()]
    tidy = b"".join(line + b"\r\n" for line in lines)
    yield tidy
    if is_first:
        yield tidy.removesuffix(b"\r\n")
        yield b"".join(line + b"\n" for line in lines)
