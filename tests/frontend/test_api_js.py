"""The browser's side of the contract is what the contract says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import generate_api, generate_pages

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "frontend"


def sources() -> list[Path]:
    """The scripts and pages of the front end, without its libraries and bundles."""
    return [
        path
        for path in FRONTEND.rglob("*")
        if path.suffix in {".js", ".html"} and not {"node_modules", "built"} & set(path.parts)
    ]


def test_api_js_is_generated_from_the_contract() -> None:
    assert generate_api.main(["--check"]) == 0


def test_every_operation_has_one_method() -> None:
    contract = generate_api.load(ROOT / "spec")
    methods = re.findall(r"^    (\w+): operation\(", (FRONTEND / "api.js").read_text(), re.M)
    declared = [
        method
        for item in contract["paths"].values()
        for method in generate_api.METHODS
        if method in item
    ]
    assert len(methods) == len(declared) > 0


def test_every_page_asks_for_operations_that_exist() -> None:
    names = {
        f"{service}.{name}"
        for service, operations in generate_api.services(generate_api.load(ROOT / "spec")).items()
        for name in operations
    }
    asked = {
        name
        for path in sources()
        for name in re.findall(r'\bmay(?:: |\(|=)"(\w+\.\w+)"', path.read_text("utf-8"))
    }
    assert asked <= names


def test_what_the_palette_finds_is_a_list_that_takes_words() -> None:
    services = generate_api.services(generate_api.load(ROOT / "spec"))
    finds = [e["finds"] for e in generate_pages.entries(FRONTEND / "pages") if "finds" in e]
    for service, _, name in (each["list"].partition(".") for each in finds):
        assert {"q", "limit"} <= set(services[service][name]["query"])


def test_every_page_of_the_shell_exists() -> None:
    listed = set(re.findall(r' page: "([\w-]+)"', (FRONTEND / "page" / "pages.js").read_text()))
    pages = {path.stem for path in FRONTEND.glob("pages/*/*.html")}
    assert listed - pages == set()
    assert pages - listed == {"api-docs", "login", "setup"}


def test_the_shell_has_the_addresses_that_pages_say() -> None:
    assert generate_pages.main(["--check"]) == 0


def test_an_address_without_a_page_is_told(tmp_path: Path) -> None:
    (tmp_path / "area").mkdir()
    (tmp_path / "area" / "wine.page.json").write_text('[{"path": "/wine"}]')
    with pytest.raises(SystemExit, match=r"there is no wine\.html"):
        list(generate_pages.entries(tmp_path))


def test_every_icon_used_is_in_the_sprite() -> None:
    listed = set((FRONTEND / "icons.txt").read_text().split())
    used: set[str] = set()
    for path in sources():
        text = path.read_text("utf-8")
        used |= set(re.findall(r'\bicon(?:\(|: |=)"([a-z0-9-]+)"', text))
        used |= set(re.findall(r"icons\.svg#([a-z0-9-]+)", text))
    assert used <= listed


def test_no_page_carries_inline_script_or_style() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son\w+=")
    carrying = [
        path.name
        for path in sources()
        if path.suffix == ".html" and inline.search(path.read_text("utf-8"))
    ]
    assert carrying == []
