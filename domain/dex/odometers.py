"""A machine's counters as the machine itself keeps them: they only ever rise, or start anew.

The counterpart of `dex.audit`: what `dex.writer` writes, `dex.parse` reads back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

CashPath = Literal["box", "tubes", "bills"]

_BILL_CENTS = 100
_EVENTS_KEPT = 20


@dataclass(slots=True)
class Tally:
    """Units and cents, since initialisation and since the last reset."""

    count_init: int = 0
    value_init_cents: int = 0
    count_rst: int = 0
    value_rst_cents: int = 0

    def add(self, units: int, value_cents: int) -> None:
        self.count_init += units
        self.count_rst += units
        self.value_init_cents += value_cents
        self.value_rst_cents += value_cents

    def reset(self) -> None:
        self.count_rst = self.value_rst_cents = 0


@dataclass(slots=True)
class SelectionOdometers:
    """One selection: its price, what it is called, and its tallies by way of payment."""

    price_cents: int
    product: str = ""
    capacity: int | None = None
    paid: Tally = field(default_factory=Tally)
    test: Tally = field(default_factory=Tally)
    free: Tally = field(default_factory=Tally)
    by_device: dict[str, Tally] = field(default_factory=dict)
    sold_out_at: datetime | None = None
    sold_out_attempts: int = 0


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """Something that happened at a machine-local time, as EA1 tells it."""

    code: str
    at: datetime
    minutes: int | None = None


@dataclass(slots=True)
class EventTally:
    """How often an event happened, as EA2 tells it."""

    count_init: int = 0
    count_rst: int = 0
    active: bool = False


@dataclass(slots=True)
class Odometers:
    """One machine: who it is and all it has counted. Money in cents.

    `cash_in` counts coins and bills by where they went; a bill pays with change
    out of the tubes, so cash in can exceed cash sales.
    """

    serial: str
    asset: str = ""
    model: str = ""
    build: str = ""
    location: str = ""
    communication_id: str = ""
    currency: str = "USD"
    selections: dict[str, SelectionOdometers] = field(default_factory=dict)
    sales: dict[str, Tally] = field(default_factory=lambda: {"CA": Tally(), "DA": Tally()})
    cash_in: dict[CashPath, Tally] = field(
        default_factory=lambda: {"box": Tally(), "tubes": Tally(), "bills": Tally()}
    )
    dispensed: Tally = field(default_factory=Tally)
    coins: dict[int, int] = field(default_factory=dict)
    events: list[LoggedEvent] = field(default_factory=list)
    event_tallies: dict[str, EventTally] = field(default_factory=dict)
    power_outages: Tally = field(default_factory=Tally)
    reads: int = 0
    last_read: datetime | None = None

    @classmethod
    def of(cls, serial: str, prices: Mapping[str, int], asset: str = "") -> Odometers:
        """A new machine with these selections and prices in cents."""
        selections = {name: SelectionOdometers(price) for name, price in prices.items()}
        return cls(serial=serial, asset=asset, selections=selections)

    def sell(
        self, selection: str, units: int = 1, *, device: str = "CA", paid_into: CashPath = "box"
    ) -> int:
        """Sell through `device` ("CA" is cash, into box, tubes or bills); the money in cents."""
        sold = self.selections[selection]
        amount = units * sold.price_cents
        sold.paid.add(units, amount)
        sold.by_device.setdefault(device, Tally()).add(units, amount)
        self.sales.setdefault(device, Tally()).add(units, amount)
        if device == "CA":
            self._take_cash(amount, paid_into)
        return amount

    def _take_cash(self, amount: int, paid_into: CashPath) -> None:
        bills = -(-amount // _BILL_CENTS)
        if paid_into == "bills":
            self.cash_in["bills"].add(bills, bills * _BILL_CENTS)
            self.dispensed.add(1, bills * _BILL_CENTS - amount)
        else:
            self.cash_in[paid_into].add(1, amount)

    def happen(self, code: str, at: datetime, minutes: int | None = None) -> None:
        """Log an event and count it; like a machine, keep the latest only."""
        self.events.append(LoggedEvent(code, at, minutes))
        del self.events[:-_EVENTS_KEPT]
        tally = self.event_tallies.setdefault(code, EventTally())
        tally.count_init += 1
        tally.count_rst += 1

    def reset(self) -> None:
        """Zero everything counted since the last reset."""
        for tally in self._tallies():
            tally.reset()
        for event in self.event_tallies.values():
            event.count_rst = 0

    def initialise(self) -> None:
        """Zero everything, as after a board swap; prices and names stay."""
        for tally in self._tallies():
            tally.count_init = tally.value_init_cents = 0
            tally.reset()
        self.event_tallies.clear()
        self.events.clear()

    def _tallies(self) -> list[Tally]:
        own = [*self.sales.values(), *self.cash_in.values(), self.dispensed, self.power_outages]
        for each in self.selections.values():
            own += [each.paid, each.test, each.free, *each.by_device.values()]
        return own
