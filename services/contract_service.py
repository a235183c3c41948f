"""The contract itself, for programs to read and for people to try."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

import orjson

import contract
from auth import Actor
from db import Engine
from outcomes import Prepared

DOCS_PAGE = Path(__file__).resolve().parent.parent / "frontend" / "pages" / "api-docs.html"


def get_openapi(engine: Engine, actor: Actor) -> Prepared:
    """The whole of spec/ as one OpenAPI document."""
    return _document()


def get_docs(engine: Engine, actor: Actor) -> str:
    """The page that shows the contract, as HTML; what it shows it asks for itself."""
    return DOCS_PAGE.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _document() -> Prepared:
    plain = orjson.dumps(contract.current().document)
    return Prepared(plain, gzip.compress(plain, mtime=0))
