"""Comparison: a few machines side by side, each figure as another page of the period has it.

Sales are summed as GET /api/sales sums them; what a day of a machine is worth is told over the
days that its intervals span, so that one that is read every week compares with one that is
read every night. similar_machines.py says what each machine is compared with.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import clock
from auth import Actor
from db import Database, Row, json_list
from errors import Invalid, NotFound
from records import company
from services.books import count_difference_service, sale_groups
from services.books.sale_groups import Scope
from services.insight import similar_machines
from services.insight.similar_machines import ENOUGH_DAYS, Kinds, Mean, Sold
from services.tickets import availability_service

MOST_DAYS = 366
# So many of each machine are shown of all machines.
TOP_PRODUCTS = 6
MILLION = 1_000_000
DEVICES = """
    SELECT d.id AS device_id, d.asset, d.name, l.name AS location_name, l.kind AS location_kind,
           d.device_type_id, t.name AS device_type_name, d.archived_at
    FROM devices d
    JOIN device_types t ON t.id = d.device_type_id
    LEFT JOIN locations l ON l.id = d.location_id
    WHERE d.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
DAYS_OUT = """
    SELECT s.device_id, s.selection, sum(s.days_out) AS days_out
    FROM sales s
    WHERE s.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
      AND s.sold_on BETWEEN :from AND :to
    GROUP BY s.device_id, s.selection
"""
SLOTS = """
    SELECT s.device_id, s.selection, s.product_id,
           COALESCE(s.price_cents, p.price_cents) AS price_cents
    FROM slots s
    JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
    JOIN products p ON p.id = s.product_id
    WHERE s.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
VISITS = """
    SELECT c.device_id, count(DISTINCT v.service_order_id) AS visits,
           CAST(COALESCE(sum((
               SELECT sum(f.added) FROM slot_facts f WHERE f.visit_id = v.id
           )), 0) AS bigint) AS filled_units
    FROM cabinets c
    JOIN visits v ON v.cabinet_id = c.id
    WHERE c.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
      AND v.reversed_at IS NULL AND v.finished_at >= :begin AND v.finished_at < :end
    GROUP BY c.device_id
"""
NAMES = """
    SELECT p.id, p.name FROM products p
    WHERE p.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""


def get_comparison(
    db: Database, actor: Actor, *, device_ids: str, from_: str, to: str
) -> dict[str, Any]:
    """{machines, products} of the machines, each once, in the order in which they are asked for.

    Raises NotFound for one that is not there, Invalid for a period that cannot be.
    """
    scope = _scope(from_, to)
    ids = list(dict.fromkeys(int(each) for each in device_ids.split(",")))
    devices = {row["device_id"]: row for row in db.query(DEVICES, {"ids": json_list(ids)})}
    for device_id in ids:
        if device_id not in devices:
            raise NotFound(f"There is no device {device_id}.")
    slots = list(db.query(SLOTS, {"ids": json_list(ids)}))
    machines = [dict(devices[device_id]) for device_id in ids]
    _add_sales(db, machines, scope)
    _add_sold_out(db, machines, slots, scope)
    _add_visits(db, machines, scope)
    _add_availability(db, actor, machines, scope)
    counts = count_difference_service.of_devices(db, device_ids=ids, from_=from_, to=to)
    for machine in machines:
        machine["missing"], machine["surplus"] = counts.get(machine["device_id"], (0, 0))
    return {"machines": machines, "products": _products(db, machines, slots, scope)}


def _scope(from_: str, to: str) -> Scope:
    days = (date.fromisoformat(to) - date.fromisoformat(from_)).days
    if days < 0:
        raise Invalid.at("/query/to", "is before the first day")
    if days >= MOST_DAYS:
        raise Invalid.at("/query/to", f"is more than {MOST_DAYS} days behind the first")
    return Scope(from_, to)


def _add_sales(db: Database, machines: Sequence[Row], scope: Scope) -> None:
    kinds = Kinds(db, scope)
    sold = similar_machines.sold(db, scope, [machine["device_id"] for machine in machines])
    for machine in machines:
        of_it = sold[machine["device_id"]]
        is_enough = of_it.days >= ENOUGH_DAYS
        type_id = machine.pop("device_type_id")
        mean = (
            kinds.mean(machine["device_id"], type_id, machine["location_kind"])
            if is_enough
            else None
        )
        machine.update(
            days=round(of_it.days, 2),
            read_days=round(of_it.read_days, 2),
            is_enough=is_enough,
            units=of_it.units,
            amount_cents=of_it.amount_cents,
            lost_units=round(of_it.lost_units_e6 / MILLION, 1),
            lost_cents=round(of_it.lost_cents_e6 / MILLION),
            units_per_day=round(of_it.units / of_it.days, 2) if of_it.days else None,
            cents_per_day=round(of_it.amount_cents / of_it.days) if of_it.days else None,
            kind=None if mean is None else _kind(mean, of_it),
        )


