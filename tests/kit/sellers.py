"""Sellers: machines that sell and report, on known days, with what they hold counted before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import clock
from settings import Settings
from tests.kit.factories import make_device, make_product, send_audit
from tests.kit.machine import Machine
from tests.kit.moving_clock import MovingClock, reach
from tests.kit.people import Person

# Of the operator, as tests/conftest.py sets it up; machines tell local time.
ZONE = ZoneInfo("Europe/Berlin")
BEGIN = datetime(2026, 1, 5, 8, tzinfo=ZONE)


@dataclass(frozen=True)
class Seller:
    """A device with slots A1, A2… and the machine that reports as it."""

    person: Person
    device_id: int
    cabinet_id: int
    slots: list[int]
    products: list[int]
    machine: Machine

    def report(self, at: datetime, **sold: int) -> Any:
        """Sell (`A1=3`), then send the audit of local time `at`; the read."""
        for selection, units in sold.items():
            self.machine.sell(selection, units)
        return self.send(self.audit(at))

    def audit(self, at: datetime) -> bytes:
        """The audit of local time `at`; a machine's clock knows no zone."""
        reach(at)
        return self.machine.audit(at.replace(tzinfo=None))

    def send(self, audit: bytes) -> Any:
        answer = send_audit(self.person, audit)
        assert answer.status == 201, answer.text
        return answer.json

    def set_slots(self, changes: dict[int, dict[str, Any]], *, at: datetime) -> None:
        """Change slots by their place in the row, as of local time `at`."""
        reach(at)
        path = f"/api/cabinets/{self.cabinet_id}/planogram"
        version = self.person.get(path).json["version"]
        slots = [{"id": self.slots[place], **change} for place, change in changes.items()]
        answer = self.person.put(
            path, json={"version": version, "as_of": as_utc(at), "slots": slots}
        )
        assert answer.status == 200, answer.text

    def metrics(self, person: Person | None = None) -> Any:
        answer = (person or self.person).get(f"/api/devices/{self.device_id}/metrics")
        assert answer.status == 200, answer.text
        return answer.json


def make_seller(
    person: Person,
    *,
    quantities: Sequence[int | None] = (20, 20),
    capacity: int = 20,
    par_level: int = 20,
    price_cents: int = 150,
    products: Sequence[int] | None = None,
    selections: Sequence[str] | None = None,
    counted_at: datetime = BEGIN - timedelta(hours=1),
    **more: Any,
) -> Seller:
    """A seller with a slot for each quantity (None: unknown), each of another product."""
    device = make_device(person, rows=1, columns=len(quantities), **more)
    cabinet_id = device["cabinets"][0]["id"]
    labels = [f"A{place}" for place in range(1, len(quantities) + 1)]
    names = list(selections or labels)
    seller = Seller(
        person=person,
        device_id=device["id"],
        cabinet_id=cabinet_id,
        slots=[
            slot["id"] for slot in person.get(f"/api/cabinets/{cabinet_id}/planogram").json["slots"]
        ],
        products=list(products or [make_product(person)["id"] for _ in labels]),
        machine=Machine(
            serial=f"SN-{device['asset']}",
            asset=device["asset"],
            selections=dict.fromkeys(names, price_cents),
        ),
    )
    seller.set_slots(
        {
            place: {
                "product_id": product,
                "selection": name,
                "capacity": capacity,
                "par_level": par_level,
                "price_cents": price_cents,
                **({} if quantity is None else {"quantity": quantity}),
            }
            for place, (product, name, quantity) in enumerate(
                zip(seller.products, names, quantities, strict=True)
            )
        },
        at=counted_at,
    )
    return seller


@contextmanager
def in_their_time() -> Iterator[None]:
    """It is as late as what the sellers do; for an autouse fixture of a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", MovingClock(BEGIN - timedelta(days=1)).now)
        yield


def patient(database_url: str) -> Settings:
    """Settings under which nobody is signed out while months go by."""
    return Settings(
        database_url=database_url,
        company="Test Vending",
        time_zone="Europe/Berlin",
        session_idle_minutes=43_200,
        session_absolute_hours=8_760,
    )


def as_utc(local: datetime) -> str:
    """Local time of the operator as the contract's UTC text."""
    return f"{local.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
