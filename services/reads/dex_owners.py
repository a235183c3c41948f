"""Owners: the device that an audit is for, as its serial or its asset number tells it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from auth import Actor
from db import Database, Row, json_list, one
from records import trail
from services.fleet import device_events, device_search, visibility
from services.reads import dex_strangers
from services.reads.dex_intakes import Intake

BY_SERIAL = """
    SELECT w.value ->> 'text' AS asked, d.id, d.serial
    FROM json_each(:wanted) w
    JOIN devices d ON d.serial = w.value ->> 'text'
    WHERE d.archived_at IS NULL
"""
BY_ASSET = """
    SELECT w.value ->> 'text' AS asked, d.id, d.serial
    FROM json_each(:wanted) w
    JOIN devices d ON lower(d.asset) = lower(w.value ->> 'text')
    WHERE d.archived_at IS NULL
"""


class Whose(NamedTuple):
    """The device that an audit is for, if it says so, and what is odd about it."""

    device_id: int | None
    remark: str | None = None


def owners_of(
    db: Database, actor: Actor, intakes: Sequence[Intake], device_id: int | None
) -> dict[str, Whose]:
    """By bytes: the device that is stated, else the one in use, of those the actor may see,
    with the audit's serial, or with its asset number and no other serial.
    """
    if device_id is not None:
        return {intake.sha256: Whose(device_id) for intake in intakes}
    serials = _named(db, BY_SERIAL, {each.serial for each in intakes if each.serial})
    nameless = [each for each in intakes if len(serials.get(each.serial or "", ())) != 1]
    assets = _named(db, BY_ASSET, {each.asset for each in nameless if each.asset})
    found = {
        intake.sha256: _whose(
            intake, serials.get(intake.serial or "", []), assets.get(intake.asset or "", [])
        )
        for intake in intakes
    }
    if actor.is_driver:
        named = {each.device_id for each in found.values() if each.device_id}
        hidden = {each for each in named if not visibility.is_visible(db, actor, device_id=each)}
        found = {
            sha256: Whose(None if each.device_id in hidden else each.device_id)
            for sha256, each in found.items()
        }
    return found


def _whose(intake: Intake, by_serial: Sequence[Row], by_asset: Sequence[Row]) -> Whose:
    if len(by_serial) == 1:
        return Whose(by_serial[0]["id"])
    if len(by_asset) != 1:
        return Whose(None)
    if dex_strangers.contradict(intake.serial, by_asset[0]["serial"]):
        return Whose(
            None,
            f"It states the asset number {intake.asset}, but the machine of that number has "
            f"another serial than {intake.serial}: say which machine this is.",
        )
    return Whose(by_asset[0]["id"])


def _named(db: Database, sql: str, texts: Iterable[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    wanted = as_texts(texts)
    if wanted != "[]":
        for row in db.query(sql, {"wanted": wanted}):
            found.setdefault(row["asked"], []).append(row)
    return found


def as_texts(texts: Iterable[str]) -> str:
    return json_list({"text": text} for text in texts)


def learn_serial(db: Database, actor: Actor, device_id: int, serial: str | None) -> None:
    """A device told by hand is found by its serial the next time."""
    if serial is None or len(serial) > 40:
        return
    taken = one(db, "SELECT id FROM devices WHERE serial = :serial", {"serial": serial})
    if taken is not None:
        return
    db.lock("device", device_id)
    learned = db.execute(
        "UPDATE devices SET serial = :serial WHERE id = :id AND serial IS NULL RETURNING id",
        {"serial": serial, "id": device_id},
    ).fetchone()
    if learned is not None:
        device_search.keep(db, device_id=device_id)
        device_events.changed(db, [device_id])
        trail.record(
            db,
            actor,
            action="device.serial_learned",
            noun="device",
            noun_id=device_id,
            before={"serial": None},
            after={"serial": serial},
        )
