"""The clock: one spelling of time, and the operator's calendar."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

import clock


def test_now_is_utc_text_to_the_second():
    before = datetime.now(UTC).replace(microsecond=0)
    assert before <= clock.to_datetime(clock.now()) <= datetime.now(UTC)


def test_a_time_of_another_zone_is_stored_as_utc():
    lisbon = datetime(2026, 1, 31, 9, 0, 0, 999_999, timezone(timedelta(hours=1)))
    assert clock.to_text(lisbon) == "2026-01-31T08:00:00Z"


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without its zone"):
        clock.to_text(datetime(2026, 1, 31))  # noqa: DTZ001  # the very mistake


@pytest.mark.parametrize("text", ["2026-01-31", "2026-01-31 08:00:00", "2026-01-31T08:00:00+00:00"])
def test_any_other_spelling_is_refused(text):
    with pytest.raises(ValueError, match="does not match"):
        clock.to_datetime(text)


def test_text_order_is_time_order():
    texts = [clock.later("2026-01-31T23:59:59Z", seconds=step) for step in (-86_400, 0, 1, 3_600)]
    assert texts == sorted(texts)
    assert texts[2] == "2026-02-01T00:00:00Z"


@pytest.mark.parametrize(
    ("text", "zone", "date"),
    [
        ("2026-01-31T23:30:00Z", "UTC", "2026-01-31"),
        ("2026-01-31T23:30:00Z", "Europe/Paris", "2026-02-01"),
        ("2026-03-08T06:59:59Z", "America/Chicago", "2026-03-08"),
        ("2026-03-08T05:59:59Z", "America/Chicago", "2026-03-07"),
    ],
)
def test_a_local_date_is_the_wall_calendars(text, zone, date):
    assert clock.local_date(text, zone) == date


def test_today_is_the_local_date_of_now():
    assert clock.today("Pacific/Kiritimati") in {
        clock.local_date(clock.now(), "Pacific/Kiritimati"),
        clock.local_date(clock.later(clock.now(), seconds=-60), "Pacific/Kiritimati"),
    }
