"""The proposal to ignore selections: one sentence among the warnings of an audit.

Warnings are kept as sentences, so this one is known again by how it begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

BEGINNING = "Selections that count but cost nothing, and may be ignored: "
MOST_NAMED = 5


def proposal(codes: Sequence[str]) -> list[str]:
    """The sentence that names these selections; none when there are none."""
    if not codes:
        return []
    more = " and more" if len(codes) > MOST_NAMED else ""
    return [f"{BEGINNING}{', '.join(codes[:MOST_NAMED])}{more}."]


def without_proposal(warnings: Iterable[str]) -> list[str]:
    """The other warnings."""
    return [warning for warning in warnings if not warning.startswith(BEGINNING)]
