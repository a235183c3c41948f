"""Rules that are switched on, and whether a cause is one that somebody wants to be told of."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from db import Database
from services.alerts import alert_kinds
from services.alerts.cause import Cause

ON = """
    SELECT id, kind, threshold, scope, scope_id, location_kind, roles, user_ids, weekdays,
           from_time, until_time, email
    FROM alert_rules
    WHERE switched_on = 1 AND archived_at IS NULL
    ORDER BY id
"""


class Rule(NamedTuple):
    """A rule as it is asked; `roles` and `user_ids` are who is told, `email` how."""

    id: int
    kind: str
    threshold: int
    scope: str = alert_kinds.ALL
    scope_id: int | None = None
    location_kind: str | None = None
    roles: frozenset[str] = frozenset()
    user_ids: frozenset[int] = frozenset()
    weekdays: str = "1234567"
    from_time: str | None = None
    until_time: str | None = None
    email: str = "none"

    def holds(self, cause: Cause) -> bool:
        """Whether the cause is in the scope of this rule, and reaches its threshold."""
        if self.kind != cause.kind or not self._covers(cause):
            return False
        if self.kind == alert_kinds.RUNS_OUT:
            days = self.threshold if cause.next_visit_days is None else cause.next_visit_days
            return cause.measure < days
        return cause.measure >= self.threshold

    def _covers(self, cause: Cause) -> bool:
        if self.scope == alert_kinds.ROUTE:
            return cause.route_id == self.scope_id
        if self.scope == alert_kinds.DEVICE:
            return cause.device_id == self.scope_id
        return self.scope == alert_kinds.ALL or cause.location_kind == self.location_kind


class Rules:
    """The rules of an evaluation, by kind."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._of_kind: defaultdict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            self._of_kind[rule.kind].append(rule)

    @property
    def least(self) -> dict[str, int]:
        """The lowest threshold of each kind that somebody wants; the highest of what runs out."""
        return {
            kind: (max if kind == alert_kinds.RUNS_OUT else min)(rule.threshold for rule in rules)
            for kind, rules in self._of_kind.items()
        }

    def thresholds(self, kind: str) -> set[int]:
        """From where on somebody is told of this kind."""
        return {rule.threshold for rule in self._of_kind.get(kind, ())}

    def holding(self, cause: Cause) -> list[Rule]:
        """Those by which somebody is to be told of it."""
        return [rule for rule in self._of_kind[cause.kind] if rule.holds(cause)]


def worse(kind: str, one: float, other: float) -> float:
    """The worse of two measures: of what runs out, the fewer days."""
    return min(one, other) if kind == alert_kinds.RUNS_OUT else max(one, other)


def rules_on(db: Database) -> Rules:
    """All rules that are switched on."""
    return Rules(
        [
            Rule(
                **{
                    **row,
                    "roles": frozenset(row["roles"].split()),
                    "user_ids": frozenset(json.loads(row["user_ids"])),
                }
            )
            for row in db.query(ON)
        ]
    )
