"""Rows: an audit as it stands in `dex_reads`, in its place among those of its device or without."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from auth import Actor
from db import Database, scalar
from services.reads.dex_booking import Place
from services.reads.dex_intakes import Intake
from services.reads.dex_placing import Moment

UNASSIGNED = "unassigned"
DAMAGED = "damaged"
BOOKED = "booked"

PLACE = """
    UPDATE dex_reads SET device_id = :device_id, status = :status, position = :position,
        read_at = :read_at, clock = :clock, stated_at = :stated_at, disorderly = :disorderly,
        total_count_init = :total_count_init, total_value_init_cents = :total_value_init_cents,
        paid_count_init = :paid_count_init, paid_value_init_cents = :paid_value_init_cents,
        paid_count_rst = :paid_count_rst, paid_value_rst_cents = :paid_value_rst_cents,
        payments_value_init_cents = :payments_value_init_cents, crc_stated = :crc_stated
    WHERE id = :id
"""
INSERT = """
    INSERT INTO dex_reads (device_id, status, position, read_at, clock, received_at,
        received_by, last_seen_at, filename, sha256, crc, serial, asset,
        total_count_init, total_value_init_cents, cash_box_init_cents, warnings, faults,
        stated_at, disorderly, paid_count_init, paid_value_init_cents, paid_count_rst,
        paid_value_rst_cents, payments_value_init_cents, crc_stated, source_id)
    VALUES (:device_id, :status, :position, :read_at, :clock, :received_at,
        :received_by, :received_at, :filename, :sha256, :crc, :serial, :asset,
        :total_count_init, :total_value_init_cents, :cash_box_init_cents, :warnings,
        :faults, :stated_at, :disorderly, :paid_count_init, :paid_value_init_cents,
        :paid_count_rst, :paid_value_rst_cents, :payments_value_init_cents, :crc_stated,
        :source_id)
    RETURNING id
"""


def insert(
    db: Database,
    actor: Actor,
    filename: str,
    intake: Intake,
    moment: Moment,
    place: Place | None,
    received_at: str,
    device_id: int | None,
    remarks: Sequence[str],
    source_id: int,
) -> int:
    """A read in its place; without one it is damaged or unassigned."""
    damaged = intake.crc == "invalid"
    row = {
        "device_id": device_id if damaged else None,
        "status": DAMAGED if damaged else UNASSIGNED,
        "position": None,
        **_stated(moment),
        **_totals(intake),
        "received_at": received_at,
        "received_by": actor.user_id,
        "filename": filename,
        "sha256": intake.sha256,
        "crc": intake.crc,
        "serial": intake.serial,
        "asset": intake.asset,
        "cash_box_init_cents": intake.cash_box_init_cents,
        "warnings": json.dumps(remarks),
        "faults": intake.faults,
        "source_id": source_id,
    }
    if place is not None:
        row |= {**_placed(place), "status": BOOKED}
    return int(scalar(db, INSERT, row))


def put(db: Database, read_id: int, place: Place) -> None:
    """Book a read that is kept already in its place."""
    db.execute(PLACE, {**_placed(place), "status": BOOKED, "id": read_id})


def _placed(place: Place) -> dict[str, Any]:
    return {
        "device_id": place.device_id,
        "position": place.position,
        **_stated(place.moment),
        **_totals(place.intake),
    }


def _stated(moment: Moment) -> dict[str, Any]:
    return {
        "read_at": moment.at,
        "clock": moment.clock,
        "stated_at": moment.at if moment.is_trusted else None,
        "disorderly": int(not moment.is_trusted),
    }


def _totals(intake: Intake) -> dict[str, Any]:
    """What the audit says of the machine as a whole."""
    return {
        "total_count_init": intake.total_count_init,
        "total_value_init_cents": intake.total_value_init_cents,
        "paid_count_init": intake.paid.count_init,
        "paid_value_init_cents": intake.paid.value_init_cents,
        "paid_count_rst": intake.paid.count_rst,
        "paid_value_rst_cents": intake.paid.value_rst_cents,
        "payments_value_init_cents": intake.payments_value_init_cents,
        "crc_stated": intake.crc_stated,
    }
