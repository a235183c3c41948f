"""Raw audits with every field named."""

from __future__ import annotations

from domain.dex import fields
from domain.dex.records import Record
from tests.kit.audits import SALES, only


def test_fields_of_the_standard_have_names():
    record = only("PA1*A1*150*Cola", "PA2*10*1500*1*150").records[1]
    assert fields.describe(record) == [
        ("count since initialisation", "10"),
        ("value since initialisation", "1500"),
        ("count since reset", "1"),
        ("value since reset", "150"),
    ]


def test_fields_without_a_name_are_called_by_their_place():
    record = only(*SALES, "MA5*TEMP*44").records[-1]
    assert fields.describe(record) == [("MA501", "TEMP"), ("MA502", "44")]
    gap = Record(1, "EA1", ("EGS", "250606", "1209", "", "", "42"))
    assert [name for name, _ in fields.describe(gap)][3:] == ["minutes", "EA105", "reading"]


def test_values_are_as_they_came():
    record = Record(1, "ID1", (" S1 ", ""))
    assert [value for _, value in fields.describe(record)] == [" S1 ", ""]
