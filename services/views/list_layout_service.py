"""List layouts: the columns that somebody chose in a list, and the view that it opens with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import auth
from auth import Actor
from db import Database, Row, one
from errors import Invalid
from services.views import saved_view_service, viewed_lists

LAYOUT = """
    SELECT columns, default_view_id FROM list_layouts WHERE user_id = :me AND list_name = :list_name
"""
CHOOSE = """
    INSERT INTO list_layouts (user_id, list_name, columns, default_view_id)
    VALUES (:me, :list_name, :columns, :default_view_id)
    ON CONFLICT (user_id, list_name)
    DO UPDATE SET columns = excluded.columns, default_view_id = excluded.default_view_id
"""


def get_list_layout(db: Database, actor: Actor, *, list_name: str) -> dict[str, Any]:
    """{"list_name", "columns", "default_view_id", "views"} for who asks. Raises Forbidden."""
    viewed_lists.check_open(actor, list_name)
    found = one(db, LAYOUT, {"me": auth.own_id(actor), "list_name": list_name}) or {}
    columns, default_view_id = found.get("columns"), found.get("default_view_id")
    views = saved_view_service.views_of(db, actor, list_name)
    return {
        "list_name": list_name,
        "columns": None if columns is None else json.loads(columns),
        "default_view_id": default_view_id if _is_among(views, default_view_id) else None,
        "views": views,
    }


def set_list_layout(
    db: Database,
    actor: Actor,
    *,
    list_name: str,
    columns: Sequence[str] | None,
    default_view_id: int | None,
) -> dict[str, Any]:
    """Choose both; None for what the list has by itself. Raises Forbidden, Invalid."""
    viewed_lists.check_open(actor, list_name)
    views = saved_view_service.views_of(db, actor, list_name)
    if default_view_id is not None and not _is_among(views, default_view_id):
        raise Invalid([{"pointer": "/default_view_id", "message": "choose a view of this list"}])
    db.execute(
        CHOOSE,
        {
            "me": auth.own_id(actor),
            "list_name": list_name,
            "columns": None if columns is None else json.dumps(list(columns)),
            "default_view_id": default_view_id,
        },
    )
    return {
        "list_name": list_name,
        "columns": columns,
        "default_view_id": default_view_id,
        "views": views,
    }


def _is_among(views: Sequence[Row], view_id: int | None) -> bool:
    return any(view["id"] == view_id for view in views)
