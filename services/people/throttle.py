"""Throttling: who tried a password in vain waits, and cannot make others wait for long.

A try is counted before its password is looked at, in a transaction of its own, and
taken back when the password was right: tries at the same moment are counted as well.
They are counted by account and address together, where a fifth failure begins a wait
that doubles up to five minutes. A browser in which the account signed in before (see
known_devices.py) is counted by itself instead. Besides, there are slow guards: for an
account over all addresses, and for an address over all accounts. Known browsers pass
those, so that nobody can keep a person, or an office, out by failing in their name.
No wait outlasts its longest, whatever the clock did meanwhile.
"""

from __future__ import annotations

import ipaddress
import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import clock
from db import Database, Row, one
from errors import TooMany

TRIES = 5
FIRST_WAIT_SECONDS = 4
LONGEST_WAIT_SECONDS = 300
ACCOUNT_TRIES = 50
ADDRESS_TRIES = 100
LONGEST_GUARD_SECONDS = 60
FORGET_AFTER_HOURS = 1
# Old rows are forgotten with every so many tries.
FORGET_EVERY = 64
IPV6_PREFIX = 64
SEPARATOR = "|"
# More failures than there can be.
EVERY = 2**53

_tries = itertools.count(1)
# Tries for the same come one after another: twelve at once that are right make nobody wait.
_turns = tuple(threading.Lock() for _ in range(64))


@dataclass(frozen=True, slots=True)
class Limit:
    """What is counted: after `tries` failures each further one doubles the wait, up to `longest_s`.

    What is somebody's own is forgotten when they succeed; a guard only takes that try back.
    """

    subject: str
    tries: int
    longest_s: int
    is_own: bool


def of_sign_in(username: str, address: str, *, device: str | None) -> tuple[Limit, ...]:
    """The limits of a try to sign in; `device` is the known browser from which it comes."""
    account, network = username.lower(), network_of(address)
    if device is not None:
        return (_own(f"device:{account}{SEPARATOR}{device}"),)
    return (_own(f"pair:{account}{SEPARATOR}{network}"), _account(account), _address(network))


def of_code(username: str, address: str, *, device: str | None) -> tuple[Limit, ...]:
    """The limits of a try with a code or a passkey, which a right password forgets none of."""
    begins = f"code:{username.lower()}{SEPARATOR}"
    if device is not None:
        return (_own(begins + device),)
    return (_own(begins + network_of(address)), _guard_of_account(f"{begins}anywhere"))


def of_session(session_id: int | None, address: str) -> tuple[Limit, ...]:
    """The limits of who is signed in, asked for the password again."""
    return (_own(f"session:{session_id}"), _address(network_of(address)))


def of_address(address: str) -> tuple[Limit, ...]:
    """The limits of a link that names nobody."""
    network = network_of(address)
    return (_own(f"pair:{SEPARATOR}{network}"), _address(network))


