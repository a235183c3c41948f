"""The ledger: stock moves as posted, append-only; their sum is the quantity of a slot.

A replay says what the moves should be; `post` appends the difference between
that and what stands. What a reversed visit had moved is taken back as one
`reversal`. Nothing is edited or deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import clock
from db import Database, insert_values, json_list
from domain.stock.replay import VISIT, Cause, Outcome
from services.books.intervals import Begin

REVERSAL = "reversal"

# The columns of a move: its cause, and what is posted for it.
MOVE = (
    "slot_id",
    "product_id",
    "reason",
    "occurred_at",
    "source_kind",
    "source_id",
    "quantity",
    "balance",
    "device_id",
    "recorded_at",
)


class SlotStock(NamedTuple):
    """A slot as it stands.

    `quantity` is None where it is unknown, `balance` the sum of the slot's moves, and
    `touched_at` when it was counted or filled last before the moment asked about.
    """

    slot_id: int
    selection: str | None
    quantity: int | None
    balance: int
    touched_at: str | None


class Move(NamedTuple):
    """Units that came into a slot, or left it (below zero), by one cause."""

    cause: Cause
    quantity: int


class Posting(NamedTuple):
    """A move as it is appended; `balance` is the sum of the slot's moves up to it."""

    move: Move
    balance: int


@dataclass(frozen=True, slots=True)
class Posted:
    """What is posted for a device: its slots in slot order, and the moves behind the beginning."""

    slots: Sequence[SlotStock]
    moves: Sequence[Move]

    def at_begin(self) -> dict[int, int]:
        """What each slot's moves before the beginning sum up to."""
        sums = {slot.slot_id: slot.balance for slot in self.slots}
        for move in self.moves:
            sums[move.cause.slot_id] -= move.quantity
        return sums


def slots_of(db: Database, device_id: int, *, before: str) -> list[SlotStock]:
    """The slots of a device in slot order, as they stand; touched before that moment."""
    return [
        SlotStock(*row)
        for row in db.execute(
            """
            SELECT s.id, s.selection, s.quantity, COALESCE((
                SELECT m.balance FROM stock_moves m WHERE m.slot_id = s.id
                ORDER BY m.id DESC LIMIT 1
            ), 0) AS balance, (
                SELECT f.occurred_at FROM slot_facts f
                WHERE f.slot_id = s.id AND f.occurred_at < :before AND f.reversed_at IS NULL
                ORDER BY f.occurred_at DESC LIMIT 1
            ) AS touched_at
            FROM slots s
            WHERE s.device_id = :device_id
            ORDER BY s.position
            """,
            {"device_id": device_id, "before": before},
        )
    ]


def moves_behind(
    db: Database, *, device_id: int, begin: Begin, up_to_begin: Collection[int]
) -> list[Move]:
    """The moves behind the beginning; those of reads up to it lie before, also in its second."""
    return [
        Move(Cause(*cause), quantity)
        for *cause, quantity in db.execute(
            """
            SELECT slot_id, product_id, reason, occurred_at, source_kind, source_id, quantity
            FROM stock_moves
            WHERE device_id = :device_id AND occurred_at >= :at
              AND (source_kind <> 'dex_read' OR source_id NOT IN (
                  SELECT CAST(value AS bigint) FROM json_each(:up_to_begin)
              ))
            ORDER BY id
            """,
            {"device_id": device_id, "at": begin.at, "up_to_begin": json_list(up_to_begin)},
        )
    ]


def post(
    db: Database,
    *,
    device_id: int,
    before: Posted,
    outcome: Outcome,
    reversed_visits: Collection[int],
) -> None:
    """Append the difference between the replay and what stands, and set the quantities."""
    differences = dict(outcome.moves)
    for move in before.moves:
        cause = move.cause
        if cause.source_kind == VISIT and cause.source_id in reversed_visits:
            cause = cause._replace(reason=REVERSAL)
        differences[cause] = differences.get(cause, 0) - move.quantity
    left = [Move(cause, quantity) for cause, quantity in differences.items() if quantity]
    if left:
        _append(db, device_id, left, {slot.slot_id: slot.balance for slot in before.slots})
    changed = [
        {"id": slot.slot_id, "quantity": outcome.quantities[slot.slot_id]}
        for slot in before.slots
        if outcome.quantities[slot.slot_id] != slot.quantity
    ]
    if changed:
        db.executemany("UPDATE slots SET quantity = :quantity WHERE id = :id", changed)


def _append(db: Database, device_id: int, moves: Sequence[Move], balances: dict[int, int]) -> None:
    recorded_at = clock.now()
    insert_values(
        db,
        "stock_moves",
        MOVE,
        [
            (*cause, quantity, balance, device_id, recorded_at)
            for (cause, quantity), balance in _ordered(moves, balances)
        ],
    )


def _ordered(moves: Sequence[Move], balances: dict[int, int]) -> Iterator[Posting]:
    """By time; within a slot, what would go below zero waits until something came in."""
    waiting: list[Move] = []
    for move in sorted(moves, key=_time_and_slot):
        if not waiting and balances[move.cause.slot_id] + move.quantity >= 0:
            yield _posting(move, balances)
            continue
        waiting.append(move)
        yield from _fitting(waiting, balances)
    while waiting:
        yield _posting(waiting.pop(0), balances)
        yield from _fitting(waiting, balances)


def _time_and_slot(move: Move) -> tuple[str, int]:
    return move.cause.at, move.cause.slot_id


def _fitting(waiting: list[Move], balances: dict[int, int]) -> Iterator[Posting]:
    """Take out what need not wait: always the earliest that leaves nothing below zero."""
    place = 0
    while place < len(waiting):
        cause, quantity = waiting[place]
        if balances[cause.slot_id] + quantity < 0:
            place += 1
        else:
            yield _posting(waiting.pop(place), balances)
            place = 0


def _posting(move: Move, balances: dict[int, int]) -> Posting:
    balances[move.cause.slot_id] += move.quantity
    return Posting(move, balances[move.cause.slot_id])
