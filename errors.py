"""Domain errors: what went wrong, in words for the person who asked.

Services raise these; `app.py` turns each into one RFC 9457 problem document.
They know nothing of Flask: `status` and `title` are the wording of HTTP kept
in one table, so no service names a number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

FEW = 3


class Problem(Exception):
    """Base of every refusal. `detail` is a sentence: what happened and what to do now.

    A refusal undoes its transaction. `afterwards(db)`, where a service sets it, is
    what must be kept all the same: it runs in a writing transaction of its own.
    """

    status = 500
    title = "Internal error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.afterwards: Callable[[Any], None] | None = None

    def members(self) -> dict[str, Any]:
        """The members this problem adds to its document."""
        return {}

    def headers(self) -> dict[str, str]:
        """The headers this problem adds to its answer."""
        return {}


class Malformed(Problem):
    status = 400
    title = "Malformed request"


class Unauthenticated(Problem):
    status = 401
    title = "Not signed in"


class CodeNeeded(Unauthenticated):
    """The password is right, and the second factor is still to be shown.

    `passkeys` ([{id, transports}]) sign at this address; `has_app` where an app shows codes.
    """

    title = "Code needed"

    def __init__(self, detail: str, *, passkeys: list[dict[str, Any]], has_app: bool) -> None:
        super().__init__(detail)
        self.passkeys = passkeys
        self.has_app = has_app

    def members(self) -> dict[str, Any]:
        return {"passkeys": self.passkeys, "authenticator_app": self.has_app}


class Forbidden(Problem):
    status = 403
    title = "Not allowed"


class NotFound(Problem):
    status = 404
    title = "Not found"


class MethodNotAllowed(Problem):
    status = 405
    title = "Method not allowed"


class Conflict(Problem):
    """A state or version that no longer holds; `current` is what holds now."""

    status = 409
    title = "Conflict"

    def __init__(self, detail: str, *, current: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.current = current

    def members(self) -> dict[str, Any]:
        return {} if self.current is None else {"current": self.current}


class TooLarge(Problem):
    status = 413
    title = "Too large"


class UnsupportedType(Problem):
    status = 415
    title = "Unsupported media type"


class Invalid(Problem):
    """Values that cannot be taken. `errors` name each place: [{"pointer", "message"}].

    One with `may_confirm` besides is taken when the same is sent with `confirmed`.
    """

    status = 422
    title = "Invalid values"

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(_in_words(errors))
        self.errors = errors

    @classmethod
    def at(cls, pointer: str, message: str) -> Invalid:
        """One wrong value at one place, e.g. `Invalid.at("/fills/0/added", "…")`."""
        return cls([{"pointer": pointer, "message": message}])

    def members(self) -> dict[str, Any]:
        return {"errors": self.errors}


def _in_words(errors: list[dict[str, Any]]) -> str:
    """The first few in one line; what a value is or must be needs its place in front."""
    messages = [
        f"{error['pointer'].removeprefix('/') or 'the body'} {message}"
        if message[:1].islower()
        else message
        for error in errors[:FEW]
        for message in [error["message"]]
    ]
    if len(errors) > FEW:
        messages.append(f"and {len(errors) - FEW} more")
    *before, last = messages
    return "; ".join([*(message.removesuffix(".") for message in before), last])


class TooMany(Problem):
    """Asked too often; `retry_after` is in seconds."""

    status = 429
    title = "Too many attempts"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)}


class Unavailable(Problem):
    """Nothing was changed; the same request may be sent again in `retry_after` seconds."""

    status = 503
    title = "Unavailable for the moment"

    def __init__(self, detail: str, *, retry_after: int = 2) -> None:
        super().__init__(detail)
        self.retry_after = retry_after

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)}


class StorageFull(Problem):
    status = 507
    title = "The disk is full"
