"""On which scale an audit writes its money, and how that is read into the books' minor units.

ID4 says how many decimals amounts have. It is mostly right; where its prices could
not be prices of anything a machine sells, the decimals of the books are believed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median_low

from domain.currencies import CURRENCIES, decimals_of
from domain.dex.records import Record

_MOST_DECIMALS = 4
# What nothing in a machine costs, in currency units: as much, where there are
# hundredths; as little, where there is nothing smaller.
_DEAR_UNITS = 20
_CHEAP_UNITS = 10
# Hundredths exist in ISO 4217 and on no coin: machines write whole units.
_WITHOUT_COINS = frozenset(
    """
    ALL AMD AOA ARS COP CRC CZK DOP DZD HUF IDR IRR JMD KES KZT LKR MMK MNT NGN PKR RSD RUB TWD TZS
    UZS YER
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Scale:
    """`decimals` of the audit's amounts as read; `shift` is how many more than the books have.

    `stated` is ID4's own figure; `sentence` says where it contradicts, None where it fits.
    """

    decimals: int
    shift: int
    stated: str | None
    sentence: str | None


def read_scale(money: Record | None, prices: Callable[[], Sequence[int]], books: int) -> Scale:
    """`money` is ID4, `prices` those that the selections state, asked only where they
    decide, `books` the books' decimals.
    """
    stated = (money.field(1) or None) if money else None
    alpha = money.field(3).upper() if money else ""
    currency = alpha if alpha in CURRENCIES else None
    if stated is None:
        return Scale(books, 0, None, _foreign(currency, books))
    if not (len(stated) == 1 and stated in "0123456789" and int(stated) <= _MOST_DECIMALS):
        return Scale(
            books,
            0,
            stated,
            f"The audit says that amounts have {stated[:20]} decimals (ID4), which cannot be; "
            f"they are read with {books}.",
        )
    decimals = int(stated)
    if decimals == books:
        return Scale(books, 0, stated, _foreign(currency, books))
    is_own = currency is not None and decimals_of(currency) == decimals
    if not is_own and _cannot_be(prices(), decimals, books, currency):
        return Scale(
            books,
            0,
            stated,
            f"The audit says that amounts have {stated} decimals (ID4), but no price would make "
            f"sense; they are read with {books}, as the books are kept.",
        )
    if decimals == 0 and not is_own and currency not in _WITHOUT_COINS:
        sentence: str | None = (
            "The audit says that amounts have no decimals (ID4): a price of 2 is read as 2.00."
        )
    else:
        sentence = _foreign(currency, books) if is_own else None
    return Scale(decimals, decimals - books, stated, sentence)


def _cannot_be(prices: Sequence[int], decimals: int, books: int, currency: str | None) -> bool:
    """Whether the prices are none of the books' currency if they have so many decimals."""
    charged = [price for price in prices if price]
    if not charged:
        return False
    usual = median_low(charged) / int(10**decimals)
    if decimals < books:
        return usual >= _DEAR_UNITS and currency not in _WITHOUT_COINS
    if books == 0:
        return usual < _CHEAP_UNITS
    smallest = int(10 ** (decimals - books))
    odd = sum(price % smallest != 0 for price in charged)
    return odd * 2 > len(charged)


def _foreign(currency: str | None, books: int) -> str | None:
    if currency is None or decimals_of(currency) == books:
        return None
    return (
        f"The audit counts in {currency}, whose amounts have {decimals_of(currency)} decimals; "
        f"those of the books have {books}."
    )
