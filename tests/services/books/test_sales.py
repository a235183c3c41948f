"""Sales: units and money by day, device, product or selection, as JSON and as a spreadsheet."""

from __future__ import annotations

import csv
import io
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.kit.factories import make_location, make_product, make_route
from tests.kit.people import Person
from tests.kit.sellers import BEGIN, ZONE, Seller, make_seller

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

GROUPS = ("day", "device", "product", "selection")
FIRST, LAST = "2026-01-05", "2026-01-12"


def total(units: int, amount_cents: int, *, lost_units: float = 0, lost_cents: int = 0) -> Any:
    return {
        "units": units,
        "amount_cents": amount_cents,
        "lost_units": lost_units,
        "lost_cents": lost_cents,
    }


NOTHING: Any = {"items": [], "next_cursor": None, "total": total(0, 0)}


def sales(person: Person, group_by: str = "day", **query: Any) -> Any:
    query = {"from": FIRST, "to": LAST, **query}
    answer = person.get("/api/sales", query_string={"group_by": group_by, **query})
    assert answer.status == 200, answer.text
    return answer.json


def figures(found: Any) -> dict[str, tuple[int, int]]:
    return {item["key"]: (item["units"], item["amount_cents"]) for item in found["items"]}


@pytest.fixture
def seller(manager: Person) -> Seller:
    """Sold 3 + 1 on the 6th, 2 on the 8th, 4 + 4 on the 12th, at 1.50."""
    seller = make_seller(manager)
    seller.report(BEGIN)
    seller.report(BEGIN + timedelta(days=1), A1=3, A2=1)
    seller.report(BEGIN + timedelta(days=3), A1=2)
    seller.report(BEGIN + timedelta(days=7), A1=4, A2=4)
    return seller


def test_it_sums_by_the_day_of_the_closing_read(manager: Person, seller: Seller) -> None:
    found = sales(manager)
    assert figures(found) == {
        "2026-01-06": (4, 600),
        "2026-01-08": (2, 300),
        "2026-01-12": (8, 1200),
    }
    assert found["total"] == total(14, 2100)
    assert [item["key"] for item in found["items"]] == sorted(figures(found))


def test_a_first_audit_sells_nothing(manager: Person) -> None:
    make_seller(manager).report(BEGIN, A1=9)
    assert sales(manager) == NOTHING


def test_it_sums_by_device_with_asset_and_name_by_asset(manager: Person, seller: Seller) -> None:
    other = make_seller(manager, asset="a-1", name="Lobby")
    other.report(BEGIN)
    other.report(BEGIN + timedelta(days=1), A1=20)
    found = sales(manager, "device")
    assert figures(found) == {
        str(other.device_id): (20, 3000),
        str(seller.device_id): (14, 2100),
    }
    assert [item["key"] for item in found["items"]] == [
        str(other.device_id),
        str(seller.device_id),
    ]
    assert found["items"][0]["label"] == "a-1 Lobby"


def test_it_sums_by_product_over_devices_most_money_first(manager: Person) -> None:
    shared = make_product(manager, name="Cola")["id"]
    other = make_product(manager, name="Water")["id"]
    for _ in range(2):
        seller = make_seller(manager, products=[other, shared])
        seller.report(BEGIN)
        seller.report(BEGIN + timedelta(days=1), A1=1, A2=3)
    found = sales(manager, "product")
    assert [(item["label"], item["units"]) for item in found["items"]] == [
        ("Cola", 6),
        ("Water", 2),
    ]
    assert [item["key"] for item in found["items"]] == [str(shared), str(other)]


def test_it_sums_by_selection(manager: Person, seller: Seller) -> None:
    assert figures(sales(manager, "selection")) == {"A1": (9, 1350), "A2": (5, 750)}


