"""Sales without cash: card readers, tokens, and the device each went through."""

from __future__ import annotations

from dataclasses import dataclass

from domain.dex.identity import Component, read_component
from domain.dex.records import Record
from domain.dex.totals import NOTHING, Totals, money_first

DEVICES = ("DA", "DB", "TA")


@dataclass(frozen=True, slots=True)
class Cashless:
    """One device ("DA", "DB", "TA"), its sales, and the part itself where it names itself."""

    device: str
    totals: Totals
    component: Component | None


def read_cashless(first: dict[str, Record], shift: int) -> tuple[Cashless, ...]:
    """The devices that have a sales record or name themselves."""
    found = []
    for device in DEVICES:
        totals = money_first(first.get(f"{device}2"), shift)
        part = first.get(f"{device}1")
        component = read_component(part) if part else None
        if component and not (component.serial or component.model or component.software):
            component = None
        if totals != NOTHING or component:
            found.append(Cashless(device, totals, component))
    return tuple(found)
