"""The application over one database: every operation of the contract, and the pages.

    create_app()                 settings from the environment
    create_app(Settings(...))    settings of a test or a second installation

Nothing here opens the database before the first request: the command line
creates the application too, also when there is no database yet.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import contract
import db
import settings as environment
from contract import Contract, Operation
from services.books.freshness import Freshness
from settings import Settings
from storage.lazy_engine import LazyEngine
from web import pages
from web.application import App
from web.binding import Binder, Guard

POOL_SIZE = 19


def create_app(settings: Settings | None = None) -> App:
    """A Flask application over one database. Raises SettingsError or ContractError."""
    settings = settings or environment.load()
    engine = _engine(settings)
    app = App(settings, Binder(settings, engine, Freshness(engine)))
    app.extensions["cvd"] = {"settings": settings, "engine": engine, "create": create_app}
    _bind(app, contract.current())
    if app.metrics is not None:
        from web import metrics_page  # a library that only they need

        told = metrics_page.register(app, settings, app.metrics, engine)
        app.extensions["cvd"]["exposition"] = told
    pages.register(app, settings)
    from cli import register  # the command line imports services that import the contract

    register(app)
    return app


def _engine(settings: Settings) -> LazyEngine:
    url, audit = settings.database_url, settings.audit_files
    # As many as there are threads in serve.py, and one to look after a lost server.
    size = settings.threads + POOL_SIZE
    opened = partial(db.open_engine, url, at_once=False, pool_size=size, audit=audit)
    return LazyEngine(
        url,
        audit=audit,
        opened=opened,
        files_url=settings.files_url,
        backups=settings.backups,
    )


def _bind(app: App, stated: Contract) -> None:
    functions = {op.name: _function_of(app, op) for op in stated.operations}
    # Who opens transactions of its own reads more than the noun.
    readers = {
        op.path: op
        for op in stated.operations
        if op.method == "get" and op.transaction == contract.READING
    }
    for kind in stated.kinds.values():
        contract.function_of_kind(kind)
    for operation in stated.operations:
        reader = _reader(operation, readers)
        guard = Guard(
            read=(reader, functions[reader.name]) if reader else None,
            decide=contract.function_named(operation.decides_first)
            if operation.decides_first
            else None,
        )
        app.bind(operation, app.binder.handler(operation, functions[operation.name], guard))


def _function_of(app: App, operation: Operation) -> Callable[..., Any]:
    function = contract.function_of(operation)
    if not operation.has_settings:
        return function
    return partial(function, settings=app.extensions["cvd"]["settings"])


def _reader(operation: Operation, readers: dict[str, Operation]) -> Operation | None:
    """The GET that reads the noun in an operation's path: its own, or one above it."""
    path = operation.path
    while "{" in path:
        reader = readers.get(path)
        if reader is not None and not any(
            p.required for p in reader.parameters if p.place == "query"
        ):
            return reader
        path = path.rpartition("/")[0]
    return None
