"""Texts of audits: UTF-8 where it is that, else Windows-1252; nothing that steers a terminal."""

from __future__ import annotations

import pytest

from domain import dex


def name_of(written: bytes) -> str | None:
    (audit,) = dex.parse(b"VA1*100*1\r\nPA1*1*100*" + written + b"\r\nPA2*1*100\r\n")
    return audit.selections[0].product_name


@pytest.mark.parametrize("name", ["Café", "Milka „Nuss“ 1 €", "Žižka Œuf™", "Süßmost"])
def test_a_name_is_read_in_both_encodings(name):
    assert name_of(name.encode()) == name
    assert name_of(name.encode("cp1252")) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (b"A\x81\x8d\x8f\x90\x9dB\xe9", "ABé"),
        (b"Twix\xa0Duo\xe9", "Twix Duoé"),
        (b"A\x00\x1b\x7fB", "AB"),
        ("A\x85\u2028\u202eB".encode(), "AB"),
        ("A\xa0B".encode(), "A B"),
    ],
)
def test_what_is_no_letter_stays_out(written, name):
    assert name_of(written) == name
