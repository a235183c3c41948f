"""Cabinet slots: what each slot of a cabinet holds, and what its level says."""

from __future__ import annotations

from db import Database, Row
from domain.stock import spelling
from services.books import slot_levels

# What the figures of a slot are computed from, and those of one that holds nothing.
WORKINGS = frozenset({"earned_cents", "cost_cents"})
EMPTY: Row = {"state": None, "lost_cents_per_day": 0}


def of_cabinet(db: Database, cabinet_id: int) -> list[Row]:
    """The slots of a cabinet; `reported_as` is how the machine spells a selection otherwise."""
    slots = list(
        db.query(
            """
            SELECT s.id, s."row", s."column", s.label, s.selection, s.product_id,
                   p.name AS product_name, p.archived_at AS product_archived_at, s.sells_out_at,
                   s.capacity, s.par_level, s.price_cents, s.quantity,
                   s.estimated_quantity, CASE WHEN s.quantity IS NOT NULL
                       AND s.product_id IS NOT NULL THEN COALESCE(s.known_at, m.last_read_at) END
                       AS known_at,
                   s.units_per_day, s.units_per_day_basis, p.price_cents AS list_price_cents,
                   d.price_cents AS machine_price_cents,
                   COALESCE(s.price_cents, p.price_cents) AS earned_cents, p.cost_cents
            FROM slots s
            JOIN device_metrics m ON m.device_id = s.device_id
            LEFT JOIN products p ON p.id = s.product_id
            LEFT JOIN dex_selections d ON d.selection = s.selection AND d.dex_read_id = (
                SELECT r.id FROM dex_reads r
                WHERE r.device_id = s.device_id AND r.position IS NOT NULL
                ORDER BY r.position DESC LIMIT 1
            )
            WHERE s.cabinet_id = :cabinet_id
            ORDER BY s.position
            """,
            {"cabinet_id": cabinet_id},
        )
    )
    sells = [slot for slot in slots if slot["product_id"] and slot["selection"]]
    is_otherwise = any(slot["machine_price_cents"] is None for slot in sells)
    reported = _reported(db, cabinet_id) if is_otherwise else {}
    others = spelling.compare(reported, _sold_by(db, cabinet_id)).reported if reported else {}
    for slot in slots:
        other = others.get(slot["selection"]) if slot["product_id"] else None
        slot["reported_as"] = other
        if other is not None:
            slot["machine_price_cents"] = reported[other]
    return slots


def _reported(db: Database, cabinet_id: int) -> dict[str, int | None]:
    """What the device's last read reports: prices by selection."""
    return {
        row["selection"]: row["price_cents"]
        for row in db.query(
            """
            SELECT d.selection, d.price_cents FROM dex_selections d
            WHERE d.dex_read_id = (
                SELECT r.id FROM dex_reads r
                JOIN cabinets c ON c.device_id = r.device_id
                WHERE c.id = :cabinet_id AND r.position IS NOT NULL
                ORDER BY r.position DESC LIMIT 1
            )
            """,
            {"cabinet_id": cabinet_id},
        )
    }


def _sold_by(db: Database, cabinet_id: int) -> list[str]:
    """The selections by which the device sells, of all its cabinets."""
    return [
        row["selection"]
        for row in db.query(
            """
            SELECT s.selection FROM slots s
            JOIN cabinets c ON c.device_id = s.device_id
            WHERE c.id = :cabinet_id AND s.selection IS NOT NULL AND s.product_id IS NOT NULL
            """,
            {"cabinet_id": cabinet_id},
        )
    ]


def shown(slots: list[Row]) -> list[Row]:
    """The slots with what their level says; an empty one has no state."""
    holding = [slot for slot in slots if slot["product_id"] is not None]
    figures = dict(
        zip((slot["id"] for slot in holding), slot_levels.figures_of(holding), strict=True)
    )
    return [
        {
            **{name: value for name, value in slot.items() if name not in WORKINGS},
            "state": figures.get(slot["id"], EMPTY)["state"],
            "lost_cents_per_day": figures.get(slot["id"], EMPTY)["lost_cents_per_day"],
        }
        for slot in slots
    ]
