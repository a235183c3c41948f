"""Settings: the operator's company, money, time zone and language."""

import pytest

from tests.kit.factories import make_product
from tests.kit.sellers import BEGIN, make_seller

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


def test_it_works(admin, viewer):
    first = viewer.get("/api/settings").json
    assert first == {
        "company": "Test Vending",
        "currency": "USD",
        "currency_decimals": 2,
        "time_zone": "Europe/Berlin",
        "locale": "en-US",
        "version": 1,
    }
    answer = admin.patch("/api/settings", json={"version": 1, "currency": "EUR", "locale": "de"})
    assert answer.json == {**first, "currency": "EUR", "locale": "de", "version": 2}
    assert viewer.get("/api/settings").json == answer.json


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", ""),
        ("currency", "XYZ"),
        ("currency", "eur"),
        ("locale", "x"),
        ("company", " "),
    ],
)
def test_what_is_none_is_refused(admin, field, value):
    answer = admin.patch("/api/settings", json={"version": 1, field: value})
    assert (answer.status, answer.pointers) == (422, [f"/{field}"])


def test_a_change_of_nothing_is_refused(admin):
    assert admin.patch("/api/settings", json={"version": 1}).status == 422


@pytest.mark.both
def test_the_decimals_of_amounts_are_those_of_the_currency(admin, viewer):
    for version, (currency, decimals) in enumerate([("JPY", 0), ("KWD", 3), ("EUR", 2)], start=1):
        admin.patch("/api/settings", json={"version": version, "currency": currency})
        assert viewer.get("/api/settings").json["currency_decimals"] == decimals


def test_anybody_may_know_the_currencies_with_their_decimals(visitor):
    found = {each["code"]: each["decimals"] for each in visitor.get("/api/currencies").json}
    assert (found["USD"], found["JPY"], found["KWD"], found["ISK"]) == (2, 0, 3, 0)
    assert "DEM" not in found


def change_currency(admin, currency):
    version = admin.get("/api/settings").json["version"]
    return admin.patch("/api/settings", json={"version": version, "currency": currency})


def test_the_currency_stays_once_something_is_sold(admin):
    seller = make_seller(admin)
    seller.report(BEGIN)
    assert change_currency(admin, "EUR").status == 200
    seller.report(BEGIN.replace(day=BEGIN.day + 1), A1=1)
    answer = change_currency(admin, "GBP")
    assert answer.status == 409
    assert "booked in EUR" in answer.json["detail"]
    assert admin.get("/api/settings").json["currency"] == "EUR"
    version = admin.get("/api/settings").json["version"]
    same = {"version": version, "currency": "EUR", "company": "Still possible"}
    assert admin.patch("/api/settings", json=same).status == 200


def test_audits_that_are_stored_keep_the_decimals(admin):
    make_seller(admin).report(BEGIN)
    answer = change_currency(admin, "JPY")
    assert answer.status == 409
    assert "2 decimals of USD, and JPY has 0" in answer.json["detail"]


@pytest.mark.both
def test_prices_keep_their_figure_in_a_currency_with_more_decimals(admin):
    seller = make_seller(admin, price_cents=180, products=[make_product(admin)["id"]] * 2)
    product = make_product(admin, price_cents=180, cost_cents=60)
    path = f"/api/cabinets/{seller.cabinet_id}/planogram"
    version = admin.get(path).json["version"]
    assert change_currency(admin, "KWD").status == 200
    after = admin.get(f"/api/products/{product['id']}").json
    assert (after["price_cents"], after["cost_cents"]) == (1800, 600)
    planogram = admin.get(path).json
    assert [slot["price_cents"] for slot in planogram["slots"]] == [1800, 1800]
    assert planogram["version"] > version
    assert change_currency(admin, "EUR").status == 200
    assert admin.get(f"/api/products/{product['id']}").json["price_cents"] == 180


@pytest.mark.both
def test_a_price_that_the_new_currency_cannot_write_refuses_it(admin):
    make_product(admin, price_cents=180)
    make_product(admin, price_cents=200)
    answer = change_currency(admin, "JPY")
    assert answer.status == 409
    assert "1 price or cost can't be written in JPY" in answer.json["detail"]
    assert admin.get("/api/products").json["items"][0]["price_cents"] in (180, 200)
