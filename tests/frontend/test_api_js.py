"""The browser's side of the contract is what the contract says."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def generate_api() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "generate_api", ROOT / "scripts" / "generate_api.py"
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_api_js_is_generated_from_the_contract(generate_api: ModuleType) -> None:
    assert generate_api.main(["--check"]) == 0


def test_every_operation_has_one_method(generate_api: ModuleType) -> None:
    contract = generate_api.load(ROOT / "spec")
    operations = re.findall(
        r"^    (\w+): operation\(", (ROOT / "frontend" / "api.js").read_text(), re.M
    )
    declared = sum(
        method in item for item in contract["paths"].values() for method in generate_api.METHODS
    )
    assert len(operations) == declared > 0


def test_every_page_of_the_shell_asks_for_an_operation_that_exists(
    generate_api: ModuleType,
) -> None:
    names = {
        f"{service}.{name}"
        for service, operations in generate_api.services(generate_api.load(ROOT / "spec")).items()
        for name in operations
    }
    routes = (ROOT / "frontend" / "modules" / "routes.js").read_text()
    assert set(re.findall(r'may: "([\w.]+)"', routes)) <= names


def test_every_page_of_the_shell_exists() -> None:
    routes = (ROOT / "frontend" / "modules" / "routes.js").read_text()
    pages = set(re.findall(r'page: "([\w-]+)"', routes))
    assert {
        page for page in pages if not (ROOT / "frontend" / "pages" / f"{page}.html").exists()
    } == set()


def test_every_icon_used_is_in_the_sprite() -> None:
    listed = set((ROOT / "frontend" / "icons.txt").read_text().split())
    used: set[str] = set()
    for path in (ROOT / "frontend").rglob("*"):
        if "node_modules" in path.parts or path.suffix not in {".js", ".html"}:
            continue
        text = path.read_text("utf-8")
        used |= set(re.findall(r'\bicon(?:\(|: |=)"([a-z0-9-]+)"', text))
        used |= set(re.findall(r"icons\.svg#([a-z0-9-]+)", text))
    assert used <= listed


def test_no_page_carries_inline_script_or_style() -> None:
    for path in (ROOT / "frontend").rglob("*.html"):
        if "node_modules" in path.parts:
            continue
        text = path.read_text("utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son\w+=", text), path.name
