"""Answers: what an operation's function gave, or what went wrong, in words of HTTP."""

from __future__ import annotations

import gzip
import hashlib
import logging
from typing import Any

import orjson
from werkzeug import datastructures
from werkzeug.exceptions import HTTPException
from werkzeug.http import dump_cookie, parse_etags

from contract import JSON, PROBLEM, Operation
from contract.results import Challenged, Download, Existing, Page, SentAway, SignedIn, SignedOut
from errors import (
    Malformed,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooLarge,
    Unavailable,
    UnsupportedType,
)
from settings import Settings
from web import assets, pages, pieces
from web.call import Answer, Call
from web.idempotency import Replay

log = logging.getLogger("cvd")
COMPRESSED_FROM_BYTES = 8 * 1024
# A year is for good (RFC 8246).
FOR_GOOD = "private, max-age=31536000, immutable"


def of_result(operation: Operation, result: Any, call: Call, settings: Settings) -> Answer:
    """The answer to a call that went well."""
    if isinstance(result, (dict, list)):
        return as_json(result, operation.status, call if operation.method == "get" else None)
    if isinstance(result, SignedIn):
        return _signed_in(operation, result, settings)
    if isinstance(result, SignedOut):
        return Answer(status=204).add({"Set-Cookie": _cookie(settings, "", max_age=0)})
    if isinstance(result, SentAway):
        cookie = _flow_cookie(settings, result.flow, max_age=result.minutes * 60)
        return as_json(result.body, operation.status).add({"Set-Cookie": cookie})
    if isinstance(result, Challenged):
        name, seconds = ceremony_cookie_name(settings), result.minutes * 60
        cookie = _cookie(settings, result.ceremony, max_age=seconds, name=name)
        return as_json(result.body, operation.status).add({"Set-Cookie": cookie})
    if isinstance(result, Download):
        return _download(result, call)
    if isinstance(result, Existing):
        return as_json(result.body, 200)
    if isinstance(result, Page):
        return _page(result, settings)
    return Answer(status=204)


def as_json(result: Any, status: int, asked: Call | None = None) -> Answer:
    """JSON; for the call that `asked` with a tag, and as 304 where it has the same already."""
    body = orjson.dumps(result)
    if asked is None:
        return Answer(body, status, [("Content-Type", JSON)])
    tag = hashlib.sha256(body).hexdigest()[:32]
    known = asked.header("IF_NONE_MATCH")
    if known and parse_etags(known).contains_weak(tag):
        return Answer(status=304).add({"ETag": f'"{tag}"'})
    if len(body) >= COMPRESSED_FROM_BYTES:
        return _long_json(body, status, tag, asked)
    return Answer(body, status, [("Content-Type", JSON), ("ETag", f'"{tag}"')])


def _long_json(body: bytes, status: int, tag: str, asked: Call) -> Answer:
    """Compressed if the caller takes it so: a phone waits longer for bytes than for that."""
    # Weak, because the same tag is on other bytes too (RFC 9110, 8.8.1).
    headers = [("Content-Type", JSON), ("ETag", f'W/"{tag}"'), ("Vary", "Accept-Encoding")]
    if asked.takes_gzip:
        body = gzip.compress(body, compresslevel=1, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    return Answer(body, status, headers)


def replayed(replay: Replay) -> Answer:
    """What was answered before to the same request."""
    return Answer(replay.body, replay.status, [("Content-Type", JSON)])


def of_error(error: Exception, call: Call) -> Answer:
    """One RFC 9457 problem document, whatever went wrong."""
    problem = error if isinstance(error, Problem) else _as_problem(error, call)
    if isinstance(problem, Unavailable):
        log.warning("%s", problem.detail, extra=_numbers(call))
    document = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "request_id": call.request_id,
        **problem.members(),
    }
    if call.trace_id is not None:
        document["trace_id"] = call.trace_id
    answer = Answer(orjson.dumps(document), problem.status, [("Content-Type", PROBLEM)])
    if isinstance(error, HTTPException) and error.code == 405:
        answer.headers.extend(each for each in error.get_headers() if each[0] == "Allow")
    return answer.add(problem.headers())


