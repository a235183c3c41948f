"""docs/security.md: every line of ASVS is there once, and what it names as shown is a test."""

import ast
import re

import pytest

from settings import PROJECT

TEXT = (PROJECT / "docs" / "security.md").read_text()
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \| (.+) \|$", TEXT, re.MULTILINE)
VERDICTS = {"holds", "holds, documented", "holds, no test", "does not apply", "missing"}
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
# Lines of levels 1 and 2 in version 5.0.0.
LINES = 253


def functions_of(path):
    tree = ast.parse((PROJECT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_line_is_there_once_with_a_verdict():
    numbers = [row[0] for row in ROWS]
    assert len(numbers) == len(set(numbers)) == LINES
    assert {row[2] for row in ROWS} <= VERDICTS


def test_the_lines_are_in_order():
    numbers = [tuple(map(int, row[0].split("."))) for row in ROWS]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("path", sorted({path for path, _ in TEST.findall(TEXT)}))
def test_every_test_it_names_is_there(path):
    named = {name for file, name in TEST.findall(TEXT) if file == path}
    assert named - functions_of(path) == set()


def test_what_holds_by_a_test_names_one_and_what_is_missing_says_why():
    for number, _, verdict, why in ROWS:
        assert why.strip(), number
        assert bool(TEST.search(why)) == (verdict == "holds"), number


def test_the_figures_in_the_introduction_are_those_of_the_table():
    counted = [
        sum(row[2] == verdict for row in ROWS)
        for verdict in ("holds", "holds, documented", "holds, no test", "does not apply", "missing")
    ]
    told = re.search(
        r"(\d+) hold and .*?, (\d+) ask .*?, (\d+) hold by .*?, (\d+) do not .*?, (\d+) are miss",
        TEXT,
    )
    assert told is not None
    assert [int(figure) for figure in told.groups()] == counted
