"""What a transaction promises, the same on both engines."""

import threading
from contextlib import suppress

import pytest

import db
from errors import Invalid, Unavailable

INSERT = "INSERT INTO drinks (sku, units) VALUES (:sku, :units)"


def skus(engine):
    with engine.reading() as reader:
        return [row["sku"] for row in reader.query("SELECT sku FROM drinks ORDER BY id")]


def in_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_what_was_written_is_read(engine):
    with engine.writing() as writer:
        writer.execute(INSERT, {"sku": "tea", "units": 3})
    with engine.reading() as reader:
        assert db.one(reader, "SELECT sku, units FROM drinks WHERE sku = :sku", {"sku": "tea"}) == {
            "sku": "tea",
            "units": 3,
        }
        assert db.one(reader, "SELECT sku FROM drinks WHERE sku = :sku", {"sku": "no"}) is None
        assert db.scalar(reader, "SELECT units FROM drinks WHERE sku = :sku", {"sku": "tea"}) == 3
        assert db.scalar(reader, "SELECT units FROM drinks WHERE sku = :sku", {"sku": "no"}) is None


@pytest.mark.parametrize("number", [0, 1, 4, 21, 150])
def test_rows_go_in_together_and_in_their_order(engine, number):
    rows = [{"units": each, "sku": f"tea {each}"} for each in range(number)]
    with engine.writing() as writer:
        db.insert_rows(writer, "drinks", rows)
    with engine.reading() as reader:
        found = reader.query("SELECT units, sku FROM drinks WHERE sku <> 'cola' ORDER BY id")
        assert list(found) == rows


def test_an_error_undoes_the_whole_transaction(engine):
    def fail():
        with engine.writing() as writer:
            writer.execute(INSERT, {"sku": "tea", "units": 3})
            raise KeyError("anything")

    with pytest.raises(KeyError):
        fail()
    assert skus(engine) == ["cola"]


def test_a_reader_sees_one_moment(engine):
    def write():
        with engine.writing() as writer:
            writer.execute(INSERT, {"sku": "tea", "units": 3})

    with engine.reading() as reader:
        before = db.scalar(reader, "SELECT count(*) FROM drinks")
        in_thread(write)
        assert db.scalar(reader, "SELECT count(*) FROM drinks") == before
    assert skus(engine) == ["cola", "tea"]


def test_writing_while_reading_is_an_error(engine):
    with pytest.raises(Exception, match=r"read-?only"), engine.reading() as reader:
        reader.execute("DELETE FROM drinks")
    assert skus(engine) == ["cola"]


def test_a_transaction_inside_another_is_an_error(engine):
    with (
        pytest.raises(RuntimeError, match="already open"),
        engine.writing(),
        engine.reading(),
    ):
        pass
    assert skus(engine) == ["cola"]


def test_a_query_runs_even_when_nobody_looks_at_its_rows(engine):
    with engine.writing() as writer:
        writer.query("INSERT INTO drinks (sku) VALUES (:sku) RETURNING id", {"sku": "tea"})
    assert skus(engine) == ["cola", "tea"]


def test_atomic_undoes_only_what_is_inside(engine):
    with engine.writing() as writer:
        writer.execute(INSERT, {"sku": "tea", "units": 3})
        with suppress(KeyError), writer.atomic():
            writer.execute(INSERT, {"sku": "milk", "units": 3})
            raise KeyError("anything")
        with writer.atomic():
            writer.execute(INSERT, {"sku": "soup", "units": 3})
    assert skus(engine) == ["cola", "tea", "soup"]


def test_many_rows_are_written_at_once(engine):
    with engine.writing() as writer:
        writer.executemany(INSERT, [{"sku": f"s{n}", "units": n} for n in range(3)])
    assert skus(engine) == ["cola", "s0", "s1", "s2"]


def test_the_end_of_a_transaction_is_done_once_per_stage_in_their_order(engine):
    ran = []

    def counting(hooked):
        ran.append("counts")
        hooked.at_commit("audit", auditing)

    def auditing(hooked):
        ran.append("audit")
        hooked.execute(INSERT, {"sku": "tea", "units": 3})

    with engine.writing() as writer:
        writer.at_commit("device counts", counting)
        writer.at_commit("sales by day", lambda _: ran.append("sales"))
        writer.at_commit("sales by day", lambda _: ran.append("again"))
        assert ran == []
    assert ran == ["sales", "counts", "audit"]
    assert skus(engine) == ["cola", "tea"]


