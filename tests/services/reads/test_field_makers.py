"""What makers do to a file: checksums, line ends, letters and serials of their own."""

import re

import pytest

from domain.dex.crc import crc16
from tests.kit.factories import make_device, send_audit
from tests.services.reads.field_probes import at, said, shows, written

pytestmark = pytest.mark.spared("what a machine tells is read above the database")


def checksummed(content, form):
    """The file with its checksum as some makers compute or write it."""
    begin, end = content.index(b"ST*"), content.index(b"G85*")
    covered = content[begin:end]
    crc = {
        "swapped": lambda: _swap(crc16(covered)),
        "swapped, small letters": lambda: _swap(crc16(covered)).lower(),
        "small letters": lambda: b"%04x" % crc16(covered),
        "without the last line end": lambda: b"%04X" % crc16(covered.removesuffix(b"\r\n")),
        "without it, swapped": lambda: _swap(crc16(covered.removesuffix(b"\r\n"))),
        "over line feeds": lambda: b"%04X" % crc16(covered.replace(b"\r\n", b"\n")),
        "from DXS": lambda: b"%04X" % crc16(content[:end]),
        "without zeros in front": lambda: b"%X" % crc16(covered),
        "as it should": lambda: b"%04X" % crc16(covered),
    }[form]()
    return content[:end] + b"G85*" + crc + content[end + 8 :]


def _swap(crc):
    return b"%02X%02X" % (crc & 0xFF, crc >> 8)


CHECKSUMS = [
    "swapped",
    "swapped, small letters",
    "small letters",
    "without the last line end",
    "without it, swapped",
    "over line feeds",
    "from DXS",
    "without zeros in front",
    "as it should",
]


@pytest.mark.parametrize("transport", [b"\r\n", b"\n", b"\r", b"\r\r\n"])
@pytest.mark.parametrize("form", CHECKSUMS)
def test_a_checksum_of_any_maker_is_valid_and_damage_is_still_seen(manager, form, transport):
    device = make_device(manager, asset="CK1")
    for number, units in enumerate((100, 107)):
        sent = written(shows({"11": units}), "CK1", at(1 + 7 * number, 9))
        sent = checksummed(sent, form).replace(b"\r\n", transport)
        damaged = sent.replace(b"PA2*%d*" % units, b"PA2*%d*" % (units + 300))
        assert damaged != sent
        answer = send_audit(manager, damaged, device_id=device["id"]).json
        assert (answer["crc"], answer["status"]) == ("invalid", "damaged"), answer
        read = send_audit(manager, sent, device_id=device["id"]).json
        assert (read["crc"], read["status"]) == ("valid", ("baseline", "booked")[number]), read
    assert (read["units"], read["amount_cents"]) == (7, 700)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"Caf\xe9 \x80 1", "Café € 1"),
        ("Café €".encode(), "Café €"),
        (b"\x93Cola\x94", "“Cola”"),
        (b"M\xfcsli\x99", "Müsli™"),
    ],
)
def test_names_of_windows_machines_are_read_as_they_are_written(manager, name, shown):
    device = make_device(manager, asset="NM1")
    content = written(shows({"11": ["PA1*11*100*NAME", "PA2*5*500*0*0"]}), "NM1", at(1, 9))
    content = checksummed(content.replace(b"NAME", name), "as it should")
    read = send_audit(manager, content, device_id=device["id"]).json
    assert read["crc"] == "valid"
    (selection,) = manager.get(f"/api/dex-reads/{read['id']}").json["selections"]
    assert selection["name"] == shown


@pytest.mark.parametrize(
    ("own", "stated"),
    [
        ("WS1", "WS2"),
        (None, "WS2"),
        ("WS1", "NEVER SEEN"),
        ("WS1", "ws2"),
        ("WS1", "0WS2"),
        ("10", "01"),
    ],
)
def test_an_audit_of_another_machine_books_nothing_until_somebody_insists(manager, own, stated):
    device = make_device(manager, asset="T-1", serial=own)
    make_device(manager, asset="T-2", serial="WS2")
    content = written(shows({"11": 900}), stated, at(8, 9))
    answer = send_audit(manager, content, device_id=device["id"])
    assert answer.status == 409, answer.text
    assert stated in answer.json["detail"]
    assert (own or "T-2") in answer.json["detail"]
    assert manager.get(f"/api/dex-reads?device_id={device['id']}").json["items"] == []
    insisted = send_audit(manager, content, device_id=device["id"], despite_serial="true")
    assert (insisted.status, insisted.json["units"]) == (201, 0)


def test_a_machine_that_comes_by_its_serial_alone_needs_no_device(manager):
    device = make_device(manager, asset="T-1", serial="WS1")
    for number, units in enumerate((100, 109)):
        content = written(shows({"11": units}), "WS1", at(1 + 7 * number, 9))
        read = send_audit(manager, content).json
    assert (read["device_id"], read["units"]) == (device["id"], 9)


@pytest.mark.parametrize("model", ["SAME", "OTHER"])
def test_a_constant_checksum_is_one_for_machines_of_one_model(manager, model):
    reads = []
    for serial, kind in (("C1", "SAME"), ("C2", model)):
        device = make_device(manager, asset=serial, serial=serial)
        content = written(shows({"11": 100}, model=kind), serial, at(1, 9))
        content = re.sub(rb"G85\*[0-9A-F]{4}", b"G85*1234", content)
        content = content.replace(b"DXS**", b"DXS*%s*" % kind.encode())
        reads.append(send_audit(manager, content, device_id=device["id"]).json["id"])
    kept = [manager.get(f"/api/dex-reads/{each}").json["crc"] for each in reads]
    assert kept == (["not_kept"] * 2 if model == "SAME" else ["invalid"] * 2)


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        ({"101": 100}, {"A1": 110}, 10),
        ({"101": 100, "102": 500, "103": 900}, {"A1": 110, "A2": 505, "103": 903}, 18),
        ({"101": 100, "102": 500, "103": 900}, {"A1": 110, "A2": 505, "A3": 903}, 18),
        ({"101": 100, "102": 500}, {"A1": 110, "102": 503, "103": 0}, 13),
        ({"101": 0, "102": 500}, {"A1": 4, "A2": 505}, 9),
    ],
)
def test_what_was_renamed_is_booked_when_all_that_is_proposed_is_linked(
    manager, before, after, units
):
    for number, order in enumerate(((0, 1, 2), (2, 0, 1))):
        device = make_device(manager, asset=f"RN{number}")
        last = {name: counted + 2 for name, counted in after.items()}
        for index in order:
            shown = (before, after, last)[index]
            content = written(shows(shown), f"RN{number}", at(1 + 7 * index, 9))
            send_audit(manager, content, device_id=device["id"])
        reads = manager.get(f"/api/dex-reads?device_id={device['id']}").json["items"]
        found = [manager.get(f"/api/dex-reads/{each['id']}").json for each in reads]
        proposed = [
            {"selection": each["selection"], "formerly": each["formerly"]}
            for read in found
            if read["reconciliation"]
            for each in read["reconciliation"]["renamed"]
        ]
        assert proposed, said(found)
        version = manager.get(f"/api/devices/{device['id']}").json["version"]
        answer = manager.patch(
            f"/api/devices/{device['id']}",
            json={"version": version, "linked_selections": proposed},
        )
        assert answer.status == 200, answer.text
        found = [manager.get(f"/api/dex-reads/{each['id']}").json for each in reads]
        assert sum(each["units"] for each in found) == units + 2 * len(after), said(found)
        assert answer.json["unbooked_units"] == 0, said(found)
