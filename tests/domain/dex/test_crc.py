"""The checksum, and what it is computed over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import dex
from domain.dex import checksum, writer
from tests.kit.audits import SALES, text

SEALED = writer.seal(SALES)


def slow_crc(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def covered(raw: bytes) -> bytes:
    return raw[raw.index(b"ST*") : raw.index(b"G85*")]


def test_the_published_check_value():
    assert dex.crc16(b"123456789") == 0xBB3D
    assert dex.crc16(b"") == 0


@given(st.binary(max_size=2000))
def test_folding_the_message_is_the_same_as_bit_by_bit(data):
    assert dex.crc16(data) == slow_crc(data)


@pytest.mark.parametrize(
    "data",
    [
        SEALED,
        SEALED.replace(b"\r\n", b"\n"),
        SEALED.replace(b"\r\n", b"\r"),
        SEALED.replace(b"\r\n", b"\r\r\n"),
        SEALED.replace(b"\r\n", b"\r\n\r\n"),
        SEALED.replace(b"\r\n", b"  \r\n"),
        b"login: audit\r\n" + SEALED,
        SEALED + b"trailing text\r\n",
    ],
)
def test_a_transport_may_change_line_ends_and_blanks_without_harm(data):
    (audit,) = dex.parse(data)
    assert audit.crc == "valid"


def test_hex_digits_may_be_small():
    at = SEALED.index(b"G85*")
    assert dex.parse(SEALED[:at] + SEALED[at:].lower().replace(b"g85", b"G85"))[0].crc == "valid"


def test_one_changed_digit_is_seen():
    (audit,) = dex.parse(SEALED.replace(b"PA2*10*", b"PA2*11*"))
    assert audit.crc == "invalid"
    assert audit.crc_stated != audit.crc_computed
    assert audit.crc_computed == f"{dex.crc16(covered(audit.raw)):04X}"


@pytest.mark.parametrize("stated", ["", "   "])
def test_an_empty_checksum_is_none(stated):
    (audit,) = dex.parse(text("ST*001*0001", *SALES, f"G85*{stated}"))
    assert audit.crc == "absent"


def test_a_checksum_that_is_no_number_does_not_match():
    assert dex.parse(text("ST*001*0001", *SALES, "G85*?!"))[0].crc == "invalid"


def test_without_a_start_mark_the_checksum_covers_what_follows_the_envelope_or_all():
    body = "".join(line + "\r\n" for line in SALES).encode()
    (audit,) = dex.parse(text("DXS*X*VA", *SALES, f"G85*{dex.crc16(body):04X}"))
    assert audit.crc == "valid"
    everything = b"DXS*X*VA\r\n" + body
    (audit,) = dex.parse(text("DXS*X*VA", *SALES, f"G85*{dex.crc16(everything):04X}"))
    assert audit.crc == "valid"
    (audit,) = dex.parse(text(*SALES, f"G85*{dex.crc16(body):04X}"))
    assert audit.crc == "valid"


def stated(crc: str) -> bytes:
    return text("DXS*X*VA", "ST*001*0001", *SALES, f"G85*{crc}", newline="\r\n")


BODY = covered(stated(""))


@pytest.mark.parametrize(
    "over",
    [BODY, BODY.removesuffix(b"\r\n"), BODY.replace(b"\r\n", b"\n"), b"DXS*X*VA\r\n" + BODY],
    ids=["as is", "without the last line end", "over LF", "from DXS"],
)
@pytest.mark.parametrize(
    "written",
    [
        "{0:04X}",
        "{0:04x}",
        "{0:X}",
        "0x{0:04X}",
        "{1:04X}",
        "{1:x}",
    ],
)
def test_makers_who_compute_or_write_it_otherwise_are_understood(over, written):
    crc = dex.crc16(over)
    swapped = crc >> 8 | (crc & 0xFF) << 8
    for newline in (b"\r\n", b"\n"):
        data = stated(written.format(crc, swapped)).replace(b"\r\n", newline)
        assert dex.parse(data)[0].crc == "valid"


def test_a_damaged_audit_seldom_passes_by_chance():
    passing = sum(
        checksum.check(stated(f"{number:04X}")).state == "valid" for number in range(65536)
    )
    assert passing <= 10
