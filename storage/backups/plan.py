"""The plan of scheduled backups: where they go, what seals them, how many are kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """`url` is a folder or a bucket, None where no backups are made by themselves.

    Of the last days, weeks and months that have one, the newest daily backup of each is kept.
    """

    url: str | None = None
    key: Path | None = None
    is_sealed: bool = True
    days: int = 7
    weeks: int = 5
    months: int = 12
