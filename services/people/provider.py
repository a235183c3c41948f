"""The provider of OpenID Connect by which people sign in: where it is, and whom it vouches for.

Authorization code flow with PKCE. What it says of itself (discovery) and its keys are kept for
an hour; keys are asked for anew when a token is signed with another one.
"""

from __future__ import annotations

from functools import lru_cache
from time import monotonic
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from errors import Unauthenticated, Unavailable
from services.people import claims
from services.people.claims import UnknownKey, Vouched
from services.people.flows import Flow
from services.people.outer_calls import Away, OuterCalls
from settings import Settings

KEPT_S = 3600.0
OK = 200
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
INSTEAD = "Sign in with username and password instead, or try again in a minute."


class Provider:
    """One provider, and CVD as its client. Raises Unavailable while it is away or set up wrong."""

    def __init__(self, settings: Settings) -> None:
        issuer = settings.oidc_issuer or ""
        self.issuer = issuer
        self.name = settings.oidc_name or urlsplit(issuer).hostname or issuer
        self._settings = settings
        self._client = settings.oidc_client_id
        self._calls = OuterCalls()
        self._metadata: tuple[float, dict[str, Any]] = (float("-inf"), {})
        self._keys: tuple[float, list[Any]] = (float("-inf"), [])

    @property
    def return_address(self) -> str:
        """Where it sends people back to: exactly what is registered there."""
        return f"{self._settings.address}/pages/login.html"

    def metadata(self) -> dict[str, Any]:
        """What it says of itself."""
        read_at, known = self._metadata
        if monotonic() - read_at < KEPT_S:
            return known
        status, found = self._read(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if status != OK or not isinstance(found, dict):
            raise Unavailable(
                f"There is no provider at {self.issuer} (it answered {status}): correct "
                f"CVD_OIDC_ISSUER in CVD's settings. {INSTEAD}"
            )
        self._check(found)
        self._metadata = monotonic(), found
        return found

    def address_for(self, flow: Flow) -> str:
        """Where somebody goes to sign in."""
        endpoint = self.metadata()["authorization_endpoint"]
        asked = urlencode(
            {
                "response_type": "code",
                "client_id": self._client,
                "redirect_uri": self.return_address,
                "scope": self._settings.oidc_scopes,
                "state": flow.state,
                "nonce": flow.nonce,
                "code_challenge": flow.challenge,
                "code_challenge_method": "S256",
            }
        )
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{asked}"

    def person(self, flow: Flow, code: str) -> Vouched:
        """Whom the code stands for. Raises Unauthenticated where it is not good."""
        tokens = self._exchanged(flow, code)
        told = self._verified(str(tokens.get("id_token")), flow)
        role_claim = self._settings.oidc_role_claim
        if not claims.has(told, role_claim):
            told = {**self._more(tokens, told["sub"]), **told}
        return claims.vouched(told, role_claim=role_claim)

    def _exchanged(self, flow: Flow, code: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.return_address,
            "code_verifier": flow.verifier,
        }
        basic, form = self._as_client(form)
        try:
            status, found = self._calls.send(self.metadata()["token_endpoint"], form, basic=basic)
        except Away as away:
            raise self._away(away) from away
        answer = found if isinstance(found, dict) else {}
        if status == OK and answer:
            return answer
        why = answer.get("error")
        if why in ("invalid_client", "unauthorized_client"):
            raise Unavailable(
                f"{self.name} does not know CVD ({why}): correct CVD_OIDC_CLIENT_ID and "
                f"CVD_OIDC_CLIENT_SECRET in CVD's settings. {INSTEAD}"
            )
        raise Unauthenticated(f"{self.name} no longer knows this sign-in: begin again.")

    def _as_client(self, form: dict[str, str]) -> tuple[tuple[str, str] | None, dict[str, str]]:
        """How CVD says that it is CVD: as the provider takes it, in the header if it may choose."""
        secret = self._settings.oidc_client_secret
        ways = self.metadata().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if secret and "client_secret_basic" in ways:
            # RFC 6749, 2.3.1: both are encoded as in a form.
            return (quote(self._client, safe=""), quote(secret, safe="")), form
        return None, {
            **form,
            "client_id": self._client,
            **({"client_secret": secret} if secret else {}),
        }

    def _verified(self, token: str, flow: Flow) -> dict[str, Any]:
        for is_fresh in (False, True):
            try:
                return claims.verified(
                    token,
                    self._signing_keys(fresh=is_fresh),
                    issuer=self.issuer,
                    audience=self._client,
                    nonce=flow.nonce,
                )
            except UnknownKey:
                continue
        raise Unauthenticated(
            f"What {self.name} sent is not signed with a key of its own: begin again."
        )

    def _signing_keys(self, *, fresh: bool) -> list[Any]:
        read_at, known = self._keys
        if not fresh and monotonic() - read_at < KEPT_S:
            return known
        _, found = self._read(self.metadata()["jwks_uri"])
        keys = claims.keys_of(found)
        if not keys:
            raise Unavailable(f"{self.name} shows no keys that CVD knows. {INSTEAD}")
        self._keys = monotonic(), keys
        return keys

    def _more(self, tokens: dict[str, Any], subject: str) -> dict[str, Any]:
        """What it tells only when it is asked; nothing where that is of somebody else."""
        endpoint, token = self.metadata().get("userinfo_endpoint"), tokens.get("access_token")
        if (
            not isinstance(endpoint, str)
            or not isinstance(token, str)
            or not self._is_safe(endpoint)
        ):
            return {}
        status, found = self._read(endpoint, token=token)
        is_theirs = status == OK and isinstance(found, dict) and found.get("sub") == subject
        return found if is_theirs else {}

    def _read(self, url: str, *, token: str | None = None) -> tuple[int, Any]:
        try:
            return self._calls.read(url, token=token)
        except Away as away:
            raise self._away(away) from away

    def _away(self, away: Away) -> Unavailable:
        return Unavailable(f"{self.name} cannot be reached ({away}). {INSTEAD}")

    def _check(self, found: dict[str, Any]) -> None:
        if found.get("issuer") != self.issuer:
            raise Unavailable(
                f"The provider at {self.issuer} calls itself {str(found.get('issuer'))[:200]}: "
                f"set CVD_OIDC_ISSUER to exactly that in CVD's settings. {INSTEAD}"
            )
        for name in ENDPOINTS:
            if not self._is_safe(found.get(name)):
                raise Unavailable(
                    f"The provider at {self.issuer} states no {name} that begins with https://: "
                    f"check CVD_OIDC_ISSUER in CVD's settings. {INSTEAD}"
                )

    def _is_safe(self, url: Any) -> bool:
        schemes = ("https://", "http://") if self.issuer.startswith("http://") else ("https://",)
        return isinstance(url, str) and url.startswith(schemes)


@lru_cache(maxsize=4)
def of(settings: Settings) -> Provider | None:
    """The provider that the settings name; None where they name none."""
    return Provider(settings) if settings.oidc_issuer else None