@pytest.mark.both
def test_what_no_product_is_known_for_is_still_sold(manager: Person) -> None:
    seller = make_seller(manager)
    seller.set_slots({1: {"product_id": None}}, at=BEGIN - timedelta(minutes=30))
    seller.report(BEGIN)
    seller.report(BEGIN + timedelta(days=1), A1=1, A2=2)
    for narrowed in ({}, {"device_id": seller.device_id}):
        found = sales(manager, "product", **narrowed)
        assert found["total"]["units"] == 3
        assert [item["label"] for item in found["items"]] == [
            "No product",
            manager.get(f"/api/products/{seller.products[0]}").json["name"],
        ]


def test_sales_before_a_swap_stay_with_the_product_that_was_sold(manager: Person) -> None:
    seller = make_seller(manager)
    seller.report(BEGIN)
    seller.report(BEGIN + timedelta(days=1), A1=3)
    seller.set_slots({0: {"product_id": seller.products[1]}}, at=BEGIN + timedelta(days=1, hours=1))
    seller.report(BEGIN + timedelta(days=2), A1=5)
    assert figures(sales(manager, "product")) == {
        str(seller.products[0]): (3, 450),
        str(seller.products[1]): (5, 750),
    }


@pytest.mark.parametrize("group_by", GROUPS)
def test_every_group_sums_to_the_same_total(manager: Person, seller: Seller, group_by: str) -> None:
    found = sales(manager, group_by)
    assert found["total"] == total(14, 2100)
    assert sum(item["units"] for item in found["items"]) == 14
    assert sum(item["amount_cents"] for item in found["items"]) == 2100


@pytest.mark.parametrize("group_by", GROUPS)
def test_any_split_of_a_period_sums_to_the_period(
    manager: Person, seller: Seller, group_by: str
) -> None:
    whole = sales(manager, group_by)["total"]
    first = date.fromisoformat(FIRST)
    for days in range(7):
        cut = first + timedelta(days=days)
        parts = (
            sales(manager, group_by, to=cut.isoformat()),
            sales(manager, group_by, **{"from": (cut + timedelta(days=1)).isoformat()}),
        )
        for name in ("units", "amount_cents"):
            assert sum(part["total"][name] for part in parts) == whole[name], cut


@pytest.mark.both
@pytest.mark.parametrize("group_by", GROUPS)
def test_it_is_narrowed_to_a_device_or_a_route(manager: Person, group_by: str) -> None:
    route_id = make_route(manager)["id"]
    mine = make_seller(manager, route_id=route_id)
    other = make_seller(manager)
    for seller, units in ((mine, 3), (other, 5)):
        seller.report(BEGIN)
        seller.report(BEGIN + timedelta(days=1), A1=units)
    assert sales(manager, group_by)["total"]["units"] == 8
    assert sales(manager, group_by, device_id=other.device_id)["total"]["units"] == 5
    assert sales(manager, group_by, route_id=route_id)["total"]["units"] == 3
    both = sales(manager, group_by, route_id=route_id, device_id=other.device_id)
    assert both["total"] == NOTHING["total"]
    assert not any(item["units"] for item in both["items"])


def test_a_day_is_the_operators_day(manager: Person) -> None:
    """Half past midnight in Berlin is still yesterday in UTC."""
    seller = make_seller(manager)
    seller.report(BEGIN)
    read = seller.report(datetime(2026, 1, 7, 0, 30, tzinfo=ZONE), A1=2)
    assert read["read_at"] == "2026-01-06T23:30:00Z"
    assert figures(sales(manager)) == {"2026-01-07": (2, 300)}
    assert sales(manager, to="2026-01-06")["items"] == []


def test_both_days_of_the_period_are_included(manager: Person, seller: Seller) -> None:
    assert sales(manager, **{"from": "2026-01-08", "to": "2026-01-08"})["total"]["units"] == 2


def test_audits_in_any_order_sum_to_the_same(manager: Person) -> None:
    seller = make_seller(manager)
    audits = []
    for day, units in enumerate((0, 2, 5, 1)):
        seller.machine.sell("A1", units)
        audits.append(seller.audit(BEGIN + timedelta(days=day)))
    for place in (3, 0, 2, 1):
        seller.send(audits[place])
    assert figures(sales(manager)) == {
        "2026-01-06": (2, 300),
        "2026-01-07": (5, 750),
        "2026-01-08": (1, 150),
    }
    assert figures(sales(manager, "product")) == {str(seller.products[0]): (8, 1200)}


