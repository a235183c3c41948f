"""The key that seals what CVD has to read again: secrets of second factors, and keys that sign
tokens.

It lies outside of the database, so that nobody gets in with a copy of that alone:

    cvd.db.secret-key   32 bytes as hexadecimal digits, readable by CVD's user only

With PostgreSQL it lies in CVD's folder under the database's name.
"""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from errors import Unavailable
from storage.engines import database_file
from storage.engines.base import Refused

KEY_BYTES = 32
NONCE_BYTES = 12


class SecretFile:
    """One key, made at first use."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def is_there(self) -> bool:
        return self.path.exists()

    def seal(self, text: str, *, owner: str, make: bool) -> str:
        """The text, readable only with the key and for the same owner.

        Where there is no key, `make` one. Raises Unavailable.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # few need it

        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self._key(make=make)).encrypt(nonce, text.encode(), owner.encode())
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def unseal(self, sealed: str, *, owner: str) -> str:
        """What was sealed for this owner. Raises Unavailable where the key is another or gone."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        content = base64.urlsafe_b64decode(sealed)
        try:
            key = AESGCM(self._key(make=False))
            return key.decrypt(
                content[:NONCE_BYTES], content[NONCE_BYTES:], owner.encode()
            ).decode()
        except InvalidTag:
            raise Unavailable(
                f"{self.path} is not the key that this was sealed with: bring that file back from "
                "a copy. A second factor can be reset instead."
            ) from None

    def _key(self, *, make: bool) -> bytes:
        try:
            if make and not self.is_there:
                self._make()
            key = bytes.fromhex(self.path.read_text(encoding="ascii").strip())
        except (OSError, ValueError, Refused) as error:
            raise Unavailable(
                f"The key of what is sealed cannot be used at {self.path} ({error}): bring that "
                "file back from a copy. A second factor can be reset instead."
            ) from error
        if len(key) != KEY_BYTES:
            raise Unavailable(f"{self.path} holds no key: bring that file back from a copy.")
        return key

    def _make(self) -> None:
        """Whole or not at all, and never over one that another process has just made."""
        database_file.drop_drafts(self.path)
        draft = database_file.draft_of(self.path, str(os.getpid()))
        draft.unlink(missing_ok=True)
        database_file.make_private(draft)
        draft.write_text(secrets.token_hex(KEY_BYTES) + "\n", encoding="ascii")
        database_file.sync_file(draft)
        try:
            os.link(draft, self.path)
        except FileExistsError:
            return
        finally:
            draft.unlink()
        database_file.sync_folder(self.path.parent)
