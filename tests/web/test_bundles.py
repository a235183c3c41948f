"""Pages load few files where they were bundled, and the plain modules where they were not."""

import hashlib
import json
import re

import pytest

from settings import PROJECT
from tests.web.test_assets import client, forget, frontend, loaded_by  # noqa: F401
from web import assets, bundles

PAGE = "/pages/products.html"
HINT = re.compile(r'<link rel="modulepreload" href="/v/[0-9a-f]{12}/([^"]+)">')


def sources(folder):
    found = {"api.js"}
    for part in ("components", "page", "pages", "shell", "words"):
        found |= {each.relative_to(folder).as_posix() for each in (folder / part).rglob("*.js")}
    return {name: hashlib.sha256((folder / name).read_bytes()).digest() for name in found}


@pytest.fixture
def bundled(frontend):  # noqa: F811
    """A front end of which the page of products was bundled."""
    built = frontend / "built"
    for folder in ("pages/catalogue", "page"):
        (built / folder).mkdir(parents=True, exist_ok=True)
    (built / "pages" / "catalogue" / "products.js").write_text("bundled")
    (built / "page" / "every-page.js").write_text("what every page has")
    scripts = {"pages/catalogue/products.js": ["page/every-page.js"], "page/every-page.js": []}
    manifest = {"sources": bundles.digest(sources(frontend)), "scripts": scripts}
    (built / "bundle.json").write_text(json.dumps(manifest))
    forget()
    return frontend


def script_of(client):  # noqa: F811
    return client.get(next(each for each in loaded_by(client, PAGE) if "products.js" in each)).text


def test_a_bundled_page_names_all_its_scripts_at_once(client, bundled):  # noqa: F811
    page = client.get(PAGE).text
    assert HINT.findall(page) == ["page/every-page.js"]
    assert script_of(client) == "bundled"


def test_after_a_change_the_plain_modules_serve(client, bundled):  # noqa: F811
    (bundled / "page" / "dom.js").write_text("export const h = 1;")
    assets._version.cache_clear()
    assert HINT.findall(client.get(PAGE).text) == []
    assert "bundled" not in script_of(client)


@pytest.mark.parametrize("manifest", ["", "[]", "{", '{"sources": 1}'])
def test_a_bundle_that_cannot_be_read_is_none(client, bundled, manifest):  # noqa: F811
    (bundled / "built" / "bundle.json").write_text(manifest)
    forget()
    assert "bundled" not in script_of(client)


def test_what_was_built_is_of_the_sources_that_are_here():
    built = bundles.read(PROJECT / "frontend" / "built")
    if not built.scripts:
        pytest.skip("the pages are not bundled here (Node)")
    assert built.sources == bundles.digest(sources(PROJECT / "frontend"))
    assert {"shell/index.js", "pages/insight/today.js"} < built.scripts.keys()


def test_a_style_sheet_comes_with_those_that_it_imports(client):  # noqa: F811
    style = client.get("/css/app.css").text
    assert "@import" not in style
    assert "@layer components {" in style
    assert "cvd-table" in style
