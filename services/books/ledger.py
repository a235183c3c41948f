"""The ledger: stock moves as posted, append-only; their sum is the quantity of a slot.

A replay says what the moves should be; `post` appends the difference between
that and what stands. What a reversed visit had moved is taken back as one
`reversal`. Nothing is edited or deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import clock
from db import Database, Row, insert_values, json_list
from domain.stock.replay import VISIT, Cause, Outcome
from services.books.intervals import Begin

REVERSAL = "reversal"

Difference = tuple[Cause, int]

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


@dataclass(frozen=True, slots=True)
class Posted:
    """What is posted for a device: its slots in slot order, and the moves behind the beginning.

    A slot is {id, selection, quantity, balance, touched_at}; the balance is the sum of its
    moves, and `touched_at` is its last count or fill before the moment asked about.
    """

    slots: Sequence[Row]
    moves: Sequence[Row]

    def at_begin(self) -> dict[int, int]:
        """What each slot's moves before the beginning sum up to."""
        sums = {slot["id"]: slot["balance"] for slot in self.slots}
        for move in self.moves:
            sums[move["slot_id"]] -= move["quantity"]
        return sums


def slots_of(db: Database, device_id: int, *, before: str) -> list[Row]:
    """The slots of a device in slot order, as in `Posted`."""
    return list(
        db.query(
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
    )


def moves_behind(
    db: Database, *, device_id: int, begin: Begin, up_to_begin: Collection[int]
) -> list[Row]:
    """The moves behind the beginning; those of reads up to it lie before, also in its second."""
    return list(
        db.query(
            """
            SELECT slot_id, product_id, reason, quantity, occurred_at, source_kind, source_id
            FROM stock_moves
            WHERE device_id = :device_id AND occurred_at >= :at
              AND (source_kind <> 'dex_read' OR source_id NOT IN (
                  SELECT CAST(value AS bigint) FROM json_each(:up_to_begin)
              ))
            ORDER BY id
            """,
            {"device_id": device_id, "at": begin.at, "up_to_begin": json_list(up_to_begin)},
        )
    )


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
    for row in before.moves:
        cause = _cause(row)
        if row["source_kind"] == VISIT and row["source_id"] in reversed_visits:
            cause = cause._replace(reason=REVERSAL)
        differences[cause] = differences.get(cause, 0) - row["quantity"]
    left = {cause: quantity for cause, quantity in differences.items() if quantity}
    if left:
        _append(db, device_id, left, {slot["id"]: slot["balance"] for slot in before.slots})
    changed = [
        {"id": slot["id"], "quantity": outcome.quantities[slot["id"]]}
        for slot in before.slots
        if outcome.quantities[slot["id"]] != slot["quantity"]
    ]
    if changed:
        db.executemany("UPDATE slots SET quantity = :quantity WHERE id = :id", changed)


def _cause(row: Row) -> Cause:
    return Cause(
        row["slot_id"],
        row["product_id"],
        row["reason"],
        row["occurred_at"],
        row["source_kind"],
        row["source_id"],
    )


def _append(
    db: Database, device_id: int, differences: dict[Cause, int], balances: dict[int, int]
) -> None:
    recorded_at = clock.now()
    insert_values(
        db,
        "stock_moves",
        MOVE,
        [
            (*cause, quantity, balance, device_id, recorded_at)
            for (cause, quantity), balance in _ordered(differences, balances)
        ],
    )


def _ordered(
    differences: dict[Cause, int], balances: dict[int, int]
) -> Iterator[tuple[Difference, int]]:
    """By time; within a slot, what would go below zero waits until something came in."""
    waiting: list[Difference] = []
    for difference in sorted(differences.items(), key=_time_and_slot):
        cause, quantity = difference
        if not waiting and balances[cause.slot_id] + quantity >= 0:
            yield _balanced(difference, balances)
            continue
        waiting.append(difference)
        yield from _fitting(waiting, balances)
    while waiting:
        yield _balanced(waiting.pop(0), balances)
        yield from _fitting(waiting, balances)


def _time_and_slot(difference: Difference) -> tuple[str, int]:
    return difference[0].at, difference[0].slot_id


def _fitting(
    waiting: list[Difference], balances: dict[int, int]
) -> Iterator[tuple[Difference, int]]:
    """Take out what need not wait: always the earliest that leaves nothing below zero."""
    place = 0
    while place < len(waiting):
        cause, quantity = waiting[place]
        if balances[cause.slot_id] + quantity < 0:
            place += 1
        else:
            yield _balanced(waiting.pop(place), balances)
            place = 0


def _balanced(difference: Difference, balances: dict[int, int]) -> tuple[Difference, int]:
    cause, quantity = difference
    balances[cause.slot_id] += quantity
    return difference, balances[cause.slot_id]
