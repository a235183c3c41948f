"""Binding: one operation of the contract becomes one function from a call to its answer.

The life of a call, in order: same-origin check (a browser adds a cookie by itself, but never
a key or a token), who is asking, may the role do this, are path, query and body of the stated
shape, one transaction around the service function, the answer. What is decided first is
answered first: a body of a wrong shape sent to a noun the actor cannot see is a 404, not a 422.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from inspect import signature
from typing import Any, Protocol
from urllib.parse import urlsplit

import auth
import tokens
from auth import Actor
from contract import (
    ANYONE,
    BY_ROLE,
    MULTIPART,
    NONE,
    READING,
    Body,
    Operation,
    queries,
    sheet_function_of,
)
from contract.results import MOST_ROWS, Sheet
from db import Database, Engine
from errors import (
    Forbidden,
    Invalid,
    Malformed,
    Problem,
    Unauthenticated,
    UnsupportedType,
)
from records import security_log
from records.changes import check_version
from settings import Settings
from web import answers, arguments, idempotency
from web.arguments import Arguments
from web.call import Answer, Call

Function = Callable[..., Any]
Path = Mapping[str, Any]
Handler = Callable[[Call, Path], Answer]

# How much is read of a body that its sender may not send, or whose sender is not known:
# enough to sign in.
UNKNOWN_BYTES = 16 * 1024


class Freshness(Protocol):
    """Brings the figures that an operation shows (`x-figures`) up to date."""

    def due(self, db: Database, scope: str | None, given: Arguments) -> Sequence[int]:
        """Of the devices that the arguments name, those whose figures are due."""

    def refresh(self, device_ids: Sequence[int]) -> Sequence[int]:
        """Refresh what an answer may wait for; returns the devices that are left."""

    def refresh_behind(self, device_ids: Sequence[int]) -> None:
        """Refresh what no answer waits for."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Asked when a body is wrong: the GET of the noun in the path, and `x-decides-first`."""

    read: tuple[Operation, Function] | None
    decide: Function | None

    def noun(self, db: Database, actor: Actor, path: Path) -> Any:
        """The noun in the path, None if there is none; NotFound if `actor` may not see it."""
        if self.read is None or not self.read[0].is_allowed(actor.role):
            return None
        reader, read = self.read
        names = {p.name for p in reader.parameters if p.place == "path"}
        return read(db, actor, **{name: path[name] for name in names})


