"""A small migrations folder that a test can change as it likes."""

import pytest

FILES = {
    "0001.makers.sql": """
        -- Who makes the drinks.
        CREATE TABLE makers (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL
        ) STRICT;
        INSERT INTO makers (id, name) VALUES (1, 'Spring; and Sons');
    """,
    "0001.makers.rollback.sql": "DROP TABLE makers;",
    "0002.drinks.sql": """
        CREATE TABLE drinks (
            id INTEGER PRIMARY KEY,
            maker_id INTEGER NOT NULL REFERENCES makers (id),
            litres REAL,
            label BLOB
        ) STRICT;
        CREATE INDEX drinks_maker ON drinks (maker_id);
        INSERT INTO drinks (maker_id, litres) VALUES (1, 0.5);
    """,
    "0002.drinks.rollback.sql": "DROP TABLE drinks;",
    "0003.drinks-guards.sql": """
        CREATE TRIGGER drinks_stay BEFORE DELETE ON drinks
        BEGIN
            SELECT RAISE(ABORT, 'drinks stay; they are never deleted');
        END;
    """,
    "0003.drinks-guards.rollback.sql": "DROP TRIGGER drinks_stay;",
    "postgresql/0003.drinks-guards.sql": """
        CREATE FUNCTION drinks_stay() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'drinks stay; they are never deleted';
        END $$;
        CREATE TRIGGER drinks_stay BEFORE DELETE ON drinks
        FOR EACH ROW EXECUTE FUNCTION drinks_stay();
    """,
    "postgresql/0003.drinks-guards.rollback.sql": """
        DROP TRIGGER drinks_stay ON drinks;
        DROP FUNCTION drinks_stay();
    """,
}
IDS = ["0001.makers", "0002.drinks", "0003.drinks-guards"]


@pytest.fixture
def ids():
    """The ids of the migrations in `folder`."""
    return list(IDS)


@pytest.fixture
def folder(tmp_path):
    """Three migrations: two shared, one with a trigger written for each engine."""
    folder = tmp_path / "migrations"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
