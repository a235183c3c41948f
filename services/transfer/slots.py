"""Slots: planograms, prices, par levels and stock, each row one selection of a machine.

Machines, products and locations that a row names and that are not there yet are created with
it, so that one file of slots, or of single sales, is a fleet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from auth import Actor
from db import Database, Row, scalar
from services.books import ignored_selections
from services.fleet import planogram_service, slot_rules
from services.transfer import cabinet_kinds, machines, plans
from services.transfer.names import Names
from services.transfer.plans import CHANGES, CREATES, REPEATED, SAME, Effect, Look, Ref, Told, Wrong

KIND = "slots"
DEVICES = "SELECT id, asset, archived_at FROM devices ORDER BY id"
CABINETS = """
    SELECT id, position, version FROM cabinets
    WHERE device_id = :device_id AND removed_at IS NULL
    ORDER BY position
"""
SLOTS = """
    SELECT s.id, s.cabinet_id, s."row", s."column", s.label, s.selection, s.product_id, s.capacity,
        s.par_level, s.price_cents, s.quantity, s.sells_out_at, p.name AS product
    FROM slots s
    JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
    LEFT JOIN products p ON p.id = s.product_id
    WHERE s.device_id = :device_id
    ORDER BY s.position
"""
LAST_CHANGE = "SELECT COALESCE(max(id), 0) FROM planogram_changes WHERE cabinet_id = :cabinet_id"
NUMBERS = ("price_cents", "par_level", "capacity", "quantity")
EMPTY: Row = {
    "id": 0, "product_id": None, "product": None, "capacity": 0, "par_level": 0,
    "price_cents": None, "quantity": 0, "selection": None, "label": "",
}  # fmt: skip
# A product that is created has no id yet.
NO_ID = -1
MOST_SELECTIONS = 1_040


@dataclass(eq=False, slots=True)
class Wanted:
    """What is wanted of one slot; `stands` is the slot as it is."""

    line: int
    look: Look
    values: Row
    stands: Row
    named: Row
    product: Ref | None


@dataclass(eq=False, slots=True)
class Machine:
    """A device that rows name; `id` is None where they create it."""

    asset: str
    id: int | None
    cabinets: dict[int, Row] = field(default_factory=dict)
    slots: list[Row] = field(default_factory=list)
    ignored: frozenset[str] = frozenset()
    body: Row = field(default_factory=dict)
    refs: dict[str, Ref] = field(default_factory=dict)
    wanted: dict[tuple[int, str], Wanted] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)


class SlotPlan:
    """The rows of a file of slots. Of rows that name the same slot the last one holds."""

    def __init__(self, db: Database, _actor: Actor, _kind: str, decimals: int) -> None:
        self._db = db
        self._decimals = decimals
        self._names = {
            noun: Names(db, noun) for noun in ("product", "location", "device_type", "cabinet_type")
        }
        self._devices = {row["asset"].casefold(): row for row in db.query(DEVICES)}
        self._machines: dict[str, Machine] = {}

    def look(self, line: int, values: dict[str, Any]) -> Look:
        """What a row would do. Raises Wrong."""
        for name in ("asset", "selection"):
            if name not in values:
                raise Wrong(name, "is missing")
        machine = self._machine(values)
        position = _position(machine, values)
        key = position, values["selection"].casefold()
        earlier = machine.wanted.get(key)
        if earlier is not None and _same(earlier.values, values):
            return Look(REPEATED, [f"Says the same as row {earlier.line}"])
        stands = earlier.stands if earlier else self._stands(machine, position, values)
        product = self._product(values)
        named = self._named(machine, stands, values, product)
        look = self._look(machine, stands, named, values, product)
        if earlier is not None:
            # What is said later is what holds now.
            earlier.look.verdict = REPEATED
            earlier.look.says = [f"Row {line} says it anew"]
        if machine.id is None and values["asset"].casefold() not in self._machines:
            look.says.insert(0, f"Creates machine {values['asset']}")
        self._machines.setdefault(values["asset"].casefold(), machine)
        machine.wanted[key] = Wanted(line, look, values, stands, named, product)
        if stands["id"]:
            machine.taken.add(stands["id"])
        for ref in (product, *machine.refs.values()):
            if ref is not None:
                ref.is_used = True
        return look

    def creates(self) -> dict[str, int]:
        """How many of which noun would be created."""
        new = [each for each in self._machines.values() if each.id is None]
        for machine in new:
            # Their cabinets may be of kinds that are not there yet.
            self._prepare(machine)
        counts = {noun: names.count() for noun, names in self._names.items()}
        return {"device": len(new), **counts}

    def apply(self, db: Database, actor: Actor, told: Told, _import_id: int) -> Iterator[Effect]:
        """Create products and machines, then arrange the slots, in the order of locks."""
        grids = {each.asset: self._prepare(each) for each in self._machines.values()
                 if each.id is None}  # fmt: skip
        ordered = sorted(self._machines.values(), key=lambda each: each.id or 0)
        refs = [ref for each in ordered for ref in each.refs.values()]
        machines.hold(db, refs, [each.id for each in ordered if each.id is not None])
        for names in self._names.values():
            yield from names.apply(db, actor)
        total = len(ordered)
        for done, machine in enumerate(ordered):
            told(done, total)
            if machine.id is None:
                yield self._create(db, actor, machine, grids[machine.asset])
            yield from self._arrange(db, actor, machine)

    def _machine(self, values: Row) -> Machine:
        """The machine of a row, looked up once. Raises Wrong."""
        key = values["asset"].casefold()
        if key in self._machines:
            return self._machines[key]
        device = self._devices.get(key)
        if device is None:
            return self._new_machine(values)
        if device["archived_at"] is not None:
            raise Wrong("asset", "is archived: take it back first")
        named = {"device_id": device["id"]}
        machine = Machine(device["asset"], device["id"])
        machine.cabinets = {row["position"]: row for row in self._db.query(CABINETS, named)}
        machine.slots = list(self._db.query(SLOTS, named))
        machine.ignored = ignored_selections.of_device(self._db, device["id"])
        self._machines[key] = machine
        return machine

    def _new_machine(self, values: Row) -> Machine:
        if "product" not in values and "sku" not in values:
            raise Wrong("asset", "is no machine here, and the row names no product to create it by")
        body = {"asset": values["asset"]}
        if "device_name" in values:
            body["name"] = values["device_name"]
        plans.check("device_service.create_device", {**body, "device_type_id": 1})
        machine = Machine(values["asset"], None, body=body)
        machine.refs["device_type"] = machines.usual_type(self._names["device_type"])
        if "location" in values:
            machine.refs["location"] = self._names["location"].wanted(
                values["location"], "location"
            )
        return machine

    def _stands(self, machine: Machine, position: int, values: Row) -> Row:
        """The slot that a row means: by its selection, else its label, else the next empty one."""
        if machine.id is None:
            return self._place_in_new(machine, position)
        if position and position not in machine.cabinets:
            raise Wrong("cabinet", f"is none of machine {machine.asset}")
        within = machine.cabinets[position]["id"] if position else None
        slots = [slot for slot in machine.slots if within in (None, slot["cabinet_id"])]
        selection = values["selection"].casefold()
        for name in ("selection", "label"):
            for slot in slots:
                if (slot[name] or "").casefold() == selection and slot["id"] not in machine.taken:
                    return slot
        if "product" in values or "sku" in values:
            for slot in slots:
                if slot["product_id"] is None and slot["id"] not in machine.taken:
                    return slot
            raise Wrong("selection", f"is no slot of machine {machine.asset}, and none is empty")
        raise Wrong("selection", f"is no slot of machine {machine.asset}")

    def _place_in_new(self, machine: Machine, position: int) -> Row:
        if not 1 <= position <= machines.MOST_CABINETS:
            raise Wrong("cabinet", f"is none of the {machines.MOST_CABINETS} of a machine")
        if len(machine.wanted) >= MOST_SELECTIONS:
            raise Wrong("selection", f"is one more than the {MOST_SELECTIONS:,} of a machine")
        return EMPTY

    def _product(self, values: Row) -> Ref | None:
        """The product of a row; one that is not there is created. Raises Wrong."""
        products = self._names["product"]
        sku, name = values.get("sku"), values.get("product")
        found = products.by_sku(sku) if sku else None
        if found is not None or name is None:
            if sku and found is None:
                raise Wrong("sku", "is that of no product, and the row names none")
            return found
        named = products.find(name, "product")
        if named is not None and (sku is None or named.body.get("sku") is None):
            return named
        more = {field: values[field] for field in ("category", "price_cents") if field in values}
        return products.create(name, "product", **more, **({"sku": sku} if sku else {}))

    def _named(self, machine: Machine, stands: Row, values: Row, product: Ref | None) -> Row:
        """What changes in the slot, by the names of the planogram. Raises Wrong."""
        wanted: Row = {name: values[name] for name in NUMBERS if name in values}
        if product is not None:
            wanted["product_id"] = NO_ID if product.id is None else product.id
        if stands["product_id"] is None and product is None:
            raise Wrong("product", "is missing, and the slot holds none")
        selection = values["selection"]
        if (stands["selection"] or "").casefold() != selection.casefold():
            wanted |= {"selection": selection, "label": selection}
        if stands["product_id"] is None:
            least = max(values.get("par_level", 0), values.get("quantity", 0), stands["capacity"])
            wanted.setdefault("capacity", least)
            wanted.setdefault("par_level", wanted["capacity"])
        named = {name: value for name, value in wanted.items() if stands[name] != value}
        if "product_id" in named and "quantity" in wanted:
            # Of another product none is a count too.
            named["quantity"] = wanted["quantity"]
        shape = {**named, **({"product_id": 1} if "product_id" in named else {})}
        body = {"version": 1, "slots": [{"id": 1, **(shape or {"par_level": 0})}]}
        plans.check("planogram_service.update_planogram", body)
        # A product that does not exist or is archived was refused before.
        products = {named["product_id"]} if named.get("product_id") else set()
        for rule in slot_rules.broken(stands, named, products=products, ignored=machine.ignored):
            raise Wrong(rule.field, rule.message)
        return named

    def _look(
        self, machine: Machine, stands: Row, named: Row, values: Row, product: Ref | None
    ) -> Look:
        if not named:
            return Look(SAME, ["Is so already"])
        place = f"{machine.asset} {values['selection']}"
        shown = {name: value for name, value in named.items() if name in NUMBERS}
        words = plans.changed(KIND, stands, shown, self._decimals)
        if product is not None and "product_id" in named:
            was = f"{stands['product']} → " if stands["product"] else ""
            words.insert(0, f"{was}{product.name}")
        verdict = CREATES if stands["product_id"] is None else CHANGES
        return Look(verdict, [f"{place}: {', '.join(words)}"])

    def _prepare(self, machine: Machine) -> dict[int, cabinet_kinds.Grid]:
        """How the cabinets of a new machine have to be, by their positions."""
        by_position: dict[int, list[str]] = {}
        for (position, _), wanted in machine.wanted.items():
            by_position.setdefault(position, []).append(wanted.values["selection"])
        # A cabinet that no row names is the smallest that there is.
        grids = {
            position: cabinet_kinds.grid_of(by_position.get(position, ["A1"]))
            for position in range(1, max(by_position) + 1)
        }
        for grid in grids.values():
            types = self._names["cabinet_type"]
            cabinet_kinds.sized(types, grid.rows, grid.columns, "cabinet").is_used = True
        return grids

    def _create(
        self,
        db: Database,
        actor: Actor,
        machine: Machine,
        grids: dict[int, cabinet_kinds.Grid],
    ) -> Effect:
        types = self._names["cabinet_type"]
        kinds = [cabinet_kinds.sized(types, g.rows, g.columns, "cabinet") for g in grids.values()]
        made = machines.create(db, actor, machine.body, machine.refs, kinds)
        machine.id = made["id"]
        named = {"device_id": machine.id}
        machine.cabinets = {row["position"]: row for row in db.query(CABINETS, named)}
        slots = {(s["cabinet_id"], s["row"], s["column"]): s for s in db.query(SLOTS, named)}
        for (position, _), wanted in machine.wanted.items():
            place = grids[position].places[wanted.values["selection"]]
            slot = slots[(machine.cabinets[position]["id"], *place)]
            wanted.stands = slot
            selection = wanted.values["selection"]
            wanted.named |= {
                name: selection for name in ("selection", "label") if slot[name] != selection
            }
        return Effect("device", machine.id, None, made["version"])

    def _arrange(self, db: Database, actor: Actor, machine: Machine) -> Iterator[Effect]:
        by_cabinet: dict[int, list[Wanted]] = {}
        for wanted in machine.wanted.values():
            if wanted.named:
                by_cabinet.setdefault(wanted.stands["cabinet_id"], []).append(wanted)
        for cabinet in machine.cabinets.values():
            some = by_cabinet.get(cabinet["id"])
            if not some:
                continue
            last = scalar(db, LAST_CHANGE, {"cabinet_id": cabinet["id"]})
            made = planogram_service.update_planogram(
                db,
                actor,
                cabinet_id=cabinet["id"],
                version=cabinet["version"],
                slots=[_change(each) for each in some],
            )
            before = {str(each.stands["id"]): _before(each) for each in some}
            kept = {"slots": before, "last_change": last}
            yield Effect("cabinet", cabinet["id"], kept, made["version"])


def _position(machine: Machine, values: Row) -> int:
    """The cabinet that a row means; 0 where it may be any of several."""
    position: int = values.get("cabinet", 0)
    if position == 0 and (machine.id is None or len(machine.cabinets) == 1):
        return min(machine.cabinets, default=1)
    return position


def _before(wanted: Wanted) -> Row:
    """What a slot is given again when it is taken back."""
    kept = {name: wanted.stands[name] for name in {*wanted.named, "product_id", "quantity"}}
    # Another product is no longer one that sells out.
    is_lost = "product_id" in wanted.named and wanted.stands["sells_out_at"] is not None
    return {**kept, "sells_out": True} if is_lost else kept


def _change(wanted: Wanted) -> Any:
    named = dict(wanted.named)
    if "product_id" in named and wanted.product is not None:
        named["product_id"] = wanted.product.id
    return {"id": wanted.stands["id"], **named}


def _same(earlier: Row, values: Row) -> bool:
    """Whether two rows say the same of a slot; what they say of the machine was heard once."""
    names = ("product", "sku", *NUMBERS)
    return all(earlier.get(name) == values.get(name) for name in names)
