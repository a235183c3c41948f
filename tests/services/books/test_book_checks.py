"""The checks of the books: silent where all is right, and each finds its kind of fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import pytest

import auth
import db
from app import create_app
from db import Engine, scalar
from services.books import book_checks
from services.start import example_service
from services.system import settings_service
from settings import Settings
from tests.services.system.test_audit_entries import without_guards

# What is done, how it is undone, and to which row.
FAULTS = {
    "stock": (
        "UPDATE slots SET quantity = quantity - 1 WHERE id = :id",
        "UPDATE slots SET quantity = quantity + 1 WHERE id = :id",
        "SELECT min(id) FROM slots WHERE quantity > 1",
    ),
    "reads": (
        "UPDATE dex_reads SET units = units + 1 WHERE id = :id",
        "UPDATE dex_reads SET units = units - 1 WHERE id = :id",
        "SELECT min(dex_read_id) FROM sales",
    ),
    "device days": (
        "UPDATE daily_device_sales SET units = units + 1 WHERE device_id = :id",
        "UPDATE daily_device_sales SET units = units - 1 WHERE device_id = :id",
        "SELECT min(device_id) FROM daily_device_sales",
    ),
    "product days": (
        "UPDATE daily_product_sales SET amount_cents = amount_cents - 1 WHERE product_id = :id",
        "UPDATE daily_product_sales SET amount_cents = amount_cents + 1 WHERE product_id = :id",
        "SELECT max(product_id) FROM daily_product_sales",
    ),
    "selection days": (
        "UPDATE daily_selection_sales SET units = units + 1 WHERE selection = :id",
        "UPDATE daily_selection_sales SET units = units - 1 WHERE selection = :id",
        "SELECT min(selection) FROM daily_selection_sales",
    ),
    "days": (
        "UPDATE daily_sales SET units = units + 1 WHERE sold_on = :id",
        "UPDATE daily_sales SET units = units - 1 WHERE sold_on = :id",
        "SELECT min(sold_on) FROM daily_sales",
    ),
    "metrics": (
        "UPDATE device_metrics SET archived_at = '2026-01-01T00:00:00Z' WHERE device_id = :id",
        "UPDATE device_metrics SET archived_at = NULL WHERE device_id = :id",
        "SELECT min(id) FROM devices WHERE archived_at IS NULL",
    ),
    "device counts": (
        "UPDATE device_counts SET devices = devices + 1 WHERE kind = :id",
        "UPDATE device_counts SET devices = devices - 1 WHERE kind = :id",
        "SELECT 'in_use'",
    ),
}


@pytest.fixture(scope="module")
def fleet(databases: object, template_url: str) -> Iterator[Engine]:
    """The engine of a database with the example in it, for all tests here."""
    url = databases.copy(template_url)  # type: ignore[attr-defined]
    with closing(db.open_engine(url)) as engine:
        with engine.writing() as writer:
            settings_service.ensure(writer, Settings(database_url=url, time_zone="Europe/Berlin"))
            example_service.load_example(writer, auth.console())
        yield engine
    databases.drop(url)  # type: ignore[attr-defined]


def wrong(engine: Engine) -> dict[str, tuple[str, ...]]:
    outcomes = book_checks.run(engine, lambda *_: None)
    return {outcome.name: outcome.wrong for outcome in outcomes if outcome.wrong}


@contextmanager
def planted(engine: Engine, fault: str) -> Iterator[None]:
    do, undo, which = FAULTS[fault]
    with engine.writing() as writer:
        values = {"id": scalar(writer, which)}
        writer.execute(do, values)
    try:
        yield
    finally:
        with engine.writing() as writer:
            writer.execute(undo, values)


def test_they_are_silent_where_all_is_right(fleet):
    assert wrong(fleet) == {}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_finds_its_fault_in_a_sentence(fleet, fault):
    with planted(fleet, fault):
        found = wrong(fleet)
    assert fault in found
    assert all(sentence.endswith(".") for sentence in found[fault])
    assert len(found[fault]) <= book_checks.MOST_TOLD
    # An archived device's figures are not counted, and a wrong quantity makes them others.
    assert set(found) <= {fault, "device counts", "metrics"}
    assert wrong(fleet) == {}


@pytest.mark.parametrize("figure", book_checks.FIGURES)
def test_a_figure_that_is_not_that_of_the_books_is_found(fleet, figure):
    [check] = [check for check in book_checks.CHECKS if check.name == "metrics"]
    part = {"first": 1, "last": 10**6, "most": book_checks.MOST_TOLD}
    with suppress(Undone), fleet.writing() as writer:
        first = scalar(writer, "SELECT min(id) FROM devices WHERE archived_at IS NULL")
        row = next(
            writer.query("SELECT * FROM device_metrics WHERE device_id = :id", {"id": first})
        )
        more = (row[figure] or 0) + 1
        writer.execute("DELETE FROM device_metrics WHERE device_id = :id", {"id": first})
        db.insert_rows(writer, "device_metrics", [{**row, figure: more}])
        found = list(check.look(writer, part))
        raise Undone
    assert len(found) == 1
    assert f"is kept with {figure} {more}," in found[0]


class Undone(Exception):
    """What was tried is not to stay."""


def test_a_move_that_does_not_go_on_is_found(fleet):
    [check] = [check for check in book_checks.CHECKS if check.name == "balances"]
    part = {"first": 1, "last": 10**6, "most": book_checks.MOST_TOLD}
    on_table = "" if fleet.name == "sqlite" else " ON stock_moves"
    with suppress(Undone), fleet.writing() as writer:
        first = scalar(writer, "SELECT min(id) FROM stock_moves WHERE balance > 0")
        writer.execute(f"DROP TRIGGER stock_moves_stay{on_table}")
        writer.execute("UPDATE stock_moves SET balance = balance + 7 WHERE id = :id", {"id": first})
        found = list(check.look(writer, part))
        raise Undone
    assert found[0].startswith(f"Move {first} of slot ")


def test_a_large_fleet_is_looked_at_in_parts(fleet, monkeypatch):
    monkeypatch.setattr(book_checks, "DEVICES_AT_ONCE", 3)
    calls = []
    outcomes = list(book_checks.run(fleet, lambda *call: calls.append(call)))
    assert not [outcome for outcome in outcomes if outcome.wrong]
    assert ("stock", 1, calls[0][2]) in calls
    assert calls[0][2] > 3


def test_the_command_tells_and_fails(fleet):
    runner = create_app(Settings(database_url=fleet.url)).test_cli_runner()
    sound = runner.invoke(args=["check"])
    assert sound.exit_code == 0, sound.output
    assert "ok        stock: Quantities are the sums of their moves." in sound.output
    assert "audit log: " in sound.output
    with planted(fleet, "stock"):
        failed = runner.invoke(args=["check"])
        assert failed.exit_code == 1
        assert "failure   stock: Slot " in failed.output
        quick = runner.invoke(args=["check", "--quick"])
        assert quick.exit_code == 0
        assert "stock" not in quick.output


def test_the_command_tells_of_a_broken_audit_log(database_url, engine, admin):
    runner = create_app(Settings(database_url=database_url)).test_cli_runner()
    admin.post("/api/products", json={"name": "Cola"})
    without_guards(engine, "UPDATE audit_entries SET username = 'eve'")
    failed = runner.invoke(args=["check"])
    assert failed.exit_code == 1
    assert "failure   audit log: Entry 1: Its content is not what was sealed." in failed.output
