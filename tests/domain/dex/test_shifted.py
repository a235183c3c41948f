"""Selections whose records begin with an empty field."""

from __future__ import annotations

from tests.kit.audits import only

K12 = ("VA1*0*12862*0*226", "VA3**11424**1664", "PA1**1*5", "PA2***129*0", "PA1**2*5*CACAO")


def test_the_code_is_in_the_second_field_where_the_first_is_always_empty():
    audit = only(*K12, "PA2***97*0")
    assert [(s.selection, s.price_cents, s.product_name) for s in audit.selections] == [
        ("1", 5, None),
        ("2", 5, "CACAO"),
    ]
    assert [(s.count_init, s.count_rst) for s in audit.selections] == [(None, 129), (None, 97)]
    assert audit.only_since_reset
    assert any("begin with an empty field" in warning for warning in audit.warnings)
    assert not any("names no selections" in warning for warning in audit.warnings)


def test_counters_are_shifted_too_where_only_so_they_add_up():
    audit = only("VA1*1200*12", "PA1**1*100", "PA2**5*500", "PA1**2*100", "PA2**7*700")
    assert [(s.count_init, s.value_init_cents) for s in audit.selections] == [(5, 500), (7, 700)]


def test_one_selection_with_a_code_speaks_for_the_standard_and_the_others_are_reported():
    audit = only("VA1*500*5", "PA1*1*100", "PA2*5*500", "PA1**2*100", "PA2*7*700", "PA1***")
    assert [(s.selection, s.count_init) for s in audit.selections] == [("1", 5)]
    assert "1 selections have no code" in "\n".join(audit.warnings)


def test_records_are_kept_as_they_came():
    audit = only(*K12)
    assert next(record.fields for record in audit.records if record.id == "PA1") == ("", "1", "5")