def test_an_archived_device_keeps_its_sales(admin: Person, manager: Person, seller: Seller) -> None:
    assert admin.delete(f"/api/devices/{seller.device_id}").status == 204
    for group_by in GROUPS:
        assert sales(manager, group_by)["total"]["units"] == 14


def pages(person: Person, limit: int, **query: Any) -> list[Any]:
    """All pages of devices."""
    found = [sales(person, "device", limit=limit, **query)]
    while found[-1]["next_cursor"] is not None:
        found.append(sales(person, "device", limit=limit, cursor=found[-1]["next_cursor"], **query))
    return found


@pytest.fixture
def fleet(admin: Person, manager: Person) -> list[Seller]:
    """Five devices by asset, all but the middle one on a route.

    They sold 1, 2, 0, 4 (half of it without a product) and 5; the second, the third and
    the fifth are archived.
    """
    route_id = make_route(manager)["id"]
    sellers = [
        make_seller(manager, asset=f"P-{number}", route_id=None if number == 3 else route_id)
        for number in range(1, 6)
    ]
    sellers[3].set_slots({1: {"product_id": None}}, at=BEGIN - timedelta(minutes=30))
    for seller, units in zip(sellers, (1, 2, 0, 4, 5), strict=True):
        seller.report(BEGIN)
        if units:
            seller.report(BEGIN + timedelta(days=1), A1=units // 2, A2=units - units // 2)
    for place in (1, 2, 4):
        assert admin.delete(f"/api/devices/{sellers[place].device_id}").status == 204
    return sellers


@pytest.mark.both
@pytest.mark.parametrize("limit", range(1, 7))
def test_pages_of_devices_of_any_size_add_up_to_the_total(
    manager: Person, fleet: list[Seller], limit: int
) -> None:
    idle = make_seller(manager, asset="P-0")
    for query in ({}, {"route_id": manager.get("/api/routes").json["items"][0]["id"]}):
        found = pages(manager, limit, **query)
        items = [item for page in found for item in page["items"]]
        assert all(len(page["items"]) == limit for page in found[:-1])
        assert [page["total"] for page in found] == [total(12, 1800)] * len(found)
        assert sum(item["units"] for item in items) == 12
        assert sum(item["amount_cents"] for item in items) == 1800
        sold = [(str(fleet[place].device_id), place + 1) for place in (0, 1, 3, 4)]
        wanted = sold if query else [(str(idle.device_id), 0), *sold]
        assert [(item["key"], item["units"]) for item in items] == wanted


@pytest.mark.both
def test_a_device_that_sold_nothing_is_listed_while_it_is_in_use(
    admin: Person, manager: Person
) -> None:
    idle = make_seller(manager)
    assert figures(sales(manager, "device")) == {str(idle.device_id): (0, 0)}
    assert sales(manager, "device", device_id=idle.device_id)["items"]
    assert admin.delete(f"/api/devices/{idle.device_id}").status == 204
    assert sales(manager, "device") == NOTHING


def test_an_archived_device_is_listed_in_the_periods_in_which_it_sold(
    admin: Person, manager: Person, seller: Seller
) -> None:
    assert admin.delete(f"/api/devices/{seller.device_id}").status == 204
    assert figures(sales(manager, "device")) == {str(seller.device_id): (14, 2100)}
    assert sales(manager, "device", to="2026-01-05") == NOTHING


def test_an_archived_device_whose_sales_were_all_taken_back_is_not_listed(
    admin: Person, manager: Person
) -> None:
    seller = make_seller(manager, selections=("A1", "X9"))
    seller.set_slots({1: {"product_id": None, "selection": None}}, at=BEGIN - timedelta(minutes=30))
    seller.report(BEGIN)
    seller.report(BEGIN + timedelta(days=1), X9=2)
    assert figures(sales(manager, "device")) == {str(seller.device_id): (2, 300)}
    path = f"/api/devices/{seller.device_id}"
    version = manager.get(path).json["version"]
    change = {"version": version, "ignored_selections": ["X9"]}
    assert manager.patch(path, json=change).status == 200
    assert figures(sales(manager, "device")) == {str(seller.device_id): (0, 0)}
    assert admin.delete(path).status == 204
    assert sales(manager, "device") == NOTHING


def test_devices_that_come_between_two_pages_shift_nothing(
    manager: Person, fleet: list[Seller]
) -> None:
    first = sales(manager, "device", limit=2)
    make_seller(manager, asset="P-00")
    second = sales(manager, "device", limit=2, cursor=first["next_cursor"])
    assert [item["key"] for item in second["items"]] == [
        str(fleet[place].device_id) for place in (3, 4)
    ]


@pytest.mark.parametrize("group_by", ["day", "product", "selection"])
def test_other_groups_come_whole(manager: Person, seller: Seller, group_by: str) -> None:
    make_seller(manager)
    found = sales(manager, group_by, limit=1)
    assert len(found["items"]) > 1
    assert found["next_cursor"] is None
    cursor = sales(manager, "device", limit=1)["next_cursor"]
    query = {"group_by": group_by, "from": FIRST, "to": LAST, "cursor": cursor}
    assert manager.get("/api/sales", query_string=query).pointers == ["/query/cursor"]


@pytest.mark.both
def test_a_cursor_of_another_order_is_refused(manager: Person) -> None:
    for _ in range(2):
        make_seller(manager)
    cursor = manager.get("/api/devices?sort=need&limit=1").json["next_cursor"]
    query = {"group_by": "device", "from": FIRST, "to": LAST, "cursor": cursor}
    assert manager.get("/api/sales", query_string=query).pointers == ["/query/cursor"]


def test_a_viewer_may_read_them_and_a_driver_may_not(
    viewer: Person, driver: Person, seller: Seller
) -> None:
    assert sales(viewer)["total"]["units"] == 14
    query = {"group_by": "day", "from": FIRST, "to": LAST}
    assert driver.get("/api/sales", query_string=query).status == 403


@pytest.mark.both
@pytest.mark.parametrize("name", ["device_id", "route_id", "location_id"])
def test_a_device_or_route_that_is_not_there_is_404(manager: Person, name: str) -> None:
    query = {"group_by": "day", "from": FIRST, "to": LAST, name: 999}
    assert manager.get("/api/sales", query_string=query).status == 404


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"to": LAST}, "/query/from"),
        ({"from": LAST, "to": FIRST}, "/query/to"),
        ({"from": "1990-01-01", "to": LAST}, "/query/from"),
        ({"from": "0001-01-01", "to": "0001-01-02"}, "/query/from"),
        ({"from": "2026-02-30", "to": LAST}, "/query/from"),
        ({"from": FIRST, "to": LAST, "group_by": "hour"}, "/query/group_by"),
    ],
)
def test_a_period_it_cannot_sum_is_refused_by_name(
    manager: Person, query: dict[str, str], pointer: str
) -> None:
    answer = manager.get("/api/sales", query_string={"group_by": "day", **query})
    assert answer.status == 422
    assert pointer in answer.pointers


