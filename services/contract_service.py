"""The contract itself, for programs to read and for people to try."""

from __future__ import annotations

from typing import Any

import contract
from auth import Actor
from contract.results import Page
from db import Engine

DOCS_PAGE = Page("pages/api-docs.html")


def get_openapi(engine: Engine, actor: Actor) -> dict[str, Any]:
    """The whole of spec/ as one OpenAPI document."""
    return contract.current().document


def get_docs(engine: Engine, actor: Actor) -> Page:
    """The page that shows the contract; what it shows it asks for itself."""
    return DOCS_PAGE
