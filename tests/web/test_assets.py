"""What a page loads is kept by a browser until it changes, and never longer."""

import os
import re
import shutil

import pytest
from flask import Flask

from settings import PROJECT, Settings
from web import assets, pages

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

LOADED = re.compile(r'\b(?:href|src)="(/[^"#]*)')
YEAR = "max-age=31536000, immutable"
PAGES = ["/", *(f"/pages/{file.name}" for file in sorted(PROJECT.glob("frontend/pages/*/*.html")))]


@pytest.fixture
def frontend(tmp_path, monkeypatch):
    """A copy of the front end that a test may change."""
    copy = tmp_path / "frontend"
    skipped = shutil.ignore_patterns("node_modules")
    shutil.copytree(PROJECT / "frontend", copy, ignore=skipped)
    monkeypatch.setattr(assets, "FRONTEND", copy)
    forget()
    yield copy
    monkeypatch.undo()
    forget()


def forget():
    """As a server does that starts anew."""
    for remembered in (
        assets._version,
        assets._files,
        assets._icons,
        assets._digest,
        assets._bundle,
        assets._built,
    ):
        remembered.cache_clear()


@pytest.fixture
def client():
    app = Flask("pages", static_folder=None)
    pages.register(app, Settings(database_url="sqlite:///unused.db"))
    return app.test_client()


def loaded_by(client, page):
    return [address for address in LOADED.findall(client.get(page).text) if "." in address]


def test_no_two_pages_have_one_address():
    assert len(PAGES) == len(set(PAGES)) > 20


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_loads_is_there_and_kept_for_good(client, page):
    answer = client.get(page)
    assert answer.headers["Cache-Control"] == "no-cache"
    assets_of_page = [each for each in loaded_by(client, page) if not each.startswith("/api/")]
    assert len(assets_of_page) > 3
    for address in assets_of_page:
        kept = client.get(address)
        assert kept.status_code == 200, address
        assert kept.headers["Cache-Control"] == YEAR, address


def test_whatever_changes_every_page_names_another_version(client, frontend):
    before = loaded_by(client, "/pages/products.html")
    (frontend / "page" / "dom.js").write_text("export const h = 1;")
    forget()
    after = loaded_by(client, "/pages/products.html")
    assert not set(before) & set(after)
    old, new = (
        next(address for address in found if address.endswith("theme.js")).replace("theme", "dom")
        for found in (before, after)
    )
    # A page that was open before may still ask; what it gets then it must not keep.
    assert client.get(old).headers["Cache-Control"] == "no-cache"
    assert client.get(old).text == client.get(new).text == "export const h = 1;"
    assert client.get(new).headers["Cache-Control"] == YEAR


def test_the_version_is_of_what_is_in_the_files_and_not_of_their_times(frontend):
    file = frontend / "page" / "dom.js"
    was = assets.version()
    os.utime(file, (1, 1))
    forget()
    assert assets.version() == was
    file.write_text(file.read_text() + "// changed")
    os.utime(file, (1, 1))
    forget()
    assert assets.version() != was


def test_a_file_that_an_upgrade_takes_away_takes_no_page_with_it(visitor, frontend):
    (frontend / "words" / "velocity.js").unlink()
    assets._version.cache_clear()
    assert visitor.get("/pages/products.html").status == 200
    assert visitor.get("/words/velocity.js").status == 404


def test_a_file_without_a_version_is_asked_for_each_time(client):
    plain = client.get("/page/dom.js")
    assert plain.headers["Cache-Control"] == "no-cache"
    again = client.get("/page/dom.js", headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "address",
    [
        "/v/{version}/pages/products.html",
        "/v/{version}/index.html",
        "/v/{version}/page/nothing.js",
        "/v/{version}/../app.py",
        "/v/{version}/app.py",
        "/v/latest/page/dom.js",
        "/app.py",
        "/icons.txt",
        "/node_modules/uplot/package.json",
    ],
)
def test_nothing_else_is_served(visitor, address):
    assert visitor.get(address.format(version=assets.version())).status == 404
