"""Machines: devices with their cabinets, each row one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from auth import Actor
from db import Database, Row
from services.fleet import device_service
from services.transfer import cabinet_kinds, plans
from services.transfer.names import Names
from services.transfer.plans import CHANGES, CREATES, REPEATED, SAME, Effect, Look, Ref, Told, Wrong

KIND = "devices"
DEVICES = """
    SELECT d.id, d.asset, d.name, d.serial, d.device_type_id, d.location_id, d.route_id,
        d.archived_at, d.version, t.name AS device_type, l.name AS location, r.name AS route
    FROM devices d
    JOIN device_types t ON t.id = d.device_type_id
    LEFT JOIN locations l ON l.id = d.location_id
    LEFT JOIN routes r ON r.id = d.route_id
    ORDER BY d.id
"""
CABINETS = """
    SELECT c.device_id, c.position, c.cabinet_type_id
    FROM cabinets c
    WHERE c.removed_at IS NULL
    ORDER BY c.device_id, c.position
"""
CABINET_FIELDS = ("cabinet_1", "cabinet_2", "cabinet_3")
REFERENCES = ("device_type", "location", "route")
# Of a machine whose kind nobody says.
USUAL_TYPE = "Vending machine"
MOST_CABINETS = 3


@dataclass(eq=False, slots=True)
class Machine:
    """What a row says of one device; `before` is None where it is created."""

    before: Row | None
    line: int
    values: Row
    body: Row
    refs: dict[str, Ref]
    cabinets: dict[int, Ref] = field(default_factory=dict)


class MachinePlan:
    """The rows of a file of machines."""

    def __init__(self, db: Database, _actor: Actor, _kind: str, decimals: int) -> None:
        self._decimals = decimals
        self._names = {
            noun: Names(db, noun) for noun in ("location", "device_type", "cabinet_type", "route")
        }
        self._devices = {row["asset"].casefold(): row for row in db.query(DEVICES)}
        self._cabinets: dict[int, dict[int, int]] = {}
        for row in db.query(CABINETS):
            places = self._cabinets.setdefault(row["device_id"], {})
            places[row["position"]] = row["cabinet_type_id"]
        self._seen: dict[str, Machine] = {}
        self._machines: list[Machine] = []

    def look(self, line: int, values: dict[str, Any]) -> Look:
        """What a row would do. Raises Wrong."""
        if "asset" not in values:
            raise Wrong("asset", "is missing")
        key = values["asset"].casefold()
        seen = self._seen.get(key)
        if seen is not None and seen.values == values:
            return Look(REPEATED, [f"Says the same as row {seen.line}"])
        if seen is not None:
            raise Wrong("asset", f"is in row {seen.line} too, with something else")
        before = self._devices.get(key)
        machine = self._machine(line, values, before)
        look = self._new(machine) if before is None else self._changes(machine, before)
        self._seen[key] = machine
        for ref in (*machine.refs.values(), *machine.cabinets.values()):
            ref.is_used = True
        return look

    def creates(self) -> dict[str, int]:
        """How many of which noun would be created."""
        counts = {noun: names.count() for noun, names in self._names.items()}
        return {"device": sum(each.before is None for each in self._machines), **counts}

    def apply(self, db: Database, actor: Actor, told: Told, _import_id: int) -> Iterator[Effect]:
        """Create what machines refer to, then create and change them, in the order of locks."""
        there = [each.before for each in self._machines if each.before is not None]
        refs = [ref for machine in self._machines for ref in machine.refs.values()]
        # Of a device that is changed its type is held too.
        refs += [Ref("device_type", row["device_type"], row["device_type_id"]) for row in there]
        hold(db, refs, [row["id"] for row in there])
        for names in self._names.values():
            yield from names.apply(db, actor)
        ordered = sorted(self._machines, key=lambda each: each.before["id"] if each.before else 0)
        for done, machine in enumerate(ordered):
            told(done, len(ordered))
            if machine.before is None:
                cabinets = list(machine.cabinets.values())
                made = create(db, actor, machine.body, machine.refs, cabinets)
                yield Effect("device", made["id"], None, made["version"])
            else:
                yield from self._change(db, actor, machine, machine.before)

    def _machine(self, line: int, values: Row, before: Row | None) -> Machine:
        if before is not None and before["archived_at"] is not None:
            raise Wrong("asset", "is archived: take it back first")
        body: Row = {name: values[name] for name in ("asset", "name", "serial") if name in values}
        # Before anything is created for a row that is wrong.
        plans.check("device_service.create_device", {**body, "device_type_id": 1})
        cabinets = {
            position: cabinet_kinds.named(self._names["cabinet_type"], values[name], name)
            for position, name in enumerate(CABINET_FIELDS, start=1)
            if name in values
        }
        refs = {
            name: self._names[name].wanted(values[name], name, **self._more(name))
            for name in REFERENCES
            if name in values
        }
        return Machine(before, line, values, body, refs, cabinets)

    def _more(self, noun: str) -> Row:
        return {"max_cabinets": MOST_CABINETS} if noun == "device_type" else {}

    def _new(self, machine: Machine) -> Look:
        if "device_type" not in machine.refs:
            machine.refs["device_type"] = usual_type(self._names["device_type"])
        self._check_room(machine.refs["device_type"], len(machine.cabinets), machine.values)
        self._machines.append(machine)
        place = f" at {machine.values['location']}" if "location" in machine.values else ""
        with_cabinets = ", ".join(ref.name for ref in machine.cabinets.values())
        more = f" with {with_cabinets}" if with_cabinets else ""
        return Look(CREATES, [f"Creates machine {machine.values['asset']}{place}{more}"])

    def _check_room(self, device_type: Ref, cabinets: int, values: Row) -> None:
        room = device_type.body.get("max_cabinets", MOST_CABINETS)
        if cabinets > room:
            name = "device_type" if "device_type" in values else "cabinet_2"
            raise Wrong(name, f"has room for {room} cabinets at most")

    def _changes(self, machine: Machine, before: Row) -> Look:
        self._add_cabinets(machine, before)
        words = {
            name: value
            for name, value in machine.values.items()
            if name not in CABINET_FIELDS and str(before[name] or "") != value
        }
        machine.body = {name: value for name, value in machine.body.items() if name in words}
        machine.refs = {
            name: ref for name, ref in machine.refs.items() if ref.id != before[f"{name}_id"]
        }
        if not (machine.body or machine.refs or machine.cabinets):
            return Look(SAME, ["Is so already"])
        self._machines.append(machine)
        shown = plans.changed(KIND, before, words, self._decimals)
        more = [f"one more cabinet, {ref.name}" for ref in machine.cabinets.values()]
        return Look(CHANGES, [f"{before['asset']}: {', '.join([*shown, *more])}"])

    def _add_cabinets(self, machine: Machine, before: Row) -> None:
        """Leave those cabinets that the device has not. Raises Wrong for other ones than it has."""
        has = self._cabinets.get(before["id"], {})
        for position, ref in machine.cabinets.items():
            if position in has and has[position] != ref.id:
                raise Wrong(
                    f"cabinet_{position}",
                    "is another one than the machine has: take that off first",
                )
        machine.cabinets = {
            position: ref for position, ref in machine.cabinets.items() if position not in has
        }

    def _change(
        self, db: Database, actor: Actor, machine: Machine, before: Row
    ) -> Iterator[Effect]:
        changes = {**machine.body, **{f"{name}_id": ref.id for name, ref in machine.refs.items()}}
        version = before["version"]
        if changes:
            made = device_service.update_device(
                db, actor, device_id=before["id"], version=version, changes=changes
            )
            version = made["version"]
            old = {name: before[name] for name in changes}
            yield Effect("device", before["id"], old, version)
        for ref in machine.cabinets.values():
            assert ref.id is not None  # noqa: S101  # its noun was created before
            made = device_service.create_cabinet(
                db, actor, device_id=before["id"], cabinet_type_id=ref.id
            )
            added = {"cabinet_id": max(each["id"] for each in made["cabinets"])}
            yield Effect("device", before["id"], added, made["version"])


def usual_type(types: Names) -> Ref:
    """The type of a machine whose kind nobody says."""
    return types.wanted(USUAL_TYPE, "device_type", max_cabinets=MOST_CABINETS)


def hold(db: Database, refs: list[Ref], device_ids: list[int]) -> None:
    """Lock what is there already and is referred to or changed, in the order of locks."""
    for noun in ("location", "device_type", "cabinet_type", "route"):
        for noun_id in sorted({ref.id for ref in refs if ref.noun == noun and ref.id is not None}):
            db.lock(noun, noun_id)
    for device_id in sorted(set(device_ids)):
        db.lock("device", device_id)


def create(db: Database, actor: Actor, body: Row, refs: dict[str, Ref], cabinets: list[Ref]) -> Row:
    """A new device, whose references have their ids by now."""
    ids: Row = {f"{name}_id": ref.id for name, ref in refs.items()}
    return device_service.create_device(
        db,
        actor,
        **body,
        **ids,
        cabinets=[{"cabinet_type_id": ref.id or 0} for ref in cabinets],
    )