def session_cookie_name(settings: Settings) -> str:
    """Under TLS its prefix binds the cookie to this host and to TLS (RFC 6265bis)."""
    return "__Host-cvd_session" if settings.https else "cvd_session"


def device_cookie_name(settings: Settings) -> str:
    """As `session_cookie_name`, of the cookie by which a browser is known."""
    return "__Host-cvd_device" if settings.https else "cvd_device"


def flow_cookie_name(settings: Settings) -> str:
    """As `session_cookie_name`, of a sign-in that goes by another site."""
    return "__Host-cvd_flow" if settings.https else "cvd_flow"


def ceremony_cookie_name(settings: Settings) -> str:
    """As `session_cookie_name`, of a challenge that waits for a passkey."""
    return "__Host-cvd_passkey" if settings.https else "cvd_passkey"


def _numbers(call: Call) -> dict[str, str | None]:
    """By which a line of the log is found."""
    return {"request_id": call.request_id, "trace_id": call.trace_id}


def _as_problem(error: Exception, call: Call) -> Problem:
    if isinstance(error, HTTPException):
        return _of_http(error, call)
    log.error("%s", type(error).__name__, exc_info=error, extra=_numbers(call))
    return Problem(
        "Something went wrong in CVD itself; nothing was changed. "
        f"Tell your administrator the number {call.request_id}."
    )


def _of_http(error: HTTPException, call: Call) -> Problem:
    match error.code:
        case 404:
            return NotFound("There is nothing at this address.")
        case 405:
            return MethodNotAllowed(f"{call.method} is not possible here.")
        case 413:
            return TooLarge("The request is larger than is taken here.")
        case 415:
            return UnsupportedType("This media type is not taken here.")
    return Malformed(str(error.description or "The request could not be read."))


def _signed_in(operation: Operation, result: SignedIn, settings: Settings) -> Answer:
    answer = Answer(status=204) if result.body is None else as_json(result.body, operation.status)
    seconds = settings.session_absolute_hours * 3600
    answer.add({"Set-Cookie": _cookie(settings, result.token, max_age=seconds)})
    if result.ends_flow:
        answer.add({"Set-Cookie": _flow_cookie(settings, "", max_age=0)})
    if result.device is None:
        return answer
    seconds = result.device_days * 24 * 3600
    name = device_cookie_name(settings)
    return answer.add({"Set-Cookie": _cookie(settings, result.device, max_age=seconds, name=name)})


def _flow_cookie(settings: Settings, flow: str, *, max_age: int) -> str:
    return _cookie(settings, flow, max_age=max_age, name=flow_cookie_name(settings))


def _cookie(settings: Settings, token: str, *, max_age: int, name: str | None = None) -> str:
    return dump_cookie(
        name or session_cookie_name(settings),
        token,
        max_age=max_age,
        secure=settings.https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _page(result: Page, settings: Settings) -> Answer:
    policy = pages.content_security_policy(settings)
    plain, _ = assets.content(result.name)
    return Answer(plain).add(
        {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
    )


def _download(result: Download, call: Call) -> Answer:
    headers = datastructures.Headers([("Content-Type", result.media_type)])
    how = "attachment" if result.tag is None else "inline"
    headers.set("Content-Disposition", how, filename=result.filename)
    if result.tag is not None:
        headers.set("Cache-Control", FOR_GOOD)
        headers.set("ETag", f'"{result.tag}"')
        if parse_etags(call.header("IF_NONE_MATCH")).contains(result.tag):
            return Answer(status=304, headers=headers.to_wsgi_list())
    content = result.content
    body = content if isinstance(content, bytes) else pieces.of(content)
    if isinstance(body, bytes):
        return Answer(body, headers=headers.to_wsgi_list())
    return Answer(headers=headers.to_wsgi_list(), pieces=body, length=result.length)
