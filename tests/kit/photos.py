"""Photos for the tests, as cameras and others would send them."""

from __future__ import annotations

import hashlib
import io
from functools import cache
from typing import Any

from PIL import Image

# What a store of files keeps: to that, any bytes are a photo.
PHOTOS = [b"one photo", b"another" * 50_000]


def name_of(content: bytes) -> str:
    """The name of content in a store of files: its SHA-256."""
    return hashlib.sha256(content).hexdigest()


@cache
def photo_bytes(width: int = 40, height: int = 30, kind: str = "PNG", mode: str = "RGB") -> bytes:
    """A picture of two colours, the left half red."""
    image = Image.new(mode, (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    target = io.BytesIO()
    image.save(target, kind)
    return target.getvalue()


def from_a_phone(width: int = 40, height: int = 30) -> bytes:
    """A JPEG that was taken with the phone on its side, at a place that it notes."""
    image = Image.open(io.BytesIO(photo_bytes(width, height)))
    exif: Any = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Maker of phones"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    target = io.BytesIO()
    image.save(target, "JPEG", exif=exif)
    return target.getvalue()
