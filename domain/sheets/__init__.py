"""Sheets: the text of a spreadsheet in, rows, headers, numbers and days out. Pure: no database."""

from __future__ import annotations

from domain.sheets import csv_text, days, header, numbers
from domain.sheets.header import Header, find
from domain.sheets.sheet import MOST_COLUMNS, MOST_ROWS, BadSheet, Cell, Line, text_of

__all__ = [
    "MOST_COLUMNS",
    "MOST_ROWS",
    "BadSheet",
    "Cell",
    "Header",
    "Line",
    "csv_text",
    "days",
    "find",
    "header",
    "numbers",
    "text_of",
]