class Binder:
    """Makes handlers of operations for one application."""

    def __init__(self, settings: Settings, engine: Engine, freshness: Freshness) -> None:
        self._settings = settings
        self._engine = engine
        self._cookie = answers.session_cookie_name(settings)
        self._freshness = freshness
        self._device_cookie = answers.device_cookie_name(settings)
        self._flow_cookie = answers.flow_cookie_name(settings)
        self._issuer = tokens.issuer_of(settings.public_url)
        self._ceremony_cookie = answers.ceremony_cookie_name(settings)

    def handler(self, operation: Operation, function: Function, guard: Guard) -> Handler:
        """The handler of one operation; `guard` reads the noun that its path names."""
        checks_origin = operation.method != "get"
        sheet = sheet_function_of(operation) if operation.sheet else function

        def read(call: Call, path: Path) -> Answer:
            call.operation = operation.name
            if checks_origin and call.bearer is None:
                check_origin(call, self._settings)
            # One transaction for who is asking and for what is asked.
            with self._engine.reading() as db:
                actor, given = self._asked(operation, guard, call, path, db)
                form, for_ = queries.taken_as(operation, given)
                due = self._freshness.due(db, operation.figures, given)
                result = None if due or form else function(db, actor, **given)
            if form:
                self._refresh(call, due)
                given = queries.of_sheet({**given, "for_": for_})
                answer = self._sheet(operation, sheet, call, actor, given, form)
            else:
                if due:
                    self._refresh(call, due)
                    with self._engine.reading() as db:
                        result = function(db, actor, **given)
                answer = self._answer(operation, result, call)
            self._touch_apart(call, actor)
            return answer

        def serve(call: Call, path: Path) -> Answer:
            call.operation = operation.name
            if checks_origin and call.bearer is None:
                check_origin(call, self._settings)
            if operation.figures is None:
                actor, given = self._asked(operation, guard, call, path)
            else:
                with self._engine.reading() as db:
                    actor, given = self._asked(operation, guard, call, path, db)
                    due = self._freshness.due(db, operation.figures, given)
                self._refresh(call, due)
            if operation.access != BY_ROLE:
                actor = self._in_browser(actor, call)
            answer = self._call(operation, function, guard, call, actor, path, given)
            self._touch(actor)
            return answer

        if operation.transaction == READING:
            return read
        return serve if operation.body is None else _released(operation.body, serve)

    def _in_browser(self, actor: Actor, call: Call) -> Actor:
        """The actor with what their browser says of itself."""
        return actor._replace(
            device=call.cookie(self._device_cookie),
            user_agent=call.header("USER_AGENT"),
            flow=call.cookie(self._flow_cookie),
            ceremony=call.cookie(self._ceremony_cookie),
            origin=self._settings.origin_at(call.host),
        )

    def _sheet(
        self,
        operation: Operation,
        sheet: Function,
        call: Call,
        actor: Actor,
        given: Arguments,
        form: str,
    ) -> Answer:
        """A spreadsheet of all pages, out of one snapshot that lasts until its last piece."""
        with ExitStack() as snapshot:
            db = snapshot.enter_context(self._engine.reading())
            made: Sheet = sheet(db, actor, **given)
            if made.is_long:
                raise Invalid.at("/query/format", too_long(made, form))
            answer = self._answer(operation, made.written(form), call)
            if answer.pieces is not None:
                answer.pieces = answer.pieces.and_then(snapshot.pop_all().close)
        return answer

    def most_bytes(self, operation: Operation, call: Call) -> int:
        """How many bytes of a body are read: many only from somebody who may send it here."""
        body = operation.body
        if body is None:
            return UNKNOWN_BYTES
        try:
            actor = self._actor(operation, call, None)
            check_role(operation, actor)
        except Problem:
            return UNKNOWN_BYTES
        if actor.role is None:
            return UNKNOWN_BYTES
        if body.most_bytes is not None:
            return body.most_bytes + arguments.FORM_OVERHEAD_BYTES
        if body.media_type == MULTIPART:
            return self._settings.max_upload_bytes + arguments.FORM_OVERHEAD_BYTES
        return self._settings.max_body_bytes

    def _asked(
        self,
        operation: Operation,
        guard: Guard,
        call: Call,
        path: Path,
        db: Database | None = None,
    ) -> tuple[Actor, Arguments]:
        """Who may ask, and with which arguments; in the transaction `db` when there is one."""
        actor = call.actor = self._actor(operation, call, db)
        check_role(operation, actor)
        try:
            given = arguments.read(operation, call, path, self._settings)
        except (Invalid, UnsupportedType, Malformed):
            self._decide_first(operation, guard, call, actor, path, db)
            raise
        check_properties(operation, actor, call.body)
        return (self._in_browser(actor, call) if operation.has_origin else actor), given

    def _actor(self, operation: Operation, call: Call, open_db: Database | None) -> Actor:
        bearer = call.bearer
        if bearer is not None:
            return self._actor_by_bearer(operation, call, bearer, open_db)
        token = call.cookie(self._cookie)
        # Whether CVD is alive is told without the database.
        is_bare = operation.access == ANYONE and operation.transaction == NONE
        if token is None or (is_bare and operation.method == "get"):
            return auth.visitor(call.request_id, call.address)
        try:
            with self._reading(open_db) as db:
                return auth.authenticate(
                    db,
                    token,
                    request_id=call.request_id,
                    address=call.address,
                    idle_minutes=self._settings.session_idle_minutes,
                    absolute_hours=self._settings.session_absolute_hours,
                )
        except Unauthenticated:
            if operation.access == ANYONE:
                return auth.visitor(call.request_id, call.address)
            raise

    def _actor_by_bearer(
        self, operation: Operation, call: Call, bearer: str, open_db: Database | None
    ) -> Actor:
        """Who sends a key or a token sends it on purpose: a cookie beside it counts for nothing."""
        nobody = auth.visitor(call.request_id, call.address)
        if operation.access == ANYONE:
            return nobody
        asking = {"request_id": call.request_id, "address": call.address}
        is_key = bearer.startswith(auth.KEY_BEGINS)
        try:
            with self._reading(open_db) as db:
                if is_key:
                    return auth.authenticate_key(db, bearer, **asking)
                return tokens.authenticate(db, bearer, issuer=self._issuer, **asking)
        except tokens.Ended:
            raise
        except Unauthenticated:
            what, account = ("API key", auth.shown_of(bearer)) if is_key else ("Access token", "")
            security_log.refused(f"{what} refused", account=account, actor=nobody)
            raise

    def _reading(self, db: Database | None) -> AbstractContextManager[Database]:
        return self._engine.reading() if db is None else nullcontext(db)

    def _decide_first(
        self,
        operation: Operation,
        guard: Guard,
        call: Call,
        actor: Actor,
        path: Path,
        open_db: Database | None,
    ) -> None:
        """What is answered before the values: NotFound for the noun in the path, Conflict."""
        given = {**call.body, **path} if isinstance(call.body, dict) else path
        with self._reading(open_db) as db:
            noun = guard.noun(db, actor, path)
            is_stated = operation.is_versioned and type(given.get("version")) is int
            if noun is not None and is_stated:
                check_version(noun, given["version"])
            if guard.decide is not None:
                names = set(signature(guard.decide).parameters) - {"db", "actor"}
                if all(type(given.get(name)) is int for name in names):
                    guard.decide(db, actor, **{name: given[name] for name in names})

    def _call(
        self,
        operation: Operation,
        function: Function,
        guard: Guard,
        call: Call,
        actor: Actor,
        path: Path,
        given: Arguments,
    ) -> Answer:
        engine = self._engine
        if operation.transaction == NONE:
            return self._answer(operation, function(engine, actor, **given), call)
        try:
            with engine.writing() as db:
                return self._write(db, operation, function, guard, call, actor, path, given)
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
        guard: Guard,
        call: Call,
        actor: Actor,
        path: Path,
        given: Arguments,
    ) -> Answer:
        key = _idempotency_key(operation, call, actor)
        if key is None:
            return self._answer(operation, function(db, actor, **given), call)
        hashed = idempotency.request_hash(operation.name, given)
        replay = idempotency.find(db, actor, key=key, hashed=hashed)
        if replay is not None:
            # Since the first answer, the noun may have been taken from this person.
            guard.noun(db, actor, path)
            return answers.replayed(replay)
        answer = self._answer(operation, function(db, actor, **given), call)
        kept = idempotency.Replay(answer.status, answer.body)
        idempotency.keep(db, actor, operation=operation.name, key=key, hashed=hashed, answer=kept)
        return answer

    def _answer(self, operation: Operation, result: Any, call: Call) -> Answer:
        return answers.of_result(operation, result, call, self._settings)

    def _refresh(self, call: Call, due: Sequence[int]) -> None:
        """Bring figures up to date: what an answer may wait for now, the rest behind it."""
        left = self._freshness.refresh(due) if due else due
        if left:
            call.apart(partial(self._freshness.refresh_behind, left))

    def _touch_apart(self, call: Call, actor: Actor) -> None:
        """Who reads does not wait until others have written."""
        if actor.touch_due:
            call.apart(partial(self._touch, actor))

    def _touch(self, actor: Actor) -> None:
        """In a transaction of its own: an answer must not fail because the disk is full."""
        if not actor.touch_due:
            return
        with suppress(Problem), self._engine.writing() as db:
            if actor.family_id is not None:
                tokens.touch(db, actor)
                return
            if actor.key_id is not None:
                auth.touch_key(db, actor)
                return
            auth.touch_session(
                db,
                actor,
                idle_minutes=self._settings.session_idle_minutes,
                absolute_hours=self._settings.session_absolute_hours,
            )