def spreadsheet(person: Person, group_by: str, **query: Any) -> list[list[str]]:
    query = {"from": FIRST, "to": LAST, "group_by": group_by, "format": "csv", **query}
    answer = person.get("/api/sales", query_string=query)
    assert answer.status == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))


@pytest.mark.parametrize("group_by", GROUPS)
def test_a_spreadsheet_for_machines_says_the_same(
    manager: Person, seller: Seller, group_by: str
) -> None:
    header, *rows = spreadsheet(manager, group_by, **{"for": "machines"})
    assert header == ["key", "label", "units", "amount_cents", "lost_units", "lost_cents"]
    assert rows == [
        [item["key"], item["label"], str(item["units"]), str(item["amount_cents"]), "0.0", "0"]
        for item in sales(manager, group_by)["items"]
    ]


def test_a_spreadsheet_of_devices_holds_every_page(manager: Person, fleet: list[Seller]) -> None:
    cursor = sales(manager, "device", limit=2)["next_cursor"]
    _, *rows = spreadsheet(manager, "device", limit=1, cursor=cursor, **{"for": "machines"})
    assert [row[0] for row in rows] == [
        item["key"] for page in pages(manager, 2) for item in page["items"]
    ]


def download(person: Person, **query: Any) -> Any:
    query = {"from": FIRST, "to": LAST, "group_by": "product", "format": "csv", **query}
    answer = person.get("/api/sales", query_string=query)
    assert answer.status == 200, answer.text
    return answer


