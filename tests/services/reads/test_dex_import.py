"""An import of many audits: what ends in the books, whatever stands in its way."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import auth
import clock
from contract.results import Upload
from db import Engine, open_engine, scalar
from errors import Problem
from services.books import stock_service
from services.catalogue import product_service
from services.fleet import (
    cabinet_type_service,
    device_service,
    device_type_service,
    planogram_service,
)
from services.reads import dex_read_service, dex_reader
from services.reads.dex_import import DexImport
from services.system import audit_service, settings_service
from settings import PROJECT, Settings
from tests.kit.engines import Databases
from tests.kit.machine import Machine, Quirks
from tests.services.books.sums_by_day import check_sums
from tests.state.books_checks import check_stock

ACTOR = auth.console()
BEGIN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=60)
MACHINES = 3
SELECTIONS = ("A1", "A2", "A3")
CAPACITY = 20
MOST_BYTES = 10**6

# Everything that an import writes, told without ids and without the time of the import.
BOOKS = {
    "reads": """
        SELECT sha256, device_id, filename, status, position, clock, crc, serial, units,
               amount_cents, total_count_init, held_reason, warnings, faults,
               CASE WHEN clock = 'receipt' THEN '' ELSE read_at END AS read_at
        FROM dex_reads ORDER BY sha256
    """,
    "contents": """
        SELECT r.sha256, c.content FROM dex_contents c JOIN dex_reads r ON r.id = c.dex_read_id
        ORDER BY r.sha256
    """,
    "odometers": """
        SELECT r.sha256, s.selection, s.position, s.read_at, s.price_cents, s.count_init,
               s.value_init_cents
        FROM dex_selections s JOIN dex_reads r ON r.id = s.dex_read_id
        ORDER BY r.sha256, s.selection
    """,
    "sales": """
        SELECT r.sha256, s.selection, s.product_id, s.units, s.amount_cents, s.opened_at,
               s.closed_at, s.sold_on, s.days_out, s.new_epoch
        FROM sales s JOIN dex_reads r ON r.id = s.dex_read_id ORDER BY r.sha256, s.selection
    """,
    "ledger": """
        SELECT m.slot_id, m.reason, m.occurred_at, CAST(sum(m.quantity) AS bigint) AS quantity
        FROM stock_moves m GROUP BY m.slot_id, m.reason, m.occurred_at
        HAVING sum(m.quantity) <> 0 ORDER BY m.slot_id, m.occurred_at, m.reason
    """,
    "stock": "SELECT id, quantity, units_per_day FROM slots ORDER BY id",
    "metrics": """
        SELECT device_id, sold_out_slots, low_slots, unknown_slots, days_of_inventory,
               days_of_inventory_median, product_level_percent, units_to_par, units_per_day,
               estimated_slots, last_read_at, last_visit_at, faults, price_difference_count
        FROM device_metrics ORDER BY device_id
    """,
    "days": """
        SELECT sold_on, device_id, units, amount_cents FROM daily_device_sales
        WHERE units <> 0 ORDER BY sold_on, device_id
    """,
    "quarantine": "SELECT sha256, filename, line, reason FROM quarantined_files ORDER BY sha256",
    "log": "SELECT action, count(*) AS entries FROM audit_entries GROUP BY action ORDER BY action",
}


@pytest.fixture
def other_engine(databases: Databases, template_url: str) -> Iterator[Engine]:
    """A second migrated database, open."""
    url = databases.copy(template_url)
    with closing(open_engine(url)) as opened:
        yield opened
    databases.drop(url)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def furnish(engine: Engine) -> None:
    """Machines with three full slots each, counted once since."""
    with engine.writing() as db:
        settings_service.ensure(db, Settings(time_zone="UTC"))
        device_type_service.create_device_type(db, ACTOR, name="Snack", max_cabinets=1)
        cabinet_type_service.create_cabinet_type(db, ACTOR, name="Row", rows=1, columns=3)
        product_service.create_product(db, ACTOR, name="Cola", price_cents=150)
        for number in range(MACHINES):
            device = device_service.create_device(
                db,
                ACTOR,
                asset=f"M{number}",
                serial=f"SN{number}",
                device_type_id=1,
                cabinets=[{"cabinet_type_id": 1}],
            )
            cabinet_id = device["cabinets"][0]["id"]
            planogram = planogram_service.get_planogram(db, ACTOR, cabinet_id=cabinet_id)
            planogram_service.update_planogram(
                db,
                ACTOR,
                cabinet_id=cabinet_id,
                version=planogram["version"],
                as_of=clock.to_text(BEGIN),
                slots=[
                    {
                        "id": slot["id"],
                        "product_id": 1,
                        "selection": slot["label"],
                        "capacity": CAPACITY,
                        "par_level": CAPACITY,
                        "quantity": CAPACITY,
                    }
                    for slot in planogram["slots"]
                ],
            )
            stock_service.post_facts(
                db,
                ACTOR,
                device_id=device["id"],
                facts=[
                    {
                        "slot_id": planogram["slots"][0]["id"],
                        "kind": "visit",
                        "visit_id": number + 1,
                        "planogram_change_id": None,
                        "occurred_at": clock.to_text(BEGIN + timedelta(hours=30)),
                        "counted": 4,
                        "removed": 0,
                        "removed_reason": None,
                        "added": 9,
                    }
                ],
            )


def machine_of(number: int, **quirks: Any) -> Machine:
    return Machine(
        serial=f"SN{number}",
        selections=dict.fromkeys(SELECTIONS, 150),
        seed=number,
        quirks=Quirks(**quirks),
    )


def audits(reads: int, *, machines: int = MACHINES) -> list[bytes]:
    """Audits of the machines in turn, some units and seven hours after the ones before."""
    makers = [machine_of(number) for number in range(machines)]
    made = []
    for turn in range(reads):
        for maker in makers:
            maker.sell_some(4)
            made.append(maker.audit((BEGIN + timedelta(hours=7 * turn + 1)).replace(tzinfo=None)))
    return made


def write(inbox: Path, contents: list[bytes]) -> list[Path]:
    files = []
    for number, content in enumerate(contents):
        files.append(inbox / f"{number:04}.dex")
        files[-1].write_bytes(content)
    return files


def one_by_one(engine: Engine, files: list[Path]) -> None:
    """Each file as an upload of its own."""
    for file in files:
        upload = Upload(file.name, file.read_bytes())
        try:
            with engine.writing() as db:
                dex_read_service.create_dex_read(db, ACTOR, file=upload)
        except Problem as problem:
            if problem.afterwards is not None:
                with engine.writing() as db:
                    problem.afterwards(db)


def imported(engine: Engine, files: list[Path]) -> list[str]:
    """The lines of the report."""
    taking = DexImport(engine, MOST_BYTES)
    assert sum(taking.take_in(files)) == len(files)
    return list(taking.report())


def books_of(engine: Engine) -> dict[str, Any]:
    with engine.reading() as db:
        return {name: list(db.query(sql)) for name, sql in BOOKS.items()}


def check_books(engine: Engine) -> None:
    with engine.reading() as db:
        check_sums(db)
        check_stock(db, [number + 1 for number in range(MACHINES)])
        assert audit_service.get_verification(db, ACTOR)["ok"]


def misnamed(file: Path) -> Path:
    """The same file under a name that no database takes: an old code page, not UTF-8."""
    return file.rename(Path(os.fsdecode(os.fsencode(file) + b"\xe9")))


def of_every_kind() -> list[bytes]:
    """Good, late, twice, damaged, unknown, unreadable, two in one, without a clock."""
    good = audits(6)
    strange = machine_of(0, clock="none")
    strange.serial = strange.odometers.serial = "NOBODYS"
    timeless = machine_of(2)
    for _ in range(3):
        timeless.sell_some(4)
    undated = timeless.audit((BEGIN + timedelta(days=900)).replace(tzinfo=None))
    rising = machine_of(1)
    rising.swap_board()
    rising.sell_some(5)
    return [
        *good[:4],
        b"Filled the coffee machine.",
        *good[7:],
        good[2],
        good[4].replace(b"*150*", b"*151*", 1),
        strange.audit(BEGIN.replace(tzinfo=None)),
        good[5] + good[6],
        undated,
        rising.audit((BEGIN + timedelta(hours=100)).replace(tzinfo=None)),
    ]


@pytest.mark.parametrize("one_is_refused", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_files_taken_together_end_as_if_each_had_come_alone(
    engine: Engine, other_engine: Engine, inbox: Path, seed: int, one_is_refused: bool
) -> None:
    contents = of_every_kind()
    random.Random(seed).shuffle(contents)
    files = write(inbox, contents)
    if one_is_refused:
        files[5] = misnamed(files[5])
    for each in (engine, other_engine):
        furnish(each)
    one_by_one(engine, files)
    imported(other_engine, files)
    check_books(other_engine)
    assert books_of(other_engine) == books_of(engine)


def test_a_refused_file_costs_only_itself(engine: Engine, inbox: Path) -> None:
    furnish(engine)
    good = audits(2)
    files = write(inbox, [*good[:3], b"no audit", *good[3:]])
    files[5] = misnamed(files[5])
    report = imported(engine, files)
    assert [line.split(":")[0] for line in report[:2]] == [
        f"refused     {files[3]}",
        f"refused     {files[5]}",
    ]
    assert report[-1] == (
        "7 files: 2 booked, 3 baseline, 0 duplicate, 0 damaged, 0 unassigned, 2 refused"
    )
    check_books(engine)
    with engine.reading() as db:
        assert scalar(db, "SELECT CAST(sum(units) AS bigint) FROM daily_device_sales") == 8
        assert scalar(db, "SELECT count(*) FROM quarantined_files") == 1


def test_a_second_import_changes_nothing(engine: Engine, inbox: Path) -> None:
    furnish(engine)
    files = write(inbox, audits(3))
    imported(engine, files)
    before = books_of(engine)
    assert imported(engine, files)[-1].startswith("9 files: 0 booked, 0 baseline, 9 duplicate")
    assert books_of(engine) == before


def test_the_books_of_a_machine_are_derived_once_for_many_of_its_audits(
    engine: Engine, inbox: Path, statements: list[str]
) -> None:
    furnish(engine)
    files = write(inbox, audits(40, machines=1))
    spent = []
    for part in (files[:10], files[10:40]):
        statements.clear()
        imported(engine, part)
        spent.append(len(statements))
    # On PostgreSQL the bytes of each audit are also locked.
    assert spent[1] - spent[0] <= 20 * 7


def test_files_are_read_to_the_end_when_the_process_that_reads_ahead_dies(inbox: Path) -> None:
    files = write(inbox, audits(6))
    groups = [files[:6], files[6:12], files[12:]]
    readings = dex_reader.readings_ahead(iter(groups), MOST_BYTES, 2)
    found = [reading.path for reading in next(readings)]
    for child in multiprocessing.active_children():
        child.kill()
        child.join()
    found += [reading.path for group in readings for reading in group]
    assert found == files
    assert not multiprocessing.active_children()


def test_an_import_of_many_files_reads_ahead_and_reports_the_same(
    engine: Engine, other_engine: Engine, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = write(inbox, of_every_kind())
    for each in (engine, other_engine):
        furnish(each)
    here = imported(engine, files)
    monkeypatch.setattr("services.reads.dex_import.FEWEST_READ_AHEAD", 1)
    assert imported(other_engine, files) == here
    assert books_of(other_engine) == books_of(engine)


@pytest.mark.slow
def test_an_import_killed_halfway_is_finished_by_the_next(
    engine: Engine, other_engine: Engine, inbox: Path
) -> None:
    for each in (engine, other_engine):
        furnish(each)
    files = write(inbox, audits(150))
    imported(other_engine, files)
    import_until(engine, inbox, reads=70)
    with engine.reading() as db:
        kept = scalar(db, "SELECT count(*) FROM dex_reads")
    assert 70 <= kept < len(files)
    check_books(engine)
    assert f" {kept} duplicate, " in imported(engine, files)[-1]
    assert books_of(engine) == books_of(other_engine)


def import_until(engine: Engine, inbox: Path, *, reads: int) -> None:
    """Run the command and kill it, children and all, when so many reads are committed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "dex", "import", str(inbox)],
        cwd=PROJECT,
        env={**os.environ, "CVD_DATABASE_URL": engine.url, "CVD_TIME_ZONE": "UTC"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while process.poll() is None:
            with engine.reading() as db:
                if scalar(db, "SELECT count(*) FROM dex_reads") >= reads:
                    break
            time.sleep(0.002)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
