"""Sales: units and money that a selection sold between two consecutive reads.

Rows are derived by rebuild.py; here they are kept, summed by day in the same
transaction, and reported. Days are local days of the closing read. A sale keeps the
day, the route and the location of its time, and says what was lost to sell-outs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

import clock
from auth import Actor
from db import Database, Row, insert_values
from errors import Invalid, NotFound
from records import disk_sort
from services.books import assignments, lost_sales, reading_days, sale_groups, sales_by_day
from services.books.sale_groups import Scope
from services.books.sales_by_day import RollUp
from services.books.selling_windows import Change

COLUMNS = (
    "product_id",
    "units",
    "amount_cents",
    "opened_at",
    "closed_at",
    "days_out",
    "new_epoch",
    "lost_units_e6",
    "lost_cents_e6",
)
# What a sale keeps of its time.
PLACED = ("device_id", "sold_on", "route_id", "location_id")
KEPT = (*PLACED, "dex_read_id", "selection", *COLUMNS)
MOST_DAYS = 3_700
EARLIEST = "1970-01-01"
PAGED = ("device", "route", "location")
BACKWARDS = "-position"
OF_THE_DAY, TODAY = "of_the_day", "today"
MILLION = 1_000_000
# Items of a page where all pages are walked.
AT_ONCE = 500


def list_sales(
    db: Database,
    actor: Actor,
    *,
    group_by: str,
    from_: str,
    to: str,
    limit: int,
    assignment: str = OF_THE_DAY,
    cursor: str | None = None,
    sort: str | None = None,
    device_id: int | None = None,
    route_id: int | None = None,
    location_id: int | None = None,
) -> dict[str, Any]:
    """{items, next_cursor, total}; both days inclusive.

    Devices, routes and locations come in pages of `limit`; other groups have no pages. `total`
    is that of all pages.
    """
    scope = _scope(db, from_, to, assignment, device_id, route_id, location_id)
    if _is_paged(group_by, scope):
        if sort is not None:
            raise Invalid.at("/query/sort", "is for groups that come whole; these come in pages")
        found = _page(db, group_by, scope, limit, cursor)
        return {**found, "total": _total(sale_groups.whole(db, "day", scope))}
    if cursor is not None:
        raise Invalid.at("/query/cursor", "is not a cursor of this list")
    rows = sale_groups.whole(db, group_by, scope)
    items = [_item(row) for row in rows]
    if group_by == "day" and device_id is not None:
        items = _every_day(db, scope, items)
    items = list(_sorted(items, sort))
    return {"items": items, "next_cursor": None, "total": _total(rows)}


class Walk(NamedTuple):
    """All items of a list, one after the other, and how many there are or almost are."""

    length: int
    items: Iterator[dict[str, Any]]


def walk_sales(db: Database, actor: Actor, **asked: Any) -> Walk:
    """The items of all pages of `list_sales`, of which no more than one page is held.

    Those that come in pages may be sorted too. What is wrong with `asked` is raised before the
    first item is asked for.
    """
    scope = _scope(
        db,
        asked["from_"],
        asked["to"],
        asked["assignment"],
        asked.get("device_id"),
        asked.get("route_id"),
        asked.get("location_id"),
    )
    group_by = asked["group_by"]
    if _is_paged(group_by, scope):
        first = _page(db, group_by, scope, 1, None, counted=True)
        items = _sorted(_walk(db, group_by, scope), asked.get("sort"))
        return Walk(first["total"]["count"], iter(items))
    items = list_sales(db, actor, **{**asked, "limit": AT_ONCE})["items"]
    return Walk(len(items), iter(items))


def _walk(db: Database, group_by: str, scope: Scope) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        found = _page(db, group_by, scope, AT_ONCE, cursor)
        yield from found["items"]
        cursor = found["next_cursor"]
        if cursor is None:
            return


def _is_paged(group_by: str, scope: Scope) -> bool:
    return group_by == "device" or (group_by in PAGED and not scope.narrowed)


def _page(
    db: Database,
    group_by: str,
    scope: Scope,
    limit: int,
    cursor: str | None,
    *,
    counted: bool = False,
) -> dict[str, Any]:
    given: dict[str, Any] = {"limit": limit, "cursor": cursor, "counted": counted}
    if group_by == "device":
        found = sale_groups.page_of_devices(db, scope, **given)
        _note_reads(db, scope, found["items"])
    else:
        found = sale_groups.page_of_places(db, group_by, scope, **given)
    return {**found, "items": [_item(row) for row in found["items"]]}


def get_coverage(
    db: Database,
    actor: Actor,
    *,
    from_: str,
    to: str,
    device_id: int | None = None,
    route_id: int | None = None,
    location_id: int | None = None,
) -> dict[str, Any]:
    """How many devices in use were read in the period, and how many days their sales span."""
    scope = _scope(db, from_, to, TODAY, device_id, route_id, location_id)
    return reading_days.coverage(db, actor, scope)


def replace_sales(
    db: Database, *, device_id: int, after: str, sales: Iterable[dict[str, Any]]
) -> list[Change]:
    """Make the device's sales behind the read placed at `after` be `sales`; write differences only.

    Answers those. A sale without units, money or time sold out says nothing and is not kept.
    """
    stands = {
        (row["dex_read_id"], row["selection"]): row
        for row in db.query(
            """
            SELECT s.id, s.device_id, s.dex_read_id, s.selection, s.product_id, s.units,
                   s.amount_cents, s.opened_at, s.closed_at, s.sold_on, s.days_out, s.new_epoch,
                   s.route_id, s.location_id, s.lost_units_e6, s.lost_cents_e6
            FROM sales s
            JOIN dex_reads r ON r.id = s.dex_read_id
            WHERE r.device_id = :device_id AND r.position > :after
            """,
            {"device_id": device_id, "after": after},
        )
    }
    wanted = {
        (sale["dex_read_id"], sale["selection"]): sale
        for sale in sales
        if sale["units"] or sale["amount_cents"] or sale["days_out"]
    }
    kept_ids = {row["id"] for row in stands.values()}
    lost_sales.add(db, device_id=device_id, sales=list(wanted.values()), gone=kept_ids)
    gone = [row for key, row in stands.items() if key not in wanted or _differs(row, wanted[key])]
    new = [sale for key, sale in wanted.items() if key not in stands or _differs(stands[key], sale)]
    sums = roll_up(db)
    if new:
        _place(db, device_id, new, stands, sums)
    _write(db, gone, new)
    sums.add(-1, device_id, gone)
    sums.add(1, device_id, new)
    return [*((-1, row) for row in gone), *((1, row) for row in new)]


def roll_up(db: Database) -> RollUp:
    """What this transaction changes in the sums by day, in its place among what commits do."""
    return sales_by_day.roll_up(db)


def _place(
    db: Database,
    device_id: int,
    new: list[dict[str, Any]],
    stands: dict[tuple[int, str], Row],
    sums: RollUp,
) -> None:
    """Give each new sale its day, route and location; what was of the same time keeps them."""
    history = assignments.history_of(db, device_id=device_id)
    zones = sums.zones(db)
    at: dict[str, dict[str, Any]] = {}
    for sale in new:
        closed_at = sale["closed_at"]
        before = stands.get((sale["dex_read_id"], sale["selection"]))
        if before is not None and before["closed_at"] == closed_at:
            sale.update((name, before[name]) for name in PLACED)
            continue
        if closed_at not in at:
            place = history.at(closed_at)
            at[closed_at] = {
                "device_id": device_id,
                "sold_on": clock.local_date(closed_at, zones.at(closed_at)),
                "route_id": place.route_id,
                "location_id": place.location_id,
            }
        sale.update(at[closed_at])


def _write(db: Database, gone: list[Row], new: list[dict[str, Any]]) -> None:
    if gone:
        db.executemany("DELETE FROM sales WHERE id = :id", [{"id": row["id"]} for row in gone])
    if new:
        insert_values(db, "sales", KEPT, list(map(itemgetter(*KEPT), new)))


def _differs(row: Row, sale: dict[str, Any]) -> bool:
    return any(row[name] != sale[name] for name in COLUMNS)


def _scope(
    db: Database,
    from_: str,
    to: str,
    assignment: str,
    device_id: int | None,
    route_id: int | None,
    location_id: int | None,
) -> Scope:
    """Raises Invalid for a period that cannot be, NotFound for what is not there."""
    if to < from_:
        raise Invalid.at("/query/to", "must not be before from")
    # The first year of the calendar is no date in Python, nor one of sales.
    if from_ < EARLIEST or (date.fromisoformat(to) - date.fromisoformat(from_)).days > MOST_DAYS:
        raise Invalid.at("/query/from", "must be within ten years of to")
    for sql, noun_id in (
        ("SELECT 1 FROM devices WHERE id = :id", device_id),
        ("SELECT 1 FROM routes WHERE id = :id", route_id),
        ("SELECT 1 FROM locations WHERE id = :id", location_id),
    ):
        if noun_id is not None and db.execute(sql, {"id": noun_id}).fetchone() is None:
            raise NotFound("There is no such device, route or location.")
    return Scope(from_, to, device_id, route_id, location_id, is_today=assignment == TODAY)


def _note_reads(db: Database, scope: Scope, items: list[Row]) -> None:
    """Whether each device was read in the period, and how many days its sales span."""
    reads = reading_days.of_devices(db, scope, [int(row["key"]) for row in items])
    for row in items:
        read = reads[int(row["key"])]
        row.update(read=read.is_read, days=round(read.days, 2))


def _every_day(db: Database, scope: Scope, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each day of the period: one without a read is not one without sales, so nothing is said."""
    sold = {item["key"]: item for item in items}
    reads = reading_days.days_of(db, scope)
    first = date.fromisoformat(scope.from_).toordinal()
    last = date.fromisoformat(scope.to).toordinal()
    found = []
    for ordinal in range(first, last + 1):
        day = date.fromordinal(ordinal).isoformat()
        is_read = day in reads or day in sold
        nothing = 0 if is_read else None
        item = sold.get(day) or {
            "key": day,
            "label": day,
            **dict.fromkeys(("units", "amount_cents", "lost_units", "lost_cents"), nothing),
        }
        found.append({**item, "read": is_read, "days": round(reads.get(day, 0.0), 2)})
    return found


