"""Mass words: what a change of many rows means, in sentences and counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from services.fleet.mass_parts import Part

PLURALS = {"category": "categories"}


def counted(count: int, noun: str) -> str:
    """`1 device`, `1,200 devices`."""
    return f"{count:,} {noun if count == 1 else PLURALS.get(noun, f'{noun}s')}"


def verb(count: int, many: str, one: str | None = None) -> str:
    """`move` of several, `moves` of one."""
    return many if count != 1 else one or f"{many}s"


def moves(
    parts: Sequence[Part], noun: str, place: str, column: str, target: str | None
) -> list[str]:
    """Rows that go from several places to one: `3 devices move from 2 routes to North.`"""
    changed = [part for part in parts if part.is_changed]
    from_nowhere = sum(not part.before[column] for part in changed)
    places = len({part.before[column] for part in changed if part.before[column]})
    said = []
    elsewhere = len(changed) - from_nowhere
    if elsewhere and not target:
        said.append(
            f"{counted(elsewhere, noun)} {verb(elsewhere, 'lose')} {_their(elsewhere)} {place}."
        )
    elif elsewhere:
        said.append(
            f"{counted(elsewhere, noun)} {verb(elsewhere, 'move')} from "
            f"{counted(places, place)} to {target}."
        )
    if from_nowhere:
        said.append(
            f"{counted(from_nowhere, noun)} without a {place} {verb(from_nowhere, 'come')} "
            f"to {target}."
        )
    return said


def sizes(parts: Iterable[Part], noun: str, *, up: str, down: str) -> list[str]:
    """Rows whose figure goes up or down: `140 prices go up, 3 go down`."""
    changed = [part for part in parts if part.is_changed]
    rising = sum((part.becomes or 0) > (part.was or 0) for part in changed)
    falling = sum((part.becomes or 0) < (part.was or 0) for part in changed)
    said = []
    if rising:
        said.append(f"{counted(rising, noun)} {verb(rising, 'get')} {up}.")
    if falling:
        said.append(f"{counted(falling, noun)} {verb(falling, 'get')} {down}.")
    return said


def unchanged(parts: Sequence[Part], already: str) -> list[str]:
    """`4 are on it already.`, where that is so."""
    same = sum(part.refused is None and not part.is_changed for part in parts)
    return [f"{same:,} {verb(same, 'are', 'is')} {already}."] if same else []


def keeping_driver(orders: int) -> list[str]:
    """`2 open orders keep their driver.`, where there are such orders."""
    if not orders:
        return []
    return [f"{counted(orders, 'open order')} {verb(orders, 'keep')} {_their(orders)} driver."]


def refusals(parts: Iterable[Part], few: int) -> list[Mapping[str, object]]:
    """Why rows are left alone, the commonest reason first: {reason, count, names of a few}."""
    names: dict[str, list[str]] = {}
    for part in parts:
        if part.refused is not None:
            names.setdefault(part.refused, []).append(part.name)
    return [
        {"reason": reason, "count": len(named), "names": named[:few]}
        for reason, named in sorted(names.items(), key=lambda each: (-len(each[1]), each[0]))
    ]


def _their(count: int) -> str:
    return "its" if count == 1 else "their"
