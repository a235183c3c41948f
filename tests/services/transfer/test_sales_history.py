"""Sales history: what machines sold before their first read, out of a spreadsheet."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from db import Engine, scalar
from services.books import book_checks, past_sales
from services.transfer import import_retention
from tests.kit.imports import rows, run, take_back, worked
from tests.kit.people import Person
from tests.kit.sellers import BEGIN, Seller, make_seller
from tests.services.books.sums_by_day import check_sums

SALES = Path(__file__).resolve().parents[5] / "shared/data/vending_machine_sales.csv"
FIRST = "import your {}, or this file as a list of slots, first."
AND_NONE = "and the row names no product"
HEAD = "Machine ID,Date,Product,Selection,Qty,Amount,Payment\n"


@pytest.fixture
def seller(manager: Person) -> Seller:
    """A machine M-1 with A1 and A2, which was never read."""
    return make_seller(manager, asset="M-1", name="Lobby")


@pytest.fixture
def history(seller: Seller, manager: Person) -> str:
    """3 units on the 2nd and 3rd of January 2026, and 4 on the 6th."""
    cola, nuts = names_of(manager, seller)
    return HEAD + (
        f"M-1,2026-01-02,{cola},A1,2,3.00,cash\n"
        f"M-1,2026-01-02,{nuts},,1,1.20,credit\n"
        "M-1,2026-01-03,,A2,3,4.50,\n"
        f"M-1,2026-01-06 14:30,{cola},A1,4,6.00,Cash\n"
    )


def names_of(person: Person, seller: Seller) -> list[str]:
    return [person.get(f"/api/products/{each}").json["name"] for each in seller.products]


def sold(person: Person, group_by: str = "day", **query: Any) -> dict[str, tuple[int, int]]:
    asked = {"group_by": group_by, "from": "2025-12-01", "to": "2026-01-31", **query}
    answer = person.get("/api/sales", query_string=asked)
    assert answer.status == 200, answer.text
    return {
        item["key"]: (item["units"], item["amount_cents"])
        for item in answer.json["items"]
        if item["units"]
    }


def brought(person: Person, found: Any) -> dict[str, int]:
    sums = person.get(f"/api/imports/{found['id']}/sales").json
    return {name: each["units"] for name, each in sums.items()}


def check_books(engine: Engine) -> None:
    with engine.reading() as db:
        check_sums(db)
    wrong = [each for each in book_checks.run(engine, lambda *_: None) if each.wrong]
    assert not wrong


def test_history_is_in_every_sum_and_goes_from_each_when_it_is_taken_back(
    manager: Person, engine: Engine, read: Any, seller: Seller, history: str
) -> None:
    found = read(history)
    assert (found["kind"], found["state"]) == ("sales", "ready"), found["problem"]
    assert sold(manager) == {}
    done = run(manager, engine, found)
    assert done["nouns"] == {"sold_unit": 10}
    days = {"2026-01-02": (3, 420), "2026-01-03": (3, 450), "2026-01-06": (4, 600)}
    cola, nuts = map(str, seller.products)
    device_id = str(seller.device_id)
    for narrowed in ({}, {"device_id": device_id}):
        assert sold(manager, **narrowed) == days
        assert sold(manager, "product", **narrowed) == {cola: (6, 900), nuts: (4, 570)}
        assert sold(manager, "selection", **narrowed) == {
            "": (1, 120), "A1": (6, 900), "A2": (3, 450),
        }  # fmt: skip
        assert sold(manager, "device", **narrowed) == {device_id: (10, 1470)}
        assert sold(manager, "location", **narrowed) == {"0": (10, 1470)}
    check_books(engine)
    assert take_back(manager, engine, done)["state"] == "taken_back"
    assert sold(manager) == {}
    assert sold(manager, "product", device_id=device_id) == {}
    check_books(engine)


def test_history_counts_where_the_machine_was(manager: Person, engine: Engine, read: Any) -> None:
    route = manager.post("/api/routes", json={"name": "North"}).json
    place = manager.post("/api/locations", json={"name": "Hospital"}).json
    seller = make_seller(manager, asset="M-1", route_id=route["id"], location_id=place["id"])
    (cola, _) = names_of(manager, seller)
    run(manager, engine, read(f"{HEAD}M-1,2026-01-02,{cola},A1,2,3.00,\n"))
    day = {"2026-01-02": (2, 300)}
    for name, noun in (("route", route), ("location", place)):
        narrowed = {f"{name}_id": noun["id"]}
        assert sold(manager, name) == {str(noun["id"]): (2, 300)}
        assert sold(manager, **narrowed) == day
        assert sold(manager, "selection", **narrowed) == {"A1": (2, 300)}
        assert sold(manager, "device", **narrowed) == {str(seller.device_id): (2, 300)}
        assert sold(manager, name, assignment="today") == {str(noun["id"]): (2, 300)}
        assert sold(manager, assignment="today", **narrowed) == day
    manager.patch(f"/api/devices/{seller.device_id}", json={"version": 1, "route_id": None})
    assert sold(manager, "device", route_id=route["id"]) == {str(seller.device_id): (2, 300)}
    assert sold(manager, "device", route_id=route["id"], assignment="today") == {}


def test_stock_and_reads_know_nothing_of_history(
    manager: Person, engine: Engine, read: Any, seller: Seller, history: str
) -> None:
    path = f"/api/cabinets/{seller.cabinet_id}/planogram"

    def held() -> list[int]:
        return [slot["quantity"] for slot in manager.get(path).json["slots"]]

    before = held()
    run(manager, engine, read(history))
    assert held() == before
    with engine.reading() as db:
        assert scalar(db, "SELECT count(*) FROM sales") == 0
        assert scalar(db, "SELECT count(*) FROM stock_moves WHERE reason = 'sale'") == 0


def test_days_from_the_first_read_on_are_held_and_said_so(
    manager: Person, engine: Engine, read: Any, seller: Seller, history: str
) -> None:
    seller.report(BEGIN)
    seller.report(BEGIN + timedelta(days=2), A1=5)
    found = read(history)
    assert rows(manager, found)[-1]["says"][1] == (
        "Held, not counted: reads say what it sold from 2026-01-05 on."
    )
    done = run(manager, engine, found)
    assert done["nouns"] == {"sold_unit": 6, "held_unit": 4}
    assert brought(manager, done) == {"counted": 6, "held": 4}
    assert sold(manager) == {
        "2026-01-02": (3, 420), "2026-01-03": (3, 450), "2026-01-07": (5, 750),
    }  # fmt: skip
    check_books(engine)


def test_a_read_that_arrives_later_and_is_older_holds_what_it_says_itself(
    manager: Person, engine: Engine, read: Any, seller: Seller, history: str
) -> None:
    early = seller.audit(BEGIN - timedelta(days=2))
    done = run(manager, engine, read(history))
    seller.report(BEGIN)
    assert brought(manager, done) == {"counted": 6, "held": 4}
    seller.send(early)
    assert brought(manager, done) == {"counted": 3, "held": 7}
    assert sold(manager) == {"2026-01-02": (3, 420)}
    check_books(engine)
    assert take_back(manager, engine, done)["state"] == "taken_back"
    check_books(engine)


def test_a_check_of_the_books_finds_a_day_that_is_counted_beside_reads(
    manager: Person, engine: Engine, read: Any, seller: Seller, history: str
) -> None:
    seller.report(BEGIN)
    run(manager, engine, read(history))
    with engine.writing() as db:
        db.execute("UPDATE past_sales SET is_counted = 1 WHERE sold_on = '2026-01-06'")
    wrong = {each.name: each.wrong for each in book_checks.run(engine, lambda *_: None)}
    assert "imported sales of 2026-01-06, and 1 in all" in wrong["imported sales"][0]
    assert wrong["device days"]


def test_history_is_counted_again_where_the_first_read_turns_out_to_be_later(
    manager: Person, engine: Engine, read: Any, seller: Seller, history: str
) -> None:
    done = run(manager, engine, read(history))
    came = seller.report(BEGIN)
    assert brought(manager, done) == {"counted": 6, "held": 4}
    with engine.writing() as db:
        # As where the clock of the machine was wrong.
        later = {"id": came["id"], "position": f"2026-01-07T08:00:00Z/{came['id']}"}
        db.execute("UPDATE dex_reads SET position = :position WHERE id = :id", later)
        past_sales.settle(db, device_id=seller.device_id)
    assert brought(manager, done) == {"counted": 10, "held": 0}
    assert sum(units for units, _ in sold(manager).values()) == 10


def test_the_same_day_of_a_machine_comes_from_one_file(
    manager: Person, engine: Engine, read: Any, history: str
) -> None:
    done = run(manager, engine, read(history))
    again = read(history)
    assert again["counts"]["wrong"] == 4
    assert "has sales of this machine already, from fleet.csv" in rows(manager, again)[0]["says"][0]
    take_back(manager, engine, done)
    again = read(history, columns=None, kind="sales")
    assert again["counts"]["creates"] == 4


def test_days_that_came_meanwhile_end_an_import_with_a_sentence(
    manager: Person, engine: Engine, read: Any, history: str
) -> None:
    first, second = read(history), read(history)
    run(manager, engine, first)
    refused = run(manager, engine, second)
    assert refused["state"] == "ready"
    assert "Something changed since the file was read" in refused["problem"]
    assert sum(units for units, _ in sold(manager).values()) == 10


def test_each_wrong_row_says_what_is_wrong(manager: Person, read: Any, seller: Seller) -> None:
    (cola, _) = names_of(manager, seller)
    found = read(
        "Machine ID,Date,Product,Selection,Qty,Price,Amount\n"
        f"M-7,2026-01-02,{cola},A1,1,1.50,1.50\n"
        "M-1,2026-01-02,Nobody's,A1,1,1.50,1.50\n"
        f"M-1,2026-01-02,{cola},A1,-1,1.50,-1.50\n"
        f"M-1,2026-01-02,{cola},A1,2,1.50,2.50\n"
        f"M-1,2031-01-02,{cola},A1,1,1.50,\n"
        f"M-1,1969-12-31,{cola},A1,1,1.50,\n"
        f"M-1,31.31.2025,{cola},A1,1,1.50,\n"
        "M-1,2026-01-02,,Z9,1,1.50,\n"
        "M-1,2026-01-02,,,1,1.50,\n"
        f"M-1,2026-01-02,{cola},A1,1,,\n"
        f"M-1,2026-01-02,{cola},A1,1,1.505,\n"
        f"M-1,2026-01-02,{cola},A1,1,1.50,-1.50\n"
        f"M-1,2026-01-02,{cola},A1,99999,1.50,\n"
        f"M-1,2026-01-02,{cola},A1,1,9999999999,\n"
        f"M-1,2026-01-02,{cola},{'A' * 21},1,1.50,\n"
        f",2026-01-02,{cola},A1,1,1.50,\n"
        f"M-1,2026-01-02,{cola},A1,1,1.50,1.50\n"
    )
    assert [" ".join(each["says"]) for each in rows(manager, found)] == [
        f"Row 2, Asset number “M-7” is no machine here: {FIRST.format('machines')}",
        f"Row 3, Product “Nobody's” is no product here: {FIRST.format('products')}",
        "Row 4, Units “-1” must be 1 or more: what was given back is no sale.",
        "Row 5, Amount “2.50” is not 2 times 1.50, which is 3.00.",
        "Row 6, Day “2031-01-02” is in the future.",
        "Row 7, Day “1969-12-31” is before 1970-01-01.",
        "Row 8, Day “31.31.2025” is no day that is known here: write it as 2026-01-31.",
        f"Row 9, Selection “Z9” is none of machine M-1 that held a product, {AND_NONE}.",
        "Row 10, Product is missing, and the row names no selection.",
        "Row 11, Amount is missing, and so is a price.",
        "Row 12, Price “1.505” has more than 2 decimals.",
        "Row 13, Amount “-1.50” must not be negative: what was given back is no sale.",
        "Row 14, Units “99999” is too large.",
        "Row 15, Price “9999999999.00” is too large.",
        f"Row 16, Selection “{'A' * 21}” has more than 20 characters.",
        "Row 17, Asset number is missing.",
        f"M-1, 2026-01-02: 1 of {cola}, 1.50",
    ]


def test_days_are_read_as_the_file_writes_them_or_as_somebody_says(
    manager: Person, read: Any, seller: Seller
) -> None:
    (cola, _) = names_of(manager, seller)

    def first_day(written: str, **chosen: Any) -> tuple[str, str]:
        found = read(f"{HEAD}M-1,{written},{cola},A1,1,1.50,\nM-1,x,,,,,\n", **chosen)
        return found["date_order"], rows(manager, found)[0]["says"][0].split(": ")[0][5:]

    assert first_day("12/31/2025") == ("month", "2025-12-31")
    assert first_day("31.12.2025 23:59") == ("day", "2025-12-31")
    # Of a company whose currency is USD.
    assert first_day("2/1/2025") == ("month", "2025-02-01")
    assert first_day("2/1/2025", date_order="day") == ("day", "2025-01-02")
    assert first_day('"Wednesday, December 3, 2025"')[1] == "2025-12-03"
    assert first_day("2025-12-31T23:30:00Z")[1] == "2026-01-01"


def test_an_import_whose_sales_are_counted_is_taken_back_before_it_is_removed(
    manager: Person, engine: Engine, read: Any, history: str
) -> None:
    done = run(manager, engine, read(history))
    answer = manager.delete(f"/api/imports/{done['id']}")
    assert answer.status == 409
    assert "take it back first" in answer.json["detail"]
    take_back(manager, engine, done)
    assert manager.delete(f"/api/imports/{done['id']}").status == 204


def test_history_can_be_taken_back_when_its_file_is_gone(
    manager: Person, engine: Engine, read: Any, history: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run(manager, engine, read(history))
    monkeypatch.setattr(import_retention, "KEPT_DAYS", -1)
    for _ in range(2):
        with engine.writing() as db:
            from auth import console
            from jobs import enqueue

            enqueue(db, console(), "imports.clearing", {})
        worked(engine)
    with engine.reading() as db:
        assert scalar(db, "SELECT count(*) FROM import_files") == 0
    assert brought(manager, done) == {"counted": 10, "held": 0}
    assert take_back(manager, engine, done)["state"] == "taken_back"
    assert sold(manager) == {}


def test_a_machine_with_history_keeps_the_import_that_brought_it(
    manager: Person, engine: Engine, read: Any
) -> None:
    sheet = "Machine ID,Selection,Product,Price\nM-9,A1,Cola,1.50\n"
    fleet = run(manager, engine, read(sheet))
    past = run(manager, engine, read(f"{HEAD}M-9,2026-01-02,Cola,A1,1,1.50,\n"))
    kept = take_back(manager, engine, fleet)
    assert "machine M-9 has imported sales" in kept["problem"]
    take_back(manager, engine, past)
    assert take_back(manager, engine, fleet)["state"] == "taken_back"


def test_periods_know_the_days_of_which_history_tells(
    manager: Person, engine: Engine, read: Any, seller: Seller, history: str
) -> None:
    run(manager, engine, read(history))
    asked = {"from": "2026-01-01", "to": "2026-01-10", "device_id": seller.device_id}
    found = manager.get("/api/sales/coverage", query_string=asked).json
    assert (found["devices"], found["not_read"], found["days"]) == (1, 0, 5)
    assert found["opened_at"] == "2026-01-01T23:00:00Z"
    asked["group_by"] = "day"
    items = manager.get("/api/sales", query_string=asked).json["items"]
    # Nothing is known of the days around it, and on those within nothing was sold.
    assert [item["units"] for item in items] == [None, 3, 3, 0, 0, 4, None, None, None, None]


def test_amounts_of_history_hold_the_currency(
    admin: Person, manager: Person, engine: Engine, read: Any, history: str
) -> None:
    run(manager, engine, read(history))
    settings = admin.get("/api/settings").json
    change = {"version": settings["version"], "currency": "JPY"}
    assert admin.patch("/api/settings", json=change).status == 409


@pytest.mark.skipif(not SALES.exists(), reason="the file of real sales is not here")
def test_a_file_of_single_sales_is_a_fleet_and_then_its_history(
    manager: Person, engine: Engine, read: Any
) -> None:
    fleet = read(SALES.read_bytes())
    assert fleet["kind"] == "slots"
    run(manager, engine, fleet, leaves_out=True)
    found = read(SALES.read_bytes())
    assert (found["kind"], found["date_order"]) == ("sales", "month")
    done = run(manager, engine, found, leaves_out=True)
    assert done["state"] == "done", done["problem"]
    year = {"from": "2022-01-01", "to": "2022-12-31"}
    total = manager.get("/api/sales", query_string={"group_by": "day", **year}).json["total"]
    units, cents = told_by(SALES)
    assert (total["units"], total["amount_cents"]) == (units, cents)
    check_books(engine)
    take_back(manager, engine, done)
    check_books(engine)


def told_by(path: Path) -> tuple[int, int]:
    """Units and minor units that a file of single sales adds up to, by itself."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        told = list(csv.DictReader(lines))
    units = sum(int(row["RQty"]) for row in told)
    return units, sum(round(float(row["LineTotal"]) * 100) for row in told)
