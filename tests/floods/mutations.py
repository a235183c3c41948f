"""Mutated audits: sound ones, broken as wires, disks, makers and malice break them.

    mutated(seeds, random.Random("7/12"))   always the same bytes for the same chance

`giants` are files near the size limit, each large in another way.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from domain.dex import checksum
from domain.dex.selection import MOST_SELECTIONS

MIB = 2**20
MOST_BYTES = 4 * MIB  # what an installation takes by default
NUMBERS = (
    *("0", "1", "65534", "65535", "65536", "2147483647", "2147483648", "4294967294"),
    *("4294967295", "4294967296", "9007199254740992", "9007199254740993", "9" * 19, "9" * 400),
    *("-1", "-0", "+5", "1.5", "1e9", "0x10", "007", " 12 ", "NaN", "²", "٣", "\uff11\uff12", ""),
)
TEXTS = (
    *("", " ", "\t", "0", "A1", "a1", "A-1", "001", "01", "1", "Ä1", "🥤", "e\u0301", "\u202eA1"),
    *("<img src onerror=hit()>", "'; DROP TABLE slots; --", "%s%n", "{0}", "=1+1", "\x7f", "\x85"),
    *("A1" * 30, "x" * 300, "null", "\u2028", "\ufeff"),
)
TIMES = ("00000000", "99999999", "20260230", "991231", "800101", "2026", "", "20260131", "19700101")
RECORDS = (
    *("DXS*", "DXE*1*1", "ST*001*0001", "SE*9*0001", "G85*FFFF", "LS*0100", "LE*0100"),
    *("ID1*S1*M*B***A", "ID4*0", "ID4*3*840*USD", "ID4*9", "ID4*²", "ID5*20260131*0800*5"),
    *("PA1*A1*100", "PA1*", "PA1**100", "PA2*1*100*1*100", "PA5*20260131*0800*3"),
    *("PA7*A1*CA*0*100*1*100*1*100", "MA5*SEL1*1,2,3", "MA5*SEL*", "VA1*100*1*100*1"),
    *(
        "CA3*1*1*1*1*1*1*1*1",
        "CA15*1",
        "CA17*0*5*1*1*1*1",
        "EA1*EJB*20260131*0800*5",
        "EA2*EGS*1*1",
    ),
    *("EA3*1*20260131*0800", "EA7*1*1", "DA2*1*1*1*1", "TA2*1*1*1*1", "CB1*a*b*c"),
)
BAIT = (
    *(b" " * 4000, b"\t" * 4000, b"\n" * 4000, b"\r" * 4000, b"*" * 4000, b"\r\n" * 2000),
    *(b"\n G85" * 600, b"\nG85*" * 600, b"\n ST" * 600, b"\nDXS*" * 300, b"\nST*" * 300),
    *(b"EJB_" * 900, b"1,2," * 900, b"SEL0" * 900, b"A1 " * 1200),
)
ENCODINGS = ("utf-16", "utf-16-be", "utf-32", "cp500", "utf-8-sig", "utf-7", "cp1252")

Seeds = Sequence[bytes]
Mutation = Callable[[bytes, random.Random, Seeds], bytes]


def mutated(seeds: Seeds, chance: random.Random) -> bytes:
    """One of `seeds`, mutated up to five times; in half of all cases its checksum is put right."""
    data = chance.choice(seeds)
    for _ in range(chance.randint(1, 5)):
        data = chance.choice(MUTATIONS)(data, chance, seeds)[:MOST_BYTES]
    return sealed(data) if chance.random() < 0.5 else data


def giants(seeds: Seeds) -> Iterator[bytes]:
    """Files near the size limit."""
    head, sound = b"VA1*1*1*1*1\n", seeds[0]
    yield _to_the_limit(head, b"PA1*%d*100\nPA2*%d*100*1*1\n", MOST_SELECTIONS)
    yield _to_the_limit(head, b"PA1*A%d" + b"*9" * 900 + b"\nPA2*%d\n", MOST_SELECTIONS)
    yield _to_the_limit(head, b"PA1*%d*100\nPA2*%d*100*1*1\n", 24_999)
    yield _to_the_limit(head, b"PA1*A%d" + b"*" * 4000 + b"\nPA2*%d\n", 1000)
    yield _to_the_limit(head + b"PA1*A1*1\n", b"EA1*EJ%d*20260131*0800*%d\n", 40_000)
    yield _to_the_limit(head + b"PA1*A1*1\n", b"PA7*A1*CA*%d*%d*1*1*1*1\n", 40_000)
    yield _to_the_limit(head, b"ST*%d\nPA1*A1*1\nPA2*%d*1\n", 190)
    yield _to_the_limit(head, b"nothing of an audit %d %d\n", 49_000)
    yield (sound * (MOST_BYTES // len(sound)))[:MOST_BYTES]
    yield sound * 150
    yield b"\n" * MOST_BYTES
    yield b"PA1*" + b"A" * (MOST_BYTES - 4)
    yield sound.replace(b"PA2*", b" " * 100_000 + b"\nPA2*")[:MOST_BYTES]


def sealed(data: bytes) -> bytes:
    """The same with the checksum that it has, where it states one."""
    found = checksum.check(data)
    if found.stated is None or found.computed is None:
        return data
    before, stated, after = data.partition(b"G85*")
    end = next((n for n, byte in enumerate(after) if byte in b"*\r\n"), len(after))
    return before + stated + found.computed.encode() + after[end:]


def _to_the_limit(head: bytes, lines: bytes, most: int) -> bytes:
    size = len(lines % (most, most))
    return head + b"".join(lines % (n, n) for n in range(min(most, (MOST_BYTES - 20) // size)))


def _flip(data: bytes, chance: random.Random, seeds: Seeds) -> bytes:
    flipped = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        if flipped:
            flipped[chance.randrange(len(flipped))] = chance.randrange(256)
    return bytes(flipped)


def _cut_off(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    return data[: chance.randint(0, len(data))]


def _cut_out(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    low, high = _range(data, chance)
    return data[:low] + data[high:]


def _repeat_part(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    low, high = _range(data, chance)
    return data[:high] + data[low:high] * chance.randint(1, 4) + data[high:]


def _move_part(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    low, high = _range(data, chance)
    part, rest = data[low:high], data[:low] + data[high:]
    at = chance.randint(0, len(rest))
    return rest[:at] + part + rest[at:]


def _shuffle_lines(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    lines = data.splitlines(keepends=True)
    low, high = _range(lines, chance)
    some = lines[low:high]
    chance.shuffle(some)
    return b"".join([*lines[:low], *some, *lines[high:]])


def _drop_lines(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    return b"".join(line for line in data.splitlines(keepends=True) if chance.random() < 0.8)


def _drop_ends(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    """Records whose terminator is missing, or is another one."""
    end = chance.choice([b"", b"\r", b"\n", b"\n\r", b"\x00", b"\x1a", b"\x0b", b"\x85", b"*"])
    return b"".join(
        line if chance.random() < 0.7 else line.rstrip(b"\r\n") + end
        for line in data.splitlines(keepends=True)
    )


def _other_number(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    return _with_field(data, chance, lambda: chance.choice(NUMBERS))


def _other_text(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    return _with_field(data, chance, lambda: chance.choice(TEXTS))


def _other_counters(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    """Every selection's counters at zero, at the end of their range, or behind what they were."""
    value = chance.choice([b"0", b"4294967294", b"9007199254740992", b"65535", b"1"])
    lines = data.splitlines(keepends=True)
    return b"".join(
        b"PA2*" + b"*".join([value] * 4) + b"\r\n" if line.startswith(b"PA2*") else line
        for line in lines
    )


