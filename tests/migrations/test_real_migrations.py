"""The real migrations/: up, down and up again on a database with data in it."""

import shutil
from contextlib import closing

import pytest

import auth
import db
from services.books import sales_by_day
from services.system import audit_service
from storage import migrate
from tests.migrations import released
from tests.migrations.history import live
from tests.migrations.populate import populate
from tests.migrations.schema_reader import read_rows, read_schema, read_triggers, tables_of

MIGRATIONS = sorted(
    path.stem
    for path in migrate.MIGRATIONS.glob("*.sql")
    if not path.name.endswith(".rollback.sql")
)


@pytest.fixture
def folder_up_to(tmp_path):
    """A function that makes a folder with the migrations up to one of them."""

    def make(last):
        folder = tmp_path / last
        shutil.copytree(migrate.MIGRATIONS, folder)
        for path in folder.rglob("*.sql"):
            if path.name[:4] > last[:4]:
                path.unlink()
        return folder

    return make


def look(url):
    """(schema, triggers, rows) as they are now."""
    with closing(db.open_engine(url)) as engine, engine.reading() as reader:
        return read_schema(reader), read_triggers(reader), read_rows(reader)


def shared(rows, with_rows):
    """The rows without the tables and columns that `with_rows` does not have.

    With its table, a noun takes away all that it is searched by; with that of imported sales goes
    how files of them are read, which an older version does not know.
    """
    names = {table: {name for name, _ in found[0]} for table, found in with_rows.items()}
    searched = {dict(row)["noun"] for row in with_rows.get("search_grams", ())}
    loses_table = rows.keys() != names.keys()
    return {
        table: [
            tuple(each for each in row if each[0] in names[table])
            for row in rows[table]
            if not loses_table or table != "search_grams" or dict(row)["noun"] in searched
            if "past_sales" in names or table != "import_sources" or dict(row)["kind"] != "sales"
        ]
        for table in names
    }


def fill(url):
    with closing(db.open_engine(url)) as engine, engine.writing() as writer:
        populate(writer)


@pytest.mark.parametrize("migration", MIGRATIONS)
def test_up_down_up_leaves_schema_and_data_as_they_were(empty_database, folder_up_to, migration):
    before = MIGRATIONS[: MIGRATIONS.index(migration)]
    if before:
        migrate.upgrade(empty_database, folder=folder_up_to(before[-1]))
        fill(empty_database)
    found = look(empty_database) if before else ({}, set(), {})
    folder = folder_up_to(migration)

    assert migrate.upgrade(empty_database, folder=folder) == [migration]
    upgraded = look(empty_database)
    assert migrate.rollback(empty_database, folder=folder) == [migration]
    assert look(empty_database) == found
    assert migrate.upgrade(empty_database, folder=folder) == [migration]
    assert look(empty_database) == upgraded


def test_a_database_full_of_data_goes_all_the_way_down_and_up(database_url):
    fill(database_url)
    newest = look(database_url)
    assert migrate.rollback(database_url, to="0000") == MIGRATIONS[::-1]
    assert look(database_url) == ({}, set(), {})
    assert migrate.upgrade(database_url) == MIGRATIONS
    assert look(database_url)[:2] == newest[:2]


def test_what_people_did_outlives_every_step_down_and_up(database_url, folder_up_to):
    """Each step takes away its own tables and columns only; coming back it touches no others."""
    live(database_url)
    rows = look(database_url)[2]
    assert [table for table in rows if not rows[table]] == []
    for migration in MIGRATIONS[::-1]:
        folder = folder_up_to(migration)
        before = look(database_url)
        assert migrate.rollback(database_url, folder=folder) == [migration]
        down = look(database_url)
        assert down[2] == shared(before[2], down[2])
        assert migrate.upgrade(database_url, folder=folder) == [migration]
        up = look(database_url)
        assert up[:2] == before[:2]
        assert shared(up[2], down[2]) == down[2]
        migrate.rollback(database_url, folder=folder)
    assert look(database_url) == ({}, set(), {})


