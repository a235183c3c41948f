"""A provider of OpenID Connect that says whatever a test lets it say, over HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from db import Engine
from tests.kit.people import Person

CLIENT = "cvd"
SECRET = "a secret + of the client"


class FakeProvider:
    """Signs anybody in as `person`; `claims`, `signed` and `away` make it lie, or keep silent."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.states_issuer = self.issuer
        self.person: dict[str, Any] = {"sub": "s-1", "email": "", "email_verified": True}
        self.told: dict[str, Any] | None = None
        self.claims: dict[str, Any] = {}
        self.signed: Any = None
        self.away = False
        self.asked: list[str] = []
        self.grants: dict[str, dict[str, str]] = {}
        self.rotate()
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def rotate(self) -> None:
        """Sign with another key from now on, and show that alone."""
        self.key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)

    def visit(self, url: str) -> dict[str, str]:
        """What somebody brings back who goes to `url` and signs in there."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.grants) + 1}"
        self.grants[code] = asked
        return {"code": code, "state": asked["state"]}

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of who uses it."""
        return {
            "public_url": "http://localhost",
            "oidc_issuer": self.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
        }

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.states_issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def token(self, form: dict[str, str], basic: str) -> tuple[int, dict[str, Any]]:
        expected = base64.b64encode(f"{CLIENT}:a%20secret%20%2B%20of%20the%20client".encode())
        if basic != f"Basic {expected.decode()}":
            return 401, {"error": "invalid_client"}
        asked = self.grants.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
            **self.person,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        token = self.signed(claims) if self.signed else self.sign(claims)
        return 200, {"id_token": token, "access_token": "opaque", "token_type": "Bearer"}

    def sign(self, claims: dict[str, Any]) -> str:
        header = {"alg": "ES256", "kid": self.key.kid}
        return jwt.encode(header, claims, self.key)

    def sign_with_nothing(self, claims: dict[str, Any]) -> str:
        return f"{_part({'alg': 'none'})}.{_part(claims)}."

    def sign_with_the_public_key(self, claims: dict[str, Any]) -> str:
        """As if the text of the public key, which everybody knows, were a secret."""
        header = {"alg": "HS256", "kid": self.key.kid}
        content = f"{_part(header)}.{_part(claims)}"
        # The library refuses to be used like this.
        secret = self.key.as_pem(private=False)
        signature = hmac.digest(secret, content.encode(), "sha256")
        return f"{content}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    def sign_with_the_secret(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET.ljust(32)))

    def sign_with_another_key(self, claims: dict[str, Any]) -> str:
        other = RSAKey.generate_key(2048)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, other)


def sign_in_by(provider: FakeProvider, engine: Engine, person: Person) -> Person:
    """The same person in another browser, signed in by the provider."""
    email = f"person{person.id}@example.com"
    with engine.writing() as db:
        db.execute(
            "UPDATE users SET email = :email WHERE id = :id", {"email": email, "id": person.id}
        )
    told = {"sub": email, "email": email, "email_verified": True}
    provider.person = {**told, "amr": ["mfa"]}
    there = person.elsewhere()
    brought = provider.visit(there.post("/api/auth/provider").json["url"])
    answer = there.post("/api/auth/provider/session", json=brought)
    assert answer.status == 200, answer.text
    return there


def _part(what: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(what).encode()).rstrip(b"=").decode()


def _handler(provider: FakeProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path == "/authorize":
                self._send_back()
                return
            answers = {
                "/.well-known/openid-configuration": provider.metadata(),
                "/keys": {"keys": [provider.key.as_dict(private=False)]},
                "/userinfo": provider.told or {},
            }
            self._answer(200 if path in answers else 404, answers.get(path, {}))

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(sent).items()}
            self._answer(*provider.token(form, self.headers.get("Authorization", "")))

        def _send_back(self) -> None:
            asked = dict(parse_qsl(urlsplit(self.path).query))
            back = provider.visit(self.path)
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?code={back['code']}"
                             f"&state={back['state']}")  # fmt: skip
            self.end_headers()

        def _answer(self, status: int, content: Any) -> None:
            provider.asked.append(self.path)
            if provider.away:
                status, content = 503, {}
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
