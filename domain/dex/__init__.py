"""DEX audits: bytes in, Audits out. Pure: no database, no web, no clock of its own."""

from __future__ import annotations

from domain.dex import events, fields, layout
from domain.dex.audit import Audit, parse
from domain.dex.cash import Cash, CoinTube
from domain.dex.cashless import Cashless
from domain.dex.counters import CountersPair
from domain.dex.crc import crc16
from domain.dex.error import DexError
from domain.dex.events import Event, PowerOutages
from domain.dex.identity import Component
from domain.dex.records import Record
from domain.dex.selection import Payment, Selection
from domain.dex.self_checks import Check
from domain.dex.totals import Totals

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
