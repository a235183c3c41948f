"""The file of the database is moved or removed under the server, or gone when it starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass

import pytest

from app import create_app
from settings import PROJECT, Settings
from storage.engines import database_file
from storage.engines.sqlite import connect
from tests.faults.fleet import make_fleet
from tests.faults.served import Client, serving

JSON = "application/json"
BLIND = """
from storage.engines.sqlite import SqliteEngine
SqliteEngine._refuse_moved = lambda self: None
"""
BLIND_TO_LOGS = """
from storage.engines.sqlite import SqliteEngine
SqliteEngine._refuse_moved_log = lambda self: None
"""
FORGETFUL = """
from storage.engines import database_file
from storage.engines.sqlite import connect
database_file.refuse_lost = lambda path: None
"""


@pytest.fixture
def path(engine_name, database_url):
    if engine_name != "sqlite":
        pytest.skip("about the file of SQLite")
    return database_file.path_of(database_url)


def add(client: Client, name: str):
    body = json.dumps({"name": name}).encode()
    return client.ask("POST", "/api/products", body, Content_Type=JSON)


def write_where_the_file_is_gone(database_url, path, output, how, plant=None) -> None:
    token = make_fleet(database_url, 1).token
    elsewhere = path.with_name(path.name + ".elsewhere")
    with (
        serving(database_url, output, plant=plant) as server,
        closing(Client(server.port, token)) as client,
    ):
        assert add(client, "Before").status == 201
        if how == "moved":
            path.rename(elsewhere)
        else:
            elsewhere.hardlink_to(path)
            path.unlink()
        if how == "replaced":
            path.write_bytes(elsewhere.read_bytes())
        refused = add(client, "Meanwhile")
        assert refused.status == 503, refused
        assert "moved, removed or replaced" in refused.json["detail"]
        if how != "replaced":
            assert client.get("/api/health/ready").status == 503
            assert not path.exists()
        elsewhere.replace(path)
        assert add(client, "After").status == 201
        names = {item["name"] for item in client.get("/api/products?q=e&limit=50").json["items"]}
        assert {"Before", "After"} <= names
        assert "Meanwhile" not in names


@pytest.mark.parametrize("how", ["moved", "removed", "replaced"])
def test_nothing_is_acknowledged_that_is_written_elsewhere(database_url, path, tmp_path, how):
    write_where_the_file_is_gone(database_url, path, tmp_path / "server.log", how)


def names(client: Client) -> set[str]:
    return {item["name"] for item in client.get("/api/products?limit=50").json["items"]}


def write_where_the_log_is_gone(database_url, path, tmp_path, suffix, how, plant=None) -> None:
    token = make_fleet(database_url, 1).token
    log = path.with_name(path.name + suffix)
    elsewhere = path.with_name("elsewhere")
    with (
        serving(database_url, tmp_path / "server.log", plant=plant) as server,
        closing(Client(server.port, token)) as client,
    ):
        assert add(client, "Before").status == 201
        log.rename(elsewhere)
        if how == "replaced":
            log.write_bytes(elsewhere.read_bytes())
        refused = add(client, "Meanwhile")
        assert refused.status == 503, refused
        assert "moved, removed or replaced" in refused.json["detail"]
        assert add(client, "Meanwhile").status == 503
        if how == "put back":
            elsewhere.replace(log)
            assert add(client, "After").status == 201
        elif suffix == "-wal" and how == "removed":
            assert client.get("/api/health/ready").status == 503
        assert server.stop() == 0
    with (
        serving(database_url, tmp_path / "again.log") as server,
        closing(Client(server.port, token)) as client,
    ):
        assert "Before" in names(client)
        assert "Meanwhile" not in names(client)
        assert ("After" in names(client)) == (how == "put back")


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
@pytest.mark.parametrize("how", ["removed", "replaced", "put back"])
def test_nothing_is_acknowledged_that_is_written_to_a_log_without_a_name(
    database_url, path, tmp_path, suffix, how
):
    write_where_the_log_is_gone(database_url, path, tmp_path, suffix, how)


def test_a_server_that_does_not_look_at_its_log_is_caught(database_url, path, tmp_path):
    with pytest.raises(AssertionError, match="201"):
        write_where_the_log_is_gone(
            database_url, path, tmp_path, "-wal", "removed", plant=BLIND_TO_LOGS
        )


def test_a_server_that_does_not_look_at_its_file_is_caught(database_url, path, tmp_path):
    with pytest.raises(AssertionError, match="201"):
        write_where_the_file_is_gone(
            database_url, path, tmp_path / "server.log", "removed", plant=BLIND
        )


@dataclass(frozen=True)
class Told:
    """What a command came to, and said."""

    code: int
    text: str


def flask(path, *arguments: str) -> Told:
    """A command over the database at this path; to serve, in a process of its own."""
    if arguments == ("serve",):
        return flask_apart(path, *arguments)
    app = create_app(Settings(database_url=f"sqlite:///{path}"))
    done = app.test_cli_runner().invoke(args=[*arguments])
    app.extensions["cvd"]["engine"].close()
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Told(done.exit_code, done.output)


def flask_apart(path, *arguments: str, plant: str = "") -> Told:
    others = {name: text for name, text in os.environ.items() if not name.startswith("CVD_")}
    script = (
        f"import sys; sys.path.insert(0, {str(PROJECT)!r})\n{plant}\n"
        "from flask.cli import main\n"
        f"sys.argv = ['flask', '--app', {str(PROJECT / 'app.py')!r}, *{arguments!r}]\nmain()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        env=others | {"CVD_DATABASE_URL": f"sqlite:///{path}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stdout, done.stdout
    return Told(done.returncode, done.stdout)


@pytest.mark.parametrize("sign", [".installed", "-wal"])
def test_no_database_is_made_anew_where_there_was_one(engine_name, tmp_path, sign):
    if engine_name != "sqlite":
        pytest.skip("about the file of SQLite")
    path = tmp_path / "cvd.db"
    backup = tmp_path / "cvd.backup"
    assert flask(path, "db", "upgrade").code == 0
    assert flask(path, "backup", str(backup)).code == 0
    path.unlink()
    mark = path.with_name("cvd.db.installed")
    if sign == "-wal":
        mark.unlink()
        path.with_name("cvd.db-wal").write_bytes(b"left")
    for command in (("db", "upgrade"), ("user", "list"), ("check",), ("serve",)):
        told = flask(path, *command)
        assert told.code == 1, command
        assert "is gone, but there was one" in told.text
        assert "flask restore" in told.text
        assert not path.exists()
    assert flask_apart(path, "db", "upgrade", plant=FORGETFUL).code == 0, "the plant does nothing"
    path.unlink()
    assert flask(path, "restore", str(backup)).code == 0
    assert flask(path, "check").code == 0


def test_no_command_touches_the_database_of_a_newer_version(engine_name, tmp_path):
    if engine_name != "sqlite":
        pytest.skip("the same code on both, tried on a file")
    path, backup = tmp_path / "cvd.db", tmp_path / "cvd.backup"
    assert flask(path, "db", "upgrade").code == 0
    assert flask(path, "backup", str(backup)).code == 0
    audit = tmp_path / "a.dex"
    audit.write_text("DXS*1*VA*V0/6*1")
    with closing(connect(path, timeout_s=1)) as connection:
        connection.execute(
            "INSERT INTO _yoyo_migration (migration_hash, migration_id, applied_at_utc) "
            "VALUES ('x', '9999_newer', '2026-01-01')"
        )
        connection.execute("INSERT INTO _migration_hashes VALUES ('9999_newer', 'x')")
    before = path.read_bytes()
    for command in (
        ("db", "upgrade"),
        ("db", "rollback"),
        ("user", "list"),
        ("user", "add", "eve", "--role", "admin", "--password-stdin"),
        ("dex", "import", str(audit)),
        ("backup", str(tmp_path / "again.backup")),
        ("restore", str(backup)),
        ("serve",),
        ("check",),
    ):
        told = flask(path, *command)
        assert told.code == 1, (command, told)
        assert "9999_newer" in told.text, (command, told)
    assert path.read_bytes() == before
    assert not (tmp_path / "again.backup").exists()
