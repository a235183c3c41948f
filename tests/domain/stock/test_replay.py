"""The replay: what is in each slot, told as small stories."""

from __future__ import annotations

from typing import Any

from domain.stock.replay import Arrangement, Fact, Interval, Outcome, Start, replay

COLA, WATER = 7, 8
MONDAY, TUESDAY, WEDNESDAY = (f"2026-03-0{day}T12:00:00Z" for day in (2, 3, 4))
MONDAY_EVENING = "2026-03-02T18:00:00Z"
MONDAY_MIDNIGHT = "2026-03-03T00:00:00Z"


def slot(
    slot_id: int = 1,
    *,
    quantity: int | None = 10,
    capacity: int = 10,
    selection: str | None = "A1",
    product_id: int | None = COLA,
) -> Start:
    return Start(slot_id, quantity, product_id, selection, capacity)


def sold(
    units: int,
    *,
    selection: str = "A1",
    opened_at: str = MONDAY,
    closed_at: str = TUESDAY,
    read_id: int = 1,
) -> Interval:
    return Interval(read_id, selection, opened_at, closed_at, f"{closed_at}/{read_id}", units)


def seen(
    *,
    at: str = MONDAY_EVENING,
    counted: int | None = None,
    added: int = 0,
    removed: int = 0,
    slot_id: int = 1,
    kind: str = "visit",
    number: int = 1,
) -> Fact:
    return Fact(number, slot_id, at, kind, number, counted, removed, added)


def arranged(
    *, at: str = MONDAY_EVENING, product_id: int | None = COLA, capacity: int = 10
) -> Arrangement:
    return Arrangement(1, at, product_id, "A1", capacity, 50)


def told(*events: Any, starts: tuple[Start, ...] = (slot(),)) -> Outcome:
    return replay(
        starts,
        [e for e in events if isinstance(e, Arrangement)],
        [e for e in events if isinstance(e, Fact)],
        [e for e in events if isinstance(e, Interval)],
    )


def moves(outcome: Outcome) -> list[tuple[str, int]]:
    return [(cause.reason, quantity) for cause, quantity in outcome.moves.items()]


def test_a_sale_leaves_the_slot() -> None:
    outcome = told(sold(3))
    assert outcome.quantities == {1: 7}
    assert moves(outcome) == [("sale", -3)]


def test_a_sale_beyond_what_is_there_is_sold_and_the_difference_is_unexplained() -> None:
    outcome = told(sold(12))
    assert outcome.quantities == {1: 0}
    assert moves(outcome) == [("sale", -12), ("unexplained", 2)]


def test_sales_of_its_interval_explain_a_counts_shortfall_and_the_rest_is_unexplained() -> None:
    outcome = told(seen(counted=4), sold(5))
    assert outcome.quantities == {1: 4}
    assert moves(outcome) == [("sale", -5), ("unexplained", -1)]


def test_the_closing_read_deducts_only_what_the_count_had_not_seen() -> None:
    outcome = told(seen(counted=8), sold(5))
    assert outcome.quantities == {1: 5}
    assert moves(outcome) == [("sale", -2), ("sale", -3)]


def test_a_count_after_the_read_does_not_reach_into_its_interval() -> None:
    outcome = told(sold(5), seen(at=WEDNESDAY, counted=2))
    assert moves(outcome) == [("sale", -5), ("unexplained", -3)]


def test_a_count_at_the_second_of_a_read_sees_what_the_read_saw() -> None:
    outcome = told(sold(5), seen(at=TUESDAY, counted=5))
    assert moves(outcome) == [("sale", -5)]


def test_a_surplus_is_unexplained() -> None:
    outcome = told(seen(counted=9), starts=(slot(quantity=6),))
    assert outcome.quantities == {1: 9}
    assert moves(outcome) == [("unexplained", 3)]


def test_a_planogram_count_is_named_as_one() -> None:
    assert moves(told(seen(counted=9, kind="planogram"))) == [("planogram", -1)]


def test_a_slot_nobody_counted_stays_unknown_whatever_it_sells() -> None:
    outcome = told(sold(5), starts=(slot(quantity=None),))
    assert outcome.quantities == {1: None}
    assert moves(outcome) == []


def test_a_first_count_makes_it_known() -> None:
    outcome = told(seen(counted=4), sold(1), starts=(slot(quantity=None),))
    assert outcome.quantities == {1: 3}
    assert moves(outcome) == [("count", 4), ("sale", -1)]


