"""The menu: every page in it has a place of its own."""

import json
from collections import Counter

from settings import PROJECT


def test_no_two_pages_share_a_place_in_the_menu():
    files = (PROJECT / "frontend" / "pages").rglob("*.page.json")
    routes = [route for file in files for route in json.loads(file.read_text())]
    places = Counter(tuple(route["menu"]) for route in routes if "menu" in route)
    assert [place for place, pages in places.items() if pages > 1] == []
