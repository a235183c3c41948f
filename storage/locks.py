"""The order in which one transaction locks, so that two can never wait for each other.

Each aggregate that a service locks has its place in `ORDER`: whoever holds one locks only
what stands behind it, and of several of a noun the lower id first. PostgreSQL waits in this
order; SQLite, where one writes at a time, keeps to it as well, so that the tests of either
engine find a wrong one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ORDER = (
    "idempotency_key",
    "login_failures",
    "users",
    "signing_key",
    "mass_change",
    "recurring_visit",
    "dex_read",
    "service_order",
    "location",
    "device_type",
    "cabinet_type",
    "route",
    "device",
    "file",
    "alert_mails",
    "webhook",
    "audit_chain",
)
PLACES = {noun: place for place, noun in enumerate(ORDER)}

Place = tuple[int, Any]


class Held:
    """What one transaction has locked."""

    # Where a wrong order is an error rather than a risk.
    is_strict = False

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._owned: set[tuple[str, int | str]] = set()

    def own(self, noun: str, noun_id: int | str) -> None:
        """Note what this transaction created: nobody else sees it, so it needs no lock."""
        self._owned.add((noun, noun_id))

    def add(self, noun: str, noun_id: int | str) -> bool:
        """Whether this is still to be locked. ValueError for a noun without a place in `ORDER`.

        RuntimeError, where that `is_strict`, for one that stands before what is held.
        """
        if noun not in PLACES:
            raise ValueError(f"{noun} has no place in the order of locks (storage/locks.py).")
        place = PLACES[noun], noun_id
        if (noun, noun_id) in self._owned or place in self._places:
            return False
        if self.is_strict and self._places and place < max(self._places):
            last, last_id = max(self._places)
            raise RuntimeError(f"{noun} {noun_id} is locked after {ORDER[last]} {last_id}.")
        self._places.append(place)
        return True

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Around a savepoint: what was locked and created inside is forgotten when it is undone."""
        locked, owned = len(self._places), set(self._owned)
        try:
            yield
        except BaseException:
            del self._places[locked:]
            self._owned = owned
            raise

    def clear(self) -> None:
        self._places.clear()
        self._owned.clear()
