"""The one way in which reading an audit can fail."""

from __future__ import annotations


class DexError(ValueError):
    """The bytes hold no audit that could be accounted from.

    `line` counts from 1; `reason` is a sentence for the person who sent the file.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason
