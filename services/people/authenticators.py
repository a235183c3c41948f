"""Authenticators: the devices that hold passkeys, and what they answer, verified (WebAuthn).

No attestation is asked for: which make a device is decides nothing here. What arrives is taken
apart by the library webauthn, whatever anybody sent.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from errors import Unauthenticated
from services.people.ceremonies import Ceremony
from services.people.relying_party import RelyingParty

# ES256, EdDSA and RS256, as COSE numbers them: what devices have, the short keys first.
ALGORITHMS = (-7, -8, -257)
# Browsers make the others "none"; a device may vouch for itself.
ATTESTATIONS = ("none", "packed")
# Of a credential's id, in bytes; so says the standard (WebAuthn 3, 4), and sign-ins take no more.
LONGEST_ID = 1023
REFUSED = "What the device answered does not hold: begin again."

T = TypeVar("T")


class Made(NamedTuple):
    """A new passkey: texts in base64url, the key as COSE."""

    credential_id: str
    public_key: str
    sign_count: int


def made(
    party: RelyingParty, ceremony: Ceremony, *, client_data: str, attestation_object: str
) -> Made:
    """The passkey of a device that looked at who holds it. Raises Unauthenticated."""
    return _verified(lambda: _made(party, ceremony, client_data, attestation_object))


def signed(
    party: RelyingParty,
    ceremony: Ceremony,
    assertion: Mapping[str, str],
    *,
    public_key: str,
    looks: bool,
) -> int:
    """How often the device says it has signed. Raises Unauthenticated for what does not hold.

    With `looks` the device has to have looked at who holds it (a PIN, a finger, a face).
    """
    return _verified(lambda: _signed(party, ceremony, assertion, public_key, looks))


def _made(
    party: RelyingParty, ceremony: Ceremony, client_data: str, attestation_object: str
) -> Made:
    from webauthn import verify_registration_response  # few need it, and it is large
    from webauthn.helpers import parse_attestation_object, structs
    from webauthn.helpers.cose import COSEAlgorithmIdentifier

    attestation = _bytes(attestation_object)
    parsed = parse_attestation_object(attestation)
    stated = parsed.auth_data.attested_credential_data
    if parsed.fmt not in ATTESTATIONS or stated is None or len(stated.credential_id) > LONGEST_ID:
        raise Unauthenticated(REFUSED)
    found = verify_registration_response(
        credential=structs.RegistrationCredential(
            id=_text(stated.credential_id),
            raw_id=stated.credential_id,
            response=structs.AuthenticatorAttestationResponse(
                client_data_json=_bytes(client_data), attestation_object=attestation
            ),
        ),
        expected_challenge=_bytes(ceremony.challenge),
        expected_rp_id=party.id,
        expected_origin=party.origin,
        require_user_verification=True,
        supported_pub_key_algs=[COSEAlgorithmIdentifier(each) for each in ALGORITHMS],
    )
    return Made(_text(found.credential_id), _text(found.credential_public_key), found.sign_count)


def _signed(
    party: RelyingParty,
    ceremony: Ceremony,
    assertion: Mapping[str, str],
    public_key: str,
    looks: bool,
) -> int:
    from webauthn import verify_authentication_response
    from webauthn.helpers import structs

    credential_id = _bytes(assertion["credential_id"])
    verified = verify_authentication_response(
        credential=structs.AuthenticationCredential(
            id=_text(credential_id),
            raw_id=credential_id,
            response=structs.AuthenticatorAssertionResponse(
                client_data_json=_bytes(assertion["client_data"]),
                authenticator_data=_bytes(assertion["authenticator_data"]),
                signature=_bytes(assertion["signature"]),
            ),
        ),
        expected_challenge=_bytes(ceremony.challenge),
        expected_rp_id=party.id,
        expected_origin=party.origin,
        credential_public_key=_bytes(public_key),
        # The count is compared by who knows the passkey, to tell a copy from a lie.
        credential_current_sign_count=0,
        require_user_verification=looks,
    )
    return verified.new_sign_count


def _verified(verify: Callable[[], T]) -> T:
    try:
        return verify()
    except Exception as wrong:  # whatever the library stumbles over does not hold
        raise Unauthenticated(REFUSED) from wrong


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
