"""The browser's side of the contract is what the contract says."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "frontend"


def sources() -> list[Path]:
    """The scripts and pages of the front end, without its libraries and bundles."""
    return [
        path
        for path in FRONTEND.rglob("*")
        if path.suffix in {".js", ".html"} and not {"node_modules", "built"} & set(path.parts)
    ]


@pytest.fixture(scope="module")
def generate_api() -> ModuleType:
    path = ROOT / "scripts" / "generate_api.py"
    spec = importlib.util.spec_from_file_location("generate_api", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_api_js_is_generated_from_the_contract(generate_api: ModuleType) -> None:
    assert generate_api.main(["--check"]) == 0


def test_every_operation_has_one_method(generate_api: ModuleType) -> None:
    contract = generate_api.load(ROOT / "spec")
    methods = re.findall(r"^    (\w+): operation\(", (FRONTEND / "api.js").read_text(), re.M)
    declared = [
        method
        for item in contract["paths"].values()
        for method in generate_api.METHODS
        if method in item
    ]
    assert len(methods) == len(declared) > 0


def test_every_page_asks_for_operations_that_exist(generate_api: ModuleType) -> None:
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


def test_every_page_of_the_shell_exists() -> None:
    listed = {
        (path.parent.name, page)
        for path in FRONTEND.glob("pages/*/pages.js")
        for page in re.findall(r'page: "([\w-]+)"', path.read_text("utf-8"))
    }
    files = {(path.parent.name, path.stem) for path in FRONTEND.glob("pages/*/*.html")}
    assert listed - files == set()
    assert {page for _, page in files - listed} == {"api-docs", "login", "setup"}


def test_every_area_of_pages_is_in_the_shell() -> None:
    addresses = (FRONTEND / "page" / "addresses.js").read_text("utf-8")
    areas = {path.parent.name for path in FRONTEND.glob("pages/*/pages.js")}
    assert set(re.findall(r'"\.\./pages/(\w+)/pages\.js"', addresses)) == areas


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
