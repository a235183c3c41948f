"""Imports: spreadsheets that become products, locations, machines, slots and users."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]

import clock
from auth import console
from db import Engine, IntegrityError, insert_rows, scalar
from domain.sheets import BadSheet, numbers
from jobs import enqueue
from server.job_worker import JobWorker
from services.alerts import evaluation
from services.fleet import planogram_service
from services.transfer import files, workbooks
from tests.kit.factories import make_dex_read, make_machine, make_product, make_ticket
from tests.kit.imports import rows, run, take_back, worked
from tests.kit.people import Answer, Person

SALES = Path(__file__).resolve().parents[5] / "shared/data/vending_machine_sales.csv"
PRODUCTS = "Product;SKU;Category;Price\nCola;0101;Drinks;1,80\nNuts;0102;Snacks;2,20\n"


def names(person: Person, path: str, name: str = "name") -> list[str]:
    return [each[name] for each in person.get(path).json["items"]]


def refused(answer: Answer) -> str:
    assert answer.status == 409, answer.text
    return str(answer.json["detail"])


def test_a_list_of_products_is_shown_before_any_of_it_is_written(
    manager: Person, read: Any
) -> None:
    found = read(PRODUCTS)
    assert (found["state"], found["kind"], found["delimiter"]) == ("ready", "products", ";")
    assert found["decimal_sign"] == ","
    assert found["counts"]["creates"] == 2
    assert [each["says"] for each in rows(manager, found)] == [
        ["Creates product Cola"],
        ["Creates product Nuts"],
    ]
    assert manager.get("/api/products").json["items"] == []


def test_products_are_imported_and_taken_back(manager: Person, engine: Engine, read: Any) -> None:
    done = run(manager, engine, read(PRODUCTS))
    assert (done["state"], done["nouns"]) == ("done", {"product": 2})
    (cola, _) = manager.get("/api/products").json["items"]
    assert (cola["name"], cola["sku"], cola["price_cents"]) == ("Cola", "0101", 180)
    assert manager.get("/api/products?q=cola").json["items"] == [cola]
    assert take_back(manager, engine, done)["state"] == "taken_back"
    assert manager.get("/api/products").json["items"] == []
    assert manager.get("/api/products?q=cola").json["items"] == []


def test_what_comes_after_an_import_was_taken_back_has_nothing_of_its_history(
    manager: Person, admin: Person, engine: Engine, read: Any
) -> None:
    done = run(manager, engine, read(PRODUCTS))
    take_back(manager, engine, done)
    tea = make_product(manager, name="Tea")
    about = f"/api/audit-entries?noun=product&noun_id={tea['id']}"
    entries = admin.get(about).json["items"]
    assert [each["action"] for each in entries] == ["product.created"]


def test_what_somebody_changed_since_keeps_an_import_from_being_taken_back(
    manager: Person, engine: Engine, read: Any
) -> None:
    done = run(manager, engine, read(PRODUCTS))
    (cola, _) = manager.get("/api/products").json["items"]
    manager.patch(f"/api/products/{cola['id']}", json={"version": 1, "price_cents": 200})
    after = take_back(manager, engine, done)
    assert after["state"] == "done"
    assert "product Cola was changed since" in after["problem"]
    assert names(manager, "/api/products") == ["Cola", "Nuts"]


def test_a_second_list_changes_what_differs_and_leaves_the_rest(
    manager: Person, engine: Engine, read: Any
) -> None:
    run(manager, engine, read(PRODUCTS))
    found = read(PRODUCTS.replace("1,80", "1,90"))
    assert [each["verdict"] for each in rows(manager, found)] == ["changes", "same"]
    assert rows(manager, found)[0]["says"] == ["Cola: Price 1.80 → 1.90"]
    done = run(manager, engine, found)
    assert manager.get("/api/products").json["items"][0]["price_cents"] == 190
    take_back(manager, engine, done)
    assert manager.get("/api/products").json["items"][0]["price_cents"] == 180


MACHINES = (
    "Asset number,Name,Machine type,Location,Route,Cabinet 1\n"
    "M-1,Lobby,Snack tower,City Hospital,North,2 x 3\n"
    "M-2,Canteen,Snack tower,City Hospital,North,2 x 3\n"
)
MORE_CABINETS = MACHINES.replace("Cabinet 1", "Cabinet 1,Cabinet 2").replace("2 x 3", "2 x 3,4 x 5")
SLOTS = (
    "Asset number,Selection,Product,Category,Price,Par level,Capacity,Quantity\n"
    "M-1,A1,Cola,Drinks,1.80,8,10,5\n"
    "M-1,A2,Nuts,Snacks,2.20,6,6,0\n"
    "M-9,11,Cola,Drinks,1.70,8,10,\n"
    "M-9,12,Nuts,Snacks,2.20,6,6,4\n"
)


def slots_of(person: Person, asset: str) -> dict[str, Any]:
    items = person.get("/api/devices").json["items"]
    (device,) = [each for each in items if each["asset"] == asset]
    return {
        slot["selection"]: slot
        for cabinet in device["cabinets"]
        for slot in person.get(f"/api/cabinets/{cabinet['id']}/planogram").json["slots"]
        if slot["product_id"] is not None
    }


def dumped(engine: Engine, *tables: str) -> dict[str, list[Any]]:
    """The rows of tables, without what only counts changes and times of the moment."""
    with engine.reading() as db:
        return {
            table: [
                {name: value for name, value in row.items() if name not in ("version", "known_at")}
                for row in db.query(f'SELECT * FROM "{table}" ORDER BY 1')
                if row.get("devices") != 0
            ]
            for table in tables
        }


FLEET = (
    "products", "locations", "routes", "device_types", "cabinet_types", "devices", "cabinets",
    "slots", "device_counts", "search_grams", "device_assignments",
)  # fmt: skip
HISTORY = ("stock_moves", "slot_facts", "slot_arrangements", "planogram_changes", "device_metrics")


def test_machines_bring_their_type_location_route_and_cabinets(
    manager: Person, engine: Engine, read: Any
) -> None:
    done = run(manager, engine, read(MACHINES))
    wanted = {"device": 2, "location": 1, "route": 1, "device_type": 1, "cabinet_type": 1}
    assert done["nouns"] == wanted
    first, second = manager.get("/api/devices").json["items"]
    assert (first["asset"], first["name"], second["asset"]) == ("M-1", "Lobby", "M-2")
    assert (first["location_name"], first["route_name"]) == ("City Hospital", "North")
    assert [(each["rows"], each["columns"]) for each in first["cabinets"]] == [(2, 3)]
    moved = read(MACHINES.replace("M-2,Canteen", "M-2,Cellar"))
    assert [each["verdict"] for each in rows(manager, moved)] == ["same", "changes"]


def test_slots_are_arranged_priced_and_counted_and_machines_made_where_there_are_none(
    manager: Person, engine: Engine, read: Any
) -> None:
    run(manager, engine, read(MACHINES))
    done = run(manager, engine, read(SLOTS))
    assert done["nouns"] == {"device": 1, "product": 2, "device_type": 1, "cabinet_type": 1}
    there = slots_of(manager, "M-1")
    assert {name: (slot["product_name"], slot["price_cents"], slot["par_level"],
                   slot["capacity"], slot["quantity"]) for name, slot in there.items()} == {
        "A1": ("Cola", 180, 8, 10, 5), "A2": ("Nuts", 220, 6, 6, 0),
    }  # fmt: skip
    new = slots_of(manager, "M-9")
    assert {name: (slot["product_name"], slot["quantity"]) for name, slot in new.items()} == {
        "11": ("Cola", None),
        "12": ("Nuts", 4),
    }
    assert read(SLOTS)["counts"]["same"] == 4


def test_what_created_machines_leaves_the_tables_as_before_once_it_is_taken_back(
    manager: Person, engine: Engine, read: Any
) -> None:
    run(manager, engine, read(MACHINES))
    before = dumped(engine, *FLEET, *HISTORY)
    done = run(manager, engine, read(SLOTS.replace("M-1,", "M-8,")))
    assert take_back(manager, engine, done)["state"] == "taken_back"
    for table, there in dumped(engine, *FLEET, *HISTORY).items():
        assert there == before[table], table


def test_machines_that_alerts_were_opened_for_are_taken_back_with_these(
    manager: Person, engine: Engine, read: Any
) -> None:
    done = run(manager, engine, read(SLOTS))
    evaluation.look(engine, sends_mail=False)
    assert len(manager.get("/api/alerts").json["items"]) == 1
    after = take_back(manager, engine, done)
    assert after["state"] == "taken_back", after["problem"]
    evaluation.look(engine, sends_mail=False)
    assert manager.get("/api/alerts").json["items"] == []


def test_what_changed_slots_leaves_them_as_before_once_it_is_taken_back(
    manager: Person, engine: Engine, read: Any
) -> None:
    run(manager, engine, read(MACHINES))
    run(manager, engine, read(SLOTS))
    before = dumped(engine, *FLEET)
    changed = SLOTS.replace("A1,Cola,Drinks,1.80,8,10,5", "A1,Nuts,Snacks,1.90,9,12,7").replace(
        "11,Cola,Drinks,1.70,8,10,", "11,Cola,Drinks,1.70,8,10,9"
    )
    done = run(manager, engine, read(changed))
    assert slots_of(manager, "M-9")["11"]["quantity"] == 9
    after = take_back(manager, engine, done)
    assert after["state"] == "taken_back", after["problem"]
    for table, there in dumped(engine, *FLEET).items():
        assert there == before[table], table


def test_a_machine_that_was_read_since_keeps_its_import(
    manager: Person, engine: Engine, read: Any
) -> None:
    done = run(manager, engine, read(SLOTS))
    (device, *_) = manager.get("/api/devices").json["items"]
    make_dex_read(manager, make_machine(device), device_id=device["id"])
    after = take_back(manager, engine, done)
    assert after["state"] == "done"
    assert after["problem"] == (
        "It cannot be taken back any more: machine M-1 was read. Nothing was changed."
    )


def test_a_taking_back_that_was_refused_leaves_the_ledger_closed(
    manager: Person, engine: Engine, read: Any
) -> None:
    done = run(manager, engine, read(SLOTS))
    (device, *_) = manager.get("/api/devices").json["items"]
    make_dex_read(manager, make_machine(device), device_id=device["id"])
    moves = dumped(engine, "stock_moves")
    assert take_back(manager, engine, done)["state"] == "done"
    with pytest.raises(IntegrityError), engine.writing() as db:
        db.execute("DELETE FROM stock_moves WHERE device_id = :id", {"id": device["id"]})
    assert dumped(engine, "stock_moves") == moves
    assert moves["stock_moves"]


def test_alerts_of_new_machines_do_not_keep_an_import_and_tickets_do(
    manager: Person, engine: Engine, read: Any
) -> None:
    done = run(manager, engine, read(SLOTS))
    (device, *_) = manager.get("/api/devices").json["items"]
    with engine.writing() as db:
        rule = scalar(db, "SELECT min(id) FROM alert_rules")
        alert = {"kind": "sold_out", "cause": f"sold_out:{device['id']}", "noun": "device",
                 "noun_id": device["id"], "device_id": device["id"], "alert_rule_id": rule,
                 "detail": "A2", "state": "open", "opened_at": clock.now()}  # fmt: skip
        insert_rows(db, "alerts", [alert])
    make_ticket(manager, device_id=device["id"])
    refusal = take_back(manager, engine, done)
    assert "machine M-1 has notes or tickets" in refusal["problem"]
    with engine.writing() as db:
        db.execute("DELETE FROM tickets")
    assert take_back(manager, engine, done)["state"] == "taken_back"
    assert dumped(engine, "alerts", "devices") == {"alerts": [], "devices": []}


def test_each_wrong_row_is_named_with_its_column_and_value(manager: Person, read: Any) -> None:
    found = read(
        "Asset number,Selection,Product,Price,Par level,Capacity\n"
        "M-1,A1,Cola,much,8,10\n"
        "M-1,A2,Cola,1.805,8,10\n"
        "M-1,A3,Cola,1.80,12,10\n"
        "M-1,,Cola,1.80,8,10\n"
        "M-1,A5,,1.80,8,10\n"
        "M-1,A6,Cola,-2,8,10\n"
    )
    assert found["counts"]["wrong"] == 6
    assert [" ".join(each["says"]) for each in rows(manager, found, verdict="wrong")] == [
        "Row 2, Price “much” is no number with a point as its decimal sign.",
        "Row 3, Price “1.805” has more than 2 decimals.",
        "Row 4, Par level “12”: par level 12 is more than the 10 that fit.",
        "Row 5, Selection is missing.",
        (
            "Row 6, Asset number “M-1” is no machine here, and the row names no product to "
            "create it by."
        ),
        "Row 7, Price “-2.00” must be at least 0.",
    ]


def test_wrong_rows_are_left_out_only_when_somebody_says_so(
    manager: Person, engine: Engine, read: Any
) -> None:
    found = read(PRODUCTS + "Crisps;0103;Snacks;much\n")
    body = {"version": found["version"]}
    answer = manager.post(f"/api/imports/{found['id']}/run", json=body)
    assert refused(answer) == "1 row is wrong: correct the file, or leave out what is wrong."
    run(manager, engine, found, leaves_out=True)
    assert names(manager, "/api/products") == ["Cola", "Nuts"]


def test_a_file_of_other_words_is_read_once_its_columns_are_chosen_and_then_by_itself(
    manager: Person, engine: Engine, read: Any
) -> None:
    text = "Was,Wieviel\nCola,1.80\n"
    found = read(text)
    assert (found["state"], found["kind"], found["row_count"]) == ("ready", None, 1)
    assert "not recognised" in found["problem"]
    assert rows(manager, found)[0]["cells"] == ["Cola", "1.80"]
    columns = {"Was": "name", "Wieviel": "price_cents"}
    chosen = read(text, kind="products", columns=columns)
    assert chosen["counts"]["creates"] == 1
    run(manager, engine, chosen)
    again = read(text)
    assert (again["kind"], again["columns"], again["is_remembered"]) == ("products", columns, True)


def test_what_cannot_be_read_is_refused_with_a_sentence(manager: Person, read: Any) -> None:
    for content, said in (
        (b"PK\x03\x04 no workbook", "It is no workbook that can be read"),
        (b"\xd0\xcf\x11\xe0 an old one", "It is an old workbook (XLS)"),
        (b"\n\n\n", "There is nothing in it."),
        (b"Product,Price\n", "There are no rows below the names of its columns."),
    ):
        found = read(content)
        assert (found["state"], found["counts"]["creates"]) == ("refused", 0)
        assert said in found["problem"]


def test_only_administrators_bring_users(
    admin: Person, manager: Person, engine: Engine, read: Any
) -> None:
    text = "Username,Name,Role\ndana,Dana Doe,Fahrer\n"
    assert read(text)["state"] == "refused"
    done = run(admin, engine, read(text, admin))
    assert done["nouns"] == {"user": 1}
    (dana,) = [each for each in admin.get("/api/users").json["items"] if each["username"] == "dana"]
    assert (dana["display_name"], dana["role"]) == ("Dana Doe", "driver")
    assert manager.get(f"/api/imports/{done['id']}").status == 404
    assert take_back(admin, engine, done)["state"] == "taken_back"


def test_a_template_is_read_as_what_it_is_for(admin: Person, read: Any) -> None:
    for kind in ("products", "locations", "devices", "slots", "users"):
        for file in ("csv", "xlsx"):
            query = {"kind": kind, "file": file}
            content = admin.get("/api/import-template", query_string=query).body
            found = read(content, admin)
            assert (found["kind"], found["counts"]["creates"]) == (kind, 1), found["problem"]
            if kind == "products":
                assert rows(admin, found)[0]["cells"][1] == "0101"


@pytest.mark.skipif(not SALES.exists(), reason="the file of real sales is not here")
def test_a_file_of_single_sales_is_a_fleet(manager: Person, engine: Engine, read: Any) -> None:
    found = read(SALES.read_bytes())
    assert found["kind"] == "slots"
    done = run(manager, engine, found, leaves_out=True)
    assert done["state"] == "done", done["problem"]
    assert done["nouns"]["device"] == 5
    assert done["nouns"]["location"] == 4
    devices = manager.get("/api/devices").json["items"]
    assert len(devices) == 5
    assert len(slots_of(manager, devices[0]["asset"])) > 20


def test_what_breaks_off_leaves_nothing_and_is_done_whole_by_the_next_worker(
    manager: Person, engine: Engine, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = read(SLOTS.replace("M-1,", "M-8,"))
    before = dumped(engine, *FLEET, *HISTORY)
    body = {"version": found["version"]}
    with monkeypatch.context() as patch:
        calls = count(1)

        def broken(*args: Any, **named: Any) -> Any:
            if next(calls) == 2:
                raise KeyboardInterrupt
            return update(*args, **named)

        update = planogram_service.update_planogram
        patch.setattr(planogram_service, "update_planogram", broken)
        assert manager.post(f"/api/imports/{found['id']}/run", json=body).status == 200
        with pytest.raises(KeyboardInterrupt):
            JobWorker(engine, "first").run_one()
    assert next(calls) == 3
    assert dumped(engine, *FLEET, *HISTORY) == before
    with engine.writing() as db:
        db.execute("UPDATE jobs SET leased_until = '' WHERE state = 'running'")
    worked(engine)
    after = manager.get(f"/api/imports/{found['id']}").json
    assert (after["state"], after["nouns"]["device"]) == ("done", 2)


def test_what_changed_since_the_preview_ends_the_import_with_a_sentence(
    manager: Person, engine: Engine, read: Any
) -> None:
    run(manager, engine, read(PRODUCTS))
    found = read("Product,SKU,Price\nWater,0900,1.00\nCola,0101,1.95\n")
    (cola, *_) = manager.get("/api/products").json["items"]
    body = {"version": 1, "archived": True}
    assert manager.patch(f"/api/products/{cola['id']}", json=body).status == 200
    after = run(manager, engine, found)
    assert after["state"] == "ready"
    assert after["problem"] == (
        "Something changed since the file was read. Row 3, SKU “0101” belongs to one that is "
        "archived: take it back first."
    )
    assert names(manager, "/api/products") == ["Nuts"]


def test_somebody_elses_change_of_the_choices_is_not_written_over(
    manager: Person, engine: Engine, read: Any
) -> None:
    found = read(PRODUCTS)
    path, body = f"/api/imports/{found['id']}", {"version": found["version"], "decimal_sign": "."}
    assert manager.patch(path, json=body).status == 200
    answer = manager.patch(path, json=body)
    assert (answer.status, answer.json["current"]["state"]) == (409, "reading")


def test_a_file_goes_after_ninety_days_and_what_it_brought_stays(
    manager: Person, engine: Engine, read: Any
) -> None:
    done = run(manager, engine, read(PRODUCTS))
    with engine.writing() as db:
        db.execute("UPDATE imports SET created_at = '2020-01-01T00:00:00Z'")
        enqueue(db, console(), "imports.clearing", {})
    worked(engine)
    assert manager.get(f"/api/imports/{done['id']}").status == 404
    assert rows(manager, done) == []
    assert names(manager, "/api/products") == ["Cola", "Nuts"]


def test_a_workbook_that_unpacks_to_a_thousand_times_its_size_is_refused(read: Any) -> None:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b" " * 30 * 2**20)
    found = read(packed.getvalue())
    assert found["problem"] == "It unpacks to more than can be read: save it as CSV."


MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
STRINGS = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def packed(**parts: bytes) -> bytes:
    """A workbook of one sheet, with parts in place of its own or besides."""
    book = Workbook()
    book.active.append(["Product"])
    plain, made = BytesIO(), BytesIO()
    book.save(plain)
    names = {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml",
             "styles": "xl/styles.xml", "book": "xl/workbook.xml",
             "photo": "xl/media/image1.jpg"}  # fmt: skip
    with ZipFile(plain) as before:
        whole = {name: before.read(name) for name in before.namelist()}
    whole |= {names[name]: content for name, content in parts.items()}
    whole["[Content_Types].xml"] = whole["[Content_Types].xml"].replace(b"</Types>", STRINGS)
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            archive.writestr(name, content)
    return made.getvalue()


def test_a_text_that_a_workbook_keeps_once_is_not_kept_for_a_million_cells() -> None:
    row = b"<row>" + b'<c t="s"><v>0</v></c>' * 100 + b"</row>"
    sheet = b"<worksheet " + MAIN + b"><sheetData>" + row * 200 + b"</sheetData></worksheet>"
    strings = b"<sst " + MAIN + b"><si><t>" + b"x" * 4_000 + b"</t></si></sst>"
    with pytest.raises(BadSheet, match="say more than can be read"):
        files.read(packed(sheet=sheet, strings=strings), files.Choice())


@pytest.mark.parametrize(
    "parts",
    [
        {"sheet": b"<worksheet>" + (b"<row>" + b"<c/>" * 90_000 + b"</row>") * 45},
        {"sheet": b"<worksheet><row>" + b"<c/>" * 100_001},
        {"sheet": b"<worksheet>" + (b"<row>" + b"<c/>" * 50_000 + b"<row/>") * 3},
        {"sheet": b"<worksheet>" + b"<c/>" * 100_001},
        {"strings": b"<sst><si>" + b"<r/>" * 100_001},
        {"styles": b"<styleSheet><cellXfs>" + b"<xf/>" * 200_001},
        {"strings": b'<sst xmlns:b="' + b"x" * 1_001 + b'"/>'},
        {"strings": b'<!DOCTYPE sst [<!ATTLIST si d CDATA "x">]><sst/>'},
        {"strings": '<!DOCTYPE sst [<!ATTLIST si d CDATA "x">]><sst/>'.encode("utf-16")},
        {"strings": b" " * (2**16 - 20) + "<!DOCTYPE a [<!ENTITY b 'c'>]>".encode("utf-16-le")},
    ],
)
def test_a_workbook_of_which_a_parser_would_make_too_much_is_refused(
    parts: dict[str, bytes],
) -> None:
    with pytest.raises(BadSheet, match="save it"):
        workbooks.sheets_of(packed(**parts))


@pytest.mark.parametrize(
    "parts",
    [
        {"sheet": b'<worksheet a="' + b"x" * 400_000 + b'"/>'},
        {"sheet": b"<worksheet/><!--" + b"x" * 400_000 + b"-->"},
        {"styles": b'<styleSheet a="' + b"x" * 400_000 + b'"/>'},
        {"sheet": b"<worksheet><row><c><t>" + b"x" * 25 * 2**20 + b"</t></c></row></worksheet>"},
        {"sheet": b"<worksheet>" + (b"<row/>" + b"x" * 5 * 2**20) * 5 + b"</worksheet>"},
        {"book": ("<workbook>" + "<sheet/>" * 5_000 + "</workbook>").encode("utf-16"),
         "sheet": b"<worksheet>" + b"<row>x</row>" * 90_000 + b"</worksheet>"},
    ],
    ids=["an attribute", "a remark", "one of a style", "a text", "between rows", "many sheets"],
)  # fmt: skip
def test_a_workbook_whose_length_alone_would_keep_a_parser_busy_is_refused(
    parts: dict[str, bytes],
) -> None:
    with pytest.raises(BadSheet, match="unpacks to more than can be read"):
        workbooks.sheets_of(packed(**parts))


def test_a_workbook_with_a_long_text_a_photo_and_rows_apart_is_read() -> None:
    row = b"<row>\n<c t='inlineStr'><is><t>" + b"x" * 300_000 + b"</t></is></c></row>\n"
    sheet = b"<worksheet " + MAIN + b"><sheetData>" + row * 100 + b"</sheetData></worksheet>"
    strings = b"<sst " + MAIN + b"/>"
    content = packed(sheet=sheet, strings=strings, photo=b"\xff\xd8<" * 150_000)
    assert len(list(workbooks.lines(content, None))) == 100


def test_a_price_that_a_spreadsheet_computed_is_what_it_shows() -> None:
    assert numbers.number(0.6 * 3, ".") == Decimal("1.8")
    assert numbers.number("a" + " " * 4_000 + "b", ".") is None


def test_a_row_that_would_do_something_else_by_now_ends_the_import(
    manager: Person, engine: Engine, read: Any
) -> None:
    run(manager, engine, read(PRODUCTS))
    found = read(PRODUCTS.replace("2,20", "2,30"))
    (cola, _) = manager.get("/api/products").json["items"]
    manager.patch(f"/api/products/{cola['id']}", json={"version": 1, "price_cents": 500})
    after = run(manager, engine, found)
    assert after["state"] == "ready"
    assert after["problem"] == (
        "Something changed since the file was read. Row 2 would do something else now: "
        "Cola: Price 5.00 → 1.80"
    )
    body = {"version": after["version"], "kind": after["kind"], "columns": after["columns"]}
    assert manager.patch(f"/api/imports/{found['id']}", json=body).status == 200
    worked(engine)
    again = manager.get(f"/api/imports/{found['id']}").json
    assert (again["problem"], again["counts"]["changes"]) == (None, 2)
    assert run(manager, engine, again)["state"] == "done"


@pytest.mark.parametrize("is_further", [False, True])
def test_what_somebody_planned_since_in_a_new_machine_or_cabinet_keeps_its_import(
    manager: Person, engine: Engine, read: Any, is_further: bool
) -> None:
    done = run(manager, engine, read(MACHINES))
    if is_further:
        done = run(manager, engine, read(MORE_CABINETS))
    (device, *_) = manager.get("/api/devices").json["items"]
    path = f"/api/cabinets/{device['cabinets'][-1]['id']}/planogram"
    planogram = manager.get(path).json
    slot = {"id": planogram["slots"][0]["id"], "product_id": make_product(manager)["id"],
            "capacity": 5, "selection": "99", "quantity": 3}  # fmt: skip
    body = {"version": planogram["version"], "slots": [slot]}
    assert manager.put(path, json=body).status == 200
    after = take_back(manager, engine, done)
    assert "the planogram of machine M-1 was changed since" in after["problem"]
    assert manager.get(path).json["slots"][0]["quantity"] == 3


def test_a_further_cabinet_and_its_kind_go_when_they_are_taken_back(
    manager: Person, engine: Engine, read: Any
) -> None:
    run(manager, engine, read(MACHINES))
    before = dumped(engine, "cabinets", "slots", "cabinet_types")
    more = MACHINES.replace("Cabinet 1\n", "Cabinet 1,Cabinet 2\n").replace(
        "2 x 3\n", "2 x 3,4 x 5\n"
    )
    done = run(manager, engine, read(more))
    assert done["nouns"] == {"cabinet_type": 1}
    after = take_back(manager, engine, done)
    assert after["state"] == "taken_back", after["problem"]
    assert dumped(engine, "cabinets", "slots", "cabinet_types") == before


def test_a_cabinet_that_no_machine_has_is_wrong_and_the_first_one_needs_no_number(
    manager: Person, engine: Engine, read: Any
) -> None:
    found = read(
        "Asset number,Selection,Product,Cabinet,Capacity\n"
        "M-9,A1,Cola,,5\nM-9,A1,Nuts,1,5\nM-9,A2,Nuts,-1,5\n"
    )
    assert [each["verdict"] for each in rows(manager, found)] == ["repeated", "creates", "wrong"]
    assert "none of the 3 of a machine" in rows(manager, found)[2]["says"][0]
    done = run(manager, engine, found, leaves_out=True)
    assert done["state"] == "done", done["problem"]
    assert [slot["product_name"] for slot in slots_of(manager, "M-9").values()] == ["Nuts"]


def test_a_read_that_came_in_while_an_import_ran_keeps_it(
    manager: Person, engine: Engine, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(manager, engine, read(MACHINES))
    found = read(SLOTS)
    (device, *_) = manager.get("/api/devices").json["items"]
    update = planogram_service.update_planogram
    ends_later = [clock.later(clock.now(), seconds=seconds) for seconds in (5, 60)]

    def slow(*args: Any, **named: Any) -> Any:
        made = update(*args, **named)
        monkeypatch.setattr(clock, "now", lambda: ends_later[1])
        return made

    with monkeypatch.context() as patch:
        patch.setattr(planogram_service, "update_planogram", slow)
        done = run(manager, engine, found)
        make_dex_read(manager, make_machine(device), device_id=device["id"])
    with engine.writing() as db:
        db.execute("UPDATE dex_reads SET received_at = :at", {"at": ends_later[0]})
    after = take_back(manager, engine, done)
    assert "machine M-1 was read or visited since" in after["problem"]


def test_what_a_machine_and_a_slot_were_they_are_again(
    manager: Person, engine: Engine, read: Any
) -> None:
    run(manager, engine, read(MACHINES))
    run(manager, engine, read(SLOTS))
    slot = slots_of(manager, "M-1")["A1"]
    (device, *_) = manager.get("/api/devices").json["items"]
    path = f"/api/cabinets/{device['cabinets'][0]['id']}/planogram"
    body = {"version": manager.get(path).json["version"],
            "slots": [{"id": slot["id"], "sells_out": True}]}  # fmt: skip
    assert manager.put(path, json=body).status == 200
    machines = run(manager, engine, read(MACHINES.replace("Lobby", "Hall")))
    slots = run(manager, engine, read(SLOTS.replace("A1,Cola,Drinks", "A1,Nuts,Snacks")))
    assert slots_of(manager, "M-1")["A1"]["product_name"] == "Nuts"
    for done in (slots, machines):
        after = take_back(manager, engine, done)
        assert after["state"] == "taken_back", after["problem"]
    (device, *_) = manager.get("/api/devices").json["items"]
    assert device["name"] == "Lobby"
    again = slots_of(manager, "M-1")["A1"]
    assert (again["product_name"], again["quantity"]) == ("Cola", 5)
    assert again["sells_out_at"] is not None
