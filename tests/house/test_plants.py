"""What a plant changes is there: one that patches nothing would be caught by nobody."""

from __future__ import annotations

import ast
import importlib
import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from settings import PROJECT

HERE = Path(__file__).parent
ROOMS = {"app", "clock", "db", "domain", "server", "services", "storage", "web"}


@cache
def plants() -> tuple[tuple[str, ast.Module], ...]:
    """The scripts that tests hand to a process of their own, and where they stand.

    Every file of the tests is read for them: while this one runs, not while tests are collected.
    """
    return tuple(_plants())


def _plants() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((PROJECT / "tests").rglob("*.py")):
        if path.is_relative_to(HERE):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
                continue
            if "import " in node.value:
                try:
                    yield f"{path.relative_to(PROJECT)}:{node.lineno}", ast.parse(node.value)
                except SyntaxError:
                    continue


def absent(script: ast.Module) -> list[str]:
    """What a script imports of this house without its being there."""
    found = []
    for node in ast.walk(script):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ROOMS:
            try:
                module = importlib.import_module(node.module)
            except ImportError:
                found.append(node.module)
                continue
            found += [
                f"{node.module}.{name.name}"
                for name in node.names
                if not hasattr(module, name.name) and not is_module(module, name.name)
            ]
        elif isinstance(node, ast.Import):
            found += [n.name for n in node.names if importlib.util.find_spec(n.name) is None]
    return found


def is_module(package: ModuleType, name: str) -> bool:
    is_package = hasattr(package, "__path__")
    return is_package and importlib.util.find_spec(f"{package.__name__}.{name}") is not None


def test_what_a_plant_imports_is_there() -> None:
    assert {at: found for at, script in plants() if (found := absent(script))} == {}


def test_there_are_plants() -> None:
    assert len(plants()) > 20


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("import dex", "dex"),
        ("from services import stock_service", "services.stock_service"),
        ("from services.stock import post", "services.stock"),
        (
            "from services.books.stock_service import no_more",
            "services.books.stock_service.no_more",
        ),
    ],
)
def test_a_plant_of_what_moved_is_found(line: str, name: str) -> None:
    assert absent(ast.parse(line)) == [name]
