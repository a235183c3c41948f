"""Causes at devices: sold out, runs out, silent, faults, prices, what is not booked.

Devices are looked at many at a time. What is kept in device_metrics says at which of them
slots, prices or sales have to be read at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import orjson

import clock
from db import Database, Row, json_list, scalar
from records import company
from services.alerts import alert_kinds
from services.alerts.cause import Cause
from services.books import slot_levels
from services.fleet.open_orders import CABINET_IS_OPEN

MEAN_DAYS = 28
SECONDS_AN_HOUR = 3_600
IDS = "(SELECT CAST(value AS bigint) FROM json_each(:device_ids))"
DEVICES = f"""
    SELECT m.device_id, d.route_id, r.driver_id, l.kind AS location_kind, m.sold_out_slots,
           m.days_of_inventory, m.faults, m.fault_count, m.price_difference_count,
           m.unbooked_units, m.last_read_at
    FROM device_metrics m
    JOIN devices d ON d.id = m.device_id
    LEFT JOIN routes r ON r.id = d.route_id
    LEFT JOIN locations l ON l.id = d.location_id
    WHERE m.device_id IN {IDS} AND m.archived_at IS NULL
    ORDER BY m.device_id
"""
SLOTS = f"""
    SELECT s.id, s.device_id, s.label, s.selection, s.sells_out_at, s.par_level, s.quantity,
           s.units_per_day, s.units_per_day_basis, s.estimated_quantity,
           COALESCE(s.price_cents, p.price_cents) AS earned_cents, p.cost_cents,
           p.name AS product_name
    FROM slots s
    JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
    JOIN products p ON p.id = s.product_id
    WHERE s.device_id IN {IDS}
    ORDER BY s.device_id, s.position
"""
NEXT_VISITS = f"""
    SELECT c.device_id, min(oc.service_on) AS service_on
    FROM cabinets c
    JOIN service_order_cabinets oc
        ON oc.cabinet_id = c.id AND {CABINET_IS_OPEN} AND oc.service_on >= :today
    WHERE c.device_id IN {IDS}
    GROUP BY c.device_id
"""
# A position begins with the time of its read.
FIRST_READ = """
    SELECT min(position) FROM dex_reads WHERE device_id = :device_id AND position IS NOT NULL
"""
# What the machine takes for less than its slots say, at the pace they sell.
PRICES = f"""
    SELECT s.device_id,
           CAST(round(sum(CASE WHEN s.price_cents > x.price_cents
               THEN (s.price_cents - x.price_cents) * COALESCE(s.units_per_day, 0)
               ELSE 0 END)) AS bigint) AS lost_cents
    FROM slots s
    JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
    JOIN dex_selections x ON x.selection = s.selection AND x.dex_read_id = (
        SELECT r.id FROM dex_reads r
        WHERE r.device_id = s.device_id AND r.position IS NOT NULL
        ORDER BY r.position DESC LIMIT 1
    )
    WHERE s.device_id IN {IDS} AND s.product_id IS NOT NULL AND s.price_cents <> x.price_cents
    GROUP BY s.device_id
"""
SOLD = """
    SELECT CAST(COALESCE(sum(amount_cents), 0) AS bigint) FROM daily_device_sales
    WHERE device_id = :device_id AND sold_on > :after AND sold_on <= :last
