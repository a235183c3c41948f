"""Destinations: no URL makes this server call itself, or tell a cloud's secrets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from services.webhooks import destinations, webhook_calls
from services.webhooks.destinations import NotAllowed
from tests.kit.people import Person
from tests.kit.receiver import LOOPBACK, Receiver

REFUSED = [
    "http://127.0.0.1/",
    "http://127.9.9.9:8080/",
    "http://localhost/",
    "http://a.localhost/",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fd00:ec2::23]/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
]
ALLOWED = [
    "https://erp.example/hooks",
    "http://192.168.1.20:8080/hook",
    "http://10.0.0.5/",
    "https://[fd12:3456::1]/",
    "https://93.184.215.14/",
]
BEGUN = b"HTTP/1.1 "


@pytest.mark.parametrize("url", REFUSED)
def test_a_url_that_leads_to_this_machine_or_to_secrets_is_refused(url: str) -> None:
    with pytest.raises(NotAllowed):
        destinations.check(url, [])


@pytest.mark.parametrize("url", ALLOWED)
def test_a_url_of_the_office_network_or_elsewhere_is_taken(url: str) -> None:
    destinations.check(url, [])


@pytest.mark.parametrize(
    "url", ["https://u:p@erp.example/", "https://erp.example/#a", "https://:80/", "http://a:0/"]
)
def test_a_url_that_nobody_can_be_sent_to_says_why(admin: Person, url: str) -> None:
    answer = admin.post("/api/webhooks", json={"url": url, "events": ["alert.opened"]})
    assert answer.status == 422
    assert answer.json["errors"][0]["pointer"] == "/url"


def test_what_is_listed_in_the_settings_is_allowed() -> None:
    destinations.check("http://127.0.0.1/", [LOOPBACK])
    with pytest.raises(NotAllowed):
        destinations.check("http://[::1]/", [LOOPBACK])


def test_a_name_that_leads_here_is_refused_when_it_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer_with(monkeypatch, "127.0.0.1")
    outcome = webhook_calls.post("http://rebinding.example/", b"{}", {}, allowed=[])
    assert outcome.status is None
    assert "is this machine itself" in str(outcome.problem)


@pytest.mark.parametrize("host", ["2130706433", "0177.0.0.1", "0x7f.1", "127.1"])
def test_another_spelling_of_this_machine_is_refused_when_it_is_called(host: str) -> None:
    outcome = webhook_calls.post(f"http://{host}/", b"{}", {}, allowed=[])
    assert (outcome.status, "is this machine itself" in str(outcome.problem)) == (None, True)


def test_a_name_with_one_address_that_is_refused_is_not_called_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer_with(monkeypatch, "93.184.215.14", "169.254.169.254")
    outcome = webhook_calls.post("http://both.example/", b"{}", {}, allowed=[])
    assert "link-local" in str(outcome.problem)


def test_a_name_is_asked_once_so_that_it_cannot_lead_elsewhere_meanwhile(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    asked = answer_with(monkeypatch, "127.0.0.1")
    url = f"http://once.example:{receiver.port}/hook"
    outcome = webhook_calls.post(url, b"{}", {}, allowed=[LOOPBACK])
    assert (outcome.status, asked) == (204, ["once.example"])
    assert receiver.got[0].headers["host"] == f"once.example:{receiver.port}"


def test_a_receiver_that_drips_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_calls, "CALL_WITHIN_S", 0.5)
    was_cut = threading.Event()
    with Listening(dripping(was_cut, BEGUN)) as port:
        outcome = webhook_calls.post(f"http://127.0.0.1:{port}/", b"{}", {}, allowed=[LOOPBACK])
        assert was_cut.wait(20)
    assert outcome.problem is not None
    assert "did not answer within" in outcome.problem


def test_an_answer_that_ends_with_its_connection_and_drips_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhook_calls, "CALL_WITHIN_S", 0.5)
    was_cut = threading.Event()
    with Listening(dripping(was_cut, b"HTTP/1.0 200 OK\r\n\r\n")) as port:
        outcome = webhook_calls.post(f"http://127.0.0.1:{port}/", b"{}", {}, allowed=[LOOPBACK])
        assert was_cut.wait(20)
    assert (outcome.status, outcome.problem) == (200, None)


def test_a_receiver_that_is_long_in_being_reached_has_no_more_time_than_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhook_calls, "CALL_WITHIN_S", 0.2)
    connect, was_cut = socket.create_connection, threading.Event()

    def slowly(*given: Any) -> socket.socket:
        threading.Event().wait(0.5)
        return connect(*given)

    monkeypatch.setattr(socket, "create_connection", slowly)
    with Listening(dripping(was_cut, BEGUN)) as port:
        outcome = webhook_calls.post(f"http://127.0.0.1:{port}/", b"{}", {}, allowed=[LOOPBACK])
        assert was_cut.wait(20)
    assert outcome.problem is not None
    assert "did not answer within" in outcome.problem


def test_the_authorities_are_read_once() -> None:
    assert webhook_calls._context() is webhook_calls._context()


def test_of_a_long_answer_no_more_is_read_than_is_kept(receiver: Receiver) -> None:
    receiver.status = 200
    receiver.answer = b"\0" + b"a" * 10 * webhook_calls.MOST_BYTES
    outcome = webhook_calls.post(receiver.url, b"{}", {}, allowed=[LOOPBACK])
    assert outcome.problem is None
    assert len(outcome.answer or "") == webhook_calls.KEPT_BYTES
    assert "\0" not in (outcome.answer or "")


def test_a_receiver_that_speaks_no_http_fails() -> None:
    with Listening(lambda each: each.sendall(b"SSH-2.0-OpenSSH\r\n")) as port:
        outcome = webhook_calls.post(f"http://127.0.0.1:{port}/", b"{}", {}, allowed=[LOOPBACK])
    assert outcome.problem is not None


def test_a_receiver_without_tls_is_told_of_in_words(receiver: Receiver) -> None:
    url = receiver.url.replace("http:", "https:")
    outcome = webhook_calls.post(url, b"{}", {}, allowed=[LOOPBACK])
    assert outcome.problem == "It does not speak TLS as it should."


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def answer_with(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name lead to these addresses; the names that are asked for."""
    asked: list[str] = []

    def answered(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        if host not in addresses:
            asked.append(host)
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        found = [host] if host in addresses else addresses
        return [(*kind, (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", answered)
    return asked


def dripping(was_cut: threading.Event, begun: bytes) -> Callable[[socket.socket], None]:
    """An answer that begins so and never ends; `was_cut` where the other side ended it."""

    def drip(each: socket.socket) -> None:
        try:
            each.sendall(begun)
            for _ in range(100):
                each.sendall(b"a")
                threading.Event().wait(0.05)
        except OSError:
            was_cut.set()

    return drip


class Listening:
    """A port at which `does` is done with whoever connects."""

    def __init__(self, does: Any) -> None:
        self._does = does
        self._socket = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> int:
        threading.Thread(target=self._serve, daemon=True).start()
        return int(self._socket.getsockname()[1])

    def __exit__(self, *_: Any) -> None:
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            each, _ = self._socket.accept()
            with each:
                each.recv(65536)
                self._does(each)
