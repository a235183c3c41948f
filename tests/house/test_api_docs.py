"""docs/api.md says what the contract says."""

import importlib.util
import re

import pytest

import contract
from settings import PROJECT


@pytest.fixture(scope="module")
def generator():
    path = PROJECT / "scripts" / "generate_api_docs.py"
    spec = importlib.util.spec_from_file_location("generate_api_docs", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def text():
    return (PROJECT / "docs" / "api.md").read_text("utf-8")


def test_it_is_generated_from_the_contract(generator):
    assert generator.main(["--check"]) == 0


def test_a_contract_that_changed_is_noticed(generator, monkeypatch, tmp_path, capsys):
    stale = tmp_path / "api.md"
    stale.write_text(generator.DOC.read_text("utf-8").replace("service-orders", "orders"), "utf-8")
    monkeypatch.setattr(generator, "DOC", stale)
    assert generator.main(["--check"]) == 1
    assert "run scripts/generate_api_docs.py" in capsys.readouterr().out
    assert generator.main([]) == 0
    assert generator.main(["--check"]) == 0


def test_it_tells_every_operation(text):
    for operation in contract.current().operations:
        assert f"### {operation.method.upper()} {operation.path}\n\n{operation.summary}" in text


def test_it_says_what_is_deprecated(text):
    old = re.findall(r"### (\w+ \S+)\n\n[^\n]+ \*\*Deprecated\.\*\*", text)
    assert old == [
        f"{method.upper()} {path}"
        for path, item in contract.current().document["paths"].items()
        for method, entry in item.items()
        if method != "parameters" and entry.get("deprecated")
    ]
    assert old != []


def test_it_tells_every_shape_that_is_answered(text):
    schemas = contract.current().document["components"]["schemas"]
    shapes = [
        name
        for name, schema in schemas.items()
        if "properties" in schema and set(schema["properties"]) != {"items", "next_cursor"}
    ]
    assert [name for name in shapes if f"\n**{name}**\n" not in text] == []
