"""Binding: one operation of the contract becomes one Flask view.

The life of a request, in order: same-origin check, who is asking, may the role
do this, are path, query and body of the stated shape, one transaction around
the service function, the answer. What is decided first is answered first: a
body of a wrong shape sent to a noun the actor cannot see is a 404, not a 422.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from inspect import signature
from typing import Any
from urllib.parse import urlsplit

import orjson
from flask import Response, g, request

import auth
import idempotency
import pages
from auth import Actor
from contract import (
    FORMAT_PARAMETER,
    JSON,
    MULTIPART,
    NONE,
    READING,
    Body,
    Operation,
    Parameter,
    argument_name,
)
from db import Database, Engine
from errors import (
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    Problem,
    TooLarge,
    Unauthenticated,
    UnsupportedType,
)
from outcomes import Download, Existing, SignedIn, SignedOut, Upload
from services.changes import check_version
from settings import Settings
from validation import clean

Function = Callable[..., Any]
Arguments = dict[str, Any]

# A form around a file: boundaries and the other fields.
FORM_OVERHEAD_BYTES = 16 * 1024
# What a spreadsheet would run as a formula gets a quote in front (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Guard:
    """Asked when a body is wrong: the GET of the noun in the path, and `x-decides-first`."""

    read: tuple[Operation, Function] | None
    decide: Function | None


class Binder:
    """Makes views of operations for one application."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings = settings
        self._engine = engine
        self._cookie = "__Host-cvd_session" if settings.https else "cvd_session"

    def view(
        self, operation: Operation, function: Function, guard: Guard
    ) -> Callable[..., Response]:
        """The view of one operation; `guard` reads the noun that its path names."""

        def read(**path: Any) -> Response:
            g.operation = operation.name
            if operation.method != "get":
                check_origin(self._settings)
            # One transaction for who is asking and for what is asked.
            with self._engine.reading() as db:
                actor, arguments = self._asked(operation, guard, path, db)
                as_csv = operation.has_csv and arguments.pop(FORMAT_PARAMETER, None) == "csv"
                result = function(db, actor, **arguments)
            answer = self._answer(operation, result, as_csv=as_csv)
            self._touch(actor)
            return answer

        def serve(**path: Any) -> Response:
            g.operation = operation.name
            if operation.method != "get":
                check_origin(self._settings)
            actor, arguments = self._asked(operation, guard, path)
            answer = self._call(operation, function, actor, arguments)
            self._touch(actor)
            return answer

        return read if operation.transaction == READING else serve

    def _asked(
        self,
        operation: Operation,
        guard: Guard,
        path: Mapping[str, Any],
        db: Database | None = None,
    ) -> tuple[Actor, Arguments]:
        """Who may ask, and with which arguments; in the transaction `db` when there is one."""
        actor = self._actor(operation, db)
        check_role(operation, actor)
        try:
            return actor, self._arguments(operation, path)
        except (Invalid, UnsupportedType, Malformed):
            self._decide_first(operation, guard, actor, path, db)
            raise

    def _actor(self, operation: Operation, db: Database | None) -> Actor:
        request_id, address = g.request_id, request.remote_addr or ""
        token = request.cookies.get(self._cookie)
        if token is None or (operation.access == "anyone" and operation.transaction == NONE):
            actor = auth.visitor(request_id, address)
        else:
            actor = self._session(operation, token, request_id, address, db)
        g.actor = actor
        return actor

    def _session(
        self,
        operation: Operation,
        token: str,
        request_id: str,
        address: str,
        open_db: Database | None,
    ) -> Actor:
        try:
            with self._reading(open_db) as db:
                return auth.authenticate(
                    db,
                    token,
                    request_id=request_id,
                    address=address,
                    idle_minutes=self._settings.session_idle_minutes,
                    absolute_hours=self._settings.session_absolute_hours,
                )
        except Unauthenticated:
            if operation.access == "anyone":
                return auth.visitor(request_id, address)
            raise

    def _reading(self, db: Database | None) -> AbstractContextManager[Database]:
        return self._engine.reading() if db is None else nullcontext(db)

    def _arguments(self, operation: Operation, path: Mapping[str, Any]) -> Arguments:
        errors: list[dict[str, str]] = []
        arguments = _parameters(operation, path, errors)
        if operation.body is not None:
            g.body = body = self._read_body(operation.body)
            errors += _body_errors(operation.body, body)
            if not errors:
                body = _cleaned(body)
                arguments.update(_body_arguments(operation, body))
        if errors:
            raise Invalid(errors)
        return arguments

    def _read_body(self, body: Body) -> Any:
        if body.media_type == MULTIPART:
            return self._read_form(body)
        most = self._settings.max_body_bytes
        # One more than is taken: a body of unstated length is cut off there without a word.
        request.max_content_length = most + 1
        if request.mimetype != JSON:
            raise UnsupportedType("Send the body as application/json.")
        content = request.get_data(cache=False)
        if len(content) > most:
            raise TooLarge(f"The body is larger than {most} bytes.")
        try:
            return orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise Malformed(f"The body is not JSON: {error}.") from None

    def _read_form(self, body: Body) -> Any:
        most = self._settings.max_upload_bytes
        request.max_content_length = most + FORM_OVERHEAD_BYTES
        if request.mimetype != MULTIPART:
            raise UnsupportedType("Send the file as multipart/form-data.")
        form: dict[str, Any] = {}
        for name, text in request.form.items():
            kind = body.schema["properties"].get(name, {})
            form[name] = _number_or_text(text) if "$ref" in kind else text
        for name, file in request.files.items():
            content = file.read(most + 1)
            if len(content) > most:
                raise TooLarge(f"The file is larger than {most} bytes.")
            form[name] = Upload(_filename(file.filename), content)
        return form

    def _decide_first(
        self,
        operation: Operation,
        guard: Guard,
        actor: Actor,
        path: Mapping[str, Any],
        open_db: Database | None,
    ) -> None:
        """What is answered before the values: NotFound for the noun in the path, Conflict."""
        body = g.get("body")
        given = {**body, **path} if isinstance(body, dict) else path
        with self._reading(open_db) as db:
            if guard.read is not None and guard.read[0].is_allowed(actor.role):
                reader, read = guard.read
                names = {p.name for p in reader.parameters if p.place == "path"}
                noun = read(db, actor, **{name: path[name] for name in names})
                if operation.is_versioned and type(given.get("version")) is int:
                    check_version(noun, given["version"])
            if guard.decide is not None:
                names = set(signature(guard.decide).parameters) - {"db", "actor"}
                if all(type(given.get(name)) is int for name in names):
                    guard.decide(db, actor, **{name: given[name] for name in names})

    def _call(
        self,
        operation: Operation,
        function: Function,
        actor: Actor,
        arguments: Arguments,
    ) -> Response:
        engine = self._engine
        if operation.transaction == NONE:
            return self._answer(operation, function(engine, actor, **arguments), as_csv=False)
        try:
            with engine.writing() as db:
                return self._write(db, operation, function, actor, arguments)
        except Problem as problem:
            if problem.afterwards is not None:
                with engine.writing() as db:
                    problem.afterwards(db)
            raise

    def _write(
        self,
        db: Database,
        operation: Operation,
        function: Function,
        actor: Actor,
        arguments: Arguments,
    ) -> Response:
        key = _idempotency_key(operation, actor)
        if key is None:
            return self._answer(operation, function(db, actor, **arguments), as_csv=False)
        hashed = idempotency.request_hash(operation.name, arguments)
        replay = idempotency.find(db, actor, key=key, hashed=hashed)
        if replay is not None:
            return _json(replay.body, replay.status)
        answer = self._answer(operation, function(db, actor, **arguments), as_csv=False)
        kept = idempotency.Replay(answer.status_code, answer.get_data())
        idempotency.keep(db, actor, operation=operation.name, key=key, hashed=hashed, answer=kept)
        return answer

    def _answer(self, operation: Operation, result: Any, *, as_csv: bool) -> Response:
        if isinstance(result, SignedIn):
            return self._signed_in(operation, result)
        if isinstance(result, SignedOut):
            answer = Response(status=204)
            answer.delete_cookie(self._cookie, secure=self._settings.https, httponly=True)
            return answer
        if isinstance(result, Download):
            return _download(result)
        if isinstance(result, Existing):
            return _json(orjson.dumps(result.body), 200)
        if operation.status == 204:
            return Response(status=204)
        if operation.media_types[0] == "text/html":
            return self._page(result)
        if as_csv:
            return _csv(operation, result)
        return _json(orjson.dumps(result), operation.status, tagged=operation.method == "get")

    def _page(self, html: str) -> Response:
        answer = Response(html, mimetype="text/html")
        answer.headers["Content-Security-Policy"] = pages.content_security_policy(self._settings)
        return answer

    def _signed_in(self, operation: Operation, result: SignedIn) -> Response:
        answer = (
            Response(status=204)
            if result.body is None
            else _json(orjson.dumps(result.body), operation.status)
        )
        answer.set_cookie(
            self._cookie,
            result.token,
            max_age=self._settings.session_absolute_hours * 3600,
            secure=self._settings.https,
            httponly=True,
            samesite="Lax",
            path="/",
        )
        return answer

    def _touch(self, actor: Actor) -> None:
        """Apart from the request: an answer must not fail because the disk is full."""
        if not actor.touch_due:
            return
        with suppress(Problem), self._engine.writing() as db:
            auth.touch_session(db, actor, absolute_hours=self._settings.session_absolute_hours)


