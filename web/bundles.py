"""Bundles: the scripts of the pages in few files, as frontend/bundle.mjs built them.

They serve only while they are of the sources that are there: without Node, or after a
change, the plain modules serve, which are the same program in seventy files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

MANIFEST = "bundle.json"


class Bundle(NamedTuple):
    """What was built: of which sources, and which other scripts each script imports."""

    sources: str
    scripts: Mapping[str, list[str]]


def read(built: Path) -> Bundle:
    """The bundle in the folder `built`; one of no sources where there is none to be read."""
    try:
        found = json.loads((built / MANIFEST).read_text(encoding="utf-8"))
        return Bundle(str(found["sources"]), dict(found["scripts"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Bundle("", {})


def digest(sources: Mapping[str, bytes]) -> str:
    """What scripts are, from the SHA-256 of each by name; as frontend/bundle.mjs computes it."""
    return _digest(tuple(sorted(sources.items())))


@lru_cache(maxsize=1)
def _digest(sources: tuple[tuple[str, bytes], ...]) -> str:
    found = hashlib.sha256()
    for name, each in sources:
        found.update(f"{name} {each.hex()}\n".encode())
    return found.hexdigest()
