"""The security log: who tried, who got in, and what changed about who may, a line each.

Lines of the process log (logger `cvd.security`) with account and address. What somebody
did is in the audit log as well; a refused try, which anybody can make as often as they
like, is only here, at most so many a minute: the others are counted.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import watch

if TYPE_CHECKING:
    from auth import Actor

log = logging.getLogger("cvd.security")
LINES_A_MINUTE = 120
MINUTE_S = 60.0
LONGEST_NAME = 60
ACTIONS = (
    "session.",
    "user.",
    "api_key.",
    "token_family.",
    "signing_key.",
    "second_factor.",
    "passkey.",
    "sign_in_rule.",
    "audit_key.",
    "backup.",
)
# Changes that are told with their values.
TOLD = ("role", "username", "email", "disabled_at", "password_change_due")


class _Minute:
    """How many lines there were in the current minute, and how many were left out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began = float("-inf")
        self._lines = 0

    def takes_one(self) -> tuple[bool, int]:
        """Whether there is room for a line, and how many the minute before had no room for."""
        with self._lock:
            left_out = 0
            if time.monotonic() - self._began >= MINUTE_S:
                left_out = max(0, self._lines - LINES_A_MINUTE)
                self._began, self._lines = time.monotonic(), 0
            self._lines += 1
            return self._lines <= LINES_A_MINUTE, left_out


_minute = _Minute()


def refused(what: str, *, account: str, actor: Actor) -> None:
    """A try that was refused; the same words whether there is such an account or not."""
    watch.happened("sign_in", "refused")
    has_room, left_out = _minute.takes_one()
    if left_out:
        log.warning("%d more refused tries were not written down, of the minute before.", left_out)
    if has_room:
        log.warning("%s: %s", what, _who(account, actor), extra=_fields(account, actor))


def done(
    action: str,
    actor: Actor,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Something that the audit log has as well, if it is about who may do what."""
    if not action.startswith(ACTIONS):
        return
    known = {**(before or {}), **(after or {})}
    account = str(known.get("username") or actor.username)
    changed = [
        f"{name} {(before or {}).get(name)} -> {(after or {})[name]}"
        for name in TOLD
        if before and after and before.get(name) != after.get(name)
    ]
    told = f"{action}: {_who(account, actor)}, by {_shown(actor.username or 'nobody')}"
    if known.get("one_time_password"):
        told += ", with a one-time password"
    log.info("%s", "; ".join([told, *changed]), extra=_fields(account, actor))


def _who(account: str, actor: Actor) -> str:
    return f"account {_shown(account)}, address {actor.address or '-'}"


def _shown(name: str) -> str:
    """A name as anybody may have typed it: on one line, and not too long."""
    return repr(name[:LONGEST_NAME])


def _fields(account: str, actor: Actor) -> dict[str, str]:
    return {
        "account": account[:LONGEST_NAME],
        "address": actor.address,
        "request_id": actor.request_id,
    }
