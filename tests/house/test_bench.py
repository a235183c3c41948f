"""What `make bench` measures: every page, list, board and report, on fleets that are sound."""

import re
from contextlib import closing

import pytest

import auth
import contract
from bench import fleet, growth, pages
from db import open_engine
from services.books import rebuild
from services.system import audit_service
from settings import PROJECT
from tests.growth.test_growth import grows
from tests.services.books.sums_by_day import check_sums
from tests.state.books_checks import (
    check_device_counts,
    check_reversals,
    check_stock,
    snapshot,
)

DEVICES, SALES_EACH = 60, 45


def test_every_page_is_weighed():
    frontend = PROJECT / "frontend"
    entries = [file.stem for file in frontend.rglob("*.html") if "node_modules" not in file.parts]
    assert sorted(pages.pages()) == sorted(entries)
    assert set(pages.NEEDS) | set(pages.ADDRESSES) <= set(entries)


def test_every_list_board_and_report_is_measured_while_the_fleet_grows():
    asked = [path.partition("?")[0] for path in growth.paths()]
    unmeasured = [
        operation.name
        for operation in contract.current().operations
        if grows(operation)
        and not any(re.fullmatch(re.sub(r"\{\w+\}", r"\\d+", operation.path), p) for p in asked)
    ]
    assert unmeasured == []


@pytest.mark.slow
def test_the_books_of_a_copied_machine_are_those_of_one_that_lived(tmp_path):
    file = tmp_path / "fleet.db"
    fleet.make(file, devices=DEVICES, sales=DEVICES * SALES_EACH)
    with closing(open_engine(f"sqlite:///{file}")) as engine:
        with engine.reading() as db:
            device_ids = [row["id"] for row in db.query("SELECT id FROM devices")]
            check_stock(db, device_ids)
            check_reversals(db, device_ids)
            check_device_counts(db)
            check_sums(db)
            assert list(db.query("PRAGMA foreign_key_check")) == []
            assert audit_service.get_verification(db, auth.console())["ok"]
        assert len(device_ids) == DEVICES
        for device_id in device_ids:
            with engine.writing() as db:
                before = snapshot(db, device_id)
                rebuild.rebuild(db, device_id=device_id, since="2000-01-01T00:00:00Z")
                assert snapshot(db, device_id) == before
                assert before["sales"]
