"""Mass slots: price, par level, capacity, product, or all of a planogram, of the slots of many
devices.

The rules are those of a planogram (slot_rules), and each slot is saved as by one
(slot_saving). Where only prices and par levels change, nothing was sold or moved otherwise,
so the books stand and only the figures of the devices are computed anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import clock
from auth import Actor
from db import Database, Row, json_list, one, scalar, where
from domain import repricing
from errors import Conflict, Invalid
from records.changes import STALE
from services.books import figures, ignored_selections, stock_service
from services.fleet import (
    mass_layouts,
    mass_selection,
    mass_words,
    planogram_service,
    slot_rules,
    slot_saving,
)
from services.fleet.mass_layouts import Layout
from services.fleet.mass_parts import Part, Plan, moved, with_refusals
from services.fleet.mass_products import MOST_CENTS, price_refusal
from services.fleet.open_orders import CABINET_IS_OPEN
from services.fleet.slot_saving import Wanted

NOUN = "slot"
PRICE, PAR, CAPACITY = "slot_price", "slot_par", "slot_capacity"
PRODUCT, LAYOUT = "slot_product", "slot_layout"
KINDS = frozenset({PRICE, PAR, CAPACITY, PRODUCT, LAYOUT})
MOST = 20_000
COLUMNS = ("product_id", "capacity", "par_level", "price_cents", "sells_out_at", "quantity")
SOURCE = """
    SELECT s.id, s.cabinet_id, s.device_id, c.version, c.position AS cabinet, c.rows, c.columns,
           d.asset, d.ignored_selections, s.position, s.label, s.selection, s.product_id,
           s.capacity, s.par_level, s.price_cents, s.sells_out_at, s.quantity, p.name AS product,
           p.price_cents AS list_cents
    FROM slots s
    JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
    JOIN devices d ON d.id = s.device_id
    LEFT JOIN products p ON p.id = s.product_id
"""
HOLDING = "s.product_id IS NOT NULL"
OF_DEVICES = "s.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))"
OF_PRODUCT = "s.product_id = :product_id"
NAMED = "s.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))"
KNOWN_DEVICES = """
    SELECT id FROM devices WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
RAISE_VERSIONS = """
    UPDATE cabinets SET version = version + 1
    FROM json_each(:rows) w
    WHERE cabinets.id = CAST(w.value ->> 'id' AS bigint)
      AND cabinets.version = CAST(w.value ->> 'version' AS bigint)
"""
VERSIONS = """
    SELECT id, version FROM cabinets
    WHERE removed_at IS NULL AND id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
OPEN_ORDERS = f"""
    SELECT count(DISTINCT i.service_order_id) AS orders
    FROM service_order_cabinets oc
    JOIN service_order_items i
      ON i.service_order_id = oc.service_order_id AND i.cabinet_id = oc.cabinet_id
    WHERE {CABINET_IS_OPEN}
      AND i.slot_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
# The slots in which somebody did or counted something since, or that sold.
MOVED_SINCE = """
    SELECT DISTINCT m.slot_id FROM stock_moves m
    WHERE m.slot_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
      AND m.recorded_at >= :since AND m.source_kind <> 'planogram'
"""
REASONS = {
    slot_rules.UNUSABLE: "would hold a product that is archived",
    slot_rules.PAR: "would have a par level above what fits",
    slot_rules.QUANTITY: "holds more than would fit",
    slot_rules.IGNORED: "sells by a selection that its machine ignores",
}
SHOWN = {PRICE: "price_cents", PAR: "par_level", CAPACITY: "capacity"}


def plan(
    db: Database, actor: Actor, change: Mapping[str, Any], selection: Mapping[str, Any]
) -> Plan:
    """What the change would do to the slots of the chosen devices. Raises Invalid."""
    device_ids = mass_selection.ids_of(db, actor, "device", selection)
    known = [row["id"] for row in db.query(KNOWN_DEVICES, {"ids": json_list(device_ids)})]
    mass_selection.check_found(selection, known, "device")
    kind = change["kind"]
    rows = _looked_up(db, device_ids, change.get("product_id"), all_slots=kind == LAYOUT)
    mass_selection.check_count(len(rows), "slots", MOST)
    if kind == LAYOUT:
        return _copying(db, rows, change["device_id"])
    if kind == PRODUCT:
        return _replacing(db, rows, change)
    parts = [_part(row, _resized(row, change), SHOWN[kind]) for row in rows]
    parts = with_refusals(parts, refusals(db, parts))
    return Plan(NOUN, SHOWN[kind], None, parts, _said(db, kind, parts))


