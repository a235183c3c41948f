"""CRC-16/ARC (polynomial 0xA001 reflected, start 0), the checksum of record G85.

The checksum is the remainder of the message, read as a polynomial over GF(2),
by x^16 + x^15 + x^2 + 1. That is (x + 1) times x^15 + x + 1, and squaring such a
polynomial squares its terms, so x^(15 m) is x^m + 1 for every power of two m:
a few shifts of the whole message take the place of a loop over its bytes.
"""

from __future__ import annotations

_DEGREE = 15
_FACTOR = 1 << _DEGREE | 0b11
# The lowest bit of a byte goes over the wire first.
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def crc16(data: bytes) -> int:
    """CRC-16/ARC of `data`, 0..65535. Check value: `crc16(b"123456789") == 0xBB3D`."""
    message = int.from_bytes(data.translate(_MIRRORED), "big") << 16
    odd = message.bit_count() & 1  # the remainder by x + 1
    rest = _by_factor(message)
    if rest.bit_count() & 1 != odd:
        rest ^= _FACTOR
    return int(f"{rest:016b}"[::-1], 2)


def _by_factor(message: int) -> int:
    """The remainder by x^15 + x + 1."""
    power = 1
    while power * _DEGREE < message.bit_length():
        power *= 2
    while power:
        width = power * _DEGREE
        while high := message >> width:
            message ^= high << width ^ high << power ^ high
        power //= 2
    return message
