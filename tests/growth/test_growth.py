"""Every list, board and report stays an index walk, however large the fleet grows.

Each such operation of the contract is asked plainly, in each order it can sort
by and with each of its filters. What SQLite then plans for each statement may
neither read a table from end to end nor sort more than a bounded set: what may
is listed below, with its reason. And the number of statements never depends on
the number of rows. What all of it costs is counted in test_growing_fleets.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

import pytest

import contract
from tests.kit.factories import (
    make_dex_read,
    make_machine,
    make_planogram,
    make_route,
    make_service_order,
    make_stocked_device,
    make_ticket,
    make_visit,
)
from tests.kit.world import corner, mass_change

# Reports and views that have no pages, beside the lists, which have.
REPORTS = {
    "board_service.list_route_devices",
    "dashboard_service.get_dashboard",
    "list_layout_service.get_list_layout",
    "metrics_service.get_device_metrics",
    "planogram_service.get_planogram",
    "sale_service.list_sales",
    "service_order_service.get_pick_list",
    "saved_view_service.list_pinned_views",
    "service_order_service.get_service_order",
}
# Statements that may sort what they found, by a piece of their text: what they find is bounded.
SORTED = {
    "FROM saved_views v": "the views of one list, or of one rail, which are bounded",
    "d.route_id = :route_id": "the devices of one route, which one driver serves",
    "r.driver_id = :actor_id": "the routes of a driver and the devices on them",
    "a.noun_id = :noun_id": "the changes of a few nouns that share a number",
    "c.device_id IN": "the cabinets of one page's devices",
    "v.service_order_id = :id": "the visits of one order",
    "i.service_order_id = :id": "the items of one order",
    "oc.service_order_id = :id": "the cabinets of one order",
    "s.cabinet_id = :cabinet_id": "the slots of one cabinet",
    "f.visit_id IN": "the fills of one order",
    "GROUP BY d.": "a row of the report for each group",
    "GROUP BY COALESCE(p.category": "a row of the report for each category",
    "ORDER BY part": "the few orders that the home page shows",
    "AS held ORDER BY": "the few audits that the home page shows",
    "json_each(:found)": "the few rows that a search names",
    "json_each(:holders)": "the few devices that hold a product",
    "json_each(:own)": "the slots of the few devices of a driver",
    ":begins_word": "the products with some words, which a person types and an index names",
    "m.reason = 'unexplained'": "the counts that differ in a period, of an index of those alone",
    "ORDER BY a.slots DESC": "the archived products, of an index of those alone",
    "FROM dex_sources": "a row for each gateway and person that sends",
    "json_each(:ids)": "the two hundred at most that were picked",
    "given.assignee_id = :actor_id": "the tickets of the devices and orders of a driver",
    "t.device_id = :device_id": "the tickets of one device",
    "t.location_id = :location_id": "the tickets of one location",
    "t.service_order_id = :service_order_id": "the tickets of one order",
    "json_each(:few)": "the few devices that were down in a period",
    "AS h": "the history of one device",
    "json_each(:routes)": "the orders of the few routes and drivers that a search names",
}
# Statements that may walk past rows that they do not answer.
WALKED = {
    "FROM dex_sources": "a row for each gateway and person that sends",
    "FROM dex_source_days": "eight weeks of days of each gateway and person that sends",
    "FROM webhooks": "there are twenty at most",
    "FROM api_keys": "the few keys that programs have",
    "FROM device_counts": "a row for each kind of device",
    "FROM time_zone_periods": "a row for each time zone that the operator ever had",
    ":begins_word": "the products with some words, of which the search names the few",
}
PATH = {
    "device_id": 1,
    "route_id": 1,
    "cabinet_id": 1,
    "slot_id": 1,
    "product_id": 1,
    "service_order_id": 1,
    "webhook_id": 1,
    "mass_change_id": 1,
    "planned_change_id": 1,
    "ticket_id": 1,
}
WEBHOOK = {"url": "https://erp.example/", "events": ["product.changed"]}
WIDE = {"from": "2026-01-01", "to": "2026-12-31", "limit": 200}
SOLD_BY = datetime(2026, 2, 1, 8, 0, tzinfo=UTC)
# About one noun, which has as many parts as before.
ONE_NOUN = {
    "mass_change_service.list_mass_change_parts",
    "metrics_service.get_device_metrics",
    "planogram_service.get_planogram",
    "service_order_service.get_pick_list",
    "service_order_service.get_service_order",
}
# Of an index that holds just the rows in question, every row is wanted.
PARTIAL = {
    "device_metrics_faults",
    "device_metrics_prices",
    "devices_archived",
    "devices_old_rules",
    "dex_reads_held",
    "products_archived",
    "stock_moves_differences",
    "service_orders_open",
    "tickets_down",
}
OF_SQLITE = pytest.mark.once("the plans are SQLite's")
ALIAS = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)(?:\s+(?!WHERE|JOIN|LEFT|ON|ORDER|GROUP)(\w+))?")
SCAN = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")


def grows(operation):
    return operation.name in REPORTS or (
        operation.method == "get" and any(p.name == "cursor" for p in operation.parameters)
    )


def queries_of(operation) -> Iterator[dict[str, object]]:
    """The query of a plain request, and of one for each value of each other parameter."""
    stated = [p for p in operation.parameters if p.place == "query"]
    plain = {p.name: samples(p)[0] for p in stated if p.required}
    yield plain
    for parameter in stated:
        if parameter.name not in ("limit", "cursor", "format"):
            yield from ({**plain, parameter.name: value} for value in samples(parameter))


def samples(parameter):
    if "enum" in parameter.schema:
        return parameter.schema["enum"]
    if parameter.schema.get("format") == "date":
        return ["2026-01-31"]
    if "examples" in parameter.schema:
        return parameter.schema["examples"]
    return [{"integer": 1, "boolean": "true"}.get(parameter.kind, "a")]


OPERATIONS = [operation for operation in contract.current().operations if grows(operation)]
OPERATION = {operation.name: operation for operation in OPERATIONS}


class Unbound(dict[str, None]):
    """Values for any statement: plans do not depend on them."""

    def __missing__(self, name):
        return None


@OF_SQLITE
def test_every_list_and_report_walks_an_index(admin, driver, engine, statements):
    make_service_order(admin, driver=driver)
    admin.post("/api/webhooks", json=WEBHOOK)
    mass_change(admin)
    for operation in OPERATIONS:
        del statements[:]
        for person, query in product((admin, driver), queries_of(operation)):
            person.get(operation.path.format(**PATH), query_string=query)
        with engine.reading() as db:
            found = [
                complaint
                for sql in dict.fromkeys(statements)
                if re.match(r"\s*(SELECT|WITH)", sql)
                for complaint in complaints(sql, plan_of(db, sql))
            ]
        assert found == [], operation.name


def plan_of(db, sql):
    return [row[3] for row in db.conn.execute("EXPLAIN QUERY PLAN " + sql, Unbound())]


def complaints(sql, plan) -> Iterator[str]:
    text = " ".join(sql.split())
    is_sorted = any("USE TEMP B-TREE FOR ORDER BY" in step for step in plan)
    if is_sorted and not any(piece in text for piece in SORTED):
        yield f"sorts: {text}"
    tables = {alias or table: table for table, alias in ALIAS.findall(text)}
    # What the statement made itself is walked once: the rows that went into it are looked at too.
    made = [step.split()[1] for step in plan if step.startswith(("MATERIALIZE ", "CO-ROUTINE "))]
    for step in plan:
        scan = SCAN.match(step)
        if scan is None or scan[1] not in tables or tables[scan[1]] == "json_each":
            continue
        if own := next((name for name in made if name in (scan[1], tables[scan[1]])), None):
            made.remove(own)
            continue
        # In the order of the page it stops where the page does.
        stops = "LIMIT" in text and not is_sorted
        if not stops and scan[2] not in PARTIAL and not any(piece in text for piece in WALKED):
            yield f"{step}: {text}"


def test_more_rows_take_no_more_statements(admin, driver, statements):
    # What is due is looked at once a minute: now, so that it is in neither.
    ask_with_more(admin, driver, statements)
    few = ask_with_more(admin, driver, statements)
    more = ask_with_more(admin, driver, statements)
    assert taken_of(more) == taken_of(few)
    # Only an upgrade changes books that nothing else would.
    of_upgrades = "rereading.list_book_changes"
    of_one_batch = "dex_batch_service.list_dex_batch_files"
    of_one_import = "import_service.list_import_rows"
    views = {"list_layout_service.get_list_layout", "saved_view_service.list_pinned_views"}
    odd = views | {"dashboard_service.get_dashboard", of_upgrades, of_one_batch, of_one_import}
    for name in OPERATION.keys() - ONE_NOUN - odd:
        assert rows_of(more[name]) > rows_of(few[name]), name


def ask_with_more(admin, driver, statements):
    """{operation: [(statements, rows) of each query]}, with one more of everything."""
    make_more(admin, driver)
    found: dict[str, list[tuple[int, int]]] = {}
    for operation in OPERATIONS:
        wide = {p.name: WIDE[p.name] for p in operation.parameters if p.name in WIDE}
        path = operation.path.format(**PATH)
        found[operation.name] = []
        for query in queries_of(operation):
            taken, answer = count_statements(admin, path, query | wide, statements)
            found[operation.name].append((taken, len(answer.get("items", []))))
    return found


def taken_of(found):
    """How many statements each query of each operation took."""
    return {name: [taken for taken, _ in asked] for name, asked in found.items()}


def rows_of(asked):
    return sum(rows for _, rows in asked)


def make_more(admin, driver):
    """One more of every noun; one more device, order, change and move where others are already."""
    ids = corner(admin, driver)
    make_ticket(admin, device_id=PATH["device_id"])
    said = {"text": "Once more"}
    assert admin.post(f"/api/tickets/{PATH['ticket_id']}/entries", json=said).status == 201
    device = admin.get(f"/api/devices/{ids['device_id']}").json
    machine = make_machine(device)
    machine.sell_some(5)
    make_dex_read(admin, machine, at=SOLD_BY, device_id=device["id"])
    stocked = make_stocked_device(admin, route_id=PATH["route_id"])
    make_planogram(admin, stocked["cabinets"][0]["id"], products=[PATH["product_id"]])
    product = f"/api/products/{PATH['product_id']}"
    version = admin.get(product).json["version"]
    body = {"version": version, "price_cents": version}
    assert admin.patch(product, json=body).status == 200
    order = admin.get(f"/api/service-orders/{ids['service_order_id']}").json
    found = {"slot_id": ids["slot_id"], "counted": 1, "added": 0}
    make_visit(admin, order, cabinet=1, fills=[found])
    path = f"/api/cabinets/{PATH['cabinet_id']}/planogram"
    planogram = admin.get(path).json
    slot = {
        "id": PATH["slot_id"],
        "price_cents": planogram["version"],
        "quantity": planogram["version"],
    }
    assert admin.put(path, json={"version": planogram["version"], "slots": [slot]}).status == 200


@pytest.mark.parametrize("name", sorted(ONE_NOUN))
def test_a_larger_noun_takes_no_more_statements(name, admin, statements):
    path = OPERATION[name].path
    small = path.format(**make_noun(admin, devices=1, cabinets=1, rows=1, columns=1))
    large = path.format(**make_noun(admin, devices=4, cabinets=3, rows=3, columns=4))
    few, less = count_statements(admin, small, {}, statements)
    many, more = count_statements(admin, large, {}, statements)
    assert many == few
    assert len(str(more)) > len(str(less))


def make_noun(admin, *, devices, **size):
    """Devices of some size, an order over them that was carried out, and the ids of the first."""
    route = make_route(admin)
    places = [make_stocked_device(admin, route_id=route["id"], **size) for _ in range(devices)]
    cabinets = [cabinet["id"] for place in places for cabinet in place["cabinets"]]
    order = make_service_order(admin, route_id=route["id"], cabinet_ids=cabinets)
    for number in range(len(cabinets)):
        make_visit(admin, order, cabinet=number)
    return {
        "device_id": places[0]["id"],
        "cabinet_id": cabinets[0],
        "service_order_id": order["id"],
        "mass_change_id": mass_change(admin),
    }


def count_statements(person, path, query, statements):
    """How many statements a request takes, and what it answers."""
    del statements[:]
    answer = person.get(path, query_string=query)
    assert answer.status == 200
    return len(statements), answer.json


@OF_SQLITE
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id, name FROM devices ORDER BY name, id LIMIT 50",
        "SELECT sum(units) FROM sales WHERE units > 3",
    ],
)
def test_a_statement_without_an_index_would_be_noticed(sql, engine):
    with engine.reading() as db:
        assert list(complaints(sql, plan_of(db, sql)))