def _kind(mean: Mean, sold: Sold) -> dict[str, Any]:
    return {
        "basis": mean.basis,
        "machines": mean.machines,
        "units_per_day": round(mean.units, 2),
        "cents_per_day": round(mean.amount_cents),
        "lost_cents_per_day": None if mean.lost_cents is None else round(mean.lost_cents),
        "units_percent": _more(sold.units / sold.days, mean.units),
        "cents_percent": _more(sold.amount_cents / sold.days, mean.amount_cents),
    }


def _more(value: float, mean: float) -> float | None:
    """By how many percent a value is above a mean."""
    return round(100 * (value - mean) / mean, 1) if mean else None


def _add_sold_out(
    db: Database, machines: Sequence[Row], slots: Sequence[Row], scope: Scope
) -> None:
    """The share of days of selections, between reads, for which one was known sold out."""
    days_out = dict.fromkeys([machine["device_id"] for machine in machines], 0.0)
    selections: dict[int, set[str]] = {device_id: set() for device_id in days_out}
    for row in slots:
        if row["selection"]:
            selections[row["device_id"]].add(row["selection"])
    for row in db.query(DAYS_OUT, {**scope.params, "ids": json_list(days_out)}):
        days_out[row["device_id"]] += row["days_out"]
        selections[row["device_id"]].add(row["selection"])
    for machine in machines:
        out, several = days_out[machine["device_id"]], len(selections[machine["device_id"]])
        whole = several * machine["read_days"]
        machine.update(
            sold_out_days=round(out, 2),
            slots=several,
            sold_out_percent=round(min(100.0, 100 * out / whole), 1) if whole else None,
        )


def _add_visits(db: Database, machines: Sequence[Row], scope: Scope) -> None:
    zones = company.zones(db)
    asked = {
        "ids": json_list(machine["device_id"] for machine in machines),
        "begin": clock.day_begin(scope.from_, zones.of_day(scope.from_)),
        "end": clock.day_end(scope.to, zones.of_day(scope.to)),
    }
    found = {row["device_id"]: row for row in db.query(VISITS, asked)}
    for machine in machines:
        row = found.get(machine["device_id"], {"visits": 0, "filled_units": 0})
        machine.update(
            visits=row["visits"],
            filled_units=row["filled_units"],
            units_per_visit=(
                round(row["filled_units"] / row["visits"], 1) if row["visits"] else None
            ),
        )


def _add_availability(db: Database, actor: Actor, machines: Sequence[Row], scope: Scope) -> None:
    for machine in machines:
        found = availability_service.list_availability(
            db, actor, from_=scope.from_, to=scope.to, limit=1, device_id=machine["device_id"]
        )
        (of_it,) = found["items"]
        machine.update(up_percent=of_it["up_percent"], down_seconds=of_it["down_seconds"])


def _products(
    db: Database, machines: Sequence[Row], slots: Sequence[Row], scope: Scope
) -> list[dict[str, Any]]:
    """The products that brought the most money in each machine, the most in all first."""
    ids = [machine["device_id"] for machine in machines]
    sums: dict[tuple[int, int | None], tuple[int, int]] = {
        (row["device_id"], row["product_id"]): (row["units"], row["amount_cents"])
        for row in sale_groups.products_of_each(db, scope, ids)
    }
    chosen: dict[int | None, int] = {}
    for machine in machines:
        own = [key for key in sums if key[0] == machine["device_id"] and sums[key][0]]
        own.sort(key=lambda key: (-sums[key][1], key[1] or 0))
        chosen.update((product_id, 0) for _, product_id in own[:TOP_PRODUCTS])
    for (_, product_id), (_, amount_cents) in sums.items():
        if product_id in chosen:
            chosen[product_id] += amount_cents
    names = dict(db.execute(NAMES, {"ids": json_list(filter(None, chosen))}).fetchall())
    prices: dict[tuple[int, int | None], list[int]] = {}
    for row in slots:
        prices.setdefault((row["device_id"], row["product_id"]), []).append(row["price_cents"])
    return [
        {
            "product_id": product_id,
            "name": names.get(product_id),
            "sold": [_of_product(machine, product_id, sums, prices) for machine in machines],
        }
        for product_id in sorted(chosen, key=lambda each: (-chosen[each], each or 0))
    ]


def _of_product(
    machine: Row,
    product_id: int | None,
    sums: dict[tuple[int, int | None], tuple[int, int]],
    prices: dict[tuple[int, int | None], list[int]],
) -> dict[str, Any]:
    key = machine["device_id"], product_id
    units, amount_cents = sums.get(key, (0, 0))
    of_all, asked = machine["amount_cents"], prices.get(key)
    return {
        "device_id": machine["device_id"],
        "units": units,
        "amount_cents": amount_cents,
        "share_percent": round(100 * amount_cents / of_all, 1) if of_all else None,
        "lowest_price_cents": min(asked) if asked else None,
        "highest_price_cents": max(asked) if asked else None,
    }
