"""Images: what somebody sent, made safe and small by a decoder that can do no harm."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, NamedTuple

import orjson

from errors import Invalid, Unavailable

DECODER = Path(__file__).with_name("decoder.py")
WITHIN_S = 30.0
NO_IMAGE = "is no photo that can be read: send a JPEG, PNG or WebP"
# Each takes up to a gigabyte while it runs.
_turn = threading.Lock()


class Content(NamedTuple):
    """Bytes and their SHA-256, by which they are kept."""

    sha256: str
    content: bytes


class Safe(NamedTuple):
    """An image made anew: its kind, its size in pixels, itself, and it within 160 and 1,024."""

    media_type: str
    width: int
    height: int
    whole: Content
    small: Content
    large: Content


def made_safe(stream: IO[bytes], *, keeps_place: bool) -> Safe:
    """The image in `stream`, made anew. Invalid for what is none, or too large.

    With `keeps_place` the whole one says where it was taken, if the camera noted it.
    """
    content = stream.read()
    with tempfile.TemporaryFile() as answer:
        with _turn:
            _decode(content, answer, ["place"] if keeps_place else [])
        answer.seek(0)
        try:
            said = orjson.loads(answer.readline())
        except orjson.JSONDecodeError:
            raise Invalid.at("/file", NO_IMAGE) from None
        if "refused" in said:
            raise Invalid.at("/file", said["refused"])
        whole, small, large = (_content(answer.read(length)) for length in said["lengths"])
    return Safe(said["media_type"], said["width"], said["height"], whole, small, large)


def _decode(content: bytes, answer: IO[bytes], options: list[str]) -> None:
    """Run the decoder; what ends it by its limits leaves no answer, or a part of one."""
    try:
        done = subprocess.run(  # noqa: S603  # our own program, without a shell
            [sys.executable, "-I", str(DECODER), *options],
            input=content,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            timeout=WITHIN_S,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise Invalid.at("/file", NO_IMAGE) from None
    except OSError as error:
        raise Unavailable(f"The photo cannot be looked at now: {error.strerror}.") from error
    if done.returncode != 0:
        raise Invalid.at("/file", NO_IMAGE)


def _content(content: bytes) -> Content:
    return Content(hashlib.sha256(content).hexdigest(), content)
