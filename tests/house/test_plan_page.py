"""docs/developer.md shows the house as it is: rooms, directions, orders, and where things are."""

import ast
import re
from itertools import pairwise

import pytest

import contract
from storage.engines.base import STAGES
from storage.locks import ORDER
from tests.house.modules import ROOT, product_modules, text_of, tree_of
from tests.house.plan import AREAS, DIRECTIONS, has_room, may_know

PAGE = (ROOT / "docs" / "developer.md").read_text("utf-8")
PATH = re.compile(r"`([\w./-]+(?:/|\.(?:py|js|md|sql|yaml)))`")
# `web/call.py`: `Call`, `Answer`
NAMED = re.compile(r"`([\w/]+\.py)`: ((?:`\w+`(?:, )?)+)")
NO_ROOMS = ("bench/", "scripts/")


def first_line(module):
    return (ast.get_docstring(tree_of(module)) or "").splitlines()[0]


def rooms():
    """What each room is for, by its own word."""
    return {
        module.removesuffix("/__init__.py"): first_line(module)
        for module in product_modules()
        if module.endswith("/__init__.py") and not module.startswith(NO_ROOMS)
    }


def root_words():
    return {module: first_line(module) for module in product_modules() if "/" not in module}


def rows(head, text):
    """The two columns of the table under a head."""
    table = text.split(f"| {head} | what it is for |\n|---|---|\n")[1].split("\n\n")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", table, re.MULTILINE))


def arrows(text):
    """The pairs of neighbours in the diagram, left and right of an arrow."""
    diagram = text.split("## Directions")[1].split("```")[1]
    for line in diagram.strip().splitlines():
        groups = [re.findall(r"\w+", group) for group in line.split("->")]
        for left, right in pairwise(groups):
            yield from ((one, other) for one in left for other in right)


def place_of(room):
    is_area = any(room in areas for areas in AREAS)
    return f"services/{room}/any.py" if is_area else f"{room}/any.py"


def named(text):
    """The names that the page says lie in a module."""
    for module, names in NAMED.findall(text):
        yield from ((module, name) for name in re.findall(r"\w+", names))


def defined(module):
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(tree_of(module)) if isinstance(node, kinds)}


def quoted(text):
    """The lists that stand alone in a quotation."""
    return [tuple(line.split(", ")) for line in re.findall(r"^> (.+)$", text, re.MULTILINE)]


def test_a_room_is_shown_as_it_describes_itself():
    assert rows("room", PAGE) == rooms()


def test_a_word_at_the_root_is_shown_as_it_describes_itself():
    assert rows("at the root", PAGE) == root_words()


def test_every_arrow_of_the_diagram_is_allowed():
    pairs = list(arrows(PAGE))
    assert len(pairs) > 25
    wrong = [pair for pair in pairs if not may_know(*map(place_of, pair))]
    assert wrong == []


def test_no_arrow_could_be_turned_round():
    turned = [pair for pair in arrows(PAGE) if may_know(*map(place_of, reversed(pair)))]
    assert turned == []


def test_every_room_is_in_the_diagram():
    shown = {room for pair in arrows(PAGE) for room in pair}
    built = {
        room for room in DIRECTIONS if (ROOT / room).is_dir() or (ROOT / f"{room}.py").exists()
    }
    areas = {area for row in AREAS for area in row if (ROOT / "services" / area).is_dir()}
    assert (built | areas) - shown == set()


def test_the_orders_are_those_of_the_code():
    assert quoted(PAGE) == [ORDER, STAGES]


def test_every_path_on_the_page_exists():
    files_of_a_noun = re.findall(r"^[\w./-]+", PAGE.split("```")[1], re.MULTILINE)
    paths = {*PATH.findall(PAGE), *files_of_a_noun} - {"__init__.py"}
    assert len(paths) > 50
    assert {path for path in paths if not (ROOT / path).exists()} == set()


def test_every_function_is_where_the_page_says():
    pairs = list(named(PAGE))
    assert len(pairs) > 20
    assert [(module, name) for module, name in pairs if name not in defined(module)] == []


def test_every_operation_on_the_page_is_of_the_contract():
    operations = {operation.name for operation in contract.current().operations}
    found = set(re.findall(r"`(\w+_service\.\w+)`", PAGE))
    assert found
    assert found - operations == set()


@pytest.mark.parametrize("shape", ["Search", "Limit"])
def test_every_parameter_on_the_page_is_of_the_contract(shape):
    assert f"`{shape}` in `spec/common.yaml`" in PAGE
    assert f"\n    {shape}: {{" in text_of("spec/common.yaml")


def test_a_page_that_is_behind_the_house_is_noticed():
    behind = "| room | what it is for |\n|---|---|\n| `web` | Old. |\n\nrest"
    assert rows("room", behind) == {"web": "Old."} != rooms()
    wrong = "## Directions\n```\nservices -> web\ninsight, start -> reads -> books\n```"
    pairs = list(arrows(wrong))
    assert pairs == [
        ("services", "web"),
        ("insight", "reads"),
        ("start", "reads"),
        ("reads", "books"),
    ]
    assert not may_know(*map(place_of, pairs[0]))
    assert list(named("`web/call.py`: `Call`, `Nothing`")) == [
        ("web/call.py", "Call"),
        ("web/call.py", "Nothing"),
    ]
    assert "Nothing" not in defined("web/call.py")
    assert has_room("web/call.py")
