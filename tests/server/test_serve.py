"""`flask serve`: the real server, in a process of its own."""

import json
import logging
import multiprocessing
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPSConnection

import pytest

from app import create_app
from server import serve
from settings import PROJECT, Settings
from storage.audit_files import AuditFiles

SPARED = pytest.mark.spared("what is said at the start is said above the database")

FLASK = (sys.executable, "-m", "flask")
# Nothing waits as long on an idle machine: it ends the wait for what never comes.
WITHIN_S = 120
pytestmark = pytest.mark.slow
ONCE = pytest.mark.once("it is about the address, the connection or a setting, not the database")


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def environment(database_url, port):
    """What the server of this test reads."""
    others = {name: text for name, text in os.environ.items() if not name.startswith("CVD_")}
    mine = {"CVD_DATABASE_URL": database_url, "CVD_PORT": str(port), "CVD_HOST": "127.0.0.1"}
    create_app(Settings(database_url=database_url)).test_cli_runner().invoke(args=["db", "upgrade"])
    return others | mine


def flask(environment, *arguments, **options):
    return subprocess.run(
        [*FLASK, *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
        **options,
    )


@contextmanager
def serving(environment, connect=HTTPConnection):
    """The server, once it is ready: its process and a function that gets a path."""
    process = subprocess.Popen(
        [*FLASK, "serve"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:

        def get(path):
            connection = connect("127.0.0.1", int(environment["CVD_PORT"]), timeout=WITHIN_S)
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                return answer.status, answer.read().decode()
            finally:
                connection.close()

        _wait_until_ready(get)
        yield process, get
    finally:
        # Its workers too: they would keep the pipe open.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _wait_until_ready(get):
    deadline = time.monotonic() + WITHIN_S
    last = None
    while time.monotonic() < deadline:
        try:
            last = get("/api/health/ready")
        except OSError as error:
            last = error
        else:
            if last[0] == 200:
                return
        time.sleep(0.05)
    pytest.fail(f"The server did not become ready: {last}")


def sign_in(environment, name):
    """The status of a try with a wrong password, which is written down."""
    body = json.dumps({"username": name, "password": "wrong"})
    port = int(environment["CVD_PORT"])
    with closing(HTTPConnection("127.0.0.1", port, timeout=WITHIN_S)) as connection:
        headers = {"Content-Type": "application/json"}
        connection.request("POST", "/api/auth/login", body, headers)
        return connection.getresponse().status


def stopped(process, with_signal):
    process.send_signal(with_signal)
    output, _ = process.communicate(timeout=WITHIN_S)
    return process.returncode, output


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_prints_the_setup_link_and_stops_cleanly(environment, with_signal):
    with serving(environment) as (process, get):
        assert '"needed":true' in get("/api/setup")[1]
        code, output = stopped(process, with_signal)
    assert code == 0
    address = f"http://localhost:{environment['CVD_PORT']}"
    assert f"CVD is at {address} " in output
    assert re.search(rf"{address}/pages/setup\.html#token=[\w-]{{20,}}\n", output)
    assert "Traceback" not in output
    assert "WARNING" not in output


@SPARED
def test_it_says_how_far_the_audit_log_goes_when_it_starts_and_when_it_stops(environment):
    add = ("user", "add", "ada", "--role", "admin", "--password-stdin")
    assert flask(environment, *add, input="correct horse battery\n").returncode == 0
    with serving(environment) as (process, _):
        kept = AuditFiles(environment["CVD_DATABASE_URL"]).kept_head()
        assert kept is not None
        assert kept.entries == 1
        _, output = stopped(process, signal.SIGTERM)
    [first] = re.findall(r"The audit log starts at entry 1, seal (\w+:\w+)\.", output)
    [last] = re.findall(r"The audit log ends at entry 1, seal (\w+:\w+)\.", output)
    assert first == last


def test_only_a_worker_that_does_not_end_is_said_to_be_killed(monkeypatch):
    monkeypatch.setattr(serve, "ENDED_WITHIN_S", 0.2)
    killing = logging.makeLogRecord({"msg": "Killing worker-1 after it refused to stop"})
    other = logging.makeLogRecord({"msg": "Unexpected exit from worker-1"})
    worker = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))
    worker.start()
    # Servers of other tests may be children of this process as well.
    monkeypatch.setattr(multiprocessing, "active_children", lambda: [worker] * worker.is_alive())
    assert serve.is_true(killing)
    monkeypatch.setattr(serve, "ENDED_WITHIN_S", WITHIN_S)
    worker.terminate()
    assert not serve.is_true(killing)
    assert serve.is_true(other)


def test_an_orderly_stop_leaves_no_log_behind(environment):
    """One that is left is taken for a kill, and costs the next start a check in full."""
    if not environment["CVD_DATABASE_URL"].startswith("sqlite"):
        pytest.skip("about the file of SQLite")
    with serving(environment | {"CVD_WORKERS": "2", "CVD_THREADS": "2"}) as (process, _):
        for name in "abcd":
            assert sign_in(environment, name) == 401
        assert stopped(process, signal.SIGTERM)[0] == 0
    told = flask(environment, "check").stdout
    assert "quick check" in told
    assert "full check" not in told


@SPARED
def test_with_an_administrator_it_prints_no_setup_link(environment):
    add = ("user", "add", "ada", "--role", "admin", "--password-stdin")
    assert flask(environment, *add, input="correct horse battery\n").returncode == 0
    with serving(environment) as (process, _):
        _, output = stopped(process, signal.SIGTERM)
    assert "token=" not in output


@ONCE
def test_a_second_server_on_the_same_port_is_refused(environment):
    with serving(environment):
        second = flask(environment, "serve")
    assert second.returncode == 1
    assert f"Error: Port {environment['CVD_PORT']} on 127.0.0.1 cannot be used" in second.stderr


def test_commands_can_be_used_beside_the_server_but_not_an_upgrade(environment, tmp_path):
    with serving(environment) as (_, get):
        assert flask(environment, "backup", str(tmp_path / "b.zip")).returncode == 0
        assert flask(environment, "check").returncode == 0
        if environment["CVD_DATABASE_URL"].startswith("sqlite"):
            restored = flask(environment, "restore", str(tmp_path / "b.zip"))
            assert "stop the server" in restored.stderr
        assert get("/api/health/ready")[0] == 200


def test_several_workers_serve_one_database(environment):
    with serving(environment | {"CVD_WORKERS": "2"}) as (process, get):
        assert {get("/api/setup")[0] for _ in range(20)} == {200}
        assert stopped(process, signal.SIGTERM)[0] == 0


@ONCE
@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_it_serves_https_with_a_certificate(environment, tmp_path):
    pair = {"CVD_TLS_CERTIFICATE": tmp_path / "c.pem", "CVD_TLS_KEY": tmp_path / "k.pem"}
    subprocess.run(
        (
            "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost "
            f"-addext subjectAltName=IP:127.0.0.1 -out {pair['CVD_TLS_CERTIFICATE']} "
            f"-keyout {pair['CVD_TLS_KEY']}"
        ).split(),
        check=True,
        capture_output=True,
    )
    trusting = ssl.create_default_context(cafile=pair["CVD_TLS_CERTIFICATE"])

    def connect(*address, **options):
        return HTTPSConnection(*address, context=trusting, **options)

    secured = environment | {name: str(path) for name, path in pair.items()}
    with serving(secured, connect) as (process, _):
        _, output = stopped(process, signal.SIGTERM)
    assert f"https://127.0.0.1:{environment['CVD_PORT']}" in output


@ONCE
def test_a_key_of_another_certificate_is_refused(environment, tmp_path):
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    pair = {"CVD_TLS_CERTIFICATE": str(wrong), "CVD_TLS_KEY": str(wrong)}
    refused = flask(environment | pair, "serve")
    assert refused.returncode == 1
    assert "no matching pair" in refused.stderr


@ONCE
def test_a_bad_setting_stops_it_with_one_sentence(environment):
    refused = flask(environment | {"CVD_PORT": "http"}, "serve")
    assert refused.returncode == 1
    assert refused.stderr == (
        'Error: CVD_PORT must be a whole number from 1 to 65535, not "http".\n'
    )


@ONCE
def test_slow_senders_hold_up_nobody(environment):
    """As from a phone with a bad signal: the request begins, its end is long in coming."""
    port = int(environment["CVD_PORT"])
    head = (
        f"POST /api/products HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "Content-Type: application/json\r\nContent-Length: 40\r\n\r\n"
    )
    with serving(environment) as (process, get), ExitStack() as senders:
        slow = [
            senders.enter_context(
                closing(socket.create_connection(("127.0.0.1", port), timeout=WITHIN_S))
            )
            for _ in range(40)
        ]
        for sender in slow:
            sender.sendall(head.encode() + b'{"username": "a",')
        time.sleep(0.3)
        assert get("/api/health/live")[0] == 200
        for sender in slow[:30]:
            sender.sendall(b' "password": "bbbbbbb"}')
            assert sender.recv(12) == b"HTTP/1.1 401"
        for lost in slow[30:]:
            lost.close()
        assert get("/api/health/live")[0] == 200
        code, output = stopped(process, signal.SIGTERM)
    assert code == 0
    assert "Traceback" not in output


@ONCE
def test_a_body_that_is_too_long_is_refused_without_being_read(environment):
    port = int(environment["CVD_PORT"])
    with serving(environment):
        for length, body in (
            (f"Content-Length: {10**9}", b""),
            ("Transfer-Encoding: chunked", b"200000\r\n" + b" " * 0x200000 + b"\r\n0\r\n\r\n"),
        ):
            with closing(socket.create_connection(("127.0.0.1", port), timeout=WITHIN_S)) as sender:
                sender.sendall(
                    f"POST /api/auth/login HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                    f"Content-Type: application/json\r\n{length}\r\n\r\n".encode()
                    + body
                )
                assert sender.recv(12) == b"HTTP/1.1 413"