def filename(answer: Any) -> str:
    return str(answer.headers["Content-Disposition"]).partition("filename=")[2].strip('"')


@pytest.mark.both
def test_an_accountant_gets_sku_money_cost_machine_and_period(manager: Person) -> None:
    products = [
        make_product(manager, name="Cola", sku="CO-33", cost_cents=60)["id"],
        make_product(manager, name="Water")["id"],
    ]
    seller = make_seller(manager, asset="2005", products=products)
    seller.report(BEGIN)
    seller.report(BEGIN + timedelta(days=1), A1=3, A2=1)
    answer = download(manager, device_id=seller.device_id)
    assert answer.body.decode("utf-8-sig").splitlines() == [
        "SKU,Product,Units,Amount,Currency,Cost,Margin,Lost units,Lost amount,Machine,From,To",
        "CO-33,Cola,3,4.50,USD,1.80,2.70,0.0,0.00,2005,2026-01-05,2026-01-12",
        ",Water,1,1.50,USD,,,0.0,0.00,2005,2026-01-05,2026-01-12",
    ]
    assert filename(answer) == "sales-2005-2026-01-05--12.csv"


@pytest.mark.parametrize(
    ("period", "name"),
    [
        (("2026-01-05", "2026-01-05"), "sales-2026-01-05.csv"),
        (("2026-01-05", "2026-02-04"), "sales-2026-01-05--02-04.csv"),
        (("2025-12-29", "2026-01-04"), "sales-2025-12-29--2026-01-04.csv"),
    ],
)
def test_a_spreadsheet_is_named_for_its_period(
    manager: Person, period: tuple[str, str], name: str
) -> None:
    answer = download(manager, **dict(zip(("from", "to"), period, strict=True)))
    assert filename(answer) == name


def test_a_spreadsheet_is_written_in_the_companys_way(
    admin: Person, manager: Person, seller: Seller
) -> None:
    change = {"version": 1, "locale": "de-DE"}
    assert admin.patch("/api/settings", json=change).status == 200
    body = download(manager, group_by="selection").body
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.decode("utf-8-sig").splitlines()[:2] == [
        "Selection;Units;Amount;Currency;Lost units;Lost amount;From;To",
        "A1;9;13,50;USD;0,0;0,00;2026-01-05;2026-01-12",
    ]
    machines = download(manager, group_by="selection", **{"for": "machines"}).body
    assert machines.decode("utf-8").splitlines()[1] == "A1,A1,9,1350,0.0,0"


@pytest.mark.both
@pytest.mark.parametrize(
    ("currency", "amount"), [("JPY", "1350"), ("KWD", "1.350"), ("USD", "13.50")]
)
def test_amounts_have_the_decimals_of_the_currency(
    admin: Person, manager: Person, currency: str, amount: str
) -> None:
    assert admin.patch("/api/settings", json={"version": 1, "currency": currency}).status == 200
    seller = make_seller(manager)
    seller.report(BEGIN)
    seller.report(BEGIN + timedelta(days=1), A1=9)
    sold = 10 ** (0 if currency == "JPY" else 3 if currency == "KWD" else 2)
    (row,) = spreadsheet(manager, "selection")[1:]
    cents = sales(manager, "selection")["total"]["amount_cents"]
    assert float(row[2]) == cents / sold
    assert len(row[2].partition(".")[2]) == len(amount.partition(".")[2])


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1+1", " =1", '"=1', "\u200b=1"]
)
@pytest.mark.parametrize("whom", ["people", "machines"])
def test_a_spreadsheet_never_starts_a_formula(manager: Person, name: str, whom: str) -> None:
    product = make_product(manager, name=name)["id"]
    seller = make_seller(manager, products=[product, product])
    seller.report(BEGIN)
    seller.report(BEGIN + timedelta(days=1), A1=1)
    assert sales(manager, "product")["items"][0]["label"] == name
    _, (_, label, *_) = spreadsheet(manager, "product", **{"for": whom})
    sign = name[-1] if name[-1] not in "1)" else None
    assert label != name
    assert sign is None or f"'{sign}" in label


