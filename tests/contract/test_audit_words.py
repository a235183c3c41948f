"""The audit log has words for what it tells of, said in spec/ beside the operations."""

import ast
import shutil

import pytest
import yaml

import auth
import contract
from contract import Action, ContractError
from records import trail
from scripts import generate_audit_words
from tests.house.modules import ROOT

ROOMS = ("services", "records", "commands")


@pytest.fixture
def folder(tmp_path):
    shutil.copy(contract.SPEC / "common.yaml", tmp_path)
    return tmp_path


def said(folder, operations=None, nouns=None, actions=None):
    """The words of a contract whose operations leave these actions."""
    stated = {
        "x-audit": {"nouns": nouns or {}, "actions": actions or {}},
        "paths": {
            f"/api/{name}": {
                "get": {
                    "operationId": f"thing_service.{name}",
                    "x-roles": ["admin"],
                    "x-audit": words,
                    "responses": {"204": {"description": "Done."}},
                }
            }
            for name, words in (operations or {}).items()
        },
    }
    (folder / "things.yaml").write_text(yaml.safe_dump(stated), encoding="utf-8")
    return contract.load(folder).audit


def test_it_works(folder):
    audit = said(
        folder,
        {
            "pack": {"parcel.packed": "Packed parcel"},
            "lid": {"lid.shut": {"noun": "parcel", "words": "Shut the lid"}},
        },
        {"parcel": "Parcel"},
        {"parcel.lost": "Lost parcel"},
    )
    assert audit.nouns == {"parcel": "Parcel"}
    assert audit.actions == {
        "parcel.packed": Action("parcel", "Packed parcel"),
        "lid.shut": Action("parcel", "Shut the lid"),
        "parcel.lost": Action("parcel", "Lost parcel"),
    }


@pytest.mark.parametrize(
    ("stated", "sentence"),
    [
        (
            ({"a": {"parcel.packed": "A"}, "b": {"parcel.packed": "B"}}, {"parcel": "Parcel"}),
            "parcel.packed is in words twice",
        ),
        (({"a": {"parcel.packed": "A"}},), "of a noun that has no word"),
        (({"a": {"parcel.packed": ["A"]}}, {"parcel": "Parcel"}), "has words, or a noun and words"),
        (({"a": {"parcel.packed": {"words": "A"}}},), "has words, or a noun and words"),
    ],
)
def test_words_that_cannot_be_stop_the_program(folder, stated, sentence):
    with pytest.raises(ContractError, match=sentence):
        said(folder, *stated)


def test_every_action_in_words_is_one_that_the_program_takes():
    """The name as a whole, or the two halves that it is made of."""
    texts = {
        node.value
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    unknown = [
        name
        for name in contract.current().audit.actions
        if name not in texts
        and not any(name[:at] in texts and name[at:] in texts for at in range(1, len(name)))
    ]
    assert unknown == []
    assert len(texts) > 1000


def test_an_entry_without_words_is_an_error_in_tests(engine):
    for action, noun in (("parcel.packed", "parcel"), ("product.created", "device")):
        with (
            pytest.raises(AssertionError, match=f"{action} of a {noun} has no words"),
            engine.writing() as db,
        ):
            trail.record(db, auth.console(), action=action, noun=noun, noun_id=1)


def test_the_pages_have_the_words_of_the_contract():
    assert generate_audit_words.main(["--check"]) == 0
