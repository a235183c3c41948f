"""Products: what is sold."""

import pytest

from tests.kit.factories import make_product

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


def names(person, query=""):
    return [product["name"] for product in person.get(f"/api/products?{query}").json["items"]]


def change(person, product, **changes):
    body = {"version": product["version"], **changes}
    return person.patch(f"/api/products/{product['id']}", json=body)


def test_it_works(manager, viewer):
    body = {
        "sku": "C-1",
        "name": "Cola",
        "category": "Drinks",
        "price_cents": 180,
        "cost_cents": 60,
        "case_size": 24,
    }
    made = manager.post("/api/products", json=body)
    assert made.status == 201
    assert made.json == {"id": made.json["id"], **body, "archived_at": None, "version": 1}
    assert viewer.get(f"/api/products/{made.json['id']}").json == made.json


def test_only_the_name_is_needed(manager):
    made = manager.post("/api/products", json={"name": "Tea"}).json
    assert (made["sku"], made["category"], made["price_cents"], made["case_size"]) == (
        None,
        "",
        0,
        1,
    )


def test_an_sku_is_taken_in_any_spelling(manager):
    make_product(manager, sku="Cola-1")
    answer = manager.post("/api/products", json={"name": "Other", "sku": "COLA-1"})
    assert answer.status == 409
    assert "COLA-1" in answer.json["detail"]
    other = make_product(manager, sku="x")
    assert change(manager, other, sku="cola-1").status == 409
    assert change(manager, other, sku=None).status == 200


def test_many_products_have_no_sku(manager):
    make_product(manager)
    make_product(manager)
    assert len(names(manager)) == 2


def test_a_change_names_only_what_it_changes(manager):
    product = make_product(manager, name="Cola", category="Drinks")
    changed = change(manager, product, price_cents=200).json
    assert changed == {**product, "price_cents": 200, "version": 2}


def test_of_two_changes_of_one_version_the_second_is_refused(manager, admin):
    product = make_product(manager, name="Cola")
    assert change(manager, product, price_cents=200).status == 200
    late = change(admin, product, name="Coke")
    assert late.status == 409
    assert late.json["current"]["price_cents"] == 200
    assert change(admin, late.json["current"], name="Coke").json["price_cents"] == 200


@pytest.mark.both
def test_an_archived_product_is_listed_apart_and_can_come_back(manager):
    product = make_product(manager, name="Cola")
    make_product(manager, name="Tea")
    archived = change(manager, product, archived=True).json
    assert archived["archived_at"] is not None
    assert names(manager) == ["Tea"]
    assert names(manager, "archived=true") == ["Cola"]
    assert change(manager, archived, archived=False).json["archived_at"] is None
    assert names(manager) == ["Cola", "Tea"]


def test_archiving_again_keeps_the_first_time(manager):
    product = make_product(manager)
    first = change(manager, product, archived=True).json
    again = change(manager, first, archived=True).json
    assert again["archived_at"] == first["archived_at"]


@pytest.mark.both
def test_products_are_found_by_words_of_name_category_and_sku(manager):
    make_product(manager, name="Cola Zero", category="Drinks", sku="CZ_1")
    make_product(manager, name="Nuts 100%", category="Snacks")
    assert names(manager, "q=zero") == ["Cola Zero"]
    assert names(manager, "q=SNACK") == ["Nuts 100%"]
    assert names(manager, "q=z_1") == ["Cola Zero"]
    assert names(manager, "q=100%25") == ["Nuts 100%"]
    assert names(manager, "q=_") == ["Cola Zero"]
    assert names(manager, "q=nothing") == []
    assert names(manager, "category=Drinks") == ["Cola Zero"]


@pytest.mark.both
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["apple", "Bread", "cola", "Cola"]),
        ("-name", ["Cola", "cola", "Bread", "apple"]),
        ("category", ["cola", "Bread", "apple", "Cola"]),
        ("price_cents", ["Bread", "apple", "cola", "Cola"]),
        ("-price_cents", ["Cola", "cola", "apple", "Bread"]),
    ],
)
def test_pages_follow_each_other_without_gap_or_repetition(manager, sort, expected):
    for name, category, price in (
        ("cola", "a", 200),
        ("Cola", "c", 300),
        ("Bread", "B", 0),
        ("apple", "b", 100),
    ):
        make_product(manager, name=name, category=category, price_cents=price)
    seen, query = [], f"sort={sort}&limit=1"
    while True:
        page = manager.get(f"/api/products?{query}").json
        seen += [product["name"] for product in page["items"]]
        if page["next_cursor"] is None:
            break
        query = f"sort={sort}&limit=1&cursor={page['next_cursor']}"
    assert seen == expected


@pytest.mark.both
def test_what_comes_meanwhile_shifts_no_page(manager):
    for name in ("b", "d", "f"):
        make_product(manager, name=name)
    first = manager.get("/api/products?limit=2").json
    make_product(manager, name="a")
    make_product(manager, name="e")
    second = manager.get(f"/api/products?cursor={first['next_cursor']}").json
    assert [product["name"] for product in second["items"]] == ["e", "f"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "  "),
        ("name", "x" * 121),
        ("price_cents", -1),
        ("price_cents", 1.5),
        ("price_cents", "150"),
        ("cost_cents", -1),
        ("case_size", 0),
        ("sku", ""),
    ],
)
def test_what_is_none_is_refused(manager, field, value):
    answer = manager.post("/api/products", json={"name": "Cola", field: value})
    assert answer.status == 422
    assert set(answer.pointers) == {f"/{field}"}
