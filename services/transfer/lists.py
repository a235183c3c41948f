"""Lists: products, locations and users, each row one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import auth
from auth import Actor
from db import Database, Row, json_list
from services.catalogue import product_service
from services.fleet import location_service
from services.people import user_service
from services.transfer import plans
from services.transfer.plans import CHANGES, CREATES, REPEATED, SAME, Effect, Look, Told, Wrong

PRODUCTS = """
    SELECT id, sku, name, category, price_cents, cost_cents, case_size, archived_at, version
    FROM products
    ORDER BY id
"""
LOCATIONS = """
    SELECT id, name, kind, address, latitude, longitude, notes, archived_at, version
    FROM locations
    ORDER BY id
"""
USERS = """
    SELECT id, username, display_name, email, role, disabled_at AS archived_at, version
    FROM users
    ORDER BY id
"""
AT_LOCATIONS = """
    SELECT id FROM devices
    WHERE location_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
    ORDER BY id
"""


@dataclass(frozen=True)
class Kind:
    """What differs between these nouns; `code` is the field that is never in use twice."""

    name: str
    noun: str
    rows: str
    title: str
    code: str | None
    create: Callable[..., Row]
    update: Callable[..., Row]
    create_operation: str
    update_operation: str
    # Of what the operation needs and no file says.
    given: Row


def _create_user(db: Database, actor: Actor, *, secret: str, **body: Any) -> Row:
    return user_service.insert_user(db, actor, password_hash=secret, **body)


KINDS = {
    "products": Kind(
        "products", "product", PRODUCTS, "name", "sku", product_service.create_product,
        product_service.update_product, "product_service.create_product",
        "product_service.update_product", {},
    ),
    "locations": Kind(
        "locations", "location", LOCATIONS, "name", None, location_service.create_location,
        location_service.update_location, "location_service.create_location",
        "location_service.update_location", {},
    ),
    "users": Kind(
        "users", "user", USERS, "username", "username", _create_user,
        user_service.update_user, "user_service.create_user", "user_service.update_user",
        {"password": "a word that nobody knows"},
    ),
}  # fmt: skip


@dataclass(eq=False, slots=True)
class Item:
    """One of the noun: as it is, None where the file creates it, and what the file says of it."""

    before: Row | None
    wanted: Row
    line: int


class ListPlan:
    """The rows of a file of one of KINDS."""

    def __init__(self, db: Database, actor: Actor, kind: str, decimals: int) -> None:
        self._kind = KINDS[kind]
        self._decimals = decimals
        self._own_id = actor.user_id
        self._by_code: dict[str, Item] = {}
        self._by_name: dict[str, list[Item]] = {}
        self._items: list[Item] = []
        for row in db.query(self._kind.rows):
            self._know(Item(row, {}, 0))

    def look(self, line: int, values: dict[str, Any]) -> Look:
        """What a row would do. Raises Wrong."""
        item = self._find(values)
        if item is None:
            return self._new(line, values)
        if item.line and all(item.wanted.get(name) == value for name, value in values.items()):
            return Look(REPEATED, [f"Says the same as row {item.line}"])
        if item.line:
            raise Wrong(self._kind.title, f"is in row {item.line} too, with something else")
        look = self._changes(item, values)
        item.line, item.wanted = line, values
        return look

    def creates(self) -> dict[str, int]:
        """How many would be created."""
        return {self._kind.noun: sum(item.before is None for item in self._items)}

    def apply(self, db: Database, actor: Actor, told: Told, _import_id: int) -> Iterator[Effect]:
        """Create and change them, in the order of locks."""
        self._hold(db)
        more = {"secret": auth.hash_password(auth.one_time_password())} \
            if self._kind.noun == "user" else {}  # fmt: skip
        for done, item in enumerate(self._items):
            told(done, len(self._items))
            if item.before is None:
                made = self._kind.create(db, actor, **item.wanted, **more)
                yield Effect(self._kind.noun, made["id"], None, made["version"])
                continue
            changes = _differences(item.before, item.wanted)
            made = self._kind.update(
                db, actor, version=item.before["version"], changes=changes,
                **{f"{self._kind.noun}_id": item.before["id"]},
            )  # fmt: skip
            before = {name: item.before[name] for name in changes}
            yield Effect(self._kind.noun, made["id"], before, made["version"])

    def _new(self, line: int, values: dict[str, Any]) -> Look:
        title = self._kind.title
        if title not in values:
            raise Wrong(title, "is missing, and no row here has the SKU"
                        if self._kind.code == "sku" else "is missing")  # fmt: skip
        plans.check(self._kind.create_operation, {**values, **self._kind.given})
        item = Item(None, values, line)
        self._items.append(item)
        self._know(item)
        more = ["An administrator gives the first password"] if self._kind.noun == "user" else []
        return Look(CREATES, [f"Creates {self._kind.noun} {values[title]}", *more])

    def _changes(self, item: Item, values: Row) -> Look:
        before = item.before or {}
        changes = _differences(before, values)
        if not changes:
            return Look(SAME, ["Is so already"])
        if self._kind.noun == "user" and before["id"] == self._own_id:
            raise Wrong(self._kind.title, "is yourself: change it on your profile")
        plans.check(self._kind.update_operation, {"version": before["version"], **changes})
        self._items.append(item)
        name = before[self._kind.title]
        words = plans.changed(self._kind.name, before, changes, self._decimals)
        return Look(CHANGES, [f"{name}: {', '.join(words)}"])

    def _find(self, values: dict[str, Any]) -> Item | None:
        """The one that a row names: by its code, else by its name. Raises Wrong."""
        code, title = self._kind.code, self._kind.title
        if code and code in values:
            found = self._by_code.get(values[code].casefold())
            if found is not None:
                self._check_in_use(found, code)
                return found
        named = self._by_name.get(str(values.get(title, "")).casefold(), [])
        if code and code != title and code in values:
            # One that has another code is another one.
            named = [each for each in named if _of(each, code) is None]
        if len(named) > 1:
            raise Wrong(title, "is the name of several: tell them apart by the SKU"
                        if code else "is the name of several")  # fmt: skip
        return named[0] if named else None

    def _check_in_use(self, item: Item, code: str) -> None:
        if item.before is not None and item.before["archived_at"] is not None:
            raise Wrong(code, "belongs to one that is archived: take it back first")

    def _know(self, item: Item) -> None:
        code, title = self._kind.code, self._kind.title
        if code and (value := _of(item, code)):
            self._by_code[value.casefold()] = item
        if item.before is None or item.before["archived_at"] is None:
            self._by_name.setdefault(_of(item, title).casefold(), []).append(item)

    def _hold(self, db: Database) -> None:
        """In the order of locks: all locations before all devices that stand there."""
        ids = sorted(item.before["id"] for item in self._items if item.before is not None)
        if self._kind.noun == "location":
            for location_id in ids:
                db.lock("location", location_id)
            for row in list(db.query(AT_LOCATIONS, {"ids": json_list(ids)})):
                db.lock("device", row["id"])


def _differences(before: Row, wanted: Row) -> Row:
    return {name: value for name, value in wanted.items() if before[name] != value}


def _of(item: Item, name: str) -> Any:
    return (item.before or item.wanted).get(name)
