"""The contract is executable: where it and the code disagree, nothing starts."""

import shutil
import sys
import types
from pathlib import Path

import pytest
import yaml

import contract
from contract import ContractError, signatures

THING = {
    "operationId": "thing_service.get_thing",
    "x-roles": ["admin"],
    "responses": {"200": {"description": "It.", "content": {"application/json": {"schema": {}}}}},
}
PATH = "/api/things/{thing_id}"
THING_ID = {"name": "thing_id", "in": "path", "required": True, "schema": {"type": "integer"}}


@pytest.fixture
def folder(tmp_path):
    """A contract of nothing but what all nouns share."""
    shutil.copy(contract.SPEC / "common.yaml", tmp_path)
    return tmp_path


@pytest.fixture
def service(monkeypatch):
    """Gives services/things/thing_service.py a get_thing() with these parameters."""

    def give(parameters, name="get_thing"):
        place = "services.things.thing_service"
        module = types.ModuleType(place)
        exec(f"def {name}({parameters}): ...", vars(module))
        monkeypatch.setitem(sys.modules, place, module)
        monkeypatch.setitem(signatures.places(signatures.SERVICES), "thing_service", place)

    return give


def load(folder: Path, method="get", path=PATH, **changes):
    """The one operation of a contract that states `THING` with these changes; None leaves out."""
    entry = {name: value for name, value in {**THING, **changes}.items() if value is not None}
    stated = {"paths": {path: {"parameters": [THING_ID], method: entry}}}
    (folder / "things.yaml").write_text(yaml.safe_dump(stated), encoding="utf-8")
    (operation,) = contract.load(folder).operations
    return operation


def test_every_operation_of_this_contract_has_its_function():
    operations = contract.current().operations
    assert len(operations) > 70
    assert all(callable(contract.function_of(operation)) for operation in operations)


def test_it_works(folder, service):
    service("db, actor, *, thing_id")
    operation = load(folder)
    contract.function_of(operation)
    assert (operation.name, operation.method, operation.status) == (
        "thing_service.get_thing",
        "get",
        200,
    )
    assert operation.is_allowed("admin")
    assert not operation.is_allowed("viewer")
    assert not operation.is_allowed(None)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"x-roles": None}, "has no x-roles"),
        ({"x-roles": []}, "has no x-roles"),
        ({"x-roles": "everybody"}, "has no x-roles"),
        ({"x-roles": ["admin", "boss"]}, "there is no role boss"),
        ({"x-owned-by": ["route"]}, "no driver may use it"),
        ({"x-roles": ["driver"], "x-owned-by": ["planet"]}, "x-owned-by is a list of route"),
        ({"x-roles": ["driver"], "x-owned-by": "route"}, "x-owned-by is a list of route"),
        ({"x-scopes": "fleet:read"}, "x-scopes is a list of scopes"),
        ({"x-scopes": ["everything"]}, "x-scopes is a list of scopes"),
        ({"operationId": None}, "needs an operationId"),
        ({"operationId": "get_thing"}, "needs an operationId"),
        ({"x-transaction": "maybe"}, "x-transaction is none or left out"),
        ({"x-keeps-answer": True}, "x-keeps-answer is false or left out"),
        ({"x-before-password-change": "yes"}, "x-before-password-change is true or false"),
        ({"responses": {"404": {"description": "No."}}}, "states no answer of a success"),
        (
            {"parameters": [{"$ref": "#/components/parameters/Absent"}]},
            "refers to #/components/parameters/Absent",
        ),
    ],
)
def test_a_wrong_statement_does_not_start(folder, changes, sentence):
    with pytest.raises(ContractError, match=sentence):
        load(folder, **changes)


def body_of(**properties):
    schema = {"type": "object", "properties": properties}
    return {"content": {"application/json": {"schema": schema}}}


@pytest.mark.parametrize(
    "properties", [{"new_password": {}}, {"secret": {"type": "string", "format": "password"}}]
)
def test_a_password_whose_hash_would_be_kept_does_not_start(folder, properties):
    stated = {"method": "post", "requestBody": body_of(**properties)}
    with pytest.raises(ContractError, match="state x-keeps-answer: false"):
        load(folder, **stated)
    assert not load(folder, **stated, **{"x-keeps-answer": False}).keeps_answer


