"""The second seal of an entry of the audit log out of which a name was taken, as text.

It is `<name of the key>:<hex>` over what the entry says now and the seal that it had, always by
the key that seals the log: each new key seals it anew, so one by a key that somebody got hold of
since is worth nothing. Where the key before was away then, the seal that nobody could look at
stays behind the new one, after a space, held by it from then on.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import NamedTuple

from db import Key

BROKEN = ""  # a seal that fits nothing


class Shown(NamedTuple):
    """What a second seal shows; `away` names a key without which nobody can tell."""

    is_whole: bool
    away: str = ""


def key_name(seal: str) -> str:
    """The name of the key that a seal is by; "" of a plain one."""
    name, colon, _ = seal.partition(":")
    return name if colon else ""


def look(seal: str, content: bytes, keys: Mapping[str, Key], *, by: str) -> Shown:
    """Whether a second seal is over `content`, and by the key called `by`."""
    first, _, held = seal.partition(" ")
    if not by or key_name(first) != by:
        return Shown(is_whole=False)
    if by not in keys:
        return Shown(is_whole=True, away=by)
    over = _holding(held, content) if held else content
    if not hmac.compare_digest(first.encode(), keys[by].seal(over).encode()):
        return Shown(is_whole=False)
    return look(held, content, keys, by=key_name(held)) if held else Shown(is_whole=True)


def anew(seal: str, content: bytes, keys: Mapping[str, Key], *, by: str, key: Key) -> str:
    """The seal by `key`, which takes the place of one by the key called `by`."""
    shown = look(seal, content, keys, by=by)
    if not shown.is_whole:
        return BROKEN
    if not shown.away:
        return key.seal(content)
    held = seal if shown.away == by else seal.partition(" ")[2]
    return f"{key.seal(_holding(held, content))} {held}"


def _holding(held: str, content: bytes) -> bytes:
    return b"held " + held.encode() + b" " + content
