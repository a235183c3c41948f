"""Coins and bills: what came in, where it went, what lies in the box and the tubes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from domain.dex.amounts import cents, number, small
from domain.dex.records import Record
from domain.dex.scale import Scale
from domain.dex.totals import Totals, money_first

BillsAs = Literal["value", "minor units", "whole units"]

# A coin is 1, 2 or 5 (or 25) of a power of ten; what else stands in CA17 is no coin.
_COINS = frozenset(digit * 10**power for digit in (1, 2, 5) for power in range(5)) | {25, 250}
_MOST_IN_TUBE = 1000
# No set of tubes holds a thousand currency units and names coins that do not exist.
_MOST_IN_TUBES_CENTS = 100_000
# Cash in may differ a little from where it went (coins on their way, a tube refilled by hand).
_TOLERANCE = 0.1


@dataclass(frozen=True, slots=True)
class CoinTube:
    """One coin type (CA17); the value in minor units, the rest in coins."""

    coin_type: str
    value_cents: int | None
    in_tube: int | None
    filled: int | None
    dispensed: int | None
    full: bool | None


@dataclass(frozen=True, slots=True)
class Cash:
    """Cash odometers in minor units (CA2, CA3, CA4, CA8, CA10, CA15, CA17); None where not said.

    `bills_init` and `bills_rst` are as written; `bills_as` says what they turned
    out to be. `expected_box_init_cents` is all the cash that ever went to where
    an operator collects it: its change between reads is what a collection should hold.
    """

    sales: Totals
    in_init_cents: int | None
    in_rst_cents: int | None
    to_box_init_cents: int | None
    to_box_rst_cents: int | None
    to_tubes_init_cents: int | None
    to_tubes_rst_cents: int | None
    bills_init: int | None
    bills_rst: int | None
    bill_value_init_cents: int | None
    bill_value_rst_cents: int | None
    bills_as: BillsAs | None
    dispensed_init_cents: int | None
    dispensed_rst_cents: int | None
    dispensed_by_hand_init_cents: int | None
    dispensed_by_hand_rst_cents: int | None
    overpay_init_cents: int | None
    overpay_rst_cents: int | None
    tube_fill_init_cents: int | None
    tube_fill_rst_cents: int | None
    tube_value_cents: int | None
    coins: tuple[CoinTube, ...]
    expected_box_init_cents: int | None


def read_cash(
    records: Sequence[Record], first: dict[str, Record], scale: Scale
) -> tuple[Cash, list[str]]:
    """The cash side of an audit, and what was odd about it, as sentences."""

    shift = scale.shift

    def money(record_id: str, position: int) -> int | None:
        record = first.get(record_id)
        return cents(number(record.field(position)), shift) if record else None

    def count(position: int) -> int | None:
        record = first.get("CA3")
        return number(record.field(position)) if record else None

    bills, warnings = _bills(first.get("CA3"), scale.decimals)
    coins = tuple(_coin(record, shift) for record in records if record.id == "CA17")
    tube_value, odd = _tube_value(money("CA15", 1), coins)
    to_box = money("CA3", 6)
    if to_box is None or bills.value is None:
        expected = None
    else:
        expected = to_box + (cents(bills.value, shift) or 0)
    return Cash(
        sales=money_first(first.get("CA2"), shift),
        in_init_cents=money("CA3", 5),
        in_rst_cents=money("CA3", 1),
        to_box_init_cents=to_box,
        to_box_rst_cents=money("CA3", 2),
        to_tubes_init_cents=money("CA3", 7),
        to_tubes_rst_cents=money("CA3", 3),
        bills_init=count(8),
        bills_rst=count(4),
        bill_value_init_cents=cents(bills.value, shift),
        bill_value_rst_cents=cents(bills.value_rst, shift),
        bills_as=bills.written_as,
        dispensed_init_cents=money("CA4", 3),
        dispensed_rst_cents=money("CA4", 1),
        dispensed_by_hand_init_cents=money("CA4", 4),
        dispensed_by_hand_rst_cents=money("CA4", 2),
        overpay_init_cents=money("CA8", 2),
        overpay_rst_cents=money("CA8", 1),
        tube_fill_init_cents=money("CA10", 2),
        tube_fill_rst_cents=money("CA10", 1),
        tube_value_cents=tube_value,
        coins=coins,
        expected_box_init_cents=expected,
    ), warnings + odd


@dataclass(frozen=True, slots=True)
class _Bills:
    """Bills in the audit's own minor units, and how they were written."""

    value: int | None = None
    value_rst: int | None = None
    written_as: BillsAs | None = None


def _bills(record: Record | None, decimals: int) -> tuple[_Bills, list[str]]:
    """CA3 10 is a value; CA3 8 is whole units or minor units, whichever explains cash in."""
    if record is None:
        return _Bills(), []
    into, box, tubes = (number(record.field(position)) for position in (5, 6, 7))
    counted, stated = number(record.field(8)), number(record.field(10))
    if stated or not counted:
        value = stated if stated is not None else (counted or 0)
        rst = number(record.field(9)) if stated is not None else number(record.field(4))
        return _Bills(value, rst, "value" if stated else None), []
    if into is None or box is None or tubes is None:
        return _Bills(), ["Bills are counted in an unknown unit; expected cash is unknown."]
    whole = 10**decimals
    scales: dict[int, BillsAs] = {1: "minor units", whole: "whole units"}
    missing = {scale: abs(into - box - tubes - counted * scale) for scale in scales}
    scale = min(missing, key=lambda each: missing[each])
    if missing[scale] > _TOLERANCE * into:
        return _Bills(), [
            "Box, tubes and bills do not explain cash in, so expected cash is unknown."
        ]
    rst = number(record.field(4))
    bills = _Bills(counted * scale, None if rst is None else rst * scale, scales[scale])
    return bills, ["Cash in differs a little from where it went."] if missing[scale] else []


def _coin(record: Record, shift: int) -> CoinTube:
    full = record.field(6)
    return CoinTube(
        coin_type=record.field(1),
        value_cents=cents(number(record.field(2)), shift),
        in_tube=small(record.field(3)),
        filled=small(record.field(4)),
        dispensed=small(record.field(5)),
        full={"0": False, "1": True}.get(full),
    )


def _tube_value(stated: int | None, coins: Sequence[CoinTube]) -> tuple[int | None, list[str]]:
    """CA15, else what the coins in the tubes are worth; None where neither can be believed."""
    warnings = []
    believable = all(
        (each.value_cents in _COINS or not each.value_cents)
        and (each.in_tube or 0) <= _MOST_IN_TUBE
        for each in coins
    )
    if not believable:
        warnings.append("The coin table (CA17) names coins that do not exist.")
        if stated is not None and stated > _MOST_IN_TUBES_CENTS:
            warnings.append("The value of coins in the tubes (CA15) is implausibly high.")
            return None, warnings
    if stated is not None or not coins or not believable:
        return stated, warnings
    return sum((each.value_cents or 0) * (each.in_tube or 0) for each in coins), warnings