def check_origin(settings: Settings) -> None:
    """Forbidden for a write that another site's page sent with this user's cookie."""
    origin = request.headers.get("Origin")
    if origin is not None:
        if _is_own(origin, settings) or origin in settings.cors_origins:
            return
        raise Forbidden("This request came from another site's page and was not carried out.")
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise Forbidden("This request came from another site's page and was not carried out.")


def _is_own(origin: str, settings: Settings) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    # Whoever can forge a plain http page of this host must not write through it.
    return parts.netloc == request.host and (parts.scheme == "https" or not settings.https)


def check_role(operation: Operation, actor: Actor) -> None:
    """Unauthenticated or Forbidden unless the contract lets this role use the operation."""
    if operation.access == "anyone":
        return
    if actor.role is None:
        raise Unauthenticated("Sign in first.")
    if not operation.name.startswith("session_service."):
        auth.check_password_change(actor)
    if actor.role not in operation.roles:
        raise Forbidden(f"A {actor.role} may not do this.")


def _parameters(
    operation: Operation, path: Mapping[str, Any], errors: list[dict[str, str]]
) -> Arguments:
    query = request.args
    arguments: Arguments = {}
    known = set()
    for parameter in operation.parameters:
        if parameter.place == "path":
            value = path[parameter.name]
            if not parameter.validator.is_valid(value):
                raise NotFound("There is nothing at this address.")
            arguments[parameter.argument] = value
            continue
        known.add(parameter.name)
        text = query.get(parameter.name)
        if text is None:
            if parameter.required:
                errors.append({"pointer": f"/query/{parameter.name}", "message": "is required"})
            elif "default" in parameter.schema:
                arguments[parameter.argument] = parameter.schema["default"]
            continue
        value = _query_value(parameter, text)
        found = parameter.validator.errors(value, f"/query/{parameter.name}")
        if isinstance(value, str) and "\x00" in value:
            found = [{"pointer": f"/query/{parameter.name}", "message": "must not hold a NUL"}]
        errors += found
        arguments[parameter.argument] = value
    errors += [
        {"pointer": f"/query/{name[:100]}", "message": "is not known here"}
        for name in query
        if name not in known
    ]
    return arguments


