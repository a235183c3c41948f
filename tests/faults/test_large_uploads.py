"""Photos of 15 MB: on the disk while they come, gone whatever happens, and in nobody's way."""

from __future__ import annotations

import os
import re
import socket
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.fleet import make_fleet
from tests.faults.served import Client, Server, serving
from tests.faults.test_held_bodies import head, senders, status_of
from tests.kit.photos import photo_bytes

pytestmark = pytest.mark.spared("a file is taken in beside the database")

MIB = 2**20
LENGTH = 12 * MIB
SENDERS = 8
MOST_MORE_MIB = 25
SOON_S = 60
KIND = "multipart/form-data; boundary=b"
FIELDS = (
    b'--b\r\nContent-Disposition: form-data; name="noun"\r\n\r\ndevice\r\n'
    b'--b\r\nContent-Disposition: form-data; name="noun_id"\r\n\r\n1\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
)
END = b"\r\n--b--\r\n"


def form(content: bytes) -> bytes:
    return FIELDS + content + END


def padded(length: int) -> bytes:
    """A photo, and behind it as many bytes as make it so long."""
    return photo_bytes(kind="JPEG").ljust(length, b"\0")


def memory_mib(server: Server) -> float:
    status = Path(f"/proc/{server.workers()[0]}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def folders() -> tuple[str, str]:
    """Where temporary files of the server lie: where those of the tests do, or on the disk."""
    return tempfile.gettempdir(), "/var/tmp"


def spooled(server: Server) -> int:
    """How many bytes lie in files without a name that the worker has open."""
    count = 0
    for path in Path(f"/proc/{server.workers()[0]}/fd").iterdir():
        try:
            name = os.readlink(path)  # noqa: PTH115
            if name.startswith(folders()) and name.endswith("(deleted)"):
                count += path.stat().st_size
        except OSError:
            continue
    return count


def send_most(sender: socket.socket, token: str, length: int = LENGTH) -> None:
    # A machine that has much else to do takes a while to read it.
    sender.settimeout(SOON_S)
    sender.sendall(head("/api/files", KIND, length, token))
    sender.sendall(form(padded(length))[: length - 1])


def refused(server: Server, token: str, body: bytes) -> bool:
    """Whether an upload is refused for the moment, however much of it is still on its way."""
    with senders(server, 1) as (sender,):
        try:
            sender.sendall(head("/api/files", KIND, len(body), token))
            sender.sendall(body)
        except OSError:
            return True
        return status_of(sender) in (503, 0)


def soon(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + SOON_S
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return condition()


def test_large_files_that_are_held_lie_on_the_disk_and_small_bodies_still_find_room(
    database_url, tmp_path, note
):
    token = make_fleet(database_url, 1).token
    with (
        serving(database_url, tmp_path / "server.log") as server,
        closing(Client(server.port, token)) as client,
        senders(server, SENDERS) as held,
    ):
        client.get("/api/devices")
        before = memory_mib(server)
        for sender in held:
            send_most(sender, token)
        assert soon(lambda: spooled(server) > SENDERS * (LENGTH - MIB))
        more = memory_mib(server) - before
        note(f"MiB more for {SENDERS} uploads of 12 MiB", round(more, 1))
        assert more < MOST_MORE_MIB
        body = b'{"name": "Cola"}'.ljust(MIB)
        # By a connection of its own: the first may have been idle for too long by now.
        client.close()
        made = client.ask("POST", "/api/products", body, Content_Type="application/json")
        assert made.status == 201
        for sender in held:
            sender.close()
        assert soon(lambda: spooled(server) == 0)


def test_a_large_photo_arrives_whole_and_leaves_nothing_behind(database_url, tmp_path):
    token = make_fleet(database_url, 1).token
    with (
        serving(database_url, tmp_path / "server.log") as server,
        closing(Client(server.port, token)) as client,
    ):
        answer = client.ask("POST", "/api/files", form(padded(LENGTH)), Content_Type=KIND)
        assert answer.status == 201, str(answer)
        assert client.get(f"/api/files/{answer.json['id']}").status == 200
        assert spooled(server) == 0


def test_who_may_not_send_a_photo_is_answered_before_its_body(database_url, tmp_path):
    make_fleet(database_url, 1)
    with serving(database_url, tmp_path / "server.log") as server, senders(server, 1) as (sender,):
        sender.sendall(head("/api/files", KIND, LENGTH))
        assert status_of(sender) in (401, 413)


def test_a_file_that_is_too_large_is_refused_by_what_is_stated(database_url, tmp_path):
    token = make_fleet(database_url, 1).token
    with serving(database_url, tmp_path / "server.log") as server, senders(server, 1) as (sender,):
        sender.sendall(head("/api/files", KIND, 16 * MIB, token))
        assert status_of(sender) == 413


def test_more_than_the_disk_may_hold_is_refused_and_may_come_later(database_url, tmp_path):
    token = make_fleet(database_url, 1).token
    options = {"max_spooled_bytes": 20 * MIB}
    with (
        serving(database_url, tmp_path / "server.log", **options) as server,
        closing(Client(server.port, token)) as client,
        senders(server, 1) as (held,),
    ):
        send_most(held, token)
        assert soon(lambda: spooled(server) > LENGTH - MIB)
        whole = form(padded(LENGTH))
        assert refused(server, token, whole)
        held.close()
        assert soon(lambda: spooled(server) == 0)
        assert client.ask("POST", "/api/files", whole, Content_Type=KIND).status == 201


def test_a_worker_that_is_killed_midway_leaves_no_part_of_a_file(database_url, tmp_path):
    token = make_fleet(database_url, 1).token
    with (
        serving(database_url, tmp_path / "server.log") as server,
        senders(server, 1) as (held,),
    ):
        before = set(Path(folders()[0]).iterdir())
        send_most(held, token)
        assert soon(lambda: spooled(server) > LENGTH - MIB)
        server.kill_worker()
        assert set(Path(folders()[0]).iterdir()) <= before


@pytest.mark.parametrize("how", ["stops", "goes"])
def test_who_ends_in_the_middle_of_a_photo_leaves_nothing(database_url, tmp_path, how):
    token = make_fleet(database_url, 1).token
    with serving(database_url, tmp_path / "server.log") as server, senders(server, 1) as (sender,):
        send_most(sender, token)
        assert soon(lambda: spooled(server) > LENGTH - MIB)
        if how == "stops":
            sender.shutdown(socket.SHUT_WR)
            assert status_of(sender) == 400
        else:
            sender.close()
        assert soon(lambda: spooled(server) == 0)
        with closing(Client(server.port, token)) as client:
            assert client.get("/api/files?noun=device&noun_id=1").json["items"] == []
