"""Sheets: bytes of a CSV or XLSX file in, rows of cells out. Pure: no database, no web."""

from __future__ import annotations

from domain.sheets.header import Header, find
from domain.sheets.reading import Choice, Read, read
from domain.sheets.sheet import MOST_COLUMNS, MOST_ROWS, BadSheet, Cell, Line

__all__ = [
    "MOST_COLUMNS",
    "MOST_ROWS",
    "BadSheet",
    "Cell",
    "Choice",
    "Header",
    "Line",
    "Read",
    "find",
    "read",
]
