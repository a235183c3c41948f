"""One word, one thing: what the glossary says a thing is not called is said nowhere.

docs/glossary.md is read as it stands, so that a new word needs a line there and no more.
"""

import ast
import functools
import io
import re
import tokenize

import pytest
import yaml

from settings import PROJECT
from tests.house.test_docs import TRACKED, in_a_checkout

GLOSSARY = PROJECT / "docs" / "glossary.md"
THIS = PROJECT / "tests" / "house" / "test_words.py"
IN_THE_CONTRACT = "(in the contract)"
# Where such a word is right all the same: (name of the file, word), and why.
RIGHT_HERE = {
    ("lost.py", "stock-out"): "the title of a paper",
    ("types.html", "coil"): "tells newcomers what they know a slot by",
}
# Where an open order, and an open cabinet of one, are said.
OPEN_IS_SAID_IN = "services/fleet/open_orders.py"
OPEN = re.compile(
    r"closed_at IS NULL(?! THEN)|status (?:<>|!=) '(?:completed|cancelled)'"
    r"|status (?:NOT )?IN \('(?:planned|in_progress|completed|cancelled)"
)


def not_called(text):
    """The words of the last column: (word, whether only the contract may not say it)."""
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| ")]
    words = [word.strip() for row in rows[1:] for word in row[3].split(",")]
    return [
        (word.removesuffix(IN_THE_CONTRACT).strip(), word.endswith(IN_THE_CONTRACT))
        for word in words
    ]


WORDS = not_called(GLOSSARY.read_text())
ANYWHERE = {word for word, is_of_the_contract in WORDS if not is_of_the_contract}
IN_SPEC = {word for word, _ in WORDS}


@functools.cache
def pattern(words):
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(map(re.escape, longest_first))})s?\b", re.IGNORECASE)


def said(text, words):
    """The words that `text` says, in one or several."""
    found = pattern(frozenset(words)).findall(text)
    return {word.lower() for word in found}


def prose_of_doc(text):
    """Without code, addresses, and the parts that quote another's words."""
    return re.sub(r"(?s)```.*?```|`[^`]*`|\]\([^)]*\)", " ", text)


def prose_of_contract(node):
    """Every summary and description below `node`."""
    if isinstance(node, list):
        return "\n".join(map(prose_of_contract, node))
    if not isinstance(node, dict):
        return ""
    own = [node[key] for key in ("summary", "description") if isinstance(node.get(key), str)]
    return "\n".join([*own, *map(prose_of_contract, node.values())])


def prose_of_python(source):
    """Comments, the strings that are sentences, and the names of tests."""
    comments = [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    ]
    nodes = list(ast.walk(ast.parse(source)))
    strings = [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    ]
    tests = [
        node.name.replace("_", " ")
        for node in nodes
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    return "\n".join([*comments, *strings, *tests])


def prose_of_page(text):
    """What a page shows: text outside of tags, and those attributes that people read."""
    shown = re.findall(r'\b(?:aria-label|label|hint|placeholder|heading|text)="([^"]*)"', text)
    return "\n".join([re.sub(r"(?s)<(?:script|style).*?</\w+>|<[^>]*>", " ", text), *shown])


def prose_of_script(text):
    """The strings of a script that are sentences: those with a blank, and not markup."""
    strings = re.findall(r'"([^"\n]*)"|`([^`]*)`', text)
    return "\n".join(a or b for a, b in strings if " " in (a or b) and "</" not in (a or b))


@functools.cache
def offences():
    """The (name of the file, word) of each wrong word."""
    paths = [PROJECT / name for name in TRACKED]
    return {
        (path.name, word)
        for path in paths
        if path not in {GLOSSARY, THIS} and path.exists()
        for word in wrong_words(path, path.suffix)
    }


def wrong_words(path, suffix):
    if path.is_relative_to(PROJECT / "spec") and suffix == ".yaml":
        prose = prose_of_contract(yaml.safe_load(path.read_text()))
        return said(re.sub(r"(?i)audit (?:log|entr)", "", prose), IN_SPEC)
    if suffix in PROSE:
        return said(PROSE[suffix](path.read_text()), ANYWHERE)
    return set()


PROSE = {
    ".md": prose_of_doc,
    ".py": prose_of_python,
    ".html": prose_of_page,
    ".js": prose_of_script,
}


@in_a_checkout
def test_nothing_is_called_what_the_glossary_says_it_is_not():
    assert offences() - RIGHT_HERE.keys() == set()


@in_a_checkout
def test_every_exception_is_still_needed():
    assert RIGHT_HERE.keys() - offences() == set()


def test_the_glossary_says_each_word_once():
    words = re.findall(r"^\| ([^|]+) \|", GLOSSARY.read_text(), re.MULTILINE)
    assert len(words) == len(set(words)) > 20


@pytest.mark.parametrize(
    ("prose", "wrong"),
    [
        (prose_of_doc("Look at the audit trail."), "audit trail"),
        (prose_of_contract({"a": [{"description": "The audits."}]}), "audit"),
        (prose_of_python("raise Conflict('The driver has his route.')"), "his"),
        (prose_of_python("def test_a_driver_sees_his_route(): pass"), "his"),
        (prose_of_python("A = 1  # until it is out of stock"), "out of stock"),
        (prose_of_page("<p>Read the goods</p>"), "goods"),
        (prose_of_page('<cvd-drop hint="Your e-mail">'), "e-mail"),
        (prose_of_script('toast("You are logged in now")'), "logged in"),
    ],
)
def test_a_wrong_word_is_found(prose, wrong):
    assert wrong in said(prose, IN_SPEC)


@in_a_checkout
def test_what_is_open_of_an_order_is_said_in_one_place():
    saying = [
        name
        for name in TRACKED
        if name.endswith(".py")
        and not name.startswith(("tests/", "scripts/", "bench/"))
        and OPEN.search((PROJECT / name).read_text())
    ]
    assert saying == [OPEN_IS_SAID_IN]


@pytest.mark.parametrize(
    "sql",
    [
        "WHERE oc.closed_at IS NULL",
        "WHERE status IN ('planned', 'in_progress')",
        "WHERE o.status <> 'completed'",
    ],
)
def test_saying_it_elsewhere_is_found(sql):
    assert OPEN.search(sql)