def test_a_stage_that_is_not_listed_is_refused(engine):
    with engine.writing() as writer, pytest.raises(ValueError, match="no stage of a commit"):
        writer.at_commit("afterwards", lambda _: None)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("device", 2), ("device", 1)),
        (("device", 1), ("service_order", 9)),
        (("audit_chain", 1), ("device", 1)),
    ],
)
def test_locks_in_another_order_than_everybody_s_are_refused(engine, first, second):
    with engine.writing() as writer:
        writer.lock(*second)
        writer.lock(*first)
        writer.lock(*second)  # which it holds
    with engine.writing() as writer:
        writer.lock(*first)
        with pytest.raises(RuntimeError, match=f"{second[0]} {second[1]} is locked after"):
            writer.lock(*second)


def test_what_a_transaction_created_needs_no_place_in_the_order(engine):
    with engine.writing() as writer:
        writer.lock("device", 7)
        writer.own("device", 3)
        writer.lock("device", 3)
    with engine.writing() as writer:
        writer.lock("device", 7)
        with pytest.raises(RuntimeError, match="device 3 is locked after device 7"):
            writer.lock("device", 3)


def test_what_an_undone_savepoint_locked_and_created_is_forgotten(engine):
    with engine.writing() as writer:
        writer.lock("device", 7)
        writer.own("device", 4)
        with suppress(KeyError), writer.atomic():
            writer.lock("audit_chain", 1)
            writer.own("device", 3)
            raise KeyError("anything")
        writer.lock("device", 4)
        with pytest.raises(RuntimeError, match="device 3 is locked after device 7"):
            writer.lock("device", 3)


def test_a_lock_without_a_place_in_the_order_is_refused(engine):
    with engine.writing() as writer, pytest.raises(ValueError, match="no place in the order"):
        writer.lock("drink", 1)


def test_a_failing_hook_undoes_the_transaction_and_is_forgotten(engine):
    def fail(_):
        raise KeyError("anything")

    def write():
        with engine.writing() as writer:
            writer.execute(INSERT, {"sku": "tea", "units": 3})
            writer.at_commit("audit", fail)

    with pytest.raises(KeyError):
        write()
    with engine.writing() as writer:
        writer.execute(INSERT, {"sku": "milk", "units": 3})
    assert skus(engine) == ["cola", "milk"]


@pytest.mark.parametrize(
    ("statement", "kind", "name"),
    [
        ("INSERT INTO drinks (sku) VALUES ('cola')", "unique", "sku"),
        ("UPDATE drinks SET units = -1", "check", "units_positive"),
        ("INSERT INTO drinks (sku) VALUES (NULL)", "not_null", "sku"),
        ("UPDATE drinks SET maker_id = 99", "foreign_key", None),
    ],
)
def test_a_violated_constraint_says_which(engine, statement, kind, name):
    with engine.writing() as writer:
        with pytest.raises(db.IntegrityError) as caught, writer.atomic():
            writer.execute(statement)
        assert caught.value.kind == kind
        assert name is None or caught.value.concerns(name)
        assert not caught.value.concerns("litres")
        writer.execute(INSERT, {"sku": "tea", "units": 1})
    assert skus(engine) == ["cola", "tea"]


def test_a_violated_index_on_an_expression_says_which(engine):
    with pytest.raises(db.IntegrityError) as caught, engine.writing() as writer:
        writer.execute("INSERT INTO drinks (sku, name) VALUES ('a', 'Tea'), ('b', 'TEA')")
    assert caught.value.kind == "unique"
    assert caught.value.concerns("drinks_name")


def test_a_violation_in_many_rows_is_told_too(engine):
    with pytest.raises(db.IntegrityError), engine.writing() as writer:
        writer.executemany(INSERT, [{"sku": "tea", "units": 1}, {"sku": "cola", "units": 1}])
    assert skus(engine) == ["cola"]


@pytest.mark.parametrize("value", ["lone \ud800 surrogate", 2**70])
def test_a_value_that_no_column_holds_is_invalid_not_a_crash(engine, value):
    column = "sku" if isinstance(value, str) else "units"
    with pytest.raises(Invalid), engine.writing() as writer:
        writer.execute(f"UPDATE drinks SET {column} = :value", {"value": value})
    assert skus(engine) == ["cola"]


def test_a_null_byte_is_invalid_on_postgresql(engine):
    if engine.name == "sqlite":
        pytest.skip("SQLite stores it")
    with pytest.raises(Invalid), engine.writing() as writer:
        writer.execute("UPDATE drinks SET sku = :value", {"value": "a\x00b"})