def test_a_fill_beyond_capacity_is_clipped_visibly() -> None:
    outcome = told(seen(added=8), starts=(slot(quantity=6),))
    assert outcome.quantities == {1: 10}
    assert moves(outcome) == [("fill", 8), ("unexplained", -4)]


def test_a_fill_the_books_have_no_room_for_shows_what_was_sold_before_it() -> None:
    outcome = told(seen(added=2), sold(5))
    assert outcome.quantities == {1: 7}
    assert moves(outcome) == [("sale", -2), ("fill", 2), ("sale", -3)]


def test_a_fill_is_explained_by_no_more_than_its_interval_sold() -> None:
    outcome = told(seen(added=4), sold(3))
    assert outcome.quantities == {1: 10}
    assert moves(outcome) == [("sale", -3), ("fill", 4), ("unexplained", -1)]


def test_a_fill_that_was_counted_is_explained_by_its_count_alone() -> None:
    outcome = told(seen(counted=8, added=4), sold(5))
    assert outcome.quantities == {1: 7}
    assert moves(outcome) == [("sale", -2), ("fill", 4), ("unexplained", -2), ("sale", -3)]


def test_a_fill_after_the_read_is_not_explained_by_its_interval() -> None:
    outcome = told(sold(1), seen(at=WEDNESDAY, added=4))
    assert moves(outcome) == [("sale", -1), ("fill", 4), ("unexplained", -3)]


def test_more_put_in_than_a_slot_holds_is_clipped_and_empties_nothing_below_zero() -> None:
    outcome = told(seen(added=25), sold(40))
    assert outcome.quantities == {1: 0}
    assert moves(outcome) == [
        ("sale", -10),
        ("fill", 25),
        ("unexplained", -15),
        ("sale", -30),
        ("unexplained", 20),
    ]


def test_removed_units_leave_before_new_ones_come() -> None:
    outcome = told(seen(counted=9, removed=9, added=10))
    assert outcome.quantities == {1: 10}
    assert moves(outcome) == [("unexplained", -1), ("removal", -9), ("fill", 10)]


def test_two_slots_of_a_selection_drain_in_slot_order() -> None:
    outcome = told(sold(12), starts=(slot(1), slot(2)))
    assert outcome.quantities == {1: 0, 2: 8}
    assert [(cause.slot_id, quantity) for cause, quantity in outcome.moves.items()] == [
        (1, -10),
        (2, -2),
    ]


def test_what_known_slots_cannot_have_sold_came_from_the_unknown_one() -> None:
    outcome = told(sold(12), starts=(slot(1), slot(2, quantity=None)))
    assert outcome.quantities == {1: 0, 2: None}
    assert moves(outcome) == [("sale", -10)]


def test_another_product_takes_the_old_one_out_and_starts_unknown() -> None:
    outcome = told(arranged(product_id=WATER))
    assert outcome.quantities == {1: None}
    assert [
        (cause.reason, cause.product_id, quantity) for cause, quantity in outcome.moves.items()
    ] == [("planogram", COLA, -10)]


def test_a_slot_without_a_product_holds_nothing() -> None:
    assert told(arranged(product_id=None)).quantities == {1: 0}


def test_a_smaller_capacity_clips_what_no_longer_fits() -> None:
    outcome = told(arranged(capacity=6))
    assert outcome.quantities == {1: 6}
    assert moves(outcome) == [("unexplained", -4)]


def test_the_product_sold_is_the_one_at_the_closing_read() -> None:
    outcome = told(arranged(product_id=WATER), sold(2))
    assert outcome.products == {(1, "A1"): WATER}


def test_time_sold_out_is_measured_from_one_read_to_the_next() -> None:
    outcome = told(
        sold(10),
        sold(0, opened_at=TUESDAY, closed_at=WEDNESDAY, read_id=2),
    )
    assert outcome.days_out == {(1, "A1"): 0.0, (2, "A1"): 1.0}


def test_a_fill_ends_the_time_sold_out() -> None:
    outcome = told(seen(at=MONDAY_MIDNIGHT, added=5), sold(2), starts=(slot(quantity=0),))
    assert outcome.days_out == {(1, "A1"): 0.5}


def test_sales_while_sold_out_show_that_the_books_were_wrong() -> None:
    outcome = told(sold(2), starts=(slot(quantity=0),))
    assert outcome.days_out == {(1, "A1"): 0.0}
