"""A small table of its own for every test of the engines, and a folder with photos."""

import pytest

import db
from storage import migrate
from storage.files.folder import FolderStore
from tests.kit.photos import PHOTOS, name_of

TABLES = """
CREATE TABLE makers (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE drinks (
    id INTEGER PRIMARY KEY,
    sku TEXT NOT NULL,
    name TEXT,
    units INTEGER NOT NULL DEFAULT 0 CONSTRAINT units_positive CHECK (units >= 0),
    litres REAL,
    label BLOB,
    maker_id INTEGER REFERENCES makers (id)
) STRICT;
CREATE UNIQUE INDEX drinks_sku ON drinks (sku);
CREATE UNIQUE INDEX drinks_name ON drinks (lower(name));
INSERT INTO drinks (sku, units) VALUES ('cola', 10);
"""


@pytest.fixture
def drinks_folder(tmp_path_factory):
    """A migrations folder with the one migration that creates `drinks`."""
    folder = tmp_path_factory.mktemp("drinks-migrations")
    (folder / "0001.drinks.sql").write_text(TABLES, encoding="utf-8")
    undo = "DROP TABLE drinks;\nDROP TABLE makers;\n"
    (folder / "0001.drinks.rollback.sql").write_text(undo, encoding="utf-8")
    return folder


@pytest.fixture
def files(tmp_path):
    """A folder in which PHOTOS are."""
    store = FolderStore(tmp_path / "files")
    for photo in PHOTOS:
        store.put(name_of(photo), photo)
    return store


@pytest.fixture
def url(empty_database, drinks_folder):
    """A database in which only `drinks` and its makers exist."""
    migrate.upgrade(empty_database, folder=drinks_folder)
    return empty_database


@pytest.fixture
def engine(url):
    opened = db.open_engine(url)
    yield opened
    opened.close()