def test_numbers_and_bytes_come_back_as_themselves(engine):
    with engine.writing() as writer:
        writer.execute("UPDATE drinks SET litres = 0.33, label = :label", {"label": b"\x00\xff"})
        row = db.one(
            writer,
            """
            SELECT sum(units) AS units, avg(litres) AS litres, label,
                   CAST(units AS double precision) / 4 AS quarter
            FROM drinks GROUP BY label, units
            """,
        )
    assert row == {"units": 10, "litres": 0.33, "label": b"\x00\xff", "quarter": 2.5}
    assert [type(value) for value in row.values()] == [int, float, bytes, float]


def test_a_list_is_bound_as_one_value(engine):
    with engine.writing() as writer:
        writer.executemany(INSERT, [{"sku": f"s{n}", "units": n} for n in range(3)])
        found = writer.query(
            """
            SELECT sku FROM drinks
            WHERE units IN (SELECT CAST(value AS bigint) FROM json_each(:units)) ORDER BY units
            """,
            {"units": db.json_list([0, 2, 99])},
        )
        assert [row["sku"] for row in found] == ["s0", "s2"]
        rows = db.json_list([{"sku": "tea", "units": 5}, {"sku": "milk", "units": None}])
        writer.execute(
            """
            INSERT INTO drinks (sku, units)
            SELECT value ->> 'sku', COALESCE(CAST(value ->> 'units' AS bigint), 7)
            FROM json_each(:rows) ORDER BY key
            """,
            {"rows": rows},
        )
        assert db.scalar(writer, "SELECT units FROM drinks WHERE sku = 'milk'") == 7


@pytest.mark.parametrize("ids", [[], [7, 9]])
def test_new_ids_continue_behind_inserted_ones(engine, ids):
    with engine.writing() as writer:
        writer.executemany(
            "INSERT INTO makers (id, name) VALUES (:id, 'x')", [{"id": each} for each in ids]
        )
        db.resume_ids(writer, ["makers"])
        added = db.scalar(writer, "INSERT INTO makers (name) VALUES ('y') RETURNING id")
    assert added == max(ids, default=0) + 1


def test_text_sorts_by_its_bytes(engine):
    with engine.writing() as writer:
        writer.executemany(INSERT, [{"sku": sku, "units": 1} for sku in ("b", "C", "a", "ä", "D")])
        found = [row["sku"] for row in writer.query("SELECT sku FROM drinks ORDER BY sku")]
    assert found == ["C", "D", "a", "b", "cola", "ä"]


def test_literals_with_colons_and_percents_stay_as_they_are(engine):
    with engine.reading() as reader:
        row = db.one(reader, "SELECT ':sku 50%' AS text, 7 % 4 AS rest WHERE 1 = :one", {"one": 1})
    assert row == {"text": ":sku 50%", "rest": 3}


def test_where_joins_the_conditions_that_are_on():
    assert db.where({"a = :a": True, "b = :b": False, "c IS NULL OR d = 1": True}) == (
        "WHERE (a = :a) AND (c IS NULL OR d = 1)"
    )
    assert db.where({"a = :a": False}) == ""


@pytest.mark.parametrize("url", ["mysql://x/y", "cvd.db", "sqlite://", "sqlite:///:memory:"])
def test_another_kind_of_database_is_refused(url):
    with pytest.raises(db.Refused):
        db.open_engine(url)


def test_twenty_writers_at_once_all_get_their_turn(engine):
    failed = []

    def add():
        try:
            for _ in range(10):
                with engine.writing() as writer:
                    writer.lock("device", 1)
                    units = db.scalar(writer, "SELECT units FROM drinks WHERE id = 1")
                    writer.execute("UPDATE drinks SET units = :units", {"units": units + 1})
        except Exception as error:  # noqa: BLE001  # whatever it is, the test must tell
            failed.append(error)

    threads = [threading.Thread(target=add) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with engine.reading() as reader:
        assert db.scalar(reader, "SELECT units FROM drinks") == 10 + 20 * 10


def test_a_writer_that_waits_too_long_is_told_to_try_again(url):
    engine = db.open_engine(url, patience_s=0.1)
    refused = []

    def write():
        try:
            with engine.writing() as writer:
                writer.lock("device", 1)
        except Unavailable as error:
            refused.append(error)

    with engine.writing() as writer:
        writer.lock("device", 1)
        in_thread(write)
    engine.close()
    assert len(refused) == 1


def test_the_statements_of_a_test_can_be_counted(engine, statements):
    with engine.writing() as writer:
        db.one(writer, "SELECT sku FROM drinks")
        writer.execute("DELETE FROM drinks")
    assert statements == ["SELECT sku FROM drinks", "DELETE FROM drinks"]
