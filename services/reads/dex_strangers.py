"""Strangers: audits that state another machine than the one they are to be booked on.

A board moved from one machine to another, or a file sent for the wrong one: its
counters would become sales that nobody made. Whoever knows better may insist.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from auth import Actor
from db import Database, Row, one
from errors import Conflict, NotFound
from services.fleet import visibility

BY_SERIAL = """
    SELECT id, asset, serial FROM devices
    WHERE archived_at IS NULL AND id <> :own AND serial = :text
"""
BY_ASSET = """
    SELECT id, asset, serial FROM devices
    WHERE archived_at IS NULL AND id <> :own AND lower(asset) = lower(:text)
"""


class Stated(NamedTuple):
    """What an audit says of its machine."""

    serial: str | None
    asset: str | None


def same_serial(a: str | None, b: str | None) -> bool:
    """Whether two serials are one: people leave out zeros in front, and write small letters."""
    return a is not None and b is not None and _plain(a) == _plain(b)


def contradict(a: str | None, b: str | None) -> bool:
    """Whether two serials, where both are known, are of two machines."""
    return a is not None and b is not None and not same_serial(a, b)


def check(
    db: Database, actor: Actor, stated: Iterable[Stated], *, device_id: int | None = None
) -> None:
    """Conflict for what states a serial that is not the device's, or the serial or asset
    number of another; None is a device that is not there yet.
    """
    own = _device(db, device_id)
    for each in dict.fromkeys(stated):
        sentence = _contradiction(db, actor, each, own)
        if sentence is not None:
            raise Conflict(
                f"{sentence} Nothing was booked: if it is this machine all the same, say so.",
                current={
                    "device_id": own and own["id"],
                    "serial": own and own["serial"],
                    "stated_serial": each.serial,
                    "stated_asset": each.asset,
                },
            )


def _device(db: Database, device_id: int | None) -> Row | None:
    if device_id is None:
        return None
    return one(db, "SELECT id, asset, serial FROM devices WHERE id = :id", {"id": device_id})


def _contradiction(db: Database, actor: Actor, stated: Stated, own: Row | None) -> str | None:
    if own is not None and same_serial(stated.serial, own["serial"]):
        return None
    here = "this one is new" if own is None else f"this is machine {own['asset']}"
    other = _other(db, own, BY_SERIAL, stated.serial)
    if stated.serial is not None and own is not None and own["serial"] is not None:
        whose = f", and {stated.serial} is {_named(db, actor, other)}" if other else ""
        return (
            f"The audit states serial {stated.serial}; machine {own['asset']} has serial "
            f"{own['serial']}{whose}."
        )
    # Makers leave serials at one default; an asset number is somebody's own doing.
    if own is not None and stated.asset and stated.asset.lower() == own["asset"].lower():
        return None
    if other is not None:
        return (
            f"The audit states serial {stated.serial}, which is {_named(db, actor, other)}; "
            f"{here}, and its serial is not known."
        )
    other = _other(db, own, BY_ASSET, stated.asset)
    if other is not None:
        serial = f" with serial {other['serial']}" if other["serial"] else ""
        whose = f"{_named(db, actor, other)}{serial}" if _may_see(db, actor, other) else "another"
        return (
            f"The audit states asset number {stated.asset} and serial {stated.serial or 'none'}; "
            f"that number is {whose}, {here}."
        )
    return None


def _other(db: Database, own: Row | None, sql: str, text: str | None) -> Row | None:
    return one(db, sql, {"own": own["id"] if own else 0, "text": text}) if text else None


def _named(db: Database, actor: Actor, other: Row) -> str:
    return (
        f"that of machine {other['asset']}" if _may_see(db, actor, other) else "another machine's"
    )


def _may_see(db: Database, actor: Actor, device: Row) -> bool:
    try:
        visibility.check_visible(db, actor, device_id=device["id"])
    except NotFound:
        return False
    return True


def _plain(serial: str) -> str:
    return serial.strip().lstrip("0").casefold()
