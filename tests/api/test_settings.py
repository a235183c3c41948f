"""Settings: the operator's company, money, time zone and language."""

import pytest


def test_it_works(admin, viewer):
    first = viewer.get("/api/settings").json
    assert first == {
        "company": "Test Vending",
        "currency": "USD",
        "time_zone": "Europe/Berlin",
        "locale": "en-US",
        "version": 1,
    }
    answer = admin.patch("/api/settings", json={"version": 1, "currency": "EUR", "locale": "de"})
    assert answer.json == {**first, "currency": "EUR", "locale": "de", "version": 2}
    assert viewer.get("/api/settings").json == answer.json


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", ""),
        ("currency", "XYZ"),
        ("currency", "eur"),
        ("locale", "x"),
        ("company", " "),
    ],
)
def test_what_is_none_is_refused(admin, field, value):
    answer = admin.patch("/api/settings", json={"version": 1, field: value})
    assert (answer.status, answer.pointers) == (422, [f"/{field}"])


def test_a_change_of_nothing_is_refused(admin):
    assert admin.patch("/api/settings", json={"version": 1}).status == 422
