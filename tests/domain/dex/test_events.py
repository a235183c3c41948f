"""Event codes in plain words."""

from __future__ import annotations

import pytest

from domain.dex import events
from domain.dex.event_codes import CODES
from tests.kit.audits import SALES, local, only


@pytest.mark.parametrize(
    ("code", "meaning", "unit", "severity"),
    [
        ("EGS", "Door open", "cabinet", "info"),
        ("EGT", "Door closed", "cabinet", "info"),
        ("ELB_507", "Sold out, selection 507", "product", "warning"),
        ("ELA_A1", "Delivery failure, selection A1", "product", "fault"),
        ("EJJ", "Not cooling", "snack or can", "fault"),
        ("EBJ_2", "No cups, unit 2", "cups", "fault"),
        ("ENU_04", "Bill validator reports an error, code 04", "bill validator", "fault"),
        ("EAR", "Coin mech lost", "coin mech", "fault"),
        ("EA3B", "Coin mech event", "coin mech", "warning"),
        ("EC", "Control system event", "control", "warning"),
        ("OBJ_12", "Wrong price, selection 12", "", "warning"),
        ("OCF", "Power cut", "", "warning"),
        ("OCM mdb", "Operating system failure", "", "fault"),
        ("EGS_", "Door open", "cabinet", "info"),
        ("DO", "DO", "", "info"),
        ("XYZ_1", "XYZ_1", "", "info"),
    ],
)
def test_codes_are_said_by_their_longest_known_prefix(code, meaning, unit, severity):
    assert events.meaning(code) == meaning
    assert events.unit(code) == unit
    assert events.severity(code) == severity


def test_every_meaning_is_short_and_plain():
    for code, (meaning, _) in CODES.items():
        assert 2 <= len(code) <= 4
        assert meaning[0].isupper()
        assert not meaning.endswith(".")
        assert len(meaning) < 60


def test_an_event_tells_when_and_how_long():
    (event,) = only(*SALES, "EA1*EJL*20260131*0805*12**7").events
    assert event.occurred_at == local("2026-01-31 08:05")
    assert event.duration_minutes == 12
    assert event.raw == ("EJL", "20260131", "0805", "12", "", "7")


def test_an_event_counter_tells_how_often_and_whether_now():
    on, off, unsaid = only(
        *SALES, "EA2*EJJ*1*5**1", "EA2*EGS*0*9**0", "EA2*CR*0*768", "EA2**1*1"
    ).events
    assert (on.count_rst, on.count_init, on.active) == (1, 5, True)
    assert (off.active, unsaid.active) == (False, None)


def test_power_outages_are_counted():
    assert only(*SALES, "EA7*1*326").power_outages.count_init == 326
    assert only(*SALES).power_outages.count_init is None
    assert only(*SALES, "EA7*65535*326").power_outages.count_rst is None
