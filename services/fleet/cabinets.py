"""Cabinets: the boxes of slots that a device consists of.

A new cabinet has an empty planogram: a grid of slots labelled A1, A2 … B1 …
that hold nothing. The labels of the first cabinet are also its selections,
which is what most machines report; a further cabinet's would clash with them.
"""

from __future__ import annotations

from collections.abc import Mapping

import clock
from db import Database, Row, json_list, scalar
from errors import Invalid

FIRST = 1
# A slot's place in its device: cabinet, row and column as digits of one number.
CABINET_STEP, ROW_STEP = 100_000, 1_000
IS_USED = """
    SELECT 1 FROM planogram_changes WHERE cabinet_id = :id
    UNION ALL
    SELECT 1 FROM service_order_cabinets WHERE cabinet_id = :id
    LIMIT 1
"""


def insert(db: Database, *, device_id: int, position: int, cabinet_type: Row) -> int:
    """A cabinet with its empty slots at `position`; answers its id."""
    cabinet_id: int = scalar(
        db,
        """
        INSERT INTO cabinets (device_id, position, cabinet_type_id, rows, columns)
        VALUES (:device_id, :position, :cabinet_type_id, :rows, :columns)
        RETURNING id
        """,
        {
            "device_id": device_id,
            "position": position,
            "cabinet_type_id": cabinet_type["id"],
            "rows": cabinet_type["rows"],
            "columns": cabinet_type["columns"],
        },
    )
    db.executemany(
        """
        INSERT INTO slots
            (cabinet_id, device_id, position, "row", "column", label, selection,
             capacity, par_level, quantity)
        VALUES
            (:cabinet_id, :device_id, :position, :row, :column, :label, :selection, 0, 0, 0)
        """,
        [
            {
                "cabinet_id": cabinet_id,
                "device_id": device_id,
                "position": position * CABINET_STEP + row * ROW_STEP + column,
                "row": row,
                "column": column,
                "label": label(row, column),
                "selection": label(row, column) if position == FIRST else None,
            }
            for row in range(1, cabinet_type["rows"] + 1)
            for column in range(1, cabinet_type["columns"] + 1)
        ],
    )
    return cabinet_id


def remove(db: Database, cabinet_id: int) -> None:
    """Take a cabinet off its device; its slots and their history stay."""
    db.execute(
        "UPDATE cabinets SET removed_at = :now WHERE id = :id",
        {"now": clock.now(), "id": cabinet_id},
    )


def forget_unused(db: Database, cabinet_id: int) -> None:
    """Let a removed cabinet be none at all, where nothing was ever planned or ordered in it."""
    asked = {"id": cabinet_id}
    if scalar(db, IS_USED, asked) is None:
        db.execute("DELETE FROM slots WHERE cabinet_id = :id", asked)
        db.execute("DELETE FROM cabinets WHERE id = :id", asked)


def types_of(db: Database, wanted: Mapping[str, int]) -> list[Row]:
    """The cabinet types of `wanted`, pointer -> id. Invalid names those that do not exist."""
    known = {
        row["id"]: row
        for row in db.query(
            """
            SELECT id, rows, columns
            FROM cabinet_types
            WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
            """,
            {"ids": json_list(set(wanted.values()))},
        )
    }
    errors = [
        {"pointer": pointer, "message": "is not a cabinet type"}
        for pointer, type_id in wanted.items()
        if type_id not in known
    ]
    if errors:
        raise Invalid(errors)
    return [known[type_id] for type_id in wanted.values()]


def label(row: int, column: int) -> str:
    """`A1` of the first row and column; rows are at most 26."""
    return f"{chr(ord('A') + row - 1)}{column}"