def _body_errors(body: Body, value: Any) -> list[dict[str, str]]:
    if body.media_type != MULTIPART:
        return body.validator.errors(value)
    # A file is bytes, which JSON has not: its name stands for it.
    plain = {
        name: part.filename if isinstance(part, Upload) else part for name, part in value.items()
    }
    errors = body.validator.errors(plain)
    if isinstance(value.get("file"), str):
        errors.append({"pointer": "/file", "message": "must be a file, with a file name"})
    return errors


def _query_value(parameter: Parameter, text: str) -> Any:
    if parameter.kind == "integer":
        return _number_or_text(text)
    if parameter.kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text


def _number_or_text(text: str) -> Any:
    """An integer where the text is one; otherwise the text, for the validator to refuse."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else text


def _cleaned(body: Any) -> Any:
    try:
        return clean(body)
    except ValueError as place:
        raise Invalid.at(str(place), "must not hold a NUL character") from None


def _body_arguments(operation: Operation, body: Mapping[str, Any]) -> Arguments:
    if operation.method == "patch":
        changes = {name: value for name, value in body.items() if name != "version"}
        return {"version": body["version"], "changes": changes}
    return {argument_name(name): value for name, value in body.items()}


def _idempotency_key(operation: Operation, actor: Actor) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None or operation.method != "post" or actor.user_id is None:
        return None
    if operation.name.startswith("session_service."):
        return None
    # A fast hash of a password is not kept, not even as part of a request's.
    if operation.body is not None and "password" in operation.body.properties:
        return None
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise Invalid.at("/headers/Idempotency-Key", "must be 1 to 200 printable characters")
    return key


def _filename(name: str | None) -> str:
    """The sender's name for a file, fit to be shown: no path, no control characters."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[:200] or "audit"


def _json(body: bytes, status: int, *, tagged: bool = False) -> Response:
    answer = Response(body, status=status, content_type=JSON)
    if tagged:
        answer.set_etag(hashlib.sha256(body).hexdigest()[:32])
        if "If-None-Match" in request.headers:
            answer.make_conditional(request)
    return answer


def _download(result: Download) -> Response:
    answer = Response(result.content, mimetype=result.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=result.filename)
    return answer


def _csv(operation: Operation, result: Mapping[str, Any]) -> Response:
    items = result["items"]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(items[0].keys() if items else ["key", "label", "units", "amount_cents"])
    writer.writerows([_cell(value) for value in item.values()] for item in items)
    name = operation.path.rpartition("/")[2]
    # The mark lets spreadsheets see that this is UTF-8.
    return _download(Download(f"{name}.csv", text.getvalue().encode("utf-8-sig"), "text/csv"))


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
