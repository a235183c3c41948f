"""The contract itself, for programs to read and for people to try."""

from __future__ import annotations

from typing import Any

import assets
import contract
from auth import Actor
from db import Engine

DOCS_PAGE = "pages/api-docs.html"


def get_openapi(engine: Engine, actor: Actor) -> dict[str, Any]:
    """The whole of spec/ as one OpenAPI document."""
    return contract.current().document


def get_docs(engine: Engine, actor: Actor) -> str:
    """The page that shows the contract, as HTML; what it shows it asks for itself."""
    plain, _ = assets.content(DOCS_PAGE)
    return plain.decode()