@pytest.mark.both
def test_a_change_of_route_leaves_the_past_where_it_was(manager: Person) -> None:
    first, second = make_route(manager)["id"], make_route(manager)["id"]
    seller = make_seller(manager, route_id=first)
    seller.report(BEGIN)
    seller.report(BEGIN + timedelta(days=1), A1=3)
    move(manager, seller, route_id=second)
    for group_by in GROUPS:
        assert sales(manager, group_by, route_id=first)["total"]["units"] == 3
        assert sales(manager, group_by, route_id=second)["total"]["units"] == 0
        today = {"assignment": "today"}
        assert sales(manager, group_by, route_id=first, **today)["total"]["units"] == 0
        assert sales(manager, group_by, route_id=second, **today)["total"]["units"] == 3
    assert figures(sales(manager, "route"))[str(first)] == (3, 450)
    assert figures(sales(manager, "route"))[str(second)] == (0, 0)
    assert figures(sales(manager, "route", assignment="today"))[str(second)] == (3, 450)


@pytest.mark.both
def test_a_change_of_location_leaves_the_past_where_it_was(manager: Person) -> None:
    first, second = make_location(manager)["id"], make_location(manager)["id"]
    seller = make_seller(manager, location_id=first)
    seller.report(BEGIN)
    seller.report(BEGIN + timedelta(days=1), A1=3)
    move(manager, seller, location_id=second)
    for group_by in GROUPS:
        assert sales(manager, group_by, location_id=first)["total"]["units"] == 3
        assert sales(manager, group_by, location_id=second)["total"]["units"] == 0
    assert figures(sales(manager, "location")) == {str(first): (3, 450), str(second): (0, 0)}
    found = figures(sales(manager, "location", assignment="today"))
    assert found == {str(first): (0, 0), str(second): (3, 450)}


def move(manager: Person, seller: Seller, **to: Any) -> None:
    path = f"/api/devices/{seller.device_id}"
    version = manager.get(path).json["version"]
    assert manager.patch(path, json={"version": version, **to}).status == 200


def test_a_late_audit_of_before_a_move_is_of_the_place_before(manager: Person) -> None:
    first, second = make_route(manager)["id"], make_route(manager)["id"]
    seller = make_seller(manager, route_id=first)
    seller.report(BEGIN)
    seller.machine.sell("A1", 2)
    late = seller.audit(BEGIN + timedelta(days=1))
    seller.report(BEGIN + timedelta(days=2), A1=1)
    move(manager, seller, route_id=second)
    seller.send(late)
    assert figures(sales(manager, "day", route_id=first)) == {
        "2026-01-06": (2, 300),
        "2026-01-07": (1, 150),
    }


def test_what_is_sold_after_a_move_is_of_the_new_place(manager: Person) -> None:
    first, second = make_route(manager)["id"], make_route(manager)["id"]
    seller = make_seller(manager, route_id=first)
    now = datetime.now(ZONE).replace(microsecond=0)
    seller.report(now - timedelta(days=2))
    seller.report(now - timedelta(days=1), A1=3)
    move(manager, seller, route_id=second)
    time.sleep(1.1)  # what is read in the second of the move is of the place before
    seller.report(datetime.now(ZONE), A1=5)
    period = {"from": (now - timedelta(days=3)).date().isoformat(), "to": "2030-01-01"}
    found = figures(sales(manager, "route", **period))
    assert (found[str(first)], found[str(second)]) == ((3, 450), (5, 750))


