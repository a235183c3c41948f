"""Notes: what is said with the sales that counters prove, where they do not simply rise."""

from __future__ import annotations

from collections.abc import Sequence

from domain.dex import registers

ZEROS = (
    "The counters show zero, far below what they showed before. That is taken for a fault of "
    "the board: it books nothing, and the next audit is compared with the readings before it."
)
TOTAL_FELL = "The machine's total fell while its selections ran on, so it proves nothing here."
LEFT_OUT = "Selections are missing, and their sales are missing from the machine's total too."
BROUGHT_BACK = "Selections that were missing are back, in the machine's total too."
RETURNED = "The counters of an earlier board are back, so they are compared with its last readings."
SINCE_RESET = (
    "Only the counters since the last reset run on this machine. The sales are taken from them, "
    "because they add up to the machine's total."
)


def of_silent(names: Sequence[str]) -> str:
    return (
        f"{_listed(names)} zero, below what stood there before: nothing is booked there, and the "
        "next audit is compared with the readings before."
    )


def _listed(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"Selection {names[0]} shows"
    return f"Selections {', '.join(names[:8])}{' and others' if len(names) > 8 else ''} show"


def of_overrun(size: int) -> str:
    return (
        f"A counter ran over its highest figure, {registers.named(size)}, and went on from zero: "
        "the sales are what it counted across it."
    )
