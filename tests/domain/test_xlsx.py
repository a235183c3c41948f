"""Workbooks: typed cells, nothing that a program would run, and little memory however long."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from openpyxl.utils.escape import unescape  # type: ignore[import-untyped]

from domain import xlsx
from domain.spreadsheets import Cell
from errors import Invalid

DAY = date(2026, 1, 31)
MOMENT = datetime.combine(DAY, time(8, 5, 59))


def sheet(*rows: Sequence[Cell], title: str = "machines") -> Any:
    header = [f"H{number}" for number in range(len(rows[0]))] if rows else ["H0"]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(xlsx.pieces(header, rows, title))))
    return book.worksheets[0]


@pytest.mark.parametrize(
    ("cell", "read", "shown"),
    [
        ("Cola", "Cola", "General"),
        (7, 7, "General"),
        (-7, -7, "General"),
        (12.5, 12.5, "General"),
        (Decimal("1.50"), 1.5, "#,##0.00"),
        (Decimal("-1.500"), -1.5, "#,##0.000"),
        (Decimal("1500"), 1500, "#,##0"),
        (Decimal("0.12345"), 0.12345, "General"),
        (True, True, "General"),
        (DAY, datetime.combine(DAY, time()), "yyyy\\-mm\\-dd"),
        (MOMENT, MOMENT, "yyyy\\-mm\\-dd\\ hh:mm"),
        (None, None, "General"),
        ("", None, "General"),
        ("a\nb", "a\nb", "General"),
        (" a ", " a ", "General"),
        ("<&>\"'", "<&>\"'", "General"),
        ("=1+1", "=1+1", "General"),
    ],
)
def test_a_cell_is_what_its_value_is(cell: Cell, read: Any, shown: str) -> None:
    found = sheet([cell])["A2"]
    assert (found.value, found.number_format) == (read, shown)
    assert found.data_type != "f"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A", " =1", "\t=1", "\uff1d1"])
def test_a_text_that_would_become_a_formula_is_marked_as_quoted(text: str) -> None:
    assert sheet([text])["A2"].quotePrefix
    assert not sheet(["a" + text])["A2"].quotePrefix


@pytest.mark.parametrize("text", ["a\x00b", "a\x0bb", "\ud800", "\uffff", "_x0041_", "\r"])
def test_what_xml_cannot_hold_is_written_as_workbooks_write_it(text: str) -> None:
    # openpyxl leaves to who reads it what Excel undoes by itself.
    assert unescape(sheet([text])["A2"].value) == text


def test_a_text_is_no_longer_than_a_cell_holds() -> None:
    assert len(sheet(["a" * 40_000])["A2"].value) == xlsx.MOST_CHARACTERS


@pytest.mark.parametrize("title", ["", "a/b", "'", "x" * 40, '<&">'])
def test_any_title_is_a_name_of_a_sheet(title: str) -> None:
    assert sheet([1], title=title).max_row == 2


def test_the_header_stays_and_filters_and_columns_are_as_wide_as_they_need() -> None:
    found = sheet(["a", "b" * 30], ["a" * 200, "b"])
    assert (found.freeze_panes, found.auto_filter.ref) == ("A2", "A1:B3")
    widths = [found.column_dimensions[name].width for name in "AB"]
    assert widths == [xlsx.WIDTHS[1], 32]


def test_a_list_of_nothing_has_its_header() -> None:
    assert [row[0].value for row in sheet().iter_rows()] == ["H0"]


def test_a_column_behind_z_has_two_letters() -> None:
    assert sheet(list(range(30)))["AD2"].value == 29


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 2)
    with pytest.raises(Invalid, match="take csv"):
        sheet([1], [2], [3])


def test_no_part_needs_a_program_that_reads_zip64() -> None:
    book = zipfile.ZipFile(io.BytesIO(b"".join(xlsx.pieces(["a"], [[1]], "a"))))
    assert {each.extract_version for each in book.infolist()} == {20}
    assert book.namelist()[0] == "[Content_Types].xml"


def most_held(length: int) -> int:
    """The most memory that was taken while so many rows were written, in bytes."""

    def rows() -> Iterator[Sequence[Cell]]:
        for number in range(length):
            yield [f"Machine {number}", number, Decimal(number).scaleb(-2), MOMENT]

    most_held_of = xlsx.pieces(["Name", "Number", "Amount", "Time"], rows(), "machines")
    tracemalloc.start()
    try:
        for _ in most_held_of:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_ten_times_the_rows_take_no_more_memory() -> None:
    most_held(100)
    assert most_held(20_000) < 1.5 * most_held(2_000)