def test_the_audit_chain_is_whole_when_its_guards_were_away(database_url):
    live(database_url)
    rows = look(database_url)[2]
    migrate.rollback(database_url, to="0007")
    migrate.upgrade(database_url)
    for table in ("audit_entries", "stock_moves"):
        assert look(database_url)[2][table] == rows[table]
    # The second seals of entries out of which a name was taken are lost, as 0035 says.
    redactions = [dict(row) for row in rows["audit_redactions"]]
    assert verified(database_url)["broken_id"] == min(row["entry_id"] for row in redactions)
    with closing(db.open_engine(database_url)) as engine, engine.writing() as writer:
        writer.executemany(
            "INSERT INTO audit_redactions (entry_id, seal) VALUES (:entry_id, :seal)", redactions
        )
    found = verified(database_url)
    assert (found["ok"], found["entries"]) == (True, len(rows["audit_entries"]))
    assert found["redacted"] == len(redactions)


def verified(url):
    with closing(db.open_engine(url)) as engine, engine.reading() as reader:
        return audit_service.get_verification(reader, auth.console())


def test_velocities_of_before_are_measured_and_an_older_version_is_left_no_estimate(
    empty_database, folder_up_to
):
    """Old programs would show an estimate as measured."""
    migrate.upgrade(empty_database, folder=folder_up_to("0008.append-only"))
    fill(empty_database)
    estimating = folder_up_to("0009.velocity-estimates")
    migrate.upgrade(empty_database, folder=estimating)
    assert velocities(empty_database) == [(1.5, "measured"), (None, None), (None, None)]
    with closing(db.open_engine(empty_database)) as engine, engine.writing() as writer:
        writer.execute("UPDATE slots SET units_per_day = 3, units_per_day_basis = 'fleet'")
        writer.execute("UPDATE device_metrics SET estimated_slots = 2")
    migrate.rollback(empty_database, folder=estimating)
    rows = look(empty_database)[2]
    assert [dict(row)["units_per_day"] for row in rows["slots"]] == [None] * 3
    assert [dict(row)["days_of_inventory"] for row in rows["device_metrics"]] == [None]


def velocities(url):
    rows = [dict(row) for row in look(url)[2]["slots"]]
    return [(row["units_per_day"], row["units_per_day_basis"]) for row in rows]


def test_sums_by_day_are_those_of_reads_alone_once_imported_sales_are_gone(database_url):
    fill(database_url)
    with closing(db.open_engine(database_url)) as engine, engine.writing() as writer:
        for table in SUMS_BY_DAY:
            writer.execute(f"DELETE FROM {table}")
        (sale,) = writer.query("SELECT * FROM past_sales WHERE is_counted = 1")
        sums = sales_by_day.roll_up(writer)
        read = {**sale, "lost_units_e6": 0, "lost_cents_e6": 0}
        # What reads say, and what was imported beside it.
        sums.add(1, 1, [{**read, "units": 5, "amount_cents": 700}, read])
    before = MIGRATIONS[MIGRATIONS.index("0046.sales-history") - 1]
    migrate.rollback(database_url, to=before)
    rows = look(database_url)[2]
    for table in SUMS_BY_DAY:
        assert [(dict(row)["units"], dict(row)["amount_cents"]) for row in rows[table]] == [
            (5, 700)
        ]


SUMS_BY_DAY = (
    *("daily_device_sales", "daily_product_sales", "daily_selection_sales"),
    *("daily_route_sales", "daily_location_sales", "daily_sales"),
)


def test_orders_of_before_count_for_their_day(empty_database, folder_up_to):
    migrate.upgrade(empty_database, folder=folder_up_to("0013.orders-of-a-day"))
    fill(empty_database)
    with closing(db.open_engine(empty_database)) as engine, engine.writing() as writer:
        for order_id, status, day in (
            (2, "planned", None),
            (3, "completed", None),
            (4, "completed", "2026-02-02"),
            (5, "cancelled", None),
        ):
            writer.execute(
                """
                INSERT INTO service_orders (id, route_id, status, scheduled_on, notes, units,
                    created_at)
                VALUES (:id, 1, :status, :day, '', 1, '2026-01-31T08:00:00Z')
                """,
                {"id": order_id, "status": status, "day": day},
            )
            writer.execute(
                """
                INSERT INTO service_order_cabinets
                    (service_order_id, cabinet_id, position, closed_at)
                VALUES (:id, 1, 1, '2026-01-31T09:00:00Z')
                """,
                {"id": order_id},
            )
    migrate.upgrade(empty_database)
    rows = [dict(row) for row in look(empty_database)[2]["service_orders"]]
    days = {row["id"]: row["service_on"] for row in rows}
    assert days == {1: "2026-02-01", 2: None, 3: "2026-01-31", 4: "2026-02-02", 5: None}


