"""Imports: spreadsheets that become products, locations, machines, slots and users."""

from __future__ import annotations

import io
from typing import Any

import pytest

from db import Engine
from server.job_worker import JobWorker
from tests.kit.people import Answer, Person

PRODUCTS = "Product;SKU;Category;Price\nCola;0101;Drinks;1,80\nNuts;0102;Snacks;2,20\n"


def send(person: Person, content: bytes | str, filename: str = "fleet.csv") -> Any:
    raw = content.encode() if isinstance(content, str) else content
    answer = person.post("/api/imports", data={"file": (io.BytesIO(raw), filename)})
    assert answer.status == 201, answer.text
    return answer.json


def worked(engine: Engine) -> None:
    worker = JobWorker(engine, "first")
    while worker.run_one():
        pass


@pytest.fixture
def read(manager: Person, engine: Engine) -> Any:
    """A file as it was read, sent by the manager unless by somebody else."""

    def read(content: bytes | str, person: Person | None = None, **chosen: Any) -> Any:
        person = person or manager
        sent = send(person, content)
        worked(engine)
        found = person.get(f"/api/imports/{sent['id']}").json
        if chosen:
            body = {"version": found["version"], **chosen}
            answer = person.patch(f"/api/imports/{found['id']}", json=body)
            assert answer.status == 200, answer.text
            worked(engine)
            found = person.get(f"/api/imports/{found['id']}").json
        return found

    return read


def run(person: Person, engine: Engine, found: Any, **how: Any) -> Any:
    body = {"version": found["version"], **how}
    answer = person.post(f"/api/imports/{found['id']}/run", json=body)
    assert answer.status == 200, answer.text
    worked(engine)
    return person.get(f"/api/imports/{found['id']}").json


def take_back(person: Person, engine: Engine, found: Any) -> Any:
    answer = person.post(f"/api/imports/{found['id']}/withdrawal")
    assert answer.status == 200, answer.text
    worked(engine)
    return person.get(f"/api/imports/{found['id']}").json


def rows(person: Person, found: Any, **query: str) -> Any:
    asked = {"import_id": str(found["id"]), **query}
    return person.get("/api/import-rows", query_string=asked).json["items"]


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


def test_products_are_imported_and_taken_back(
    manager: Person, engine: Engine, read: Any
) -> None:
    done = run(manager, engine, read(PRODUCTS))
    assert (done["state"], done["nouns"]) == ("done", {"product": 2})
    (cola, _) = manager.get("/api/products").json["items"]
    assert (cola["name"], cola["sku"], cola["price_cents"]) == ("Cola", "0101", 180)
    assert manager.get("/api/products?q=cola").json["items"] == [cola]
    assert take_back(manager, engine, done)["state"] == "taken_back"
    assert manager.get("/api/products").json["items"] == []
    assert manager.get("/api/products?q=cola").json["items"] == []


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
