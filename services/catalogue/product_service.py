"""Products: what is sold. An archived one stays where it is, but is offered no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from auth import Actor
from db import Database, Row, json_list, one, scalar, where
from errors import Conflict, NotFound
from records import search, trail
from records.changes import (
    STALE,
    archived_at,
    check_version,
    compare_and_set,
    refusing_duplicate,
)
from records.paging import Sort, like, page
from services.webhooks import outbox

SORTS = {
    "name": Sort(key="lower(p.name)", tie="p.id"),
    "-name": Sort(key="lower(p.name)", tie="p.id", descending=True),
    "category": Sort(key="lower(p.category)", tie="p.id"),
    "price_cents": Sort(key="p.price_cents", tie="p.id", number=True),
    "-price_cents": Sort(key="p.price_cents", tie="p.id", descending=True, number=True),
    # Who types "cola" means a cola, not a chocolate.
    "match": Sort(
        key="""
        CASE WHEN lower(p.name) LIKE :begins ESCAPE '\\' THEN '0'
             WHEN lower(p.name) LIKE :begins_word ESCAPE '\\' THEN '1'
             ELSE '2' END || lower(p.name)
        """,
        tie="p.id",
    ),
}
AMONG = "p.id IN (SELECT CAST(value AS bigint) FROM json_each(:product_ids))"
FOUND = "p.id IN (SELECT CAST(value AS bigint) FROM json_each(:found))"
TOLD = """
    SELECT id AS product_id, sku, name, category, price_cents, cost_cents, case_size, archived_at,
        version
    FROM products WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
SAVE_MANY = """
    UPDATE products SET
        price_cents = CAST(w.value ->> 'price_cents' AS bigint),
        category = w.value ->> 'category',
        archived_at = w.value ->> 'archived_at',
        version = version + 1
    FROM json_each(:rows) w
    WHERE products.id = CAST(w.value ->> 'id' AS bigint)
      AND products.version = CAST(w.value ->> 'version' AS bigint)
"""
SEARCHED = """
    lower(p.name) LIKE :q ESCAPE '\\' OR lower(p.category) LIKE :q ESCAPE '\\'
    OR lower(p.sku) LIKE :q ESCAPE '\\'
"""


def list_products(
    db: Database,
    actor: Actor,
    *,
    limit: int,
    archived: bool,
    sort: str,
    cursor: str | None = None,
    counted: bool = False,
    q: str | None = None,
    category: str | None = None,
) -> dict[str, Any]:
    """A page of products; `q` searches name, category and SKU."""
    found_ids = search.found(db, noun="product", q=q)
    return page(
        db,
        """
        p.id, p.sku, p.name, p.category, p.price_cents, p.cost_cents, p.case_size, p.archived_at,
        p.version
        FROM products p
        """,
        sort=SORTS[sort],
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={
            "p.archived_at IS NULL": not archived,
            "p.archived_at IS NOT NULL": archived,
            FOUND: found_ids is not None,
            SEARCHED: q is not None,
            "p.category = :category": category is not None,
        },
        params={
            "found": json_list(found_ids or ()),
            "q": like(q or ""),
            "begins": like(q or "").removeprefix("%"),
            "begins_word": f"% {like(q or '').removeprefix('%')}",
            "category": category,
        },
    )


def get_product(db: Database, actor: Actor, *, product_id: int) -> Row:
    """One product. Raises NotFound."""
    row = one(
        db,
        """
        SELECT id, sku, name, category, price_cents, cost_cents, case_size, archived_at, version
        FROM products
        WHERE id = :product_id
        """,
        {"product_id": product_id},
    )
    if row is None:
        raise NotFound("There is no such product.")
    return row


def create_product(
    db: Database,
    actor: Actor,
    *,
    name: str,
    sku: str | None = None,
    category: str = "",
    price_cents: int = 0,
    cost_cents: int | None = None,
    case_size: int = 1,
) -> Row:
    """A new product. Raises Conflict for an SKU that is taken."""
    with refusing_duplicate(db, "products_sku", _taken(sku)):
        product_id = scalar(
            db,
            """
            INSERT INTO products (sku, name, category, price_cents, cost_cents, case_size)
            VALUES (:sku, :name, :category, :price_cents, :cost_cents, :case_size)
            RETURNING id
            """,
            {
                "sku": sku,
                "name": name,
                "category": category,
                "price_cents": price_cents,
                "cost_cents": cost_cents,
                "case_size": case_size,
            },
        )
    keep_searchable(db, product_id=product_id)
    product = get_product(db, actor, product_id=product_id)
    _tell(db, [product_id])
    return trail.created(db, actor, "product", product)


def update_product(
    db: Database, actor: Actor, *, product_id: int, version: int, changes: Mapping[str, Any]
) -> Row:
    """Change what `changes` names; `archived` archives or takes back. Raises NotFound, Conflict."""
    before = get_product(db, actor, product_id=product_id)
    check_version(before, version)
    wanted = {**before, **changes, "archived_at": archived_at(before, changes)}
    with refusing_duplicate(db, "products_sku", _taken(wanted["sku"])):
        compare_and_set(
            db,
            """
            UPDATE products SET
                sku = :sku,
                name = :name,
                category = :category,
                price_cents = :price_cents,
                cost_cents = :cost_cents,
                case_size = :case_size,
                archived_at = :archived_at,
                version = version + 1
            WHERE id = :id AND version = :version
            """,
            wanted,
            reread=lambda: get_product(db, actor, product_id=product_id),
        )
    keep_searchable(db, product_id=product_id)
    after = get_product(db, actor, product_id=product_id)
    _tell(db, [product_id])
    return trail.updated(db, actor, "product", before, after)


def save_many(db: Database, rows: Sequence[Row]) -> None:
    """Give products new prices, categories and archived times, by {id, version, price_cents,
    category, archived_at}. Raises Conflict unless all stand at these versions.
    """
    if db.execute(SAVE_MANY, {"rows": json_list(rows)}).rowcount != len(rows):
        raise Conflict(STALE)
    product_ids = [row["id"] for row in rows]
    keep_searchable(db, product_ids=product_ids)
    _tell(db, product_ids)


def remove_product(db: Database, *, product_id: int) -> None:
    """Remove a product that was created by mistake. Raises IntegrityError where it is in use."""
    search.keep(db, noun="product", texts={product_id: ()})
    db.execute("DELETE FROM products WHERE id = :product_id", {"product_id": product_id})


def keep_searchable(
    db: Database, *, product_id: int | None = None, product_ids: Sequence[int] | None = None
) -> None:
    """Let a product, some, or all be found by name, category and SKU."""
    clause = where({"p.id = :product_id": product_id is not None, AMONG: product_ids is not None})
    rows = db.query(
        f"SELECT p.id, p.name, p.category, p.sku FROM products p {clause}",
        {"product_id": product_id, "product_ids": json_list(product_ids or ())},
    )
    texts = {row["id"]: (row["name"], row["category"], row["sku"]) for row in rows}
    search.keep(db, noun="product", texts=texts)


def _tell(db: Database, product_ids: Iterable[int]) -> None:
    """Tell other programs of these, as they are when the transaction ends."""
    outbox.tell(db, "product.changed", product_ids, _told)


def _told(db: Database, product_ids: Sequence[int]) -> dict[int, Row]:
    return {row["product_id"]: row for row in db.query(TOLD, {"ids": json_list(product_ids)})}


def _taken(sku: str | None) -> str:
    return f"There is a product with the SKU {sku} already."
