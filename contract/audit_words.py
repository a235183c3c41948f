"""The words of the audit log: its nouns and actions, as spec/ says them beside operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from contract.operations import METHODS, ContractError

WORD = "x-audit"


class Action(NamedTuple):
    """What was done, in words: `Created product`; `noun` is what its entries are of."""

    noun: str
    words: str


class AuditWords(NamedTuple):
    """`nouns` are words by the name of a noun, `actions` actions by their names."""

    nouns: Mapping[str, str]
    actions: Mapping[str, Action]


def audit_words(document: Mapping[str, Any]) -> AuditWords:
    """What the merged document says of the audit log. Raises ContractError."""
    nouns: dict[str, str] = document[WORD]["nouns"]
    actions: dict[str, Action] = {}
    for where, name, stated in _stated(document):
        if name in actions:
            raise ContractError(f"{where}: {name} is in words twice ({WORD}).")
        actions[name] = _action(where, name, stated)
        if actions[name].noun not in nouns:
            raise ContractError(f"{where}: {name} is of a noun that has no word ({WORD}: nouns).")
    return AuditWords(nouns, actions)


def _stated(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Who says it, the name of the action, and what is said of it."""
    for item in document["paths"].values():
        for entry in (item[method] for method in METHODS if method in item):
            for name, stated in entry.get(WORD, {}).items():
                yield entry["operationId"], name, stated
    for name, stated in document[WORD]["actions"].items():
        yield WORD, name, stated


def _action(where: str, name: str, stated: Any) -> Action:
    """Words alone are of the noun that the action is named for."""
    if isinstance(stated, str):
        return Action(name.partition(".")[0], stated)
    if not isinstance(stated, dict) or stated.keys() != {"noun", "words"}:
        raise ContractError(f"{where}: {name} has words, or a noun and words ({WORD}).")
    return Action(**stated)
