"""Spelling: a slot says `1`, the audit `01` (or `A1` and `A01`, `a1` and `A1`).

What fits exactly is taken as it is. What is left on both sides belongs together where
only one code of each is spelled so; where several are, a person has to say which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


@dataclass(frozen=True, slots=True)
class Spelling:
    """By the audit's code: the slots' code for it, or the several that it may be."""

    known: Mapping[str, str] = field(default_factory=dict)
    unsure: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def reported(self) -> dict[str, str]:
        """By the slots' code: the audit's."""
        return {slots: audit for audit, slots in self.known.items()}


SAME = Spelling()


@lru_cache(maxsize=4096)  # the same few codes over and over
def key(code: str) -> str:
    """What all spellings of a selection have in common."""
    return _ZEROS.sub("", code.strip()).upper()


def compare(reported: Iterable[str], sold_by: Iterable[str]) -> Spelling:
    """How the codes of an audit are to be read as those that slots sell by."""
    audit, slots = set(reported), set(sold_by)
    left, free = audit - slots, slots - audit
    if not left or not free:
        return SAME
    asked, meant = _by_key(left), _by_key(free)
    known: dict[str, str] = {}
    unsure: dict[str, list[str]] = {}
    for each in asked.keys() & meant.keys():
        if len(asked[each]) == len(meant[each]) == 1:
            known[asked[each][0]] = meant[each][0]
        else:
            unsure |= dict.fromkeys(asked[each], meant[each])
    return Spelling(known, unsure)


def _by_key(codes: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code in sorted(codes):
        found.setdefault(key(code), []).append(code)
    return found