def _other_clock(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    clock = (
        f"\r\nID5*{chance.choice(TIMES)}*{chance.choice(TIMES)[:6]}*{chance.choice(NUMBERS)}\r\n"
    )
    return _insert(data, clock.encode(), chance)


def _giant_field(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    letter = chance.choice([b"9", b"A", b" ", b"_", b",", "é".encode(), b"\xff"])
    return _insert(data, letter * chance.choice([100, 1000, 4080, 5000, 60_000]), chance)


def _bait(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    return _insert(data, chance.choice(BAIT), chance)


def _more_records(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    many = "".join(f"\r\n{chance.choice(RECORDS)}" for _ in range(chance.randint(1, 40)))
    return _insert(data, many.encode() + b"\r\n", chance)


def _one_record_often(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    often = chance.choice([2, 20, 200, 200, 2000])
    return _insert(data, f"\r\n{chance.choice(RECORDS)}".encode() * often + b"\r\n", chance)


def _other_encoding(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    encoding = chance.choice(ENCODINGS)
    return data.decode("latin-1").encode(encoding, errors="replace")


def _foreign_letters(data: bytes, chance: random.Random, seeds: Seeds) -> bytes:
    letters = chance.choice(
        [b"\x00", b"\x00\x00\x00", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"]
    )
    for _ in range(chance.randint(1, 6)):
        data = _insert(data, letters, chance)
    return data


def _joined(data: bytes, chance: random.Random, seeds: Seeds) -> bytes:
    others = [chance.choice(seeds) for _ in range(chance.choice([1, 1, 2, 5]))]
    return chance.choice([b"", b"\r\n", b"\x1a"]).join([data, *others])


def _by_payment(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    """Counted by way of payment only: PA2 is zero or gone, PA7 stands apart from its selection."""
    lines = data.splitlines(keepends=True)
    zero = chance.choice([b"PA2*0*0*0*0\r\n", b"PA2*0*0\r\n", b""])
    apart = [line for line in lines if line.startswith(b"PA7*")]
    kept = [
        zero if line.startswith(b"PA2*") else line for line in lines if not line.startswith(b"PA7*")
    ]
    at = chance.randint(0, len(kept))
    return b"".join([*kept[:at], *apart, *kept[at:]])


def _shifted(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    """An empty first field in some record ids, or in some of their lines."""
    heads = chance.choice([(b"PA1",), (b"PA1", b"PA2"), (b"PA2",), (b"PA1", b"PA7")])
    share = chance.choice([1.0, 1.0, 0.5])
    return b"".join(
        line.replace(b"*", b"**", 1) if line[:3] in heads and chance.random() < share else line
        for line in data.splitlines(keepends=True)
    )


def _other_decimals(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    """Another number of decimals, another currency, or neither."""
    decimals = chance.choice([b"0", b"1", b"3", b"4", b"5", b"", b"-1", b"99"])
    money = chance.choice([b"*392*JPY", b"*414*KWD", b"*978*EUR", b"", b"**\xe2\x82\xac"])
    return b"".join(
        b"ID4*" + decimals + money + b"\r\n" if line.startswith(b"ID4*") else line
        for line in data.splitlines(keepends=True)
    )


def _combined(data: bytes, chance: random.Random, seeds: Seeds) -> bytes:
    """Master and slaves in one file: one serial, other counters, models or codes."""
    parts = [data]
    for number in range(chance.choice([1, 1, 2, 4])):
        part = _other_number(data, chance, seeds) if chance.random() < 0.7 else data
        if chance.random() < 0.5:
            part = part.replace(b"ID1*", b"ID1*COMBO*S%d*" % number, 1)
        parts.append(part)
    return b"".join(parts)


def _without_sales(data: bytes, chance: random.Random, _: Seeds) -> bytes:
    kept = [line for line in data.splitlines(keepends=True) if line[:2] not in (b"PA", b"VA")]
    return b"".join(kept)


def _with_field(data: bytes, chance: random.Random, text: Callable[[], str]) -> bytes:
    lines = data.split(b"\n")
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(lines))
        fields = lines[at].rstrip(b"\r").split(b"*")
        fields[chance.randrange(len(fields))] = text().encode()
        lines[at] = b"*".join(fields) + b"\r"
    return b"\n".join(lines)


def _insert(data: bytes, what: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + what + data[at:]


def _range(parts: Sequence[object], chance: random.Random) -> tuple[int, int]:
    low, high = sorted((chance.randint(0, len(parts)), chance.randint(0, len(parts))))
    return low, high


MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _cut_off, _cut_out, _repeat_part, _move_part, _shuffle_lines, _drop_lines, _drop_ends),
    *(_other_number, _other_number, _other_text, _other_text, _other_counters, _other_clock),
    *(_giant_field, _bait, _more_records, _one_record_often, _other_encoding, _foreign_letters),
    *(_joined, _without_sales, _without_sales, _by_payment, _shifted, _other_decimals, _combined),
)
