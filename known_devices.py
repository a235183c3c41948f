"""Known devices: browsers in which an account has signed in before.

A browser keeps a cookie that says for whom it is known, since when, and a random
number, sealed with a key that lies outside of the database (audit_files.py). It opens
nothing: who has it is let try a password while somebody else fails in their name.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass

import clock
from db import AuditFiles, Key

KEPT_DAYS = 365
MOST_PEOPLE = 8
COOKIE = re.compile(
    r"([0-9]{1,18}(?:-[0-9]{1,18}){0,7})\.([0-9TZ:-]{20})\.([\w-]{16})\.([0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class Device:
    """One browser: the people it is known for, the last one first, and its number."""

    people: tuple[int, ...]
    number: str


def recognised(files: AuditFiles, cookie: str | None) -> Device | None:
    """The device whose cookie this is; None for none, an old or a made-up one."""
    found = COOKIE.fullmatch(cookie or "")
    if found is None:
        return None
    content = ".".join(found.groups()[:3])
    keys = files.keys()
    if not any(hmac.compare_digest(_seal(key, content), found[4]) for key in keys):
        return None
    now = clock.now()
    if not clock.later(now, days=-KEPT_DAYS) < found[2] < clock.ahead(now):
        return None
    return Device(tuple(int(number) for number in found[1].split("-")), found[3])


def cookie_for(files: AuditFiles, user_id: int, before: Device | None) -> str | None:
    """The cookie of a browser in which a user has just signed in; None before there is a key."""
    keys = files.keys()
    if not keys:
        return None
    others = [other for other in (before.people if before else ()) if other != user_id]
    people = "-".join(map(str, [user_id, *others][:MOST_PEOPLE]))
    number = before.number if before else secrets.token_urlsafe(12)
    content = f"{people}.{clock.now()}.{number}"
    return f"{content}.{_seal(keys[-1], content)}"


def _seal(key: Key, content: str) -> str:
    return key.mac(f"device {content}".encode())