def hold(db: Database, parts: Sequence[Part]) -> None:
    """Hold the devices of the slots."""
    ids = json_list([part.noun_id for part in parts])
    rows = db.query(f"SELECT DISTINCT s.device_id FROM slots s WHERE {NAMED}", {"ids": ids})
    for device_id in sorted(row["device_id"] for row in rows):
        db.lock("device", device_id)


def refusals(db: Database, parts: Sequence[Part]) -> dict[int, str]:
    """Why parts cannot become what they are to become, by their id."""
    rows = _named(db, parts)
    products = slot_rules.in_use(db, {part.after["product_id"] for part in parts})
    found: dict[int, str] = {}
    for part in parts:
        row = rows.get(part.noun_id)
        if row is None:
            found[part.noun_id] = "is not there any more"
            continue
        price = part.after["price_cents"] or 0
        if not 0 <= price <= MOST_CENTS:
            found[part.noun_id] = price_refusal(price)
        ignored = ignored_selections.codes(row["ignored_selections"])
        for broken in slot_rules.broken(row, part.set, products=products, ignored=ignored):
            found.setdefault(part.noun_id, REASONS.get(broken.rule, broken.message))
    return found


def versions(db: Database, ids: Iterable[int]) -> dict[int, int]:
    """The versions of these cabinets as they stand."""
    rows = db.query(VERSIONS, {"ids": json_list(ids)})
    return {row["id"]: row["version"] for row in rows}


def write(db: Database, actor: Actor, parts: Sequence[Part]) -> None:
    """Let the slots, whose devices are held, become what they are to become. Raises Conflict."""
    holders = {part.holder_id: part.version for part in parts}
    raised = [{"id": cabinet_id, "version": at} for cabinet_id, at in sorted(holders.items())]
    if db.execute(RAISE_VERSIONS, {"rows": json_list(raised)}).rowcount != len(raised):
        raise Conflict(STALE)
    rows = _named(db, parts)
    # What is arranged or counted anew is replayed, device by device; the rest just holds.
    arranged = set(moved(parts, *slot_saving.ARRANGED, slot_saving.COUNTED))
    devices = {rows[slot_id]["device_id"] for slot_id in arranged}
    now = clock.now()
    replayed: list[Wanted] = []
    others: list[Wanted] = []
    for part in parts:
        row = rows[part.noun_id]
        among = replayed if row["device_id"] in devices else others
        among.append(Wanted(row, part.set))
    slot_saving.save(db, actor, others, at=now, replayed=False)
    _replay(db, actor, replayed, now)
    for device_id in sorted({each.before["device_id"] for each in others}):
        figures.refresh_figures(db, device_id=device_id)


def counting_back(db: Database, parts: Sequence[Part], since: str) -> list[Part]:
    """The parts with which products come back; where nothing moved in a slot since, what was in
    it is true again, and counted.
    """
    replaced = set(moved(parts, "product_id"))
    rows = db.query(MOVED_SINCE, {"ids": json_list(replaced), "since": since})
    still = replaced - {row["slot_id"] for row in rows}
    still -= {part.noun_id for part in parts if part.after["product_id"] is None}
    return [
        part._replace(before={**part.before, "quantity": None}) if part.noun_id in still else part
        for part in parts
    ]


def _replay(db: Database, actor: Actor, wanted: Sequence[Wanted], at: str) -> None:
    saved = slot_saving.save(db, actor, wanted, at=at, replayed=True)
    by_device: dict[int, list[Wanted]] = {}
    for each in wanted:
        by_device.setdefault(each.before["device_id"], []).append(each)
    for device_id, slots in sorted(by_device.items()):
        facts = [
            planogram_service.counted(
                each.before["id"], saved[each.before["id"]], each.named["quantity"]
            )
            for each in slots
            if each.named.get("quantity") is not None
        ]
        stock_service.post_facts(db, actor, device_id=device_id, facts=facts, since=at)


def _looked_up(
    db: Database, device_ids: Sequence[int], product_id: int | None, *, all_slots: bool
) -> list[Row]:
    """The slots of the devices: those that hold a product, or that one, or all."""
    clause = where({OF_DEVICES: True, HOLDING: not all_slots, OF_PRODUCT: product_id is not None})
    found = db.query(
        f"{SOURCE} {clause} ORDER BY s.device_id, s.position LIMIT CAST(:most AS bigint)",
        {"ids": json_list(device_ids), "product_id": product_id, "most": MOST + 1},
    )
    return list(found)


def _named(db: Database, parts: Sequence[Part]) -> dict[int, Row]:
    ids = json_list([part.noun_id for part in parts])
    return {row["id"]: row for row in db.query(f"{SOURCE} WHERE {NAMED}", {"ids": ids})}


