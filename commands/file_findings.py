"""What `flask check` tells of photos and other files: whether each is as it was stored."""

from __future__ import annotations

import hashlib

from db import Engine
from errors import NotFound, Problem
from services.files import file_service
from storage.checks import Finding

FEW = 3


def file_findings(engine: Engine) -> list[Finding]:
    """One finding: a failure for what is missing or damaged, a warning where nobody can tell."""
    with engine.reading() as db:
        names = sorted(set(file_service.contents(db)))
    wrong = []
    for name in names:
        digest = hashlib.sha256()
        try:
            for piece in engine.files.pieces(name):
                digest.update(piece)
        except NotFound:
            wrong.append(f"{name} is missing")
            continue
        except Problem as problem:
            return [Finding("files", "warning", problem.detail)]
        if digest.hexdigest() != name:
            wrong.append(f"{name} is damaged")
    if wrong:
        more = f" and {len(wrong) - FEW} more" if len(wrong) > FEW else ""
        told = "; ".join(wrong[:FEW])
        message = f"{told}{more}: restore them from a backup."
        return [Finding("files", "failure", message)]
    return [Finding("files", "ok", f"All {len(names)} files are as they were stored.")]
