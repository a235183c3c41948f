"""What audits tell of one fault, put together to what a person deals with."""

from __future__ import annotations

import pytest

from domain.faults import Taken, put_together

pytestmark = pytest.mark.once("no database is asked")


def at(day: int, hour: int = 8) -> str:
    return f"2026-01-{day:02d}T{hour:02d}:00:00Z"


def told(days: str, *taken: Taken) -> list[tuple[str, str, int, str | None, int | None]]:
    """What an audit of each day gives: F tells of the fault, - does not."""
    audits = [(at(day), tells == "F") for day, tells in enumerate(days, start=1)]
    return [
        (
            each.first_seen_at,
            each.last_seen_at,
            each.seen_count,
            each.over_at,
            each.taken.ticket_id if each.taken else None,
        )
        for each in put_together(audits, taken)
    ]


def test_audits_that_follow_one_another_tell_of_one_fault() -> None:
    assert told("-FFF") == [(at(2), at(4), 3, None, None)]


def test_it_is_over_with_the_first_audit_that_does_not_tell_of_it() -> None:
    assert told("FF--") == [(at(1), at(2), 2, at(3), None)]


def test_what_comes_again_is_another_fault() -> None:
    assert told("F-F") == [(at(1), at(1), 1, at(2), None), (at(3), at(3), 1, None, None)]


def test_what_somebody_took_up_goes_on_until_they_are_done() -> None:
    assert told("F-F-", Taken(7, at(1), None)) == [(at(1), at(3), 2, at(4), 7)]


def test_what_somebody_finished_is_another_fault_next_time() -> None:
    assert told("F-F", Taken(7, at(1), at(2, 12))) == [
        (at(1), at(1), 1, at(2), 7),
        (at(3), at(3), 1, None, None),
    ]


def test_an_audit_of_before_it_was_done_still_belongs_to_it() -> None:
    assert told("F-F", Taken(7, at(1), at(3, 12))) == [(at(1), at(3), 2, None, 7)]


def test_an_audit_of_the_day_after_may_tell_of_what_was_mended() -> None:
    assert told("FF", Taken(7, at(1), at(1, 12))) == [(at(1), at(2), 2, None, 7)]


def test_what_lasts_longer_was_not_mended() -> None:
    assert told("FFF", Taken(7, at(1), at(1, 12))) == [
        (at(1), at(2), 2, None, 7),
        (at(3), at(3), 1, None, None),
    ]


def test_two_that_people_took_up_stay_two() -> None:
    # An audit of between them came late and told of no end.
    assert told("FFF", Taken(7, at(1), None), Taken(8, at(3), None)) == [
        (at(1), at(2), 2, None, 7),
        (at(3), at(3), 1, None, 8),
    ]


def test_an_earlier_audit_that_comes_late_begins_what_was_taken_up() -> None:
    assert told("FF", Taken(7, at(2), None)) == [(at(1), at(2), 2, None, 7)]
