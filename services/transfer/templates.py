"""Templates: a file for each kind of import, with its columns and an example row."""

from __future__ import annotations

from io import BytesIO

from domain import spreadsheets
from domain.spreadsheets import Style
from services.transfer import columns

WIDTH = 18


def csv(kind: str) -> bytes:
    """As CSV, with the mark by which spreadsheets see that it is UTF-8."""
    fields = columns.kinds()[kind].values()
    header = [field.label for field in fields]
    return spreadsheets.written(header, [[field.example for field in fields]], Style(has_mark=True))


def xlsx(kind: str) -> bytes:
    """As a workbook whose codes are texts, so that their zeros in front stay."""
    # Only who asks for a workbook needs it.
    from openpyxl import Workbook  # type: ignore[import-untyped]

    book = Workbook()
    sheet = book.active
    sheet.title = columns.TITLES[kind].partition(":")[0]
    for place, field in enumerate(columns.kinds()[kind].values(), start=1):
        sheet.cell(1, place, field.label)
        cell = sheet.cell(2, place)
        if field.shape in ("money", "degrees"):
            cell.value = float(field.example)
        elif field.shape == "count":
            cell.value = int(field.example)
        else:
            cell.number_format = "@"
            cell.value = field.example or None
        letter = sheet.cell(1, place).column_letter
        sheet.column_dimensions[letter].width = WIDTH
        for below in range(3, 500):
            if field.shape in ("text", "code"):
                sheet.cell(below, place).number_format = "@"
    sheet.freeze_panes = "A2"
    written = BytesIO()
    book.save(written)
    return written.getvalue()