def network_of(address: str) -> str:
    """The address as it is counted: of IPv6 the /64, of which everybody has a whole one."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:60]
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, IPV6_PREFIX), strict=False))


@contextmanager
def in_turn(limits: Sequence[Limit]) -> Iterator[None]:
    """Wait until nobody else in this process tries the same."""
    numbers = sorted({hash(limit.subject) % len(_turns) for limit in limits if limit.is_own})
    with ExitStack() as held:
        for number in numbers:
            held.enter_context(_turns[number])
        yield


def check(db: Database, limits: Sequence[Limit]) -> None:
    """TooMany while one of them has to wait."""
    now = clock.now()
    waits = [_wait(_found(db, limit, now), limit, now) for limit in limits]
    if seconds := max(waits):
        raise TooMany(
            f"Too many failed tries. Wait {seconds} {'second' if seconds == 1 else 'seconds'}, "
            "then try again.",
            retry_after=seconds,
        )


def reserve(db: Database, limits: Sequence[Limit]) -> list[Limit]:
    """Count a try before it is known how it ends; answers the limits of which it is the last try.

    Raises TooMany, having counted nothing.
    """
    for limit in sorted(limits, key=lambda limit: limit.subject):
        db.lock("login_failures", limit.subject)
    check(db, limits)
    now = clock.now()
    if next(_tries) % FORGET_EVERY == 0:
        _forget_old(db, now)
    reached = []
    for limit in limits:
        row = _found(db, limit, now)
        failures = (row["failures"] if row else 0) + 1
        _keep(db, limit, failures, now)
        if failures == limit.tries:
            reached.append(limit)
    return reached


def succeed(db: Database, limits: Sequence[Limit]) -> None:
    """Take the try back: it was right."""
    now = clock.now()
    for limit in sorted(limits, key=lambda limit: limit.subject):
        db.execute(
            "DELETE FROM login_failures WHERE subject = :subject AND failures <= :most",
            {"subject": limit.subject, "most": EVERY if limit.is_own else 1},
        )
        if not limit.is_own:
            db.execute(
                """
                UPDATE login_failures SET failures = failures - 1, blocked_until = :now
                WHERE subject = :subject
                """,
                {"subject": limit.subject, "now": now},
            )


def failures_of_account(db: Database, username: str) -> int:
    """How often somebody failed lately in the name of an account, from anywhere."""
    row = _found(db, _account(username.lower()), clock.now())
    return row["failures"] if row else 0


def unlock(db: Database, username: str) -> int:
    """Forget every failure in the name of an account; how many counts there were."""
    account = username.lower()
    begins = [f"{kind}:{account}{SEPARATOR}" for kind in ("pair", "device", "code")]
    return db.execute(
        """
        DELETE FROM login_failures
        WHERE subject = :subject
           OR substr(subject, 1, :pair_length) = :pair
           OR substr(subject, 1, :device_length) = :device
           OR substr(subject, 1, :code_length) = :code
        """,
        {
            "subject": f"account:{account}",
            "pair": begins[0],
            "pair_length": len(begins[0]),
            "device": begins[1],
            "device_length": len(begins[1]),
            "code": begins[2],
            "code_length": len(begins[2]),
        },
    ).rowcount


def _own(subject: str) -> Limit:
    return Limit(subject, TRIES, LONGEST_WAIT_SECONDS, is_own=True)


def _account(account: str) -> Limit:
    return _guard_of_account(f"account:{account}")


def _guard_of_account(subject: str) -> Limit:
    return Limit(subject, ACCOUNT_TRIES, LONGEST_GUARD_SECONDS, is_own=False)


def _address(network: str) -> Limit:
    return Limit(f"address:{network}", ADDRESS_TRIES, LONGEST_GUARD_SECONDS, is_own=False)


def _wait(row: Row | None, limit: Limit, now: str) -> int:
    """The seconds that are left; never more than a failure just now would bring."""
    if row is None:
        return 0
    until = min(row["blocked_until"], clock.later(now, seconds=limit.longest_s))
    left = clock.to_datetime(until) - clock.to_datetime(now)
    return max(0, int(left.total_seconds()))


def _found(db: Database, limit: Limit, now: str) -> Row | None:
    """What was counted, as far as it counts: lately, and not by a clock that ran ahead."""
    return one(
        db,
        """
        SELECT failures, blocked_until
        FROM login_failures
        WHERE subject = :subject AND last_failed_at > :old AND last_failed_at < :ahead
        """,
        {
            "subject": limit.subject,
            "old": clock.later(now, hours=-FORGET_AFTER_HOURS),
            "ahead": clock.ahead(now),
        },
    )


def _keep(db: Database, limit: Limit, failures: int, now: str) -> None:
    excess = failures - limit.tries
    delay = 0 if excess < 0 else min(limit.longest_s, FIRST_WAIT_SECONDS * 2 ** min(excess, 10))
    db.execute(
        """
        INSERT INTO login_failures (subject, failures, last_failed_at, blocked_until)
        VALUES (:subject, :failures, :now, :blocked_until)
        ON CONFLICT (subject) DO UPDATE SET
            failures = excluded.failures,
            last_failed_at = excluded.last_failed_at,
            blocked_until = excluded.blocked_until
        """,
        {
            "subject": limit.subject,
            "failures": failures,
            "now": now,
            "blocked_until": clock.later(now, seconds=delay),
        },
    )


def _forget_old(db: Database, now: str) -> None:
    db.execute(
        "DELETE FROM login_failures WHERE last_failed_at < :old OR last_failed_at > :ahead",
        {"old": clock.later(now, hours=-FORGET_AFTER_HOURS), "ahead": clock.ahead(now)},
    )