def too_long(sheet: Sheet, form: str) -> str:
    """Why a spreadsheet is not answered at once, and how it is to be had."""
    return (
        f"{form} would be {sheet.count:,} rows; more than {MOST_ROWS:,} are written by a job, "
        "which POST /api/exports asks for"
    )


def _released(body: Body, serve: Handler) -> Handler:
    """The same handler; files that came on the disk are gone when it is done."""
    if body.most_bytes is None:
        return serve

    def serve_and_release(call: Call, path: Path) -> Answer:
        try:
            return serve(call, path)
        finally:
            call.release()

    return serve_and_release


def check_origin(call: Call, settings: Settings) -> None:
    """Forbidden for a write that another site's page sent with this user's cookie."""
    origin = call.header("ORIGIN")
    if origin is not None:
        if _is_own(origin, call, settings) or origin in settings.cors_origins:
            return
        raise Forbidden("This request came from another site's page and was not carried out.")
    if (call.header("SEC_FETCH_SITE") or "none") not in ("same-origin", "none"):
        raise Forbidden("This request came from another site's page and was not carried out.")


def _is_own(origin: str, call: Call, settings: Settings) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    # Whoever can forge a plain http page of this host must not write through it.
    return parts.netloc == call.host and (parts.scheme == "https" or not settings.https)


def check_role(operation: Operation, actor: Actor) -> None:
    """Unauthenticated or Forbidden unless the contract lets role and key use the operation."""
    if operation.access == ANYONE:
        return
    if actor.role is None:
        raise Unauthenticated("Sign in first.")
    if not operation.before_password_change:
        auth.check_password_change(actor)
    if not operation.before_second_factor:
        auth.check_second_factor(actor)
    if actor.role not in operation.roles:
        raise Forbidden(f"A {actor.role} may not do this.")
    if actor.scopes is not None and not operation.scopes & actor.scopes:
        raise Forbidden(_out_of_scope(operation))


def _out_of_scope(operation: Operation) -> str:
    if not operation.scopes:
        return "No program may do this: sign in for it."
    needed = " or ".join(sorted(operation.scopes))
    return f"This program may not do this: it needs the scope {needed}."


def check_properties(operation: Operation, actor: Actor, body: Any) -> None:
    """Forbidden where the body sends what the contract reserves for other roles."""
    if operation.body is None or not operation.body.reserved or not isinstance(body, dict):
        return
    for name, roles in operation.body.reserved.items():
        if name in body and actor.role not in roles:
            raise Forbidden(f"A {actor.role} may not set {name}.")


def _idempotency_key(operation: Operation, call: Call, actor: Actor) -> str | None:
    key = call.header("IDEMPOTENCY_KEY")
    if key is None or not operation.keeps_answer or actor.user_id is None:
        return None
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise Invalid.at("/headers/Idempotency-Key", "must be 1 to 200 printable characters")
    return key