"""


def causes(db: Database, device_ids: Sequence[int], least: Mapping[str, int]) -> Iterator[Cause]:
    """What holds at these devices of the alert_kinds that `least` names."""
    now, zone = clock.now(), company.time_zone(db)
    today = clock.local_date(now, zone)
    devices = list(db.query(DEVICES, {"device_ids": json_list(device_ids)}))
    yield from _of_stock(db, devices, least, today)
    for device in devices:
        yield from _faults(device, least)
        if alert_kinds.NOT_BOOKED in least and device["unbooked_units"] > 0:
            yield _not_booked(device)
        if alert_kinds.SILENT in least and device["last_read_at"] is not None:
            hours = _hours(device["last_read_at"], now)
            if hours >= least[alert_kinds.SILENT]:
                yield _silent(db, device, hours, zone)
    if alert_kinds.PRICE_DIFFERS in least:
        yield from _prices(db, [each for each in devices if each["price_difference_count"]])


def _of(device: Row, kind: str, detail: str, key: object = None, **more: object) -> Cause:
    key = device["device_id"] if key is None else key
    cause = Cause(
        kind,
        f"{kind}:{key}",
        "device",
        device["device_id"],
        detail,
        device_id=device["device_id"],
        route_id=device["route_id"],
        driver_id=device["driver_id"],
        location_kind=device["location_kind"],
    )
    return cause._replace(**more)  # type: ignore[arg-type]  # fields of a cause, by their names


def _of_stock(
    db: Database, devices: Sequence[Row], least: Mapping[str, int], today: str
) -> Iterator[Cause]:
    """Slots that are sold out, and devices that will be before somebody comes."""
    next_visits = {}
    if alert_kinds.RUNS_OUT in least:
        asked = {"today": today, "device_ids": json_list(each["device_id"] for each in devices)}
        next_visits = {
            row["device_id"]: (
                date.fromisoformat(row["service_on"]) - date.fromisoformat(today)
            ).days
            for row in db.query(NEXT_VISITS, asked)
        }
    wanted = [each for each in devices if _needs_slots(each, least, next_visits)]
    slots_of = defaultdict(list)
    if wanted:
        asked = {"device_ids": json_list(each["device_id"] for each in wanted)}
        for slot in db.query(SLOTS, asked):
            slots_of[slot["device_id"]].append(slot)
    for device in wanted:
        slots = [
            {**slot, **figures}
            for found in [slots_of[device["device_id"]]]
            for slot, figures in zip(found, slot_levels.figures_of(found), strict=True)
        ]
        if alert_kinds.SOLD_OUT in least:
            yield from _sold_out(device, slots)
        if alert_kinds.RUNS_OUT in least:
            yield from _runs_out(device, slots, next_visits.get(device["device_id"]), least)


def _needs_slots(device: Row, least: Mapping[str, int], next_visits: Mapping[int, int]) -> bool:
    if device["sold_out_slots"] and (
        alert_kinds.SOLD_OUT in least or alert_kinds.RUNS_OUT in least
    ):
        return True
    days = device["days_of_inventory"]
    horizon = next_visits.get(device["device_id"], least.get(alert_kinds.RUNS_OUT, 0))
    return days is not None and days < horizon


def _stock(slot: Row) -> int | None:
    estimated: int | None = slot["estimated_quantity"]
    return slot["quantity"] if estimated is None else estimated


def _sold_out(device: Row, slots: Sequence[Row]) -> Iterator[Cause]:
    """Several slots of one selection are one stock: none is sold out while one of them sells."""
    in_stock = {slot["selection"] for slot in slots if slot["selection"] and _stock(slot) != 0}
    for slot in slots:
        if _stock(slot) != 0 or slot["sells_out_at"] or slot["selection"] in in_stock:
            continue
        probably = "" if slot["estimated_quantity"] is None else "probably "
        yield _of(
            device,
            alert_kinds.SOLD_OUT,
            f"{slot['label']} {slot['product_name']} is {probably}sold out",
            slot["id"],
            measure=slot["lost_cents_per_day"],
            lost_cents_per_day=slot["lost_cents_per_day"],
        )


def _runs_out(
    device: Row, slots: Sequence[Row], next_visit_days: int | None, least: Mapping[str, int]
) -> Iterator[Cause]:
    """The first selection that will be empty, and what all that will be earn a day."""
    horizon = least[alert_kinds.RUNS_OUT] if next_visit_days is None else next_visit_days
    days_left: dict[object, tuple[float, float]] = {}
    for selection, together in _by_selection(slots).items():
        stocks, rates = [_stock(each) for each in together], [e["units_per_day"] for e in together]
        if None in stocks or not all(rates) or not sum(filter(None, stocks)):
            continue
        days = sum(filter(None, stocks)) / sum(rates)
        if days < horizon:
            days_left[selection] = days, sum(map(_earned_a_day, together))
    if not days_left:
        return
    first = min(days for days, _ in days_left.values())
    count = len(days_left)
    words = "1 selection runs out" if count == 1 else f"{count} selections run out"
    when = "before the next visit" if next_visit_days is not None else "and no visit is planned"
    yield _of(
        device,
        alert_kinds.RUNS_OUT,
        f"{words} {when}",
        measure=first,
        lost_cents_per_day=round(sum(earned for _, earned in days_left.values())),
        next_visit_days=next_visit_days,
    )


def _by_selection(slots: Sequence[Row]) -> dict[object, list[Row]]:
    found = defaultdict(list)
    for slot in slots:
        if slot["sells_out_at"] is None:
            found[slot["selection"] or ("slot", slot["id"])].append(slot)
    return found


def _earned_a_day(slot: Row) -> float:
    margin = max(0, (slot["earned_cents"] or 0) - (slot["cost_cents"] or 0))
    return float((slot["units_per_day"] or 0.0) * margin)


def _faults(device: Row, least: Mapping[str, int]) -> Iterator[Cause]:
    if not device["fault_count"]:
        return
    faults = {fault["code"]: fault["meaning"] for fault in orjson.loads(device["faults"])}
    for code, meaning in faults.items():
        kind = alert_kinds.of_fault(code)
        if kind in least:
            yield _of(device, kind, meaning, f"{device['device_id']}:{code}")


def _not_booked(device: Row) -> Cause:
    units = device["unbooked_units"]
    words = "1 unit was" if units == 1 else f"{units} units were"
    return _of(device, alert_kinds.NOT_BOOKED, f"{words} counted and not booked", measure=units)


def _silent(db: Database, device: Row, hours: float, zone: str) -> Cause:
    """A silent machine puts at stake what it sold a day before."""
    last = date.fromisoformat(clock.local_date(device["last_read_at"], zone))
    asked = {"device_id": device["device_id"]}
    first_read = scalar(db, FIRST_READ, asked).partition("/")[0]
    first = date.fromisoformat(clock.local_date(first_read, zone))
    after = max(last - timedelta(days=MEAN_DAYS), first)
    cents = scalar(db, SOLD, {**asked, "after": after.isoformat(), "last": last.isoformat()})
    # One read alone says nothing of what is sold a day.
    lost = round(cents / (last - after).days) if last > after else None
    return _of(
        device,
        alert_kinds.SILENT,
        "No audit comes in",
        measure=hours,
        lost_cents_per_day=lost,
        since=device["last_read_at"],
    )


def _prices(db: Database, devices: Sequence[Row]) -> Iterator[Cause]:
    if not devices:
        return
    asked = {"device_ids": json_list(each["device_id"] for each in devices)}
    lost = {row["device_id"]: row["lost_cents"] for row in db.query(PRICES, asked)}
    for device in devices:
        count = device["price_difference_count"]
        words = "1 price is" if count == 1 else f"{count} prices are"
        cents = lost.get(device["device_id"], 0)
        yield _of(
            device,
            alert_kinds.PRICE_DIFFERS,
            f"{words} not the machine's",
            measure=cents,
            lost_cents_per_day=cents,
        )


def _hours(since: str, now: str) -> float:
    passed = clock.to_datetime(now) - clock.to_datetime(since)
    return passed.total_seconds() / SECONDS_AN_HOUR
