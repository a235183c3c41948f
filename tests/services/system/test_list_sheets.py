"""Every list as a spreadsheet: what its page shows, for people and for machines."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import openpyxl  # type: ignore[import-untyped]
import pytest

import contract
from contract import ListSheet, Operation, results, sheets
from db import Engine
from domain import xlsx
from server.job_worker import JobWorker
from services.system import list_sheets
from tests.kit.factories import make_device, make_location, make_product, make_route
from tests.kit.people import Person

pytestmark = pytest.mark.both
LISTS = [each for each in contract.current().operations if isinstance(each.sheet, ListSheet)]


def table(answer: Any) -> list[dict[str, str]]:
    assert answer.status == 200, answer.text
    text = answer.body.decode("utf-8-sig")
    separator = ";" if ";" in text.partition("\r\n")[0] else ","
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


def cells(answer: Any) -> list[tuple[Any, ...]]:
    """The rows of a workbook, its header first."""
    assert answer.status == 200, answer.text
    assert answer.headers["Content-Type"] == xlsx.MEDIA_TYPE
    (sheet,) = openpyxl.load_workbook(io.BytesIO(answer.body)).worksheets
    return list(sheet.iter_rows(values_only=True))


def address(operation: Operation, ids: dict[str, str], **query: str) -> str:
    needed = {
        p.name: "2026-01-01" for p in operation.parameters if p.required and p.place == "query"
    }
    return f"{operation.path.format_map(ids)}?{urlencode({**needed, **query})}"


@pytest.fixture
def fleet(manager: Person) -> Any:
    place = make_location(manager, name="Café Süd")
    route = make_route(manager, name="North")
    return [
        make_device(manager, asset=f"M{n}", location_id=place["id"], route_id=route["id"])
        for n in (1, 2, 10)
    ]


@pytest.mark.parametrize("operation", LISTS, ids=lambda each: each.name)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("for_", ["people", "machines"])
def test_a_list_is_to_be_had_as_its_columns(
    admin: Person, fleet: Any, operation: Operation, form: str, for_: str
) -> None:
    ids = {"product_id": str(make_product(admin)["id"])}
    path = address(operation, ids, **{"format": form, "for": for_})
    answer = admin.get(path)
    header = cells(answer)[0] if form == "xlsx" else table_header(answer)
    stated: Any = operation.sheet
    shown = stated.of_machines if for_ == "machines" else stated.columns
    assert [each.removesuffix(" (USD)") for each in header] == [each.heading for each in shown]
    listed = admin.get(address(operation, ids, limit="200")).json
    if operation.name != "audit_service.list_audit_entries":
        rows = cells(answer)[1:] if form == "xlsx" else table(answer)
        assert len(rows) == len(listed["items"])


def table_header(answer: Any) -> list[str]:
    return next(csv.reader([answer.body.decode("utf-8-sig").partition("\r\n")[0]]))


def test_one_word_stands_for_one_thing_on_every_sheet() -> None:
    shown = [column for each in LISTS for column in each.sheet.columns]  # type: ignore[union-attr]
    by_name: dict[str, set[str]] = {}
    for column in shown:
        by_name.setdefault(column.name, set()).add(column.heading)
    # Whose row it is, and who did what a row is of.
    assert by_name.pop("username") == {"Username", "By"}
    assert {name: words for name, words in by_name.items() if len(words) > 1} == {}


def test_every_list_that_states_columns_can_be_counted() -> None:
    assert [op.name for op in LISTS if "counted" not in op.arguments] == []


def test_it_has_all_pages_as_they_are_filtered_and_sorted(
    manager: Person, fleet: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_sheets, "PAGE", 2)
    path = "/api/devices?format=csv&sort=-asset&limit=1"
    assert [row["Asset"] for row in table(manager.get(path))] == ["M10", "M2", "M1"]
    found = table(manager.get("/api/devices?format=csv&q=M10"))
    assert [row["Asset"] for row in found] == ["M10"]


def test_people_read_names_words_local_times_and_money(admin: Person, manager: Person) -> None:
    make_product(manager, name="Cola", sku="C1", price_cents=1234, cost_cents=None)
    assert admin.patch("/api/settings", json={"version": 1, "locale": "de-DE"}).status == 200
    (cola,) = table(manager.get("/api/products?format=csv"))
    assert (cola["SKU"], cola["Price (USD)"], cola["Cost (USD)"]) == ("C1", "12,34", "")
    entries = table(admin.get("/api/audit-entries?format=csv&noun=product"))
    assert (entries[-1]["Action"], entries[-1]["Noun"]) == ("Created product", "Product")
    assert "price_cents: none → 1234" in entries[-1]["Changes"]


def test_machines_get_what_the_api_answers(manager: Person) -> None:
    made = make_product(manager, name="Cola", price_cents=1234)
    (row,) = table(manager.get("/api/products?format=csv&for=machines"))
    assert row["id"] == str(made["id"])
    assert (row["price_cents"], row["archived_at"], row["sku"]) == ("1234", "", "")


def test_a_workbook_has_typed_cells_and_a_header_that_stays(admin: Person) -> None:
    make_product(admin, name="Cola", price_cents=1230, case_size=12)
    answer = admin.get("/api/products?format=xlsx")
    (sheet,) = openpyxl.load_workbook(io.BytesIO(answer.body)).worksheets
    header, row = sheet.iter_rows()
    by_heading = {above.value: cell for above, cell in zip(header, row, strict=True)}
    price = by_heading["Price (USD)"]
    assert (price.value, price.number_format) == (12.3, "#,##0.00")
    assert by_heading["Case size"].value == 12
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:G2"
    assert answer.headers["Content-Disposition"].endswith(".xlsx")
    times = cells(admin.get("/api/audit-entries?format=xlsx"))
    assert isinstance(times[1][times[0].index("Occurred")], datetime)


def test_no_cell_of_a_workbook_is_a_formula_and_each_text_stays(manager: Person) -> None:
    texts = ["=1+1", "@SUM(A1)", "-2", "  +cmd|' /C calc'!A0", "_x0041_", "a\x0bb <&> ü", "Cola"]
    for text in texts:
        make_product(manager, name=text.replace("\x0b", "") or text)
    answer = manager.get("/api/products?format=xlsx")
    (sheet,) = openpyxl.load_workbook(io.BytesIO(answer.body)).worksheets
    names = {row[1].value: row[1] for row in sheet.iter_rows(min_row=2)}
    assert {cell.data_type for cell in names.values()} == {"s"}
    assert sum(cell.quotePrefix for cell in names.values()) >= 4
    assert not names["Cola"].quotePrefix


def test_who_may_not_see_a_list_gets_no_sheet_of_it(driver: Person, viewer: Person) -> None:
    for form in ("csv", "xlsx"):
        assert driver.get(f"/api/users?format={form}").status == 403
        assert viewer.get(f"/api/audit-entries?format={form}").status == 403


def test_a_driver_takes_their_own_machines_alone(manager: Person, driver: Person) -> None:
    route = make_route(manager, driver=driver)
    make_device(manager, asset="OWN", route_id=route["id"])
    make_device(manager, asset="OTHER")
    assert [row["Asset"] for row in table(driver.get("/api/devices?format=csv"))] == ["OWN"]


def test_a_long_list_is_written_by_a_job_in_either_format(
    manager: Person, fleet: Any, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "MOST_ROWS", 2)
    refused = manager.get("/api/devices?format=xlsx")
    assert (refused.status, refused.pointers) == (422, ["/query/format"])
    assert "xlsx would be 3 rows" in refused.json["errors"][0]["message"]
    body = {"operation": "device_service.list_devices", "query": {"format": "xlsx"}}
    export = manager.post("/api/exports", json=body).json
    assert (export["rows"], export["name"][-5:]) == (3, ".xlsx")
    JobWorker(engine, "first").run_one()
    rows = cells(manager.get(f"/api/exports/{export['id']}/file"))
    assert [row[0] for row in rows] == ["Asset", "M1", "M2", "M10"]


def test_what_stands_in_the_path_of_a_list_is_asked_for_by_name(manager: Person) -> None:
    product = make_product(manager)
    body: Any = {"operation": "product_overview_service.list_product_slots", "query": {}}
    refused = manager.post("/api/export-previews", json=body)
    assert (refused.status, refused.pointers) == (422, ["/query/product_id"])
    body["query"] = {"product_id": str(product["id"])}
    found = manager.post("/api/export-previews", json=body).json
    assert found == {"rows": 0, "address": f"/api/products/{product['id']}/slots?format=csv"}


def test_a_heading_is_the_name_of_its_property_in_words() -> None:
    headings = map(sheets.heading_of, ("id", "location_name", "price_cents", "down_percent"))
    assert list(headings) == ["Number", "Location", "Price", "Down (%)"]
