"""Signing in by a provider that others wrote (oidc-provider, certified), over HTTP."""

import shutil
import socket
import subprocess
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
import requests

from app import create_app
from settings import PROJECT
from tests.kit.people import Person
from tests.services.people.test_provider import finish, go, known

FOLDER = PROJECT / "tests" / "provider"
CLIENT, SECRET = "cvd", "a secret + of the client"
PUBLIC = "http://localhost"
MOST_STEPS = 10


@pytest.fixture(scope="module")
def issuer():
    """Its address; everybody who comes is signed in there as Vera."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").is_dir():
        pytest.skip("oidc-provider is not installed (npm ci in tests/provider)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [node, "server.mjs", port, CLIENT, SECRET, f"{PUBLIC}/pages/login.html"]
    with subprocess.Popen(
        command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        assert any(line.strip() == "ready" for line in process.stdout)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture
def more_settings(issuer):
    return {
        "public_url": PUBLIC,
        "oidc_issuer": issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
    }


class NobodyMoves:
    """Stands for a provider where only the account's email is of interest."""

    person: ClassVar[dict[str, Any]] = {}


def visit(url):
    """What a browser brings back that goes to `url`."""
    with requests.Session() as browser:
        for _ in range(MOST_STEPS):
            answer = browser.get(url, allow_redirects=False, timeout=10)
            url = urljoin(url, answer.headers["Location"])
            if url.startswith(PUBLIC):
                return dict(parse_qsl(urlsplit(url).query))
    raise AssertionError("it never came back")


def test_who_signs_in_there_is_signed_in_here(admin, viewer, visitor):
    known(admin, NobodyMoves)
    brought = visit(go(visitor))
    assert brought.keys() == {"code", "state", "iss"}
    answer = finish(visitor, brought)
    assert answer.status == 200, answer.text
    assert answer.json["username"] == "vera"
    # The code is used up there, and the sign-in here.
    assert finish(visitor, brought).status == 409


def test_a_code_of_another_browser_is_no_use(admin, viewer, visitor):
    known(admin, NobodyMoves)
    stolen = visit(go(visitor))["code"]
    thief = visitor.elsewhere()
    own = visit(go(thief))
    answer = finish(thief, {**own, "code": stolen})
    assert (answer.status, "no longer knows this sign-in" in answer.json["detail"]) == (401, True)


def test_a_wrong_secret_is_said_with_the_place_to_set_it(admin, app, settings):
    wrong = create_app(replace(settings, oidc_client_secret="wrong"))
    person = Person(wrong)
    answer = finish(person, visit(go(person)))
    wrong.extensions["cvd"]["engine"].close()
    assert (answer.status, "CVD_OIDC_CLIENT_SECRET" in answer.json["detail"]) == (503, True)
