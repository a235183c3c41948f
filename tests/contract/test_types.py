"""contract/types.py says what the contract says, and services take what it says."""

import importlib.util
import inspect
from typing import Any

import pytest

import contract
from contract import function_of, types
from settings import PROJECT


@pytest.fixture(scope="module")
def generator():
    path = PROJECT / "scripts" / "generate_types.py"
    spec = importlib.util.spec_from_file_location("generate_types", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def defined(generator, schemas, bodies=None):
    """The module that some schemas give, run."""
    module: dict[str, Any] = {}
    exec(generator.Types(schemas, bodies or {}).text(), module)
    return module


def hints_of(kind):
    return {name: hint.__forward_arg__ for name, hint in kind.__annotations__.items()}


def lists_of_objects():
    """The operations whose body has lists of objects, with those lists."""
    schemas = contract.current().document["components"]["schemas"]
    for operation in contract.current().operations:
        item = contract.current().document["paths"][operation.path][operation.method]
        content = item.get("requestBody", {}).get("content", {})
        properties = content.get("application/json", {}).get("schema", {}).get("properties", {})
        for name, schema in properties.items():
            stated = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
            kind = stated.get("items", {})
            if "properties" in kind or schemas.get(kind.get("$ref", "").rpartition("/")[2], {}).get(
                "properties"
            ):
                yield operation, name


def test_it_is_generated_from_the_contract(generator):
    assert generator.main(["--check"]) == 0


def test_a_contract_that_changed_is_noticed(generator, monkeypatch, tmp_path, capsys):
    stale = tmp_path / "types.py"
    stale.write_text(generator.TYPES.read_text("utf-8").replace("removed: ", "taken: "), "utf-8")
    monkeypatch.setattr(generator, "TYPES", stale)
    assert generator.main(["--check"]) == 1
    assert "run scripts/generate_types.py" in capsys.readouterr().out
    assert generator.main([]) == 0
    assert generator.main(["--check"]) == 0


def test_every_schema_has_a_type():
    names = contract.current().document["components"]["schemas"].keys()
    assert names - vars(types).keys() == set()


def test_what_may_be_absent_is_not_required():
    assert hints_of(types.Fill)["removed"] == "NotRequired[int]"
    assert hints_of(types.Fill)["counted"] == "NotRequired[int | None]"


def test_objects_in_objects_are_called_after_their_place(generator):
    cabinet = {"type": "object", "properties": {"id": {"type": "integer"}}}
    properties = {"cabinets": {"type": "array", "items": cabinet}, "total": cabinet}
    order = {"type": "object", "required": ["total"], "properties": properties}
    found = defined(generator, {"Order": order}, {"update_order": order})
    assert hints_of(found["Order"]) == {
        "cabinets": "NotRequired[list[OrderCabinet]]",
        "total": "OrderTotal",
    }
    assert hints_of(found["UpdateOrderCabinet"]) == {"id": "NotRequired[int]"}


def test_values_are_what_they_may_be(generator):
    found = defined(
        generator,
        {
            "Kind": {"type": "string", "enum": ["a", "b"]},
            "Maybe": {"type": ["string", "null"], "enum": ["a", None]},
            "Either": {
                "type": "object",
                "required": ["one", "from"],
                "properties": {
                    "one": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Kind"}]},
                    "from": {"type": "object", "additionalProperties": {"type": "number"}},
                },
            },
        },
    )
    assert str(found["Kind"]) == "typing.Literal['a', 'b']"
    assert str(found["Maybe"]) == "typing.Optional[typing.Literal['a']]"
    assert hints_of(found["Either"]) == {"one": "Kind | None", "from": "dict[str, float]"}


def test_two_objects_of_one_name_are_refused(generator):
    item = {"type": "object", "properties": {"id": {"type": "integer"}}}
    order = {"type": "object", "properties": {"stops": {"type": "array", "items": item}}}
    with pytest.raises(ValueError, match="OrderStop"):
        defined(generator, {"Order": order, "OrderStop": item})


def test_a_list_of_objects_reaches_its_service_as_one_of_these_types():
    lists = [(op, name) for op, name in lists_of_objects() if "changes" not in op.arguments]
    assert len(lists) >= 5
    untyped = [
        (operation.name, name)
        for operation, name in lists
        if "dict[" in str(inspect.signature(function_of(operation)).parameters[name].annotation)
    ]
    assert untyped == []