def _resized(row: Row, change: Mapping[str, Any]) -> Row:
    """The columns of a slot that get another price, par level or capacity."""
    if change["kind"] == PRICE:
        base = row["list_cents"] if row["price_cents"] is None else row["price_cents"]
        return {"price_cents": repricing.price_after(base, change["price"])}
    if change["kind"] == PAR:
        wanted = repricing.units_after(row["par_level"], change["amount"])
        is_scaled = "scale_percent" in change["amount"]
        return {"par_level": min(wanted, row["capacity"]) if is_scaled else wanted}
    capacity = repricing.units_after(row["capacity"], change["amount"])
    if not change.get("scales_par"):
        return {"capacity": capacity}
    par = repricing.scaled_along(row["par_level"], row["capacity"], capacity)
    return {"capacity": capacity, "par_level": par}


def _replacing(db: Database, rows: Sequence[Row], change: Mapping[str, Any]) -> Plan:
    product_id, replacement_id = change["product_id"], change["replacement_id"]
    if replacement_id == product_id or not slot_rules.in_use(db, [replacement_id]):
        raise Invalid.at("/change/replacement_id", "is not another product in use")
    target = scalar(db, "SELECT name FROM products WHERE id = :id", {"id": replacement_id})
    wanted: Row = {"product_id": replacement_id, "sells_out_at": None}
    if change.get("price_cents") is not None:
        wanted["price_cents"] = change["price_cents"]
    parts = [_part(row, wanted, "product", target) for row in rows]
    parts = with_refusals(parts, refusals(db, parts))
    changed = [part for part in parts if part.is_changed]
    said = []
    if changed:
        ids = {part.noun_id for part in changed}
        devices = len({row["device_id"] for row in rows if row["id"] in ids})
        said.append(
            f"{mass_words.counted(len(changed), NOUN)} of {mass_words.counted(devices, 'device')} "
            f"{mass_words.verb(len(changed), 'get')} {target}."
        )
    units = sum(part.before["quantity"] or 0 for part in changed)
    if units:
        said.append(f"{mass_words.counted(units, 'unit')} of what is inside are to be taken out.")
    return Plan(NOUN, "product", target, parts, said + _in_orders(db, changed))


def _copying(db: Database, rows: Sequence[Row], device_id: int) -> Plan:
    layout = Layout(db, device_id)
    parts = [
        _part(row, layout.change(row), "product")._replace(
            was=layout.shown(row), becomes=layout.shown_after(row)
        )
        for row in rows
    ]
    small = {row["id"]: mass_layouts.OTHER_SIZE for row in rows if not layout.fits(row)}
    parts = with_refusals(parts, refusals(db, parts) | small)
    said = mass_layouts.said(parts, layout.asset) + mass_words.unchanged(parts, "so already")
    changed = [part for part in parts if part.is_changed]
    return Plan(NOUN, "arrangement", layout.asset, parts, said + _in_orders(db, changed))


def _said(db: Database, kind: str, parts: Sequence[Part]) -> list[str]:
    up, down = {
        PRICE: ("dearer", "cheaper"),
        PAR: ("a higher par level", "a lower par level"),
        CAPACITY: ("more room", "less room"),
    }[kind]
    said = mass_words.sizes(parts, NOUN, up=up, down=down)
    said += mass_words.unchanged(parts, "so already")
    changed = [part for part in parts if part.is_changed]
    if kind == PRICE:
        first = sum(part.before["price_cents"] is None for part in changed)
        if first:
            own = "its own" if first == 1 else "their own"
            said.append(
                f"{mass_words.counted(first, NOUN)} at the list price so far "
                f"{mass_words.verb(first, 'get')} a price of {own}."
            )
        return said
    return said + _in_orders(db, changed)


def _in_orders(db: Database, changed: Sequence[Part]) -> list[str]:
    ids = json_list([part.noun_id for part in changed])
    orders = (one(db, OPEN_ORDERS, {"ids": ids}) or {"orders": 0})["orders"]
    if not orders:
        return []
    loading = f"{mass_words.counted(orders, 'open order')} {mass_words.verb(orders, 'load')}"
    return [f"{loading} these slots as planned before."]


def _part(row: Row, change: Row, field: str, target: str | None = None) -> Part:
    before = {name: row[name] for name in COLUMNS}
    after = {**before, **change}
    place = (
        f"{row['label']}" if row["cabinet"] == 1 else f"{row['label']} of cabinet {row['cabinet']}"
    )
    price = row["list_cents"] if row["price_cents"] is None else row["price_cents"]
    shown = {**row, "price_cents": price}
    return Part(
        noun_id=row["id"],
        name=f"{row['asset']} {place}",
        holder_id=row["cabinet_id"],
        version=row["version"],
        before=before,
        after=after,
        was=shown[field],
        becomes=target if field == "product" else after[field],
    )
