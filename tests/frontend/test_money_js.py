"""Money as people type and read it in pages: by the currency's decimals, in the operator's way."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FORMAT = Path(__file__).resolve().parents[2] / "frontend" / "words" / "format.js"
SCRIPT = """
const format = await import(process.argv[1]);
const {conventions, typed, cents} = JSON.parse(process.argv[2]);
format.configure(conventions);
console.log(JSON.stringify({
  read: format.readMoney(typed), input: format.moneyInput(cents), money: format.money(cents),
  marks: format.moneyMarks([0, cents]),
}));
"""
Asked = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def ask() -> Asked:
    """What the module answers with these conventions."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")

    def asked(currency: str, locale: str, *, typed: str = "", cents: int = 0) -> dict[str, Any]:
        decimals = {"JPY": 0, "KWD": 3, "ISK": 0, "IQD": 3}.get(currency, 2)
        conventions = {"currency": currency, "currency_decimals": decimals, "locale": locale}
        given = json.dumps({"conventions": conventions, "typed": typed, "cents": cents})
        done = subprocess.run(  # noqa: S603  # our own script
            [node, "--input-type=module", "-e", SCRIPT, FORMAT.as_uri(), given],
            capture_output=True,
            text=True,
            check=True,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    return asked


@pytest.mark.parametrize(
    ("currency", "locale", "typed", "cents"),
    [
        ("USD", "en-US", "1.80", 180),
        ("USD", "en-US", "$1,234.5", 123450),
        ("USD", "en-US", "1,500", 150000),
        ("EUR", "de-DE", "1,80", 180),
        ("EUR", "de-DE", "1.80", 180),
        ("EUR", "de-DE", "1.500", 150000),
        ("EUR", "de-DE", "1.234,50 €", 123450),
        ("EUR", "fr-FR", "1 234,50", 123450),
        ("CHF", "de-CH", "1'234.50", 123450),
        ("INR", "en-IN", "1,23,456.50", 12345650),
        ("JPY", "ja-JP", "180", 180),
        ("JPY", "ja-JP", "1,500", 1500),
        ("KWD", "en-US", "1.500", 1500),
        ("KWD", "de-DE", "1,500", 1500),
        ("KWD", "de-DE", "1.500", 1500000),
        ("KWD", "ar-KW", "١٫٥٠٠", 1500),
        ("USD", "en-US", "", None),
        ("USD", "en-US", ".5", 50),
    ],
)
def test_what_is_typed_is_read_in_the_operators_way(
    ask: Asked, currency: str, locale: str, typed: str, cents: int | None
) -> None:
    assert ask(currency, locale, typed=typed)["read"] == {"cents": cents}


@pytest.mark.parametrize(
    ("currency", "locale", "typed", "words"),
    [
        ("USD", "en-US", "1.500", "USD have 2 decimals"),
        ("JPY", "ja-JP", "180.00", "JPY have no decimals"),
        ("KWD", "en-US", "1.2345", "KWD have 3 decimals"),
        ("KWD", "fr-FR", "1.500", "is no amount"),
        ("USD", "en-US", "free", "is no amount: write it like 1234.50"),
        ("USD", "en-US", "1.2.3", "is no amount"),
        ("USD", "en-US", "-1", "below zero"),
        ("USD", "en-US", "99999999999999999", "more than can be kept"),
    ],
)
def test_what_is_no_amount_is_said_in_a_sentence(
    ask: Asked, currency: str, locale: str, typed: str, words: str
) -> None:
    assert words in ask(currency, locale, typed=typed)["read"]["wrong"]


@pytest.mark.parametrize(
    ("currency", "locale", "cents", "shown", "typed"),
    [
        ("USD", "en-US", 123450, "$1,234.50", "1234.50"),
        ("JPY", "en-US", 123450, "¥123,450", "123450"),
        ("KWD", "en-US", 1500, "KWD\u00a01.500", "1.500"),
        ("IQD", "en-US", 1500, "IQD\u00a01.500", "1.500"),
        ("EUR", "de-DE", 180, "1,80\u00a0€", "1,80"),
    ],
)
def test_amounts_have_the_decimals_that_the_server_says(
    ask: Asked, currency: str, locale: str, cents: int, shown: str, typed: str
) -> None:
    """Intl would write IQD without decimals, ISO 4217 has three."""
    found = ask(currency, locale, cents=cents, typed=typed)
    assert (found["money"], found["input"]) == (shown, typed)
    assert found["read"] == {"cents": cents}


def test_an_axis_of_whole_amounts_has_no_decimals(ask: Asked) -> None:
    assert ask("USD", "en-US", cents=60000)["marks"] == ["$0", "$600"]
    assert ask("USD", "en-US", cents=50)["marks"] == ["$0.00", "$0.50"]
