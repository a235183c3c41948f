"""How long a machine was down in a period, however many people said so."""

from __future__ import annotations

import pytest

from domain.outages import within

pytestmark = pytest.mark.once("no database is asked")

BEGIN, END, NOW = "2026-01-10T00:00:00Z", "2026-01-11T00:00:00Z", "2026-02-01T00:00:00Z"


def at(hour: int, day: int = 10) -> str:
    return f"2026-01-{day:02d}T{hour:02d}:00:00Z"


def hours(*told: tuple[str, str | None], now: str = NOW) -> list[float]:
    return [each.seconds / 3600 for each in within(told, begin=BEGIN, end=END, now=now)]


def test_an_outage_counts_as_far_as_it_is_in_the_period() -> None:
    assert hours((at(22, 9), at(3))) == [3]
    assert hours((at(20), at(5, 11))) == [4]
    assert hours((at(1, 9), at(2, 12))) == [24]
    assert hours((at(1, 9), at(2, 9)), (at(1, 12), at(2, 12))) == []


def test_what_overlaps_or_touches_is_one_outage() -> None:
    assert hours((at(1), at(4)), (at(2), at(3)), (at(4), at(6)), (at(8), at(9))) == [5, 1]


def test_what_is_still_down_counts_up_to_now() -> None:
    assert hours((at(6), None), now=at(9)) == [3]
    assert hours((at(6), None), (at(7), at(8))) == [18]


def test_a_period_that_has_not_begun_has_no_outage() -> None:
    assert hours((at(6, 9), None), now=at(9, 9)) == []
