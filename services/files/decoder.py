"""The decoder: an image made anew, in a process of its own that is not let do much.

    python -I decoder.py < image > answer

The answer is a line of JSON, {"refused": sentence} or {"media_type", "width", "height", "lengths"},
and behind that the bytes of the image and of its small ones, of so many bytes each. What breaks
this process, by whatever image, breaks nothing else.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings
from typing import Any

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 30_000_000
SIZES = (160, 1024)
QUALITY = 85
# As good as none to the eye, in a third of the time.
REDUCING_GAP = 2.0
MOST_MEMORY_BYTES = 1024 * 2**20
MOST_PROCESSOR_S = 20
MOST_WRITTEN_BYTES = 64 * 2**20
NO_IMAGE = "is no photo that can be read: send a JPEG, PNG or WebP"
TOO_LARGE = "has too many pixels: 30 megapixels are the most"


class Unsuitable(Exception):
    """An image that is not taken, with the sentence that says why."""


def limit() -> None:
    """Take from this process what decoding does not need."""
    for kind, most in (
        (resource.RLIMIT_AS, MOST_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MOST_PROCESSOR_S),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def made_anew(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """What is said of the image, and its bytes and those of its small ones. Raises Unsuitable."""
    image = upright(content)
    has_holes = image.mode == "RGBA"
    kind = "PNG" if has_holes else "JPEG"
    small = image.copy()
    contents = []
    # From the larger to the smaller, each from the one before: from the whole it takes longer.
    for size in sorted(SIZES, reverse=True):
        small.thumbnail((size, size), reducing_gap=REDUCING_GAP)
        contents.append(encoded(small, kind))
    contents = [encoded(image, kind), *reversed(contents)]
    said = {
        "media_type": Image.MIME[kind],
        "width": image.width,
        "height": image.height,
        "lengths": [len(each) for each in contents],
    }
    return said, contents


def upright(content: bytes) -> Image.Image:
    """The first picture, turned as its camera says, in plain colours."""
    with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise Unsuitable(TOO_LARGE)
        opened.load()
        turned = ImageOps.exif_transpose(opened)
        has_holes = turned.has_transparency_data
        plain: Image.Image = turned.convert("RGBA" if has_holes else "RGB")
        # What a camera notes beside the pixels, its place too, is left behind.
        plain.info.clear()
        return plain


def encoded(image: Image.Image, kind: str) -> bytes:
    """The bytes of an image as a file."""
    target = io.BytesIO()
    # Not "optimize": it takes 3 times as long for 6% fewer bytes.
    options = {"quality": QUALITY} if kind == "JPEG" else {}
    image.save(target, kind, **options)
    return target.getvalue()


def answer(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """As `made_anew`; {"refused"} alone for whatever is not taken."""
    try:
        return made_anew(content)
    except Unsuitable as unsuitable:
        return {"refused": str(unsuitable)}, []
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return {"refused": TOO_LARGE}, []
    except Exception:  # noqa: BLE001  # a decoder raises whatever it comes upon
        return {"refused": NO_IMAGE}, []


def main() -> None:
    limit()
    Image.init()
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    said, whole = answer(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + b"".join(whole))


if __name__ == "__main__":
    main()
