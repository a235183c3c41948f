"""What each field of a record is called, for showing raw audits with every field named."""

from __future__ import annotations

from domain.dex.records import Record

_SALES = (
    "value since initialisation",
    "count since initialisation",
    "value since reset",
    "count since reset",
)
_COUNTS = (
    "count since initialisation",
    "value since initialisation",
    "count since reset",
    "value since reset",
)
_PART = ("serial number", "model", "software")

_NAMES: dict[str, tuple[str, ...]] = {
    "DXS": ("communication id", "functional id", "version", "transmission number"),
    "DXE": ("transmission number", "number of transaction sets"),
    "ST": ("transaction set", "transaction number"),
    "SE": ("number of records", "transaction number"),
    "G85": ("checksum (CRC-16)",),
    "ID1": (
        "serial number",
        "model",
        "build",
        "location",
        "user-defined",
        "asset number",
        "standard level",
        "standard revision",
    ),
    "ID4": ("number of decimals", "currency, numeric", "currency, letters"),
    "ID5": ("date", "time", "seconds", "", "time zone"),
    "CB1": _PART,
    "CA1": _PART,
    "BA1": _PART,
    "DA1": _PART,
    "DB1": _PART,
    "TA1": _PART,
    "VA1": tuple(f"paid {name}" for name in _SALES),
    "VA2": tuple(f"test {name}" for name in _SALES),
    "VA3": tuple(f"free {name}" for name in _SALES),
    "CA2": tuple(f"cash {name}" for name in _SALES),
    "DA2": tuple(f"cashless 1 {name}" for name in _SALES),
    "DB2": tuple(f"cashless 2 {name}" for name in _SALES),
    "TA2": tuple(f"token {name}" for name in _SALES),
    "CA3": (
        "cash in since reset",
        "to cash box since reset",
        "to tubes since reset",
        "bills since reset",
        "cash in since initialisation",
        "to cash box since initialisation",
        "to tubes since initialisation",
        "bills since initialisation",
        "bill value since reset",
        "bill value since initialisation",
    ),
    "CA4": (
        "dispensed since reset",
        "dispensed by hand since reset",
        "dispensed since initialisation",
        "dispensed by hand since initialisation",
    ),
    "CA8": ("overpay since reset", "overpay since initialisation"),
    "CA10": ("tube fill by hand since reset", "tube fill by hand since initialisation"),
    "CA15": ("value of coins in tubes",),
    "CA17": (
        "coin type",
        "coin value",
        "coins in tube",
        "coins filled by hand",
        "coins dispensed by hand",
        "tube full",
    ),
    "PA1": (
        "selection",
        "price",
        "product",
        "capacity",
        "standard fill",
        "standard dispense",
        "status",
    ),
    "PA2": (
        *_COUNTS,
        *(f"discount {name}" for name in _COUNTS),
        *(f"surcharge {name}" for name in _COUNTS),
    ),
    "PA3": tuple(f"test {name}" for name in _COUNTS),
    "PA4": tuple(f"free {name}" for name in _COUNTS),
    "PA5": ("date sold out", "time sold out", "attempts while sold out"),
    "PA7": ("selection", "payment device", "price list", "price", *_COUNTS),
    "EA1": ("event", "date", "time", "minutes", "", "reading"),
    "EA2": ("event", "count since reset", "count since initialisation", "", "active now"),
    "EA3": (
        "number of reads",
        "date of this read",
        "time of this read",
        "reader of this read",
        "date of last read",
        "time of last read",
        "reader of last read",
    ),
    "EA7": ("power outages since reset", "power outages since initialisation"),
    "LS": ("loop",),
    "LE": ("loop",),
}


def describe(record: Record) -> list[tuple[str, str]]:
    """Each field of `record` as (name, value), in order; a field without a name is `PA109`.

    Values are as they came, so joining them again gives the raw line.
    """
    names = _NAMES.get(record.id, ())
    return [
        (names[at] if at < len(names) and names[at] else f"{record.id}{at + 1:02d}", value)
        for at, value in enumerate(record.fields)
    ]
