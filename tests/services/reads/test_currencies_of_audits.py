"""Audits whose currency is not that of the books, through the API."""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.kit.factories import make_device, send_audit
from tests.kit.machine import Machine

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

CASES = Path(__file__).parents[2] / "domain" / "dex" / "cases"
MORNING = datetime.fromisoformat("2026-10-05T09:00")
NIGHT = datetime.fromisoformat("2026-10-05T21:00")


@pytest.fixture(params=["JPY", "KWD", "EUR"])
def currency(request):
    return request.param


@pytest.fixture
def settings(settings, currency):
    return replace(settings, currency=currency)


def in_money(audit, id4):
    """The audit with other money, and without a checksum."""
    return re.sub(rb"G85\*[^\r]*\r\n", b"", re.sub(rb"ID4\*[^\r]*", b"ID4*" + id4, audit))


@pytest.mark.parametrize("currency", ["JPY"], indirect=True)
def test_ten_at_120_yen_are_1200_yen(admin):
    device = make_device(admin)
    for number in (1, 2):
        content = (CASES / f"K9_jpy_dec0_{number}.txt").read_bytes()
        read = send_audit(admin, content, device_id=device["id"]).json
    assert (read["units"], read["amount_cents"], read["warnings"]) == (10, 1200, [])
    detail = admin.get(f"/api/dex-reads/{read['id']}").json
    assert detail["selections"][0]["price_cents"] == 120


@pytest.mark.parametrize("currency", ["KWD"], indirect=True)
def test_eleven_at_150_fils_are_1650_dinar(admin):
    device = make_device(admin)
    machine = Machine(serial="KW1", selections={"A1": 150})
    audits = [machine.audit(MORNING)]
    machine.sell("A1", 11)
    audits.append(machine.audit(NIGHT))
    for audit in audits:
        content = in_money(audit, b"3*414*KWD")
        read = send_audit(admin, content, device_id=device["id"]).json
    assert (read["units"], read["amount_cents"]) == (11, 1650)


def test_another_currency_is_said(admin, currency):
    device = make_device(admin)
    audit = in_money(Machine(serial="CU1").audit(MORNING), b"2*840*USD")
    warnings = send_audit(admin, audit, device_id=device["id"]).json["warnings"]
    assert any("counts in USD" in warning for warning in warnings)