def test_the_answer_of_a_post_is_kept_unless_it_says_otherwise(folder):
    stated = {"method": "post", "requestBody": body_of(name={})}
    assert load(folder, **stated).keeps_answer
    assert not load(folder, **stated, **{"x-reads-only": True}).keeps_answer
    assert not load(folder).keeps_answer


def test_a_path_that_is_stated_twice_does_not_start(folder):
    load(folder)
    shutil.copy(folder / "things.yaml", folder / "more_things.yaml")
    with pytest.raises(ContractError, match="is stated twice"):
        contract.load(folder)


def test_a_folder_without_a_contract_does_not_start(tmp_path):
    with pytest.raises(ContractError, match="No contract"):
        contract.load(tmp_path)


def test_an_operation_without_a_service_does_not_start(folder):
    with pytest.raises(ContractError, match="no module thing_service in services"):
        contract.function_of(load(folder))


def test_an_operation_without_a_function_does_not_start(folder, service):
    service("db, actor, *, thing_id", name="get_other")
    with pytest.raises(ContractError, match=r"has no get_thing\(\)"):
        contract.function_of(load(folder))


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ("actor, db, *, thing_id", r"must begin with \(db, actor\)"),
        ("engine, actor, *, thing_id", r"must begin with \(db, actor\)"),
        ("db, actor", r"differ from the contract's \(thing_id\)"),
        ("db, actor, *, thing_id, more", r"differ from the contract's \(more\)"),
        ("db, actor, *, id", r"differ from the contract's \(id, thing_id\)"),
        ("db, actor, thing_id", r"differ from the contract's \(thing_id\)"),
        ("db, actor, *, thing_id, **rest", "they must be keyword-only"),
    ],
)
def test_a_function_with_other_arguments_does_not_start(folder, service, parameters, sentence):
    service(parameters)
    with pytest.raises(ContractError, match=sentence):
        contract.function_of(load(folder))


def test_a_function_without_transaction_takes_the_engine(folder, service):
    service("engine, actor, *, thing_id")
    contract.function_of(load(folder, **{"x-transaction": "none"}))


def test_a_function_that_is_to_have_the_settings_takes_them_third(folder, service):
    service("db, actor, settings, *, thing_id")
    contract.function_of(load(folder, **{"x-settings": True}))
    with pytest.raises(ContractError, match=r"differ from the contract's"):
        contract.function_of(load(folder))


def test_a_patch_arrives_as_version_and_changes(folder, service):
    service("db, actor, *, thing_id, version, changes")
    body = body_of(version={}, name={})
    contract.function_of(load(folder, method="patch", requestBody=body))


def test_a_word_of_python_gets_an_underscore():
    assert contract.argument_name("from") == "from_"
    assert contract.argument_name("to") == "to"


def test_a_module_is_found_in_whatever_area_it_lies(tmp_path):
    services = tmp_path / "services"
    (services / "orders").mkdir(parents=True)
    (services / "orders" / "__init__.py").touch()
    (services / "orders" / "visit_service.py").touch()
    assert signatures.places(services) == {"visit_service": "services.orders.visit_service"}


def test_two_modules_of_one_name_do_not_start(tmp_path):
    services = tmp_path / "services"
    for area in ("orders", "fleet"):
        (services / area).mkdir(parents=True)
        (services / area / "needs.py").touch()
    with pytest.raises(ContractError, match=r"services\.fleet\.needs and services\.orders\.needs"):
        signatures.places(services)


def test_a_property_can_be_reserved_for_some_of_the_roles(folder):
    def body(*roles):
        properties = {"archived": {"type": "boolean", "x-roles": list(roles)}, "name": {}}
        schema = {"type": "object", "properties": properties}
        return {"content": {"application/json": {"schema": schema}}}

    operation = load(folder, method="patch", requestBody=body("admin"))
    assert operation.body.reserved == {"archived": {"admin"}}
    with pytest.raises(ContractError, match="archived: there is no role boss"):
        load(folder, method="patch", requestBody=body("boss"))
