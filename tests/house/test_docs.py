"""The docs are true: what they name exists, and what exists is named."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from settings import PROJECT

TRACKED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=PROJECT,
    capture_output=True,
    text=True,
    check=False,
).stdout.splitlines()
DOCS = [PROJECT / name for name in TRACKED if name.endswith(".md")]
# Settings are read in one place. The others read none: pg_dump and pg_restore are
# handed the environment, and the log of migrations names the user of the machine.
READERS_OF_THE_ENVIRONMENT = {
    "settings.py",
    "storage/backup.py",
    "storage/engines/migration_backends.py",
}

KINDS = "py|mjs|js|ts|yaml|yml|sql|css|html|sh|toml|md|txt|json|png"
KINDS_OF_SOURCE = "py|mjs|js|yaml|sql|css|html|sh"
# What a reader puts a name of their own for.
PLACEHOLDER = r"NOUN|AREA|NAME|NNNN|VERSION"
# Folders that are there only once something ran.
WRITTEN_LATER = {"screenshots/", "dist/"}
# A module that a test writes by itself.
NAMED_FOR_A_TEST = {("tests/contract/test_contract.py", "services/things/thing_service.py")}

in_a_checkout = pytest.mark.skipif(not TRACKED, reason="this is not a git checkout")


def pins(name):
    lines = (PROJECT / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r"))]


def direct(name):
    """The packages above the blank line: the others are what those need."""
    above = (PROJECT / name).read_text().split("\n\n")[0].splitlines()
    return [line.split("==")[0] for line in above if "==" in line]


def described_packages():
    text = (PROJECT / "docs" / "dependencies.md").read_text()
    return re.findall(r"^\| ([\w@/\[\]-]+) \|", text, re.MULTILINE)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_to_one_version(name):
    assert pins(name)
    assert [line for line in pins(name) if not re.fullmatch(r"[\w\[\].-]+==[\w.]+", line)] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_packages_are_in_order(name):
    for block in (PROJECT / name).read_text().split("\n\n"):
        packages = [
            re.split(r"\[|==", line)[0].lower() for line in block.splitlines() if "==" in line
        ]
        assert packages == sorted(packages)


def test_the_tests_run_what_is_installed():
    installed = subprocess.run(
        [sys.executable, "-m", "pip", "freeze"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.lower()
    for pin in pins("requirements.txt"):
        bare = re.sub(r"\[.*\]", "", pin.lower())
        assert bare.replace("_", "-") in installed.replace("_", "-"), pin


def test_every_package_we_chose_is_described_and_no_other():
    browser = json.loads((PROJECT / "frontend" / "package.json").read_text())
    chosen = {
        *direct("requirements.txt"),
        *direct("requirements-dev.txt"),
        *browser["dependencies"],
        *browser["devDependencies"],
    }
    assert set(described_packages()) - {"package"} == chosen


def test_the_browser_packages_are_locked_without_saying_where_they_came_from():
    lock = (PROJECT / "frontend" / "package-lock.json").read_text()
    assert '"integrity"' in lock
    assert '"resolved"' not in lock


@in_a_checkout
@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_links_lead_somewhere(doc):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", doc.read_text()):
        if "://" not in target:
            assert (doc.parent / target).exists(), target


@in_a_checkout
def test_make_targets_named_in_the_docs_exist():
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for doc in DOCS
        for target in re.findall(r"(?:`|^)make ([a-z]+)", doc.read_text(), re.MULTILINE)
    }
    assert named
    assert named - targets == set()


@in_a_checkout
def test_files_named_in_the_docs_exist():
    assert {doc.name: lost for doc in DOCS if (lost := _lost(doc.read_text(), doc))} == {}


@pytest.mark.parametrize(
    "text",
    ["`web/exchange.py`", "see services/console.py", "`engines/`", "`lane.py`", "`modules/no.js`"],
)
def test_a_file_that_is_not_there_is_found(text):
    assert _lost(text, PROJECT / "docs" / "frontend.md") != []


@pytest.mark.parametrize(
    "text",
    [
        "`web/call.py`",
        "`storage/engines/`",
        "`call.py`",
        "`page/dom.js`",
        "`spec/NOUN.yaml`",
        "`/api/openapi.json`",
        "https://example.com/a/b.html",
    ],
)
def test_what_is_there_or_is_no_file_is_left_alone(text):
    assert _lost(text, PROJECT / "docs" / "frontend.md") == []


@in_a_checkout
def test_modules_named_in_python_exist():
    named = {
        (name, module)
        for name in TRACKED
        if name.endswith(".py") and not name.startswith("tests/house/")
        for module in re.findall(
            r"(?<![\w/.*@-])\w[\w/]*\.py\b(?!\.in)", (PROJECT / name).read_text()
        )
        if not re.search(PLACEHOLDER, module) and not _is_there(module, PROJECT / name)
    }
    assert named == NAMED_FOR_A_TEST


def _lost(text, doc):
    """The files and folders that `text` names and nobody finds."""
    paths = re.findall(rf"(?<![\w/.:#-])[\w-]+(?:/[\w.-]+)+\.(?:{KINDS})\b", text)
    bare = re.findall(rf"`([\w-]+\.(?:{KINDS_OF_SOURCE}))`", text)
    folders = re.findall(r"`([\w-]+(?:/[\w-]+)*/)`", text)
    return [
        name
        for name in [*paths, *bare, *folders]
        if not re.search(PLACEHOLDER, name) and not _is_there(name, doc)
    ]


def _is_there(name, doc):
    """Whether `name` is a bare name, or a path from the root, from `doc` or from the front end."""
    roots = [PROJECT, doc.parent, PROJECT / "frontend"]
    if "/" not in name:
        return any(file.rsplit("/", 1)[-1] == name for file in TRACKED)
    return name in WRITTEN_LATER or any((root / name).exists() for root in roots)


@in_a_checkout
def test_only_settings_read_the_environment():
    readers = {
        name
        for name in TRACKED
        if name.endswith(".py")
        and not name.startswith(("tests/", "scripts/", "bench/", "deploy/"))
        and any(map(_reads_environment, ast.walk(ast.parse((PROJECT / name).read_text()))))
    }
    assert readers == READERS_OF_THE_ENVIRONMENT


def _reads_environment(node):
    return (
        isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv", "environb"}
        and (isinstance(node.value, ast.Name) and node.value.id == "os")
    )


@in_a_checkout
def test_scripts_can_be_run():
    for name in (".ci/run", *(name for name in TRACKED if re.match(r"scripts/.*\.sh$", name))):
        assert Path(PROJECT / name).stat().st_mode & 0o111, name
