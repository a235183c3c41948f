"""Spreadsheets as XLSX: typed cells, written bit by bit with little in memory.

A workbook of one sheet whose header stays in sight and has filters. What a cell is, its value says:
a Decimal has its decimals, dates and times are such, a text is never a formula. A text that would
become one when somebody edits its cell is marked as quoted, which keeps it as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import chain, islice

from domain import zips
from domain.spreadsheets import Cell, harmless
from errors import Invalid

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Of a sheet, the header aside.
MOST_ROWS = 1_048_575
TOO_LONG = f"a workbook has {MOST_ROWS:,} rows at most: take csv"
# And bytes of it; the rest of them is room for what begins and ends it.
MOST_BYTES = zips.MOST_OF_PART - 2**20
MOST_CHARACTERS = 32_767
# So many rows say how wide the columns are, and are compressed at once.
LOOKED_AT = 100
WIDTHS = (8, 60)

HEADER, QUOTED, DAY, MOMENT, AMOUNT = 1, 2, 3, 4, 5
MOST_DECIMALS = 3
_EPOCH = date(1899, 12, 30)
_DAY_S = 86_400

# What XML cannot hold, and what a spreadsheet would take for how it is held.
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_SPECIAL = re.compile(r"[&<>]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BEFORE = {
    "[Content_Types].xml": (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
        f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    # The cell styles are named by their places: HEADER, QUOTED, DAY, MOMENT, and AMOUNT with no
    # decimals, one, two and three.
    "xl/styles.xml": (
        f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="4">'
        '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>'
        '<numFmt numFmtId="166" formatCode="#,##0.0"/>'
        '<numFmt numFmtId="167" formatCode="#,##0.000"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        '</cellStyleXfs><cellXfs count="9">'
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/>'
        + "".join(
            f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0" '
            'applyNumberFormat="1"/>'
            for number in (164, 165, 3, 166, 4, 167)
        )
        + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
        "</cellStyles></styleSheet>"
    ),
}


def pieces(header: Sequence[str], rows: Iterable[Sequence[Cell]], title: str) -> Iterator[bytes]:
    """The bytes of a workbook with a sheet of a title, bit by bit. Raises Invalid for too many."""
    return zips.zipped(_parts(header, rows, title))


def _parts(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], title: str
) -> Iterator[zips.Part]:
    for name, text in _BEFORE.items():
        yield _part(name, [text.encode()])
    sheet = _Sheet(header, rows)
    yield _part("xl/worksheets/sheet1.xml", sheet.pieces())
    yield _part("xl/workbook.xml", [_workbook(title, header, sheet.last).encode()])


def _part(name: str, part: Iterable[bytes]) -> zips.Part:
    return zips.Part(name, part, is_large=False)


class _Sheet:
    """The rows of a sheet on their way; `last` is the number of the last one so far."""

    def __init__(self, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        self.last = 1
        self._header = header
        self._rows = iter(rows)
        self._length = 0

    def pieces(self) -> Iterator[bytes]:
        """Its XML. Raises Invalid for more than a sheet holds."""
        first = list(islice(self._rows, LOOKED_AT))
        yield _sheet_begin(self._header, first).encode()
        remaining = chain(first, self._rows)
        while some := list(islice(remaining, LOOKED_AT)):
            yield self._written(some)
        yield _sheet_end(self._header, self.last).encode()

    def _written(self, rows: Sequence[Sequence[Cell]]) -> bytes:
        lines = (_row(number, row) for number, row in enumerate(rows, self.last + 1))
        piece = "".join(lines).encode()
        self.last += len(rows)
        self._length += len(piece)
        if self.last > MOST_ROWS + 1 or self._length > MOST_BYTES:
            raise Invalid.at("/query/format", TOO_LONG)
        return piece


def _sheet_begin(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    shown = [[len(_shown(cell)) for cell in row] for row in (header, *rows)]
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{_width(lengths)}" customWidth="1"/>'
        for number, lengths in enumerate(zip(*shown, strict=True), 1)
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{_row(1, header, HEADER)}"
    )


def _sheet_end(header: Sequence[str], last: int) -> str:
    span = f"A1:{_letters(len(header))}{last}"
    return f'</sheetData><autoFilter ref="{span}"/></worksheet>'


def _workbook(title: str, header: Sequence[str], last: int) -> str:
    name = re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "Sheet"
    span = f"'{_escaped(name)}'!$A$1:${_letters(len(header))}${last}"
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{_escaped(name).replace(chr(34), "&quot;")}" sheetId="1" r:id="rId1"/>'
        '</sheets><definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" '
        f'hidden="1">{span}</definedName></definedNames></workbook>'
    )


def _row(number: int, cells: Sequence[Cell], style: int | None = None) -> str:
    line = [f'<row r="{number}">']
    for place, cell in enumerate(cells, 1):
        if cell is not None and cell != "":
            line.append(f'<c r="{_letters(place)}{number}"{_CONTENT[type(cell)](cell, style)}</c>')
    line.append("</row>")
    return "".join(line)


def _text(cell: str, style: int | None) -> str:
    text = cell[:MOST_CHARACTERS]
    if style is None and not text[0].isalnum() and harmless(text) != text:
        style = QUOTED
    styled = f' s="{style}"' if style is not None else ""
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f'{styled} t="inlineStr"><is><t{space}>{_escaped(text)}</t></is>'


def _amount(cell: Decimal, _: int | None) -> str:
    exponent = cell.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else MOST_DECIMALS + 1
    styled = f' s="{AMOUNT + decimals}"' if 0 <= decimals <= MOST_DECIMALS else ""
    return f"{styled}><v>{cell:f}</v>"


def _day(cell: date, _: int | None) -> str:
    return f' s="{DAY}"><v>{(cell - _EPOCH).days}</v>'


def _moment(cell: datetime, _: int | None) -> str:
    seconds = cell.hour * 3600 + cell.minute * 60 + cell.second
    days = (cell.date() - _EPOCH).days
    return f' s="{MOMENT}"><v>{days + seconds / _DAY_S:.9f}</v>'


_CONTENT: dict[type, Callable[..., str]] = {
    str: _text,
    int: lambda cell, _: f"><v>{cell}</v>",
    float: lambda cell, _: f"><v>{cell!r}</v>",
    bool: lambda cell, _: f' t="b"><v>{cell:d}</v>',
    Decimal: _amount,
    date: _day,
    datetime: _moment,
}


def _escaped(text: str) -> str:
    text = _ODD.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return _SPECIAL.sub(lambda found: _ENTITIES[found[0]], text)


def _shown(cell: Cell) -> str:
    return f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else str(cell or "")


def _width(lengths: Sequence[int]) -> int:
    """Wide enough for the header and its filter, and for what stands below as far as it may."""
    least, most = WIDTHS
    return max(least, lengths[0] + 4, min(most, max(lengths) + 2))


@lru_cache(maxsize=256)
def _letters(number: int) -> str:
    """The name of a column: A, Z, AA."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
