"""CRC-16/ARC (polynomial 0xA001 reflected, start 0), the checksum of record G85."""

from __future__ import annotations

from array import array
from struct import iter_unpack


def _byte_table() -> list[int]:
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
        table.append(crc)
    return table


_BYTE = _byte_table()
# The register is 16 bits wide, so one table look-up can take two bytes at a time.
_WORD = array(
    "H",
    [_BYTE[_BYTE[word & 255] & 255 ^ word >> 8] ^ _BYTE[word & 255] >> 8 for word in range(65536)],
)


def crc16(data: bytes) -> int:
    """CRC-16/ARC of `data`, 0..65535. Check value: `crc16(b"123456789") == 0xBB3D`."""
    even = len(data) & ~1
    crc = 0
    for (word,) in iter_unpack("<H", data[:even]):
        crc = _WORD[crc ^ word]
    return _BYTE[(crc ^ data[-1]) & 255] ^ crc >> 8 if len(data) > even else crc
