"""The days of a rhythm: every so many weeks, on certain weekdays, from a first day on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.recurrence import Rhythm

pytestmark = pytest.mark.once("no database is asked")

MONDAY = date(2026, 1, 5)
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
rhythms = st.builds(
    Rhythm,
    starts_on=days,
    ends_on=st.none() | days,
    every_weeks=st.integers(1, 12),
    weekdays=st.sets(st.sampled_from("1234567"), min_size=1).map(
        lambda found: "".join(sorted(found))
    ),
)


def told(rhythm: Rhythm, first: date, last: date) -> list[str]:
    return [day.isoformat() for day in rhythm.days(first, last)]


def test_mondays_and_fridays_of_every_week() -> None:
    rhythm = Rhythm(MONDAY, None, 1, "15")
    assert told(rhythm, MONDAY, date(2026, 1, 16)) == [
        "2026-01-05",
        "2026-01-09",
        "2026-01-12",
        "2026-01-16",
    ]


def test_every_second_week_is_counted_from_the_week_of_the_first_day_also_over_new_year() -> None:
    friday = date(2025, 12, 19)
    rhythm = Rhythm(friday, None, 2, "15")
    assert told(rhythm, date(2025, 12, 1), date(2026, 1, 20)) == [
        "2025-12-19",
        "2025-12-29",
        "2026-01-02",
        "2026-01-12",
        "2026-01-16",
    ]


def test_it_ends_with_its_last_day_and_then_has_no_next_one() -> None:
    rhythm = Rhythm(MONDAY, date(2026, 1, 12), 1, "1")
    assert told(rhythm, MONDAY, date(2026, 3, 1)) == ["2026-01-05", "2026-01-12"]
    assert rhythm.next_day(date(2026, 1, 6)) == date(2026, 1, 12)
    assert rhythm.next_day(date(2026, 1, 13)) is None


def test_it_goes_on_to_the_end_of_the_calendar_and_no_further() -> None:
    rhythm = Rhythm(date(9999, 12, 27), None, 12, "7")
    assert told(rhythm, MONDAY, date.max) == []
    assert Rhythm(date(9999, 12, 31), None, 12, "5").next_day(MONDAY) == date(9999, 12, 31)


@given(rhythm=rhythms, first=days, length=st.integers(0, 400))
def test_a_day_is_of_it_if_and_only_if_weekday_week_and_span_say_so(
    rhythm: Rhythm, first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    begin = rhythm.starts_on - timedelta(days=rhythm.starts_on.weekday())
    expected = [
        day
        for day in (first + timedelta(days=n) for n in range(length + 1))
        if str(day.isoweekday()) in rhythm.weekdays
        and (day - begin).days // 7 % rhythm.every_weeks == 0
        and rhythm.starts_on <= day <= (rhythm.ends_on or last)
    ]
    assert list(rhythm.days(first, last)) == expected
