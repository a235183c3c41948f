"""A vending machine whose truth is known: it sells, breaks, is serviced and sends audits.

    machine = Machine(serial="SN1", asset="1001", selections={"A1": 150, "A2": 200}, seed=7)
    machine.sell("A1", units=3)
    data = machine.audit(datetime(2026, 1, 31, 8, 0))

`machine.sold` is what really left each selection since the machine exists,
whatever its counters have been through. Every audit is valid unless a quirk says otherwise.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from domain.dex import writer
from domain.dex.odometers import CashPath, Odometers, Tally

_CASH_PATHS: tuple[CashPath, ...] = ("box", "tubes", "bills")

BillsAs = Literal["value", "whole units", "minor units"]
Zeros = Literal["all", "total", "selection"]


@dataclass(frozen=True, kw_only=True)
class Quirks:
    """How a maker deviates from the standard; the default is a model pupil."""

    newline: str = "\r\n"
    preamble: str = ""
    counters_pair: Literal["first", "second"] = "first"
    bills_as: BillsAs = "value"
    resets_at_read: bool = False
    clock: Literal["id5", "ea3", "none"] = "id5"
    clock_is_ahead: timedelta = timedelta()
    ids_last: bool = False
    loops: bool = False
    without: tuple[str, ...] = ()
    record_count_is_off_by: int = 0
    trailing_spaces: bool = False
    unknown_as: int | None = None
    units_register: int | None = None
    money_register: int | None = None
    only_since_reset: bool = False
    only_since_initialised: bool = False
    total_is_above: float = 0.0


@dataclass(kw_only=True)
class Machine:
    """One machine. `selections` maps codes to prices in cents; `seed` decides how people pay."""

    serial: str = "SN0001"
    asset: str = ""
    selections: Mapping[str, int] = field(default_factory=lambda: {"A1": 150, "A2": 200})
    seed: int = 0
    quirks: Quirks = field(default_factory=Quirks)
    odometers: Odometers = field(init=False)
    sold: dict[str, Tally] = field(init=False)
    stock: dict[str, int] = field(init=False, default_factory=dict)
    spare: Odometers | None = field(init=False, default=None)
    in_total_only: Tally = field(init=False, default_factory=Tally)

    def __post_init__(self) -> None:
        self.odometers = Odometers.of(self.serial, self.selections, self.asset)
        self.odometers.communication_id = "TST0000001"
        self.sold = {name: Tally() for name in self.selections}
        self._random = random.Random(self.seed)

    # What people do

    def sell(
        self,
        selection: str,
        units: int = 1,
        *,
        cashless: bool | int | None = None,
        at: datetime | None = None,
    ) -> int:
        """Sell; `cashless` is how many of the units (True: all; None: as it happens).

        Answers the units that came out: no more than a known stock holds. A slot
        that runs dry notes `at` as its sold-out time, the rest as attempts.
        """
        out = min(units, self.stock.get(selection, units))
        by_card = self._by_card(out, cashless)
        for count, device in ((by_card, "DA"), (out - by_card, "CA")):
            if count:
                into = self._random.choice(_CASH_PATHS)
                amount = self.odometers.sell(selection, count, device=device, paid_into=into)
                self.sold[selection].add(count, amount)
        if selection in self.stock:
            self.stock[selection] -= out
            self._note_sold_out(selection, units - out, at)
        return out

    def _by_card(self, units: int, cashless: bool | int | None) -> int:
        if cashless is None:
            return self._random.randint(0, units)
        if isinstance(cashless, bool):
            return units if cashless else 0
        return min(cashless, units)

    def _note_sold_out(self, selection: str, attempts: int, at: datetime | None) -> None:
        odometers = self.odometers.selections[selection]
        odometers.sold_out_attempts += attempts
        if self.stock[selection] == 0 and odometers.sold_out_at is None:
            odometers.sold_out_at = at

    def sell_some(self, units: int, *, at: datetime | None = None) -> None:
        """Sell `units` anywhere, as the seed will have it."""
        for _ in range(units):
            self.sell(self._random.choice(list(self.selections)), at=at)

    # What service people do

    def fill(self, selection: str, units: int, *, at: datetime | None = None) -> None:
        """Put `units` in; from then on the machine's real stock is known."""
        self.stock[selection] = self.stock.get(selection, 0) + units
        self.odometers.selections[selection].sold_out_at = None
        if at:
            self.odometers.happen("EGS", at, 0)
            self.odometers.happen("EGT", at + timedelta(minutes=10), 10)

    def price(self, selection: str, cents: int) -> None:
        """Change what a selection costs from now on."""
        self.odometers.selections[selection].price_cents = cents

    def test_vend(self, selection: str, units: int = 1) -> None:
        """A test vend: counted apart, paid by nobody."""
        self.odometers.selections[selection].test.add(units, 0)

    def give_away(self, selection: str, units: int = 1) -> None:
        """A free vend: counted apart, paid by nobody."""
        self.odometers.selections[selection].free.add(units, 0)

    def reset(self) -> None:
        """Zero the since-reset counters."""
        self.odometers.reset()

    def swap_board(self) -> None:
        """A new control board: every counter starts from zero; products and prices stay."""
        self.spare = copy.deepcopy(self.odometers)
        self.odometers.initialise()

    def put_back(self) -> None:
        """The board that was taken out last, with the counters it had; if there is one."""
        if self.spare is not None:
            self.spare, self.odometers = copy.deepcopy(self.odometers), self.spare

    def has_sold(self, units: int) -> None:
        """Start a machine that has sold so much of everything in its life."""
        for name, each in self.odometers.selections.items():
            self.odometers.sell(name, units)
            each.paid.reset()

    def initialise_selection(self, selection: str) -> None:
        """One selection counts from zero again; the machine's total runs on."""
        paid = self.odometers.selections[selection].paid
        self.in_total_only.add(paid.count_init, paid.value_init_cents)
        paid.count_init = paid.value_init_cents = 0

    def rename(self, selection: str, name: str) -> None:
        """The same selection is called by another name from now on, and counts on."""
        selections = self.odometers.selections
        self.odometers.selections = {
            name if each == selection else each: odometers for each, odometers in selections.items()
        }
        self.sold[name] = self.sold.setdefault(selection, Tally())

    # What happens to it

    def fault(self, code: str, at: datetime, *, minutes: int = 5, active: bool = False) -> None:
        """An event with its EVA-DTS code."""
        self.odometers.happen(code, at, minutes)
        self.odometers.event_tallies[code].active = active

    def cut_power(self, at: datetime, *, minutes: int = 30) -> None:
        """A power cut: counted, and logged as OCF."""
        self.odometers.power_outages.add(1, 0)
        self.odometers.happen("OCF", at, minutes)

    # What it tells

    def audit(self, at: datetime, *, zeros: Zeros | None = None) -> bytes:
        """The file it sends when read at `at`, its own local time.

        Its board answers zeros for everything, its total, or its first selection.
        """
        clock = None if self.quirks.clock == "none" else at + self.quirks.clock_is_ahead
        self.odometers.reads += 1
        lines = writer.lines(self.odometers, clock)
        lines = _zeroed(lines, zeros)
        for quirk in (
            self._totals,
            self._registers,
            self._pairs,
            self._bills,
            self._unknown,
            self._clock,
            self._order,
        ):
            lines = quirk(lines)
        data = self._sealed(lines)
        self.odometers.last_read = clock
        if self.quirks.resets_at_read:
            self.odometers.reset()
        return data

    def _totals(self, lines: list[str]) -> list[str]:
        """A total that counts more than its selections do, always by the same share."""
        above, other = 1 + self.quirks.total_is_above, self.in_total_only
        if above == 1 and not other.count_init:
            return lines
        found = []
        for line in lines:
            record_id, *fields = line.split("*")
            if record_id == "VA1":
                value, count, *rst = (int(int(each) * above) for each in fields)
                own = value + other.value_init_cents, count + other.count_init, *rst
                found.append("*".join(["VA1", *map(str, own)]))
            else:
                found.append(line)
        return found

    def _registers(self, lines: list[str]) -> list[str]:
        """Selections whose counters run over, or count since the last reset only."""
        quirks = self.quirks
        found = []
        for line in lines:
            fields = line.split("*")
            if fields[0] == "PA2":
                if quirks.only_since_reset:
                    fields[1:3] = ["0", "0"]
                if quirks.units_register:
                    fields[1] = str(int(fields[1]) % quirks.units_register)
                if quirks.only_since_initialised:
                    fields = fields[:3]
                if quirks.money_register:
                    fields[2] = str(int(fields[2]) % quirks.money_register)
            if fields[0] == "PA7" and (
                quirks.only_since_reset or quirks.units_register or quirks.money_register
            ):
                continue
            found.append("*".join(fields))
        return found

    def _pairs(self, lines: list[str]) -> list[str]:
        if self.quirks.counters_pair == "first":
            return lines
        pair_at = {"PA2": 1, "PA3": 1, "PA4": 1, "PA7": 5}
        return [_exchanged(line, pair_at.get(line.partition("*")[0])) for line in lines]

    def _bills(self, lines: list[str]) -> list[str]:
        if self.quirks.bills_as == "value":
            return lines
        bills, whole = self.odometers.cash_in["bills"], self.quirks.bills_as == "whole units"
        rst = bills.count_rst if whole else bills.value_rst_cents
        init = bills.count_init if whole else bills.value_init_cents
        at = next(n for n, line in enumerate(lines) if line.startswith("CA3*"))
        fields = lines[at].split("*")
        return [
            *lines[:at],
            "*".join([*fields[:4], str(rst), *fields[5:8], str(init)]),
            *lines[at + 1 :],
        ]

    def _unknown(self, lines: list[str]) -> list[str]:
        """Capacities and discounts are what real machines leave unset."""
        if self.quirks.unknown_as is None:
            return lines
        unset = f"*{self.quirks.unknown_as}"
        ends = {"PA1": unset, "PA2": unset * 2}
        return [
            (line.removesuffix("*") if line.startswith("PA1*") else line)
            + ends.get(line.partition("*")[0], "")
            for line in lines
        ]

    def _clock(self, lines: list[str]) -> list[str]:
        if self.quirks.clock == "id5":
            return lines
        return [line for line in lines if not line.startswith("ID5*")]

    def _order(self, lines: list[str]) -> list[str]:
        lines = [line for line in lines if line.partition("*")[0] not in self.quirks.without]
        if self.quirks.loops:
            at = next((n for n, line in enumerate(lines) if line.startswith("PA1*")), len(lines))
            lines = [*lines[:at], "LS*0100", *lines[at:], "LE*0100"]
        if self.quirks.ids_last:
            lines.sort(key=lambda line: line.startswith("ID"))
        if self.quirks.trailing_spaces:
            lines = [line + "  " for line in lines]
        return lines

    def _sealed(self, lines: list[str]) -> bytes:
        quirks = self.quirks
        data = writer.seal(
            lines, communication_id=self.odometers.communication_id, newline=quirks.newline
        )
        kept = []
        for line in data.decode().split(quirks.newline):
            record_id, *fields = line.split("*")
            if record_id == "SE":
                fields[0] = str(int(fields[0]) + quirks.record_count_is_off_by)
            if record_id not in quirks.without:
                kept.append("*".join([record_id, *fields]))
        return (quirks.preamble + quirks.newline.join(kept)).encode()


def _zeroed(lines: list[str], zeros: Zeros | None) -> list[str]:
    """The lines of a board that answers zeros."""
    if zeros is None:
        return lines
    wanted = {"all": ("VA1", "PA2", "PA7"), "total": ("VA1",), "selection": ("PA2",)}[zeros]
    found = []
    for line in lines:
        record_id, *fields = line.split("*")
        if record_id in wanted:
            kept = 4 if record_id == "PA7" else 0
            fields = [*fields[:kept], *["0"] * (len(fields) - kept)]
            if zeros == "selection":
                wanted = ()
        found.append("*".join([record_id, *fields]))
    if zeros == "selection":
        found = [line for line in found if not line.startswith("PA7*")]
    return found


def _exchanged(line: str, at: int | None) -> str:
    """The line with the two pairs from field `at` on exchanged."""
    if at is None:
        return line
    fields = line.split("*")
    fields[at : at + 4] = [*fields[at + 2 : at + 4], *fields[at : at + 2]]
    return "*".join(fields)