@pytest.mark.both
def test_what_was_sold_on_no_route_and_in_no_category_is_listed_too(manager: Person) -> None:
    route_id = make_route(manager)["id"]
    drinks = make_product(manager, category="Drinks")["id"]
    for where, units in ((route_id, 3), (None, 5)):
        products = [drinks, make_product(manager)["id"]]
        seller = make_seller(manager, route_id=where, products=products)
        seller.report(BEGIN)
        seller.report(BEGIN + timedelta(days=1), A1=units, A2=1)
    assert figures(sales(manager, "route")) == {str(route_id): (4, 600), "0": (6, 900)}
    assert figures(sales(manager, "category")) == {"Drinks": (8, 1200), "": (2, 300)}


@pytest.mark.both
def test_another_time_zone_leaves_past_days_as_they_were(admin: Person, manager: Person) -> None:
    """Half past eleven at night in London is the next day in Berlin."""
    seller = make_seller(manager)
    seller.report(BEGIN)
    seller.machine.sell("A1", 1)
    late = seller.audit(datetime(2026, 1, 5, 23, 30, tzinfo=ZONE))
    seller.report(datetime(2026, 1, 7, 0, 30, tzinfo=ZONE), A1=2)
    before = sales(manager)
    assert figures(before) == {"2026-01-07": (3, 450)}
    change = {"version": 1, "time_zone": "Europe/London"}
    assert admin.patch("/api/settings", json=change).status == 200
    assert sales(manager) == before
    seller.send(late)
    assert figures(sales(manager)) == {"2026-01-06": (1, 150), "2026-01-07": (2, 300)}


@pytest.mark.both
def test_before_anything_is_sold_another_time_zone_holds_for_the_past(
    admin: Person, manager: Person
) -> None:
    change = {"version": 1, "time_zone": "America/New_York"}
    assert admin.patch("/api/settings", json=change).status == 200
    seller = make_seller(manager)
    seller.report(datetime(2026, 1, 5, 23, 30, tzinfo=ZONE))
    seller.report(datetime(2026, 1, 6, 23, 30, tzinfo=ZONE), A1=1)
    assert figures(sales(manager)) == {"2026-01-06": (1, 150)}


@pytest.mark.both
def test_a_day_without_a_read_is_said_to_be_none(manager: Person, seller: Seller) -> None:
    found = sales(manager, device_id=seller.device_id)
    days = {
        item["key"][-2:]: (item["read"], item["units"], item["days"]) for item in found["items"]
    }
    assert days == {
        "05": (True, 0, 0.0),
        "06": (True, 4, 1.0),
        "07": (False, None, 0.0),
        "08": (True, 2, 2.0),
        "09": (False, None, 0.0),
        "10": (False, None, 0.0),
        "11": (False, None, 0.0),
        "12": (True, 8, 4.0),
    }
    assert found["total"] == total(14, 2100)
    header, *rows = spreadsheet(manager, "day", device_id=seller.device_id)
    assert header[1:4] == ["Read", "Units", "Amount"]
    assert rows[2][1:4] == ["not read", "", ""]


@pytest.mark.both
def test_a_day_that_was_read_and_sold_nothing_is_one_of_nothing(manager: Person) -> None:
    seller = make_seller(manager)
    seller.report(BEGIN)
    seller.report(BEGIN + timedelta(days=1))
    item = sales(manager, device_id=seller.device_id)["items"][1]
    assert (item["read"], item["units"], item["amount_cents"]) == (True, 0, 0)


def coverage(person: Person, **query: Any) -> Any:
    answer = person.get("/api/sales/coverage", query_string={"from": FIRST, "to": LAST, **query})
    assert answer.status == 200, answer.text
    return answer.json


@pytest.mark.both
def test_it_says_how_many_machines_were_not_read_in_the_period(
    manager: Person, seller: Seller
) -> None:
    make_seller(manager)  # never read: nothing is expected of it
    silent = make_seller(manager)
    silent.report(BEGIN - timedelta(days=20))
    assert coverage(manager) == {"devices": 2, "not_read": 1, "days": 7.0, "opened_at": None}
    assert [item["read"] for item in sales(manager, "device")["items"]].count(True) == 1


