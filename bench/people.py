"""Somebody who is signed in at a database that no server has open."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import auth
import clock
from db import open_engine, scalar

ADD = """
    INSERT INTO users (username, display_name, role, password_hash, created_at)
    VALUES (:username, :username, :role, 'none', :now)
    ON CONFLICT (lower(username)) DO UPDATE SET role = excluded.role
    RETURNING id
"""


def sign_in(database: Path, role: str) -> str:
    """The token of a session of a user with this role, who has no password."""
    return sign_in_at(f"sqlite:///{database}", role)


def sign_in_at(url: str, role: str) -> str:
    """The same at the URL of a database on either engine."""
    with closing(open_engine(url)) as engine, engine.writing() as db:
        user_id = scalar(db, ADD, {"username": f"bench {role}", "role": role, "now": clock.now()})
        return auth.open_session(db, user_id)
