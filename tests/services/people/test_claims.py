"""Claims of a provider: what a token has to be before anybody reads what it says."""

import time

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from errors import Unauthenticated
from services.people import claims

ASKED = {"issuer": "https://login.example", "audience": "cvd", "nonce": "n-1"}
pytestmark = pytest.mark.once("nothing here looks at the database")


def token_of(key, alg):
    now = int(time.time())
    said = {"iss": ASKED["issuer"], "aud": "cvd", "sub": "s-1", "nonce": "n-1",
            "iat": now, "exp": now + 60}  # fmt: skip
    return jwt.encode({"alg": alg, "kid": key.kid}, said, key, algorithms=[alg])


def test_a_key_of_the_provider_vouches():
    key = ECKey.generate_key("P-256", auto_kid=True)
    assert claims.verified(token_of(key, "ES256"), [key], **ASKED)["sub"] == "s-1"


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_a_secret_vouches_for_nobody_even_where_it_is_among_the_keys(alg):
    secret = OctKey.generate_key(512, auto_kid=True)
    with pytest.raises(Unauthenticated):
        claims.verified(token_of(secret, alg), [secret], **ASKED)


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_an_algorithm_check_that_lets_secrets_in_is_caught(monkeypatch, alg):
    monkeypatch.setattr(claims, "ALGORITHMS", (*claims.ALGORITHMS, alg))
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        test_a_secret_vouches_for_nobody_even_where_it_is_among_the_keys(alg)


def test_a_secret_is_no_key_of_a_provider():
    secret = OctKey.generate_key(256, auto_kid=True)
    public = ECKey.generate_key("P-256", auto_kid=True)
    published = {"keys": [secret.as_dict(private=True), public.as_dict(private=False)]}
    assert [key.kid for key in claims.keys_of(published)] == [public.kid]
