"""What is dear on purpose, or done again for each application, made cheap while tests run.

None of it is what a test looks at, but for the price of a hash: see
tests/services/people/test_passwords.py.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from argon2 import PasswordHasher
from flask import Flask
from werkzeug.routing import Map, Rule

import auth
from contract import Operation, signatures
from services.files import images
from settings import Settings
from web import limits

SHIPPED = auth._hasher
SHIPPED_LIMITS = limits.of
# The least that argon2 takes: a hash is still one, and says its own parameters.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

# Whatever asks a map of Flask for one of its paths begins with one of these.
ASKS_FOR_PATHS = ("bind", "iter_rules", "is_endpoint_expecting", "update")
MADE_OF_A_PATH = ("_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown")


def without_limits(_settings: Settings) -> None:
    """An application that may be asked as often as somebody likes."""


def make_cheap() -> None:
    """Once in a process, before the first test."""
    auth._hasher = CHEAP
    # A test asks as often as it can; those of limits put them on again.
    limits.of = without_limits  # type: ignore[assignment]
    _add_paths_when_one_is_asked_for()
    _compile_each_path_once()
    _compare_each_signature_once()
    _decode_each_photo_once()
    # What is loaded by now stays.
    gc.freeze()


@contextmanager
def what_stays() -> Iterator[None]:
    """What is made in the block stays until the end: the collector need not look through it."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _add_paths_when_one_is_asked_for() -> None:
    """Of two hundred, for operations are found past Flask: most tests ask it for none.

    One that cannot be added, as two that are the same, is told when the first is asked for.
    """
    # Without what refuses a path that comes after the first request.
    add: Callable[..., None] = Flask.add_url_rule.__wrapped__  # type: ignore[attr-defined]
    lock = threading.RLock()

    def later(self: Flask, *path: Any, **named: Any) -> None:
        self.url_map.__dict__.setdefault("waiting", []).append(partial(add, self, *path, **named))

    def after_adding(ask: Callable[..., Any]) -> Callable[..., Any]:
        def asked(self: Map, *args: Any, **named: Any) -> Any:
            with lock:
                for add_one in self.__dict__.pop("waiting", ()):
                    add_one()
            return ask(self, *args, **named)

        return asked

    Flask.add_url_rule = later  # type: ignore[method-assign, assignment]
    for name in ASKS_FOR_PATHS:
        setattr(Map, name, after_adding(getattr(Map, name)))


def _compile_each_path_once() -> None:
    """What Flask makes of a path, it makes again for each application: the same each time."""
    compiled: dict[Any, dict[str, Any]] = {}
    compile_ = Rule.compile

    def once(self: Rule) -> None:
        if self.defaults:
            compile_(self)
            return
        read = tuple(self.map.converters.values())
        path = (self.rule, self.subdomain, self.host, self.merge_slashes, read)
        if path not in compiled:
            compile_(self)
            compiled[path] = {name: getattr(self, name) for name in MADE_OF_A_PATH}
            return
        for name, made in compiled[path].items():
            # The two that build an address are methods, of the rule that they were made for.
            setattr(self, name, made.__func__.__get__(self) if callable(made) else made)

    Rule.compile = once  # type: ignore[method-assign]


def _compare_each_signature_once() -> None:
    """A function that a test puts in the place of another is a new one, and is compared."""
    compared: dict[tuple[int, Callable[..., Any]], Operation] = {}
    check = signatures._check_signature

    def once(operation: Operation, function: Callable[..., Any]) -> None:
        # By its id, for it is no key; that stays its own while the operation is kept here.
        if (id(operation), function) not in compared:
            check(operation, function)
            compared[id(operation), function] = operation

    signatures._check_signature = once


def _decode_each_photo_once() -> None:
    """What is left of a photo is the same each time, and a process of Python's own to find out.

    Another decoder, in the place of the shipped one, looks at it again.
    """
    decoded: dict[tuple[Path, bytes, tuple[str, ...]], bytes] = {}
    decode = images._decode
    # A machine that runs tests may have much else to do.
    images.WITHIN_S = 600.0

    def once(content: bytes, answer: IO[bytes], options: list[str]) -> None:
        photo = (images.DECODER, content, tuple(options))
        if photo not in decoded:
            decode(content, answer, options)
            answer.seek(0)
            decoded[photo] = answer.read()
        else:
            answer.write(decoded[photo])

    images._decode = once
