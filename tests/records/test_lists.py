"""Assets in the order people read them: by the value of the numbers in them."""

import pytest

from db import scalar
from records import paging
from records.paging import natural
from settings import PROJECT
from tests.kit.factories import make_device, make_product

ASSETS = ["A", "A1", "a2", "A10", "A010b", "M0/2", "M0/10", "M00/11", "Z", "é9", "7", "10", "007"]


def test_numbers_count_by_their_value():
    assert sorted(["M00/10", "M00/2", "M00/1"], key=natural) == ["M00/1", "M00/2", "M00/10"]
    assert natural("007") == natural("7")


def test_devices_are_listed_in_that_order_also_page_by_page(manager):
    for asset in ASSETS:
        make_device(manager, asset=asset)
    page = manager.get("/api/devices?limit=3").json
    listed = [each["asset"] for each in page["items"]]
    while page["next_cursor"]:
        page = manager.get(f"/api/devices?limit=3&cursor={page['next_cursor']}").json
        listed += [each["asset"] for each in page["items"]]
    assert listed == sorted(ASSETS, key=lambda asset: (natural(asset), ASSETS.index(asset)))


def test_a_device_that_is_renamed_finds_its_place(manager):
    device, _ = make_device(manager, asset="B1"), make_device(manager, asset="B5")
    changes = {"version": device["version"], "asset": "B10"}
    manager.patch(f"/api/devices/{device['id']}", json=changes)
    assert [each["asset"] for each in manager.get("/api/devices").json["items"]] == ["B5", "B10"]


@pytest.mark.parametrize("asset", ASSETS)
def test_an_upgrade_orders_what_is_there_as_new_devices_are(manager, engine, asset):
    make_device(manager, asset=asset)
    migration = (PROJECT / "migrations" / "0022.order-of-assets.sql").read_text()
    walk = migration[migration.index("WITH RECURSIVE") : migration.index("CREATE INDEX")]
    with engine.writing() as db:
        db.execute("UPDATE devices SET asset_order = ''")
        db.execute(walk)
        assert scalar(db, "SELECT asset_order FROM devices") == natural(asset)


LISTS = {
    "devices": "",
    "products": "",
    "locations": "",
    "routes": "",
    "service-orders": "?open=true",
    "dex-reads": "",
    "users": "",
    "audit-entries": "?noun=product",
}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_says_how_many_there_are_when_it_is_asked(admin, path):
    for number in range(3):
        make_product(admin, name=f"Cola {number}")
    query = f"{LISTS[path]}&" if LISTS[path] else "?"
    everything = admin.get(f"/api/{path}{LISTS[path]}").json
    assert "total" not in everything
    counted = admin.get(f"/api/{path}{query}limit=1&counted=true").json
    assert counted["total"] == {"count": len(everything["items"]), "more": False}


def test_what_is_searched_is_counted_as_it_is_searched(manager):
    for name in ("Cola", "Cola zero", "Water"):
        make_product(manager, name=name)
    found = manager.get("/api/products?q=cola&limit=1&counted=true").json
    assert found["total"] == {"count": 2, "more": False}


def test_counting_ends_where_nobody_needs_the_number(manager, monkeypatch):
    monkeypatch.setattr(paging, "MOST_COUNTED", 2)
    for number in range(4):
        make_product(manager, name=f"Cola {number}")
    assert manager.get("/api/products?counted=true").json["total"] == {"count": 2, "more": True}
