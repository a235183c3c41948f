"""DEX audits: bytes in, Audits out. Pure: no database, no web, no clock of its own."""

from __future__ import annotations

from dex import events, fields, layout
from dex.audit import Audit, parse
from dex.cash import Cash, CoinTube
from dex.cashless import Cashless
from dex.checks import Check
from dex.counters import CountersPair
from dex.crc import crc16
from dex.error import DexError
from dex.events import Event, PowerOutages
from dex.identity import Component
from dex.records import Record
from dex.selection import Payment, Selection
from dex.totals import Totals

__all__ = [
    "Audit",
    "Cash",
    "Cashless",
    "Check",
    "CoinTube",
    "Component",
    "CountersPair",
    "DexError",
    "Event",
    "Payment",
    "PowerOutages",
    "Record",
    "Selection",
    "Totals",
    "crc16",
    "events",
    "fields",
    "layout",
    "parse",
]
