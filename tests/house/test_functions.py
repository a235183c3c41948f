"""A function is read at one sight: it has at most fifty lines, its docstring included."""

import ast

import pytest

from tests.house.house_faults import long_functions
from tests.house.modules import product_modules, tree_of

MOST_LINES = 50


@pytest.mark.parametrize("module", product_modules())
def test_no_function_is_longer_than_what_is_seen_at_once(module):
    assert long_functions(tree_of(module), MOST_LINES) == {}


@pytest.mark.parametrize(
    ("source", "head"),
    [
        ("def f():\n", 1),
        ("async def f():\n", 1),
        ("@cache\ndef f():\n", 1),
        ("class A:\n    def f(\n        self\n    ):\n    ", 3),
        ("def around():\n    def f():\n    ", 1),
    ],
)
def test_a_longer_one_is_found_wherever_it_stands(source, head):
    def of_lines(count):
        body = "".join("        a()\n" for _ in range(count - head))
        return long_functions(ast.parse(source.rstrip(" ") + body), MOST_LINES)

    assert "f" not in of_lines(MOST_LINES)
    assert of_lines(MOST_LINES + 1)["f"] == MOST_LINES + 1
