"""Sealing: what lies in a vault can be read, and made, with the key alone.

The key is 32 bytes as hexadecimal digits in a file of its own (`flask backup key`). Two keys are
derived from it: one names content (HMAC-SHA256, so that a name tells nothing of it), the other
seals (AES-256-GCM with a random nonce). What an object is for is authenticated with it, so that
one in the place of another is noticed.

    an object: b"S" nonce (12 bytes) sealed            with a key
               b"P" SHA-256 (32 bytes) plain           without one (CVD_BACKUP_ENCRYPTED=0)
    inside:    b"z" deflated, or b"r" raw where that is no longer
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import zlib
from pathlib import Path
from typing import Any, Protocol

from storage.engines import database_file
from storage.engines.base import Refused

KEY_BYTES, NONCE_BYTES = 32, 12
MOST_BYTES = 256 * 2**20
SEALED, PLAIN, DEFLATED, RAW = b"S", b"P", b"z", b"r"


class Broken(Refused):
    """An object is cut, changed, or in the place of another."""


class Sealing(Protocol):
    """How objects are named and sealed."""

    mark: str | None

    def name_of(self, content: bytes) -> str:
        """The name of content: 64 hexadecimal digits."""

    def seal(self, content: bytes, what: str) -> bytes:
        """An object that holds the content; `what` says what it is for."""

    def unseal(self, sealed: bytes, what: str) -> bytes:
        """The content of an object. Raises Broken, also where it is for something else."""


class Sealed:
    """With a key."""

    def __init__(self, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # few need it

        self._naming = _derived(key, b"names")
        self._cipher: Any = AESGCM(_derived(key, b"seals"))
        # Tells one key from another, and nothing else.
        self.mark: str | None = _derived(key, b"mark").hex()[:32]

    def name_of(self, content: bytes) -> str:
        """As `Sealing.name_of`."""
        return hmac.new(self._naming, content, "sha256").hexdigest()

    def seal(self, content: bytes, what: str) -> bytes:
        """As `Sealing.seal`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed: bytes = self._cipher.encrypt(nonce, _packed(content), what.encode())
        return SEALED + nonce + sealed

    def unseal(self, sealed: bytes, what: str) -> bytes:
        """As `Sealing.unseal`."""
        from cryptography.exceptions import InvalidTag

        if not sealed.startswith(SEALED):
            raise Broken(f"{what} is not sealed, or is cut.")
        nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return _unpacked(self._cipher.decrypt(nonce, rest, what.encode()), what)
        except (InvalidTag, ValueError) as error:
            raise Broken(f"{what} is cut, changed, or another.") from error


class Plain:
    """Without a key: whoever can read the place can read everything."""

    mark: str | None = None

    def name_of(self, content: bytes) -> str:
        """As `Sealing.name_of`."""
        return hashlib.sha256(content).hexdigest()

    def seal(self, content: bytes, what: str) -> bytes:
        """As `Sealing.seal`."""
        packed = _packed(content)
        return PLAIN + _digest(packed, what) + packed

    def unseal(self, sealed: bytes, what: str) -> bytes:
        """As `Sealing.unseal`."""
        if not sealed.startswith(PLAIN):
            raise Broken(f"{what} is sealed, or is cut.")
        digest, packed = sealed[1:33], sealed[33:]
        if digest != _digest(packed, what):
            raise Broken(f"{what} is cut, changed, or another.")
        return _unpacked(packed, what)


def make_key(path: Path) -> None:
    """A new key in a file of its own. Raises Refused where there is one already."""
    if path.exists():
        raise Refused(f"{path} exists already: a new key could not read what that one sealed.")
    database_file.make_private(path)
    path.write_text(secrets.token_hex(KEY_BYTES) + "\n", encoding="ascii")
    database_file.sync_file(path)
    database_file.sync_folder(path.parent)


def read_key(path: Path) -> bytes:
    """The key in a file. Raises Refused."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError as error:
        raise Refused(
            f"There is no key of backups at {path}: make one with `flask backup key`, or bring "
            "the one back that they were sealed with."
        ) from error
    except (OSError, ValueError) as error:
        raise Refused(f"{path} holds no key of backups.") from error
    if len(key) != KEY_BYTES:
        raise Refused(f"{path} holds no key of backups.")
    return key


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.new(key, b"CVD backup " + purpose, "sha256").digest()


def _digest(packed: bytes, what: str) -> bytes:
    return hashlib.sha256(what.encode() + b"\0" + packed).digest()


def _packed(content: bytes) -> bytes:
    deflated = zlib.compress(content, 1)
    return DEFLATED + deflated if len(deflated) < len(content) else RAW + content


def _unpacked(packed: bytes, what: str) -> bytes:
    if packed.startswith(RAW):
        return packed[1:]
    try:
        opened = zlib.decompressobj()
        content = opened.decompress(packed[1:], MOST_BYTES)
    except zlib.error as error:
        raise Broken(f"{what} is cut or changed.") from error
    if not opened.eof or not packed.startswith(DEFLATED):
        raise Broken(f"{what} is cut or changed.")
    return content
