"""Kinds: what `x-jobs` of the contract says of one kind of job."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract.entries import roles_of
from contract.operations import ContractError
from contract.validation import Validator

NAME = re.compile(r"[a-z]+(\.[a-z]+)+")
DAILY_AT = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MOST_ATTEMPTS = 20
WORDS = {
    "title",
    "x-roles",
    "x-function",
    "attempts",
    "backoff_s",
    "arguments",
    "daily_at",
    "every_minutes",
    "x-needs",
}
NEEDS = ("backups", "increments")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of job. `function` is module.function, `title` is for people.

    `roles` may ask for one; after `attempts` that broke off it has failed, and before the
    second it waits `backoff_s`, then twice as long each time. `daily_at` (02:30, local) or
    `every_minutes` is when its schedule asks for one, until somebody changes that; where an
    installation has not what it `needs`, one of NEEDS, there is no schedule of it.
    """

    name: str
    title: str
    function: str
    roles: frozenset[str]
    attempts: int
    backoff_s: int
    properties: tuple[str, ...]
    arguments: Validator
    daily_at: str | None = None
    every_minutes: int | None = None
    needs: str | None = None

    @property
    def is_scheduled(self) -> bool:
        return self.daily_at is not None or self.every_minutes is not None


def kind_of(document: Mapping[str, Any], name: str, stated: Mapping[str, Any]) -> Kind:
    """One kind of the document. Raises ContractError: without roles or function there is none."""
    if not NAME.fullmatch(name):
        raise ContractError(f"{name} is no name of a kind of job: dex.import.")
    if unknown := stated.keys() - WORDS:
        raise ContractError(f"{name}: {', '.join(sorted(unknown))} says nothing of a job.")
    if "title" not in stated or "." not in stated.get("x-function", ""):
        raise ContractError(f"{name} needs a title and an x-function (module.function).")
    schema = {"type": "object", "additionalProperties": False, **stated.get("arguments", {})}
    daily_at, every_minutes = stated.get("daily_at"), stated.get("every_minutes")
    if daily_at is not None and (every_minutes or not DAILY_AT.fullmatch(daily_at)):
        raise ContractError(f"{name}: daily_at is a time such as '02:30', or every_minutes is.")
    if stated.get("x-needs") not in (None, *NEEDS):
        raise ContractError(f"{name}: x-needs is {' or '.join(NEEDS)}.")
    return Kind(
        name=name,
        title=stated["title"],
        function=stated["x-function"],
        roles=roles_of(name, stated.get("x-roles"))[1],
        attempts=_number(name, "attempts", stated.get("attempts", 3), MOST_ATTEMPTS),
        backoff_s=_number(name, "backoff_s", stated.get("backoff_s", 30), 3600),
        properties=tuple(schema.get("properties", {})),
        arguments=Validator(schema, document["components"]),
        daily_at=daily_at,
        every_minutes=every_minutes,
        needs=stated.get("x-needs"),
    )


def _number(name: str, word: str, stated: Any, most: int) -> int:
    if not isinstance(stated, int) or not 1 <= stated <= most:
        raise ContractError(f"{name}: {word} is a whole number from 1 to {most}.")
    return stated
