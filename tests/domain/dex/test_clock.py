"""When a machine says it was read."""

from __future__ import annotations

import pytest

from domain.dex.machine_clock import moment
from tests.kit.audits import SALES, local, only


@pytest.mark.parametrize(
    ("date", "time", "seconds", "expected"),
    [
        ("20260131", "0805", "", local("2026-01-31 08:05")),
        ("260131", "080507", "", local("2026-01-31 08:05:07")),
        ("20260131", "0805", "53", local("2026-01-31 08:05:53")),
        ("20260131", "0805", "EU", local("2026-01-31 08:05")),
        ("980829", "1310", "", local("1998-08-29 13:10")),
        ("370710", "0543", "", local("2037-07-10 05:43")),
        ("60131", "805", "", local("2006-01-31 08:05")),
        (" 20260131 ", " 80507 ", "", local("2026-01-31 08:05:07")),
        ("20260230", "0805", "", None),
        ("20261301", "0805", "", None),
        ("20260131", "2460", "", None),
        ("20260131", "", "", None),
        ("", "0805", "", None),
        ("000000", "0000", "", None),
        ("2026-01-31", "08:05", "", None),
        ("²⁰²⁶⁰¹³¹", "0805", "", None),
        ("123456789", "0805", "", None),
        ("2026131", "0805", "", None),
        ("20260131", "080570", "", None),
        ("20260131", "0805", "99", None),
    ],
)
def test_dates_and_times_as_machines_write_them(date, time, seconds, expected):
    assert moment(date, time, seconds) == expected


def test_the_machine_clock_is_preferred_to_the_time_of_the_read():
    audit = only("ID5*20260131*0805", "EA3*1*20200101*0000", *SALES)
    assert (audit.clock, audit.clock_source) == (local("2026-01-31 08:05"), "id5")


def test_an_impossible_machine_clock_falls_back_to_the_time_of_the_read():
    audit = only("ID5*000000*0000", "EA3*1*260131*0805*X*250101*0000", *SALES)
    assert (audit.clock, audit.clock_source) == (local("2026-01-31 08:05"), "ea3")


def test_without_either_there_is_no_clock():
    audit = only("EA3*11314", *SALES)
    assert (audit.clock, audit.clock_source) == (None, None)
