"""Loading: the files of spec/, merged into one document, and its operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from contract.audit_words import WORD, AuditWords, audit_words
from contract.entries import operation_of
from contract.kinds import Kind, kind_of
from contract.operations import ANYONE, METHODS, ContractError, Operation
from contract.sheets import complete
from contract.validation import Validator

SPEC = Path(__file__).resolve().parent.parent / "spec"

# In C, where PyYAML was built so: a tenth of the time, which every start takes.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Contract:
    """The whole contract: the merged document as served, its operations, the words of the audit
    log, the kinds of jobs."""

    document: dict[str, Any]
    operations: tuple[Operation, ...]
    problem: Validator
    audit: AuditWords
    kinds: Mapping[str, Kind]

    def of_role(
        self,
        role: str | None,
        *,
        before_password_change: bool = False,
        before_second_factor: bool = False,
        scopes: frozenset[str] | None = None,
    ) -> list[str]:
        """The names of the operations a role may use, sorted; of `scopes` unless that is None."""
        return sorted(
            op.name
            for op in self.operations
            if op.is_allowed(role)
            and (op.before_password_change or not before_password_change)
            and (op.before_second_factor or not before_second_factor)
            and (scopes is None or op.scopes & scopes)
        )

    def scopes_of(self, role: str | None) -> list[str]:
        """The scopes by which an API key may do something that a role may, sorted."""
        return sorted(
            {scope for op in self.operations if op.is_allowed(role) for scope in op.scopes}
        )


@lru_cache(maxsize=1)
def current() -> Contract:
    """The contract in spec/, loaded once."""
    return load(SPEC)


def load(folder: Path) -> Contract:
    """Read and check every file of `folder`. Raises ContractError."""
    document = _merged(folder)
    complete(document)
    components = document["components"]
    operations = tuple(
        operation_of(document, path, method, item)
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    )
    problem = Validator({"$ref": "#/components/schemas/Problem"}, components)
    kinds = {name: kind_of(document, name, stated) for name, stated in document["x-jobs"].items()}
    return Contract(document, operations, problem, audit_words(document), kinds)


def _merged(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = {
        "paths": {},
        "components": {"parameters": {}, "schemas": {}},
        WORD: {"nouns": {}, "actions": {}},
        "x-jobs": {},
        "webhooks": {},
    }
    files = sorted(folder.rglob("*.yaml"), key=lambda file: file.stem)
    for file in files:
        part = yaml.load(file.read_text(encoding="utf-8"), Loader)  # noqa: S506  # a safe one
        for section in ("openapi", "info"):
            if section in part:
                document[section] = part[section]
        _tag(part.get("paths", {}), file.stem)
        _scope(part.get("paths", {}), file.parent.name)
        _merge(document["paths"], part.get("paths", {}), file)
        for section in ("x-jobs", "webhooks"):
            _merge(document[section], part.get(section, {}), file)
        for section, entries in part.get("components", {}).items():
            _merge(document["components"][section], entries, file)
        for section, entries in part.get(WORD, {}).items():
            _merge(document[WORD][section], entries, file)
    if "openapi" not in document:
        raise ContractError(f"No contract in {folder}: common.yaml is missing.")
    return {"openapi": document.pop("openapi"), "info": document.pop("info"), **document}


def _tag(paths: Mapping[str, Any], noun: str) -> None:
    """The file of an operation is the noun that whoever reads the whole finds it under."""
    for item in paths.values():
        for method in METHODS:
            if method in item:
                item[method]["tags"] = [noun]


def _scope(paths: Mapping[str, Any], area: str) -> None:
    """An API key may use an operation by the scope of its area, where it states no other."""
    for item in paths.values():
        for method in METHODS:
            if method in item:
                entry = item[method]
                act = "read" if method == "get" or entry.get("x-reads-only") else "write"
                is_open = entry.get("x-roles") == ANYONE
                entry.setdefault("x-scopes", [] if is_open else [f"{area}:{act}"])


def _merge(whole: dict[str, Any], part: Mapping[str, Any], file: Path) -> None:
    for name, entry in part.items():
        if name in whole:
            raise ContractError(f"{file.name}: {name} is stated twice in the contract.")
        whole[name] = entry
