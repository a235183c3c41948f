"""What is dear on purpose, or done again for each application, made cheap while tests run.

None of it is what a test looks at, but for the price of a hash: see
tests/services/people/test_passwords.py.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from werkzeug.routing import Rule

import auth
from settings import Settings
from web import limits

SHIPPED = auth._hasher
SHIPPED_LIMITS = limits.of
# The least that argon2 takes: a hash is still one, and says its own parameters.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def without_limits(_settings: Settings) -> None:
    """An application that may be asked as often as somebody likes."""


def make_cheap() -> None:
    """Once in a process, before the first test."""
    auth._hasher = CHEAP
    # A test asks as often as it can; those of limits put them on again.
    limits.of = without_limits  # type: ignore[assignment]
    _compile_each_path_once()
    # What is loaded by now stays: the collector need not look through it after each test.
    gc.collect()
    gc.freeze()


def _compile_each_path_once() -> None:
    """Flask compiles code for each path of each application: the same, for the same path."""
    compiled: dict[Any, Any] = {}
    compile_ = Rule._compile_builder

    def once(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:
            return compile_(self, append_unknown)
        path = (*self._trace, append_unknown)
        if path not in compiled:
            compiled[path] = compile_(self, append_unknown)
        found: Callable[..., tuple[str, str]] = compiled[path]
        return found

    Rule._compile_builder = once  # type: ignore[method-assign]