def _item(row: Row) -> dict[str, Any]:
    """A group as it is answered: what was lost in units and minor units, what a product cost."""
    item = {
        "key": row["key"],
        "label": row["label"],
        "units": row["units"],
        "amount_cents": row["amount_cents"],
        "lost_units": round(row["lost_units_e6"] / MILLION, 1),
        "lost_cents": round(row["lost_cents_e6"] / MILLION),
    }
    if "unit_cost_cents" in row:
        each = row["unit_cost_cents"]
        item["sku"] = row["sku"]
        item["cost_cents"] = cost = None if each is None else each * item["units"]
        item["margin_cents"] = None if cost is None else item["amount_cents"] - cost
    if "read" in row:
        item["read"] = row["read"]
        item["days"] = row["days"]
    return item


def _sorted(items: Iterable[dict[str, Any]], sort: str | None) -> Iterable[dict[str, Any]]:
    """The items by a figure, those without one last; by BACKWARDS the last one first."""
    if sort is None:
        return items
    if sort == BACKWARDS:
        return disk_sort.in_order(items, lambda place, _: (False, -place))
    name, sign = sort.removeprefix("-"), -1 if sort.startswith("-") else 1
    return disk_sort.in_order(items, lambda _, item: (item[name] is None, sign * (item[name] or 0)))


def _total(rows: Collection[Row]) -> dict[str, Any]:
    sums = {name: sum([row[name] for row in rows]) for name in sale_groups.FIGURES}
    total = _item({"key": "", "label": "", **sums})
    return {name: total[name] for name in ("units", "amount_cents", "lost_units", "lost_cents")}
