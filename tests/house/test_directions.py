"""The rooms of the house know each other in one direction (tests/house/plan.py)."""

import ast
import re

import pytest

from tests.house.house_faults import circles, imports, openings, twice, writers
from tests.house.modules import ROOT, product_modules, tree_of
from tests.house.plan import has_room, may_know, room_of

MODULES = product_modules()
# Tables with several areas that write them, and why they may.
TABLES = {
    "cabinets": (
        {"services/fleet", "services/system"},
        "a change of the currency makes the arrangements stale whose prices it changed",
    ),
    "devices": (
        {"services/fleet", "services/reads"},
        "a read tells the serial of its device, and which counters the books follow",
    ),
    "dex_reads": (
        {"services/books", "services/reads"},
        "a read carries what the books made of it",
    ),
    "jobs": (
        {"jobs", "server", "services/system"},
        "asked for by everybody, done by workers, cancelled and tried again by people",
    ),
    "products": (
        {"services/catalogue", "services/system"},
        "a change of the currency writes all prices in its decimals",
    ),
    "slots": (
        {"services/books", "services/fleet", "services/system"},
        "a slot carries its stock, which the books keep, and a price, as products do",
    ),
}
ERASING = "whoever is erased leaves their number in it, and no name"
TABLES |= {
    "count_acknowledgements": ({"services/books", "services/upkeep"}, ERASING),
    "dex_sources": ({"services/reads", "services/upkeep"}, ERASING),
    "files": ({"services/files", "services/upkeep"}, ERASING),
    "idempotency_keys": ({"records", "web"}, "what is kept goes in time, and for who is erased"),
    "mass_changes": ({"services/fleet", "services/upkeep"}, ERASING),
    "planned_changes": ({"services/fleet", "services/upkeep"}, ERASING),
    "planogram_changes": ({"services/fleet", "services/upkeep"}, ERASING),
    "skips": ({"services/orders", "services/upkeep"}, ERASING),
    "slot_changes": ({"services/fleet", "services/upkeep"}, ERASING),
    "ticket_entries": ({"services/tickets", "services/upkeep"}, ERASING),
    "tickets": ({"services/tickets", "services/upkeep"}, ERASING),
    "visits": ({"services/orders", "services/upkeep"}, ERASING),
}
TOOLS = ("bench/", "scripts/")  # they build and measure with everything, and nobody with them


def trees():
    """Only now: who collects the tests need not read them all."""
    return {module: tree_of(module) for module in MODULES}


def violations(edges):
    return {(place, other) for place, other in edges if not may_know(place, other)}


def shared(tables):
    """The tables that several areas write, with these."""
    rooms = {
        table: {room_of(place) for place in places if not place.startswith(TOOLS)}
        for table, places in writers(trees(), tables).items()
    }
    return {table: areas for table, areas in rooms.items() if len(areas) > 1}


def tables_of_migrations():
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "migrations").rglob("*.sql")]
    return {name for text in texts for name in re.findall(r'CREATE TABLE "?(\w+)', text)}


def parsed(**sources):
    return {f"{name.replace('__', '/')}.py": ast.parse(source) for name, source in sources.items()}


def test_every_module_has_a_room():
    assert [module for module in MODULES if not has_room(module)] == []


def test_no_room_knows_one_above_it():
    assert violations(imports(trees())) == set()


def test_no_rooms_know_each_other():
    assert circles(imports(trees())) == set()


def test_a_table_is_written_by_one_area():
    known = {table: areas for table, (areas, _) in TABLES.items()}
    assert shared(tables_of_migrations()) == known


def test_every_table_is_seen_to_be_written():
    gone = {name for name in tables_of_migrations() if name.endswith(("_new", "_old"))}
    assert tables_of_migrations() - gone - writers(trees(), tables_of_migrations()).keys() == set()


def test_the_domain_opens_nothing():
    domain = [module for module in MODULES if module.startswith("domain/")]
    assert len(domain) > 40
    # It opens parts of what it writes into memory.
    domain.remove("domain/zips.py")
    assert {
        module: found for module in domain if (found := openings(tree_of(module), MODULES))
    } == {}


def test_no_stem_stands_for_two_modules():
    assert twice(each for each in MODULES if not each.startswith(TOOLS)) == {}


@pytest.mark.parametrize(
    ("place", "other"),
    [
        ("domain/dex/audit.py", "db.py"),
        ("domain/dex/audit.py", "contract/loading.py"),
        ("clock.py", "errors.py"),
        ("contract/loading.py", "db.py"),
        ("storage/backup.py", "db.py"),
        ("db.py", "auth.py"),
        ("auth.py", "records/paging.py"),
        ("records/paging.py", "services/fleet/device_service.py"),
        ("records/paging.py", "storage/audit_files.py"),
        ("services/people/user_service.py", "services/system/settings_service.py"),
        ("services/books/rebuild.py", "services/fleet/device_service.py"),
        ("services/reads/dex_views.py", "services/orders/needs.py"),
        ("services/orders/needs.py", "services/insight/board_service.py"),
        ("services/orders/needs.py", "web/answers.py"),
        ("services/orders/needs.py", "contract/loading.py"),
        ("services/orders/needs.py", "storage/migrate.py"),
        ("web/answers.py", "services/orders/needs.py"),
        ("web/answers.py", "storage/migrate.py"),
        ("server/serve.py", "services/orders/needs.py"),
        ("commands/local_calls.py", "web/answers.py"),
        ("commands/local_calls.py", "cli.py"),
        ("web/answers.py", "bench/load.py"),
        ("somewhere/else.py", "db.py"),
    ],
)
def test_what_no_room_may_know(place, other):
    assert not may_know(place, other)


