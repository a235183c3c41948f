"""Names: what rows refer to by its name, there already or created on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from auth import Actor
from db import Database, Row
from services.catalogue import product_service
from services.fleet import (
    cabinet_type_service,
    device_type_service,
    location_service,
    route_service,
)
from services.transfer import plans
from services.transfer.plans import Effect, Ref, Wrong

QUERIES = {
    "product": "SELECT id, name, sku FROM products WHERE archived_at IS NULL ORDER BY id",
    "location": "SELECT id, name FROM locations WHERE archived_at IS NULL ORDER BY id",
    "route": "SELECT id, name FROM routes WHERE archived_at IS NULL ORDER BY id",
    "device_type": "SELECT id, name, max_cabinets FROM device_types ORDER BY id",
    "cabinet_type": "SELECT id, name, rows, columns FROM cabinet_types ORDER BY id",
}
ARCHIVED_SKU = "SELECT lower(sku) AS sku FROM products WHERE archived_at IS NOT NULL"
CREATE: dict[str, Callable[..., Row]] = {
    "product": product_service.create_product,
    "location": location_service.create_location,
    "route": route_service.create_route,
    "device_type": device_type_service.create_device_type,
    "cabinet_type": cabinet_type_service.create_cabinet_type,
}


class Names:
    """One noun by its name, and products by their SKU too."""

    def __init__(self, db: Database, noun: str) -> None:
        self.noun = noun
        self._by_name: dict[str, list[Ref]] = {}
        self._by_sku: dict[str, Ref] = {}
        self._archived: frozenset[str] = frozenset()
        self._new: list[Ref] = []
        for row in db.query(QUERIES[noun]):
            self._know(Ref(noun, row["name"], row["id"], row))
        if noun == "product":
            rows = db.query(ARCHIVED_SKU)
            self._archived = frozenset(row["sku"] for row in rows if row["sku"])

    def find(self, name: str, field: str) -> Ref | None:
        """The one of this name. Raises Wrong where it is that of several."""
        found = self._by_name.get(name.casefold(), [])
        if len(found) > 1:
            raise Wrong(field, f"is the name of several {self.noun.replace('_', ' ')}s")
        return found[0] if found else None

    def by_sku(self, sku: str) -> Ref | None:
        """The product of this SKU. Raises Wrong for one that is archived."""
        if sku.casefold() in self._archived:
            raise Wrong("sku", "belongs to a product that is archived: take it back first")
        return self._by_sku.get(sku.casefold())

    def wanted(self, name: str, field: str, **body: Any) -> Ref:
        """The one of this name, created with `body` where there is none. Raises Wrong."""
        return self.find(name, field) or self.create(name, field, **body)

    def create(self, name: str, field: str, **body: Any) -> Ref:
        """A new one, created once the plan is carried out. Raises Wrong."""
        try:
            plans.check(f"{self.noun}_service.create_{self.noun}", {"name": name, **body})
        except Wrong as wrong:
            raise Wrong(field if wrong.name == "name" else wrong.name, wrong.message) from None
        ref = Ref(self.noun, name, None, {"name": name, **body})
        self._new.append(ref)
        self._know(ref)
        return ref

    def count(self) -> int:
        """How many would be created."""
        return sum(ref.is_used for ref in self._new)

    def apply(self, db: Database, actor: Actor) -> Iterator[Effect]:
        """Create those that are new."""
        for ref in self._new:
            if not ref.is_used:
                continue
            made = CREATE[self.noun](db, actor, **ref.body)
            ref.id = made["id"]
            yield Effect(self.noun, made["id"], None, made["version"])

    def _know(self, ref: Ref) -> None:
        self._by_name.setdefault(ref.name.casefold(), []).append(ref)
        if ref.body.get("sku"):
            self._by_sku[ref.body["sku"].casefold()] = ref
