"""The help is true: every page has one, and what it names exists."""

import json
import re

import pytest

from scripts import generate_help
from settings import PROJECT

PAGES = PROJECT / "frontend" / "pages"
ROUTES = {
    route["path"]: (file.name.removesuffix(".page.json"), route["title"], route.get("letter"))
    for file in sorted(PAGES.rglob("*.page.json"))
    for route in json.loads(file.read_text())
}
TITLES = {page: title for page, title, _ in ROUTES.values()}
HELP = {path.stem: path.read_text() for path in sorted(generate_help.HELP.glob("*.md"))}
CHAPTERS = {
    each["slug"] for each in generate_help.chapters(generate_help.MANUAL.read_text("utf-8"))
}
# Inline code in a help is a key, but what is typed at a terminal or written into .env.
NO_KEY = re.compile(r"CVD_\w+|flask .+")
CODE = re.compile(r"`([^`]+)`")
# A key in the list that a script hands to `keys`, or that a part of every page has.
KEY_LISTED = re.compile(r'(?:^|[{,\s])(?:"([^"]+)"|(\w+)): \[\s*(?:"|begin|mayEdit)')
KEY_OF_A_PART = re.compile(r'\["([^"]{1,12})", (?:"|this)')
QUESTIONS = 3


def keys_known():
    """Every key that some script of the front end lists."""
    known = {f"g {letter}" for _, _, letter in ROUTES.values() if letter}
    for file in (PROJECT / "frontend").rglob("*.js"):
        if {"node_modules", "built"}.isdisjoint(file.parts):
            source = file.read_text()
            if "keys(" in source:
                known |= {quoted or bare for quoted, bare in KEY_LISTED.findall(source)}
            if file.stem in {"keys", "table-keys", "search"}:
                known |= set(KEY_OF_A_PART.findall(source))
    return known


def keys_named():
    """(page, key) of each that a help names."""
    return [
        (page, code)
        for page, text in HELP.items()
        for code in CODE.findall(text)
        if not NO_KEY.fullmatch(code)
    ]


def test_every_page_has_a_help_and_every_help_a_page():
    assert HELP.keys() == TITLES.keys()


@pytest.mark.parametrize("page", HELP)
def test_a_help_says_what_the_page_is_for_and_answers_what_is_asked_most(page):
    help_of_page = generate_help.page(HELP[page])
    assert help_of_page["title"] == TITLES[page]
    assert help_of_page["purpose"]
    assert len(help_of_page["questions"]) == QUESTIONS
    for asked in help_of_page["questions"]:
        assert asked["question"].endswith("?")
        assert asked["answer"], asked["question"]


@pytest.mark.parametrize("page", HELP)
def test_chapters_that_a_help_names_are_in_the_manual(page):
    named = generate_help.page(HELP[page])["chapters"]
    assert named
    assert set(named) - CHAPTERS == set()


def test_keys_that_a_help_names_are_listed_by_a_page():
    named, known = keys_named(), keys_known()
    assert len(named) > 10
    assert {"n", "/", "x", "Ctrl K", "?", "h", "g t"} <= known
    assert [(page, key) for page, key in named if key not in known] == []


def test_the_anchors_of_the_manual_are_all_different():
    slugs = [each["slug"] for each in generate_help.chapters(generate_help.MANUAL.read_text())]
    assert len(slugs) == len(set(slugs)) > 30


def test_the_modules_are_what_the_docs_say():
    assert generate_help.main(["--check"]) == 0


def test_what_the_help_cannot_show_is_refused():
    for text in ("# A\n\n<b>x</b>\n\n---\n", "# A\n\n- one\n\n  two\n", "# A\n\n### B\n"):
        with pytest.raises(generate_help.NotShown):
            generate_help.page(text)


def test_a_manual_in_which_anything_is_typed_stays_text():
    blocks = generate_help.page("# A\n\n<img src=x onerror=alert(1)> [x](javascript:alert(1))\n")
    assert blocks["purpose"] == [{"p": ["<img src=x onerror=alert(1)> [x](javascript:alert(1))"]}]
