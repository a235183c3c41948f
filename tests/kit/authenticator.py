"""A device that holds passkeys, in software: it signs what it is asked, and lies when told to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from tests.kit.people import PASSWORD, Answer, Person

ORIGIN = "http://localhost"
RP_ID = "localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One passkey. What it signs says `origin`, `rp_id` and `flags`; it counts unless `counts`
    is False, as platform passkeys do not.
    """

    origin: str = ORIGIN
    rp_id: str = RP_ID
    flags: int = PRESENT | VERIFIED
    counts: bool = True
    count: int = 0
    eddsa: bool = False
    algorithm: int = -7
    fmt: str = "none"
    handle: str = ""
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def __post_init__(self) -> None:
        self._key: Any = (
            ed25519.Ed25519PrivateKey.generate()
            if self.eddsa
            else ec.generate_private_key(ec.SECP256R1())
        )

    def made(self, asked: dict[str, Any], name: str = "Phone") -> dict[str, Any]:
        """What it answers to the challenge of a new passkey."""
        self.handle = asked["user_handle"]
        told = self.credential
        attested = bytes(16) + len(told).to_bytes(2, "big") + told + cbor2.dumps(self._cose())
        content = {
            "fmt": self.fmt,
            "attStmt": {},
            "authData": self._data(ATTESTED) + attested,
        }
        return {
            "name": name,
            "client_data": self._client_data("webauthn.create", asked["challenge"]),
            "attestation_object": encoded(cbor2.dumps(content)),
            "transports": ["internal", "hybrid"],
        }

    def signed(self, asked: dict[str, Any]) -> dict[str, str]:
        """What it answers to the challenge of a sign-in."""
        client_data = self._client_data("webauthn.get", asked["challenge"])
        data = self._data()
        told = data + hashlib.sha256(base64.urlsafe_b64decode(client_data + "==")).digest()
        signature = (
            self._key.sign(told) if self.eddsa else self._key.sign(told, ec.ECDSA(hashes.SHA256()))
        )
        return {
            "credential_id": encoded(self.credential),
            "client_data": client_data,
            "authenticator_data": encoded(data),
            "signature": encoded(signature),
            "user_handle": self.handle,
        }

    def _client_data(self, kind: str, challenge: str) -> str:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return encoded(json.dumps(told).encode())

    def _data(self, more: int = 0) -> bytes:
        self.count += self.counts
        party = hashlib.sha256(self.rp_id.encode()).digest()
        return party + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _cose(self) -> dict[int, Any]:
        if self.eddsa:
            return {1: 1, 3: -8, -1: 6, -2: self._key.public_key().public_bytes_raw()}
        numbers = self._key.public_key().public_numbers()
        x, y = (each.to_bytes(32, "big") for each in (numbers.x, numbers.y))
        return {1: 2, 3: self.algorithm, -1: 1, -2: x, -3: y}


def begin(person: Person) -> dict[str, Any]:
    """What a device is asked, for a new passkey of this person."""
    answer = person.post("/api/passkeys/challenge", json={"current_password": PASSWORD})
    assert answer.status == 200, answer.text
    asked: dict[str, Any] = answer.json
    return asked


def enrol(
    person: Person, device: Authenticator | None = None, name: str = "Phone"
) -> tuple[Authenticator, dict[str, Any]]:
    """A device with a passkey of this person, and what CVD answered."""
    device = device or Authenticator()
    answer = person.post("/api/passkeys", json=device.made(begin(person), name))
    assert answer.status == 201, answer.text
    return device, answer.json


def challenge(person: Person) -> dict[str, Any]:
    """What a device is asked to sign, in this browser."""
    answer = person.post("/api/auth/passkey")
    assert answer.status == 200, answer.text
    asked: dict[str, Any] = answer.json
    return asked


def sign_in_alone(person: Person, device: Authenticator) -> Answer:
    """Sign in by the passkey of a device and nothing else."""
    signed = device.signed(challenge(person))
    return person.post("/api/auth/passkey/session", json={"passkey": signed})
