"""Spreadsheets as CSV: nothing that a program would run, numbers as the language writes them."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from domain.locales import decimal_sign, list_sign
from domain.spreadsheets import FOR_MACHINES, Cell, Style, harmless, written

GERMAN = Style(decimal=",", separator=";", has_mark=True)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\tplain",
        "\rplain",
        " =1",
        "\u00a0=1",
        "\u200b=1",
        "\u202e=1",
        "\u061c=1",
        "\ufeff=1",
        '"=1',
        "'=1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff20A1",
        "\u22121",
        "Cola;=1",
        "Cola,=1",
        "Cola\t=1",
        "Cola\n=1",
        'Cola";"=1',
        "Cola|@A1",
        "Cola; \u200b =1",
    ],
)
def test_a_text_that_would_be_run_is_quoted(text: str) -> None:
    safe = harmless(text)
    assert safe != text
    # Wherever another program divides the line, no piece begins with a formula.
    pieces = [safe]
    for separator in ",;\t|\r\n":
        pieces = [part for piece in pieces for part in piece.split(separator)]
    for piece in pieces:
        bare = piece.strip(' "\u00a0\u200b\ufeff')
        assert not bare.startswith(tuple("=+-@\uff1d\uff0b\uff0d\uff20\u2212"))


@pytest.mark.parametrize(
    "text", ["Cola 0.33 l", "7-Up", "A+B", "me@home", "x=y", "Chips -20%", "M&M's", "", "5 - 6"]
)
def test_a_text_that_is_only_a_text_stays(text: str) -> None:
    assert harmless(text) == text


def test_numbers_are_written_in_the_way_of_the_language_and_never_quoted() -> None:
    row: list[Cell] = ["Cola", 3, Decimal("-1.50"), None]
    assert written(["a", "b", "c", "d"], [row], GERMAN).decode("utf-8-sig") == (
        "a;b;c;d\r\nCola;3;-1,50;\r\n"
    )
    assert written(["a", "b", "c", "d"], [row], FOR_MACHINES) == (b"a,b,c,d\r\nCola,3,-1.50,\r\n")


def test_what_is_written_is_read_back() -> None:
    texts = ['semi;colon "quoted"', "two\nlines", "comma, comma"]
    content = written(["text"], [[text] for text in texts], GERMAN).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))
    assert rows == [["text"], *([text] for text in texts)]


@pytest.mark.parametrize(
    ("locale", "decimal", "separator"),
    [
        ("en-US", ".", ","),
        ("de-DE", ",", ";"),
        ("de", ",", ";"),
        ("de-CH", ".", ","),
        ("es-MX", ".", ","),
        ("es-ES", ",", ";"),
        ("en-ZA", ",", ";"),
        ("sr-Latn-RS", ",", ";"),
        ("pt_BR", ",", ";"),
        ("ja-JP", ".", ","),
        ("ar-KW", ".", ","),
        ("x", ".", ","),
    ],
)
def test_a_language_has_its_signs(locale: str, decimal: str, separator: str) -> None:
    assert (decimal_sign(locale), list_sign(locale)) == (decimal, separator)