@pytest.mark.both
def test_it_says_when_a_period_begins_inside_an_interval(manager: Person, seller: Seller) -> None:
    period = {"from": "2026-01-10", "to": "2026-01-12"}
    found = coverage(manager, device_id=seller.device_id, **period)
    opened = (BEGIN + timedelta(days=3)).astimezone(UTC)
    assert found["opened_at"] == f"{opened:%Y-%m-%dT%H:%M:%SZ}"
    assert found["days"] == 4.0
    none = coverage(
        manager, device_id=seller.device_id, **{"from": "2026-01-09", "to": "2026-01-11"}
    )
    assert (none["not_read"], none["days"], none["opened_at"]) == (1, 0.0, None)


@pytest.mark.both
def test_what_a_sell_out_lost_is_said_of_every_group(manager: Person) -> None:
    """Two a day for two days, then sold out for two days at 1.50 and one of the others."""
    route_id, location_id = make_route(manager)["id"], make_location(manager)["id"]
    seller = make_seller(manager, quantities=(4, 20), route_id=route_id, location_id=location_id)
    seller.report(BEGIN)
    seller.report(BEGIN + timedelta(days=1), A1=2)
    seller.report(BEGIN + timedelta(days=2), A1=2)
    assert sales(manager, "product")["total"]["lost_units"] == 0
    seller.report(BEGIN + timedelta(days=3), A2=1)
    seller.report(BEGIN + timedelta(days=4))
    for group_by in (*GROUPS, "route", "location", "category"):
        found = sales(manager, group_by)
        assert found["total"] == total(5, 750, lost_units=4.0, lost_cents=600), group_by
        assert sum(item["lost_cents"] for item in found["items"]) == 600, group_by
        for narrowed in (
            {"device_id": seller.device_id},
            {"route_id": route_id},
            {"location_id": location_id, "assignment": "today"},
        ):
            assert sales(manager, group_by, **narrowed)["total"] == found["total"]
    first = sales(manager, "product", sort="-lost_cents")["items"][0]
    assert (first["key"], first["lost_units"]) == (str(seller.products[0]), 4.0)
    row = spreadsheet(manager, "selection")[1]
    assert row[4:6] == ["4.0", "6.00"]


def test_a_sell_out_of_months_goes_on_losing_at_the_rate_before_it(manager: Person) -> None:
    seller = make_seller(manager, quantities=(4, 20))
    for day, sold in enumerate((0, 2, 2, 0)):
        seller.report(BEGIN + timedelta(days=day), A1=sold)
    for week in range(1, 9):
        seller.report(BEGIN + timedelta(days=3 + 7 * week))
    found = sales(manager, "selection", to="2026-03-31")["items"][0]
    assert found["lost_units"] == pytest.approx(2 * (1 + 8 * 7), abs=0.2)


@pytest.mark.both
def test_what_was_lost_is_the_same_in_any_order(manager: Person) -> None:
    audits_of = {}
    for name in ("early", "late"):
        seller = make_seller(manager, quantities=(4, 20))
        audits = []
        for day, sold in enumerate((0, 2, 2, 0, 0)):
            seller.machine.sell("A1", sold)
            audits.append(seller.audit(BEGIN + timedelta(days=day)))
        for place in (0, 1, 2, 3, 4) if name == "early" else (4, 2, 0, 3, 1):
            seller.send(audits[place])
        audits_of[name] = sales(manager, "selection", device_id=seller.device_id)["items"]
    assert audits_of["early"] == audits_of["late"]
    assert audits_of["early"][0]["lost_units"] == 4.0


@pytest.mark.parametrize("group_by", ["device", "route", "location"])
def test_groups_in_pages_are_not_sorted_otherwise(manager: Person, group_by: str) -> None:
    query = {"group_by": group_by, "from": FIRST, "to": LAST, "sort": "-lost_cents"}
    assert manager.get("/api/sales", query_string=query).pointers == ["/query/sort"]
