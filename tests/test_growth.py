"""Every list, board and report stays an index walk, however large the fleet grows.

Each such operation of the contract is asked plainly, in each order it can sort
by and with each of its filters. What SQLite then plans for each statement may
neither read a table from end to end nor sort more than a bounded set: what may
is listed below, with its reason. And the number of statements never depends on
the number of rows. What all of it costs is counted in tests/test_growing_fleets.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import pytest

import contract
from tests.factories import make_service_order, make_stocked_device

# Reports and views that have no pages, beside the lists, which have.
REPORTS = {
    "board_service.list_route_devices",
    "dashboard_service.get_dashboard",
    "metrics_service.get_device_metrics",
    "planogram_service.get_planogram",
    "sale_service.list_sales",
    "service_order_service.get_pick_list",
    "service_order_service.get_service_order",
}
# Statements that may sort what they found, by a piece of their text: what they find is bounded.
SORTED = {
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
    "ORDER BY part": "the few orders that the home page shows",
    "AS held ORDER BY": "the few audits that the home page shows",
    "json_each(:found)": "the few rows that a search names",
    "json_each(:routes)": "the orders of the few routes and drivers that a search names",
}
# Statements that may walk past rows that they do not answer.
WALKED = {
    "FROM device_counts": "a row for each kind of device",
}
PATH = {
    "device_id": 1,
    "route_id": 1,
    "cabinet_id": 1,
    "slot_id": 1,
    "service_order_id": 1,
}
# Of an index that holds just the rows in question, every row is wanted.
PARTIAL = {
    "device_metrics_faults",
    "device_metrics_prices",
    "devices_archived",
    "dex_reads_held",
    "service_orders_open",
}
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
    return [{"integer": 1, "boolean": "true"}.get(parameter.kind, "a")]


OPERATIONS = [
    pytest.param(operation, id=operation.name)
    for operation in contract.current().operations
    if grows(operation)
]


class Unbound(dict[str, None]):
    """Values for any statement: plans do not depend on them."""

    def __missing__(self, name):
        return None


@pytest.mark.parametrize("operation", OPERATIONS)
def test_it_walks_an_index(operation, engine_name, admin, driver, engine, statements):
    if engine_name != "sqlite":
        pytest.skip("the plans are SQLite's")
    make_service_order(admin, driver=driver)
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
    assert found == []


def plan_of(db, sql):
    return [row[3] for row in db.conn.execute("EXPLAIN QUERY PLAN " + sql, Unbound())]


def complaints(sql, plan) -> Iterator[str]:
    text = " ".join(sql.split())
    is_sorted = any("USE TEMP B-TREE FOR ORDER BY" in step for step in plan)
    if is_sorted and not any(piece in text for piece in SORTED):
        yield f"sorts: {text}"
    tables = {alias or table: table for table, alias in ALIAS.findall(text)}
    for step in plan:
        scan = SCAN.match(step)
        if scan is None or scan[1] not in tables or tables[scan[1]] == "json_each":
            continue
        # In the order of the page it stops where the page does.
        stops = "LIMIT" in text and not is_sorted
        if not stops and scan[2] not in PARTIAL and not any(piece in text for piece in WALKED):
            yield f"{step}: {text}"


@pytest.mark.parametrize(
    "path",
    [
        "/api/devices",
        "/api/routes/1/devices",
        "/api/routes",
        "/api/products",
        "/api/locations",
        "/api/service-orders",
        "/api/dashboard",
        "/api/audit-entries",
        "/api/sales?group_by=device&from=2026-01-01&to=2026-01-31",
    ],
)
def test_more_rows_take_no_more_statements(path, admin, statements):
    few = ask_after_making_two(path, admin, statements)
    more = ask_after_making_two(path, admin, statements)
    assert more == few


def ask_after_making_two(path, admin, statements):
    """How many statements a request takes after two more of everything."""
    for _ in range(2):
        make_service_order(admin)
        make_stocked_device(admin, route_id=1)
    del statements[:]
    assert admin.get(path).status == 200
    return len(statements)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id, name FROM devices ORDER BY name, id LIMIT 50",
        "SELECT sum(units) FROM sales WHERE units > 3",
    ],
)
def test_a_statement_without_an_index_would_be_noticed(sql, engine_name, engine):
    if engine_name != "sqlite":
        pytest.skip("the plans are SQLite's")
    with engine.reading() as db:
        assert list(complaints(sql, plan_of(db, sql)))