@pytest.mark.parametrize(
    ("place", "other"),
    [
        ("domain/dex/audit.py", "clock.py"),
        ("storage/backup.py", "errors.py"),
        ("services/orders/needs.py", "services/orders/fills.py"),
        ("services/orders/needs.py", "services/fleet/device_service.py"),
        ("services/orders/needs.py", "contract/results.py"),
        ("services/orders/needs.py", "contract/types.py"),
        ("services/orders/needs.py", "domain/stock/replay.py"),
        ("services/orders/needs.py", "records/paging.py"),
        ("services/start/setup_service.py", "services/people/user_service.py"),
        ("commands/local_calls.py", "services/people/user_service.py"),
        ("web/answers.py", "contract/loading.py"),
        ("server/rsgi.py", "web/binding.py"),
        ("app.py", "web/binding.py"),
        ("scripts/check.py", "services/orders/needs.py"),
    ],
)
def test_what_a_room_may_know(place, other):
    assert may_know(place, other)


@pytest.mark.parametrize(
    "source",
    [
        "import services.orders.needs",
        "import services.orders.needs as n",
        "from services.orders import needs",
        "from services.orders.needs import STOCK",
        "def f():\n    from services.orders import needs",
        "if TYPE_CHECKING:\n    from services.orders.needs import STOCK",
        "from .orders import needs",
        "importlib.import_module('services.orders.needs')",
    ],
)
def test_every_way_to_import_is_seen(source):
    trees = parsed(
        services__new=source, services__orders__needs="", services__orders____init__="", web__x=""
    )
    assert imports(trees) == {("services/new.py", "services/orders/needs.py")}


def test_rooms_that_know_each_other_by_a_third_are_found():
    edges = {
        ("web/a.py", "server/b.py"),
        ("server/c.py", "app.py"),
        ("app.py", "web/d.py"),
        ("app.py", "db.py"),
    }
    assert circles(edges) == {frozenset({"web", "server", "app"})}
    assert circles(edges - {("app.py", "web/d.py")}) == set()


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO slots (id) VALUES (1)",
        "INSERT OR IGNORE INTO slots (id) VALUES (1)",
        "REPLACE INTO slots (id) VALUES (1)",
        "UPDATE slots SET id = 1",
        "WITH a AS (SELECT 1)\n  DELETE\n  FROM slots",
        'UPDATE "slots" SET id = 1',
        "UPDATE slots SET x = {X}",
    ],
)
def test_every_way_to_write_a_table_is_seen(sql):
    for text in (repr(sql), f"f{sql!r}"):
        assert writers(parsed(a=f"A = {text}"), {"slots", "sales"}) == {"slots": {"a.py"}}


def test_a_table_that_rows_are_inserted_into_by_name_is_seen():
    source = 'insert_values(db, "slots", ("id",), [(1,)])\ndb.insert_rows(db, "sales", [{}])'
    assert writers(parsed(a=source), {"slots", "sales"}) == {"slots": {"a.py"}, "sales": {"a.py"}}


def test_who_only_reads_a_table_writes_none():
    source = 'A = "SELECT id FROM slots FOR UPDATE"\nB = "ON CONFLICT DO UPDATE SET slots = 1"'
    assert writers(parsed(a=source), {"slots"}) == {}


@pytest.mark.parametrize(
    "source",
    [
        "from pathlib import Path",
        "import sqlite3",
        "import socket",
        "def f():\n    import requests",
        "import urllib.request",
        "open('x')",
        "import io\nio.open('x')",
        "from io import FileIO",
        "datetime.now()",
        "clock.now()",
        "__import__('os')",
    ],
)
def test_what_opens_something_is_found(source):
    (tree,) = parsed(domain__a=source).values()
    assert len(openings(tree, ["clock.py", "domain/a.py"])) == 1


def test_values_open_nothing():
    source = (
        "import io\nimport re\nfrom domain import b\nimport clock\nio.StringIO()\nre.compile('')"
    )
    (tree,) = parsed(domain__a=source).values()
    assert openings(tree, ["clock.py", "domain/a.py", "domain/b.py"]) == []


def test_two_modules_of_one_stem_are_found():
    places = ["clock.py", "domain/dex/clock.py", "domain/__init__.py", "web/__init__.py"]
    assert twice(places) == {"clock": {"clock.py", "domain/dex/clock.py"}}
