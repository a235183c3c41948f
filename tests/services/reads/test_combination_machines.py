"""A master and its slave in one file: one read, each part in its own cabinet."""

from pathlib import Path

import pytest

from settings import Settings
from tests.kit.factories import make_device, send_audit

pytestmark = pytest.mark.spared("what a machine tells is read above the database")

CASES = Path(__file__).parents[2] / "domain" / "dex" / "cases"
FIRST, SECOND = ((CASES / f"K13_combo_{number}.txt").read_bytes() for number in (1, 2))


@pytest.fixture
def settings(database_url):
    return Settings(database_url=database_url, time_zone="Europe/Rome", currency="EUR")


def planogram(person, cabinet):
    return person.get(f"/api/cabinets/{cabinet['id']}/planogram").json


def proposal(person, cabinet, read):
    return person.post(
        f"/api/cabinets/{cabinet['id']}/planogram/proposal", json={"dex_read_id": read["id"]}
    ).json


def test_it_is_one_read_that_books_what_both_parts_sold(admin):
    device = make_device(admin, serial="COMBO9")
    first = send_audit(admin, FIRST).json
    assert (first["device_id"], first["status"]) == (device["id"], "baseline")
    second = send_audit(admin, SECOND).json
    assert (second["units"], second["amount_cents"]) == (19, 2250)
    assert second["held_reason"] is None
    detail = admin.get(f"/api/dex-reads/{second['id']}").json
    assert [
        (each["selection"], each["cabinet"], each["row"], each["units"])
        for each in detail["selections"]
    ] == [("1", 1, 1, 12), ("2:1", 2, 1, 7)]
    assert len(admin.get("/api/dex-reads").json["items"]) == 2


def test_each_cabinet_is_proposed_its_part(admin):
    device = make_device(admin, serial="COMBO9", cabinets=2)
    read = send_audit(admin, FIRST).json
    named = [
        [slot["selection"] for slot in proposal(admin, cabinet, read)["slots"]]
        for cabinet in device["cabinets"]
    ]
    assert named == [["1"], ["2:1"]]


def test_a_device_of_one_cabinet_is_proposed_both_parts(admin):
    device = make_device(admin, serial="COMBO9")
    read = send_audit(admin, FIRST).json
    slots = proposal(admin, device["cabinets"][0], read)["slots"]
    assert sorted(slot["selection"] for slot in slots) == ["1", "2:1"]


def test_it_is_installed_with_a_cabinet_for_each_part_and_sells_from_both(admin):
    read = send_audit(admin, FIRST).json
    detail = admin.get(f"/api/dex-reads/{read['id']}").json
    cabinets = [
        {
            "rows": 1,
            "columns": 1,
            "slots": [
                {
                    "selection": each["selection"],
                    "capacity": 30,
                    "par_level": 30,
                    "row": each["row"],
                    "column": each["column"],
                    "product": {"name": f"Of cabinet {cabinet}", "price_cents": 100},
                }
                for each in detail["selections"]
                if each["cabinet"] == cabinet
            ],
        }
        for cabinet in (1, 2)
    ]
    device = admin.post(
        f"/api/dex-reads/{read['id']}/installation",
        json={"asset": "CB-1", "stock": "full", "cabinets": cabinets},
    ).json
    assert len(device["cabinets"]) == 2
    assert send_audit(admin, SECOND).json["device_id"] == device["id"]
    quantities = [
        planogram(admin, cabinet)["slots"][0]["quantity"] for cabinet in device["cabinets"]
    ]
    assert quantities == [18, 23]


def test_parts_that_cannot_be_told_apart_are_refused_with_a_sentence(admin):
    higher = SECOND.replace(b"*SLAVE", b"*MASTER").replace(b"PA1*1*150", b"PA1*1*100")
    higher = higher.replace(b"PA2*57*8550", b"PA2*570*85500")
    answer = send_audit(admin, higher)
    assert answer.status == 422
    assert "cannot be told apart" in answer.text