def add_orders_without_a_route(writer):
    for order_id, day in ((102, "2026-02-02"), (103, "2026-02-03")):
        writer.execute(
            """
            INSERT INTO service_orders (id, status, notes, units, created_at)
            VALUES (:id, 'planned', '', 1, :at)
            """,
            {"id": order_id, "at": f"{day}T08:00:00Z"},
        )


def routes_of_orders(rows):
    """order -> the name of its route."""
    names = {row["id"]: row["name"] for row in map(dict, rows["routes"])}
    orders = map(dict, rows["service_orders"])
    return {row["id"]: row["route_id"] and names[row["route_id"]] for row in orders}


def test_an_older_version_finds_orders_without_a_route_on_an_archived_one(database_url):
    """Nothing of them is lost, and they stay on it however often the schema moves."""
    live(database_url)
    with closing(db.open_engine(database_url)) as engine, engine.writing() as writer:
        add_orders_without_a_route(writer)
    before = look(database_url)[2]
    expected = {**routes_of_orders(before), 102: "No route", 103: "No route"}
    for _ in range(2):
        migrate.rollback(database_url, to="0022")
        rows = look(database_url)[2]
        assert routes_of_orders(rows) == expected
        (made,) = [row for row in map(dict, rows["routes"]) if row["name"] == "No route"]
        assert (made["archived_at"], made["driver_id"]) == ("2026-02-03T08:00:00Z", None)
        grams = {row["gram"] for row in map(dict, rows["search_grams"]) if is_of(row, made)}
        assert grams == {"no route"[begin:] for begin in range(8)}
        for table in ("service_order_cabinets", "service_order_items", "visits", "skips"):
            assert rows[table] == before[table]
        migrate.upgrade(database_url)
        assert routes_of_orders(look(database_url)[2]) == expected


def grams_of(rows, noun):
    return [row for row in rows["search_grams"] if dict(row)["noun"] == noun]


def is_of(gram, route):
    return (gram["noun"], gram["noun_id"]) == ("route", route["id"])


def test_a_rollback_makes_no_route_where_every_order_has_one(database_url):
    live(database_url)
    before = look(database_url)[2]
    migrate.rollback(database_url, to="0022")
    rows = look(database_url)[2]
    assert (rows["routes"], grams_of(rows, "route")) == (
        before["routes"],
        grams_of(before, "route"),
    )


def test_every_table_has_a_row_to_be_tried_with(engine):
    with engine.writing() as writer:
        populate(writer)
        rows = read_rows(writer)
        assert [table for table in tables_of(writer) if not rows[table]] == []


def test_both_engines_get_the_same_schema(engine, tmp_path):
    """Tables, columns, types, nullability, defaults, keys, uniques, checks, indexes.

    Of triggers, the tables they guard: each engine has its own ways around a guard. On SQLite
    there are no nodes of another release.
    """
    if engine.name == "sqlite":
        pytest.skip("compared when the tests run on PostgreSQL")
    url = f"sqlite:///{tmp_path}/other.db"
    migrate.upgrade(url)
    with engine.reading() as here:
        guards = read_triggers(here) - released.FOR_ITS_NODES
        found = read_schema(here), {table for table, _ in guards}
    with closing(db.open_engine(url)) as other, other.reading() as there:
        expected = read_schema(there), {table for table, _ in read_triggers(there)}
    assert found == expected


@pytest.mark.parametrize("visited", [True, False])
def test_first_steps_are_for_who_did_not_record_a_visit_yet(empty_database, folder_up_to, visited):
    before = MIGRATIONS[MIGRATIONS.index("0047.first-steps") - 1]
    migrate.upgrade(empty_database, folder=folder_up_to(before))
    fill(empty_database)
    if not visited:
        with closing(db.open_engine(empty_database)) as engine, engine.writing() as writer:
            writer.execute("DELETE FROM count_acknowledgements")
            writer.execute("DELETE FROM price_answers")
            writer.execute("DELETE FROM visits")
    migrate.upgrade(empty_database)
    rows = look(empty_database)[2]
    [settings] = [dict(row) for row in rows["settings"]]
    recorded = [dict(row)["recorded_at"] for row in rows["visits"]]
    assert settings["first_steps_hidden_at"] == (min(recorded) if visited else None)
