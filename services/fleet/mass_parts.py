"""Mass parts: what a change of many rows does to each of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from db import Row


class Part(NamedTuple):
    """One row: the columns that the change is about, as they are and as they become.

    `holder_id` is what has the `version`: the row itself, of a slot its cabinet. `was` and
    `becomes` are what people are shown; `refused` is why it is left alone, a clause of which
    the row is the subject.
    """

    noun_id: int
    name: str
    holder_id: int
    version: int
    before: Row
    after: Row
    was: Any
    becomes: Any
    refused: str | None = None

    @property
    def is_changed(self) -> bool:
        return self.refused is None and self.before != self.after

    @property
    def set(self) -> Row:
        """The columns that become others."""
        return {name: value for name, value in self.after.items() if value != self.before[name]}


class Plan(NamedTuple):
    """What a change would do: its parts in the order of their ids, and what that means.

    `target` is how what all rows get is called; None where it is nothing, or each gets its own.
    """

    noun: str
    field: str
    target: str | None
    parts: Sequence[Part]
    sentences: Sequence[str]

    @property
    def changed(self) -> list[Part]:
        return [part for part in self.parts if part.is_changed]

    @property
    def refused(self) -> list[Part]:
        return [part for part in self.parts if part.refused is not None]

    @property
    def digest(self) -> str:
        """The same for two plans that change the same rows, at the same versions, to the same."""
        said = [
            (part.noun_id, part.version, part.becomes, _at_no_time(part.set))
            for part in self.changed
        ]
        text = orjson.dumps([self.noun, self.field, said], option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(text).hexdigest()


def _at_no_time(columns: Row) -> Row:
    """The columns, with whether in place of when: a preview is older than the change it shows."""
    return {
        name: value is not None if name == "archived_at" else value
        for name, value in columns.items()
    }


def with_refusals(parts: Iterable[Part], reasons: Mapping[int, str]) -> list[Part]:
    """The parts, those left alone for which there is a reason by their id."""
    return [
        part._replace(refused=reasons[part.noun_id]) if part.noun_id in reasons else part
        for part in parts
    ]


def moved(parts: Iterable[Part], *names: str) -> list[int]:
    """The ids of the parts in which one of these columns becomes another."""
    return [part.noun_id for part in parts if not part.set.keys().isdisjoint(names)]
