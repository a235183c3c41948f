"""Clocks that repeat an hour, are corrected, or are a year off."""

from tests.services.reads.field_probes import Probe, at, shows

CLOCKS = {
    "repeated hour, two reads": Probe(
        [
            shows({"11": 5000}, when=at(24, 12)),
            shows({"11": 5010}, when=at(25, 2, 50)),
            shows({"11": 5012}, when=at(25, 2, 10)),
        ],
        12,
        orders="every",
        wrong_clocks=1,
    ),
    "repeated hour, three reads": Probe(
        [
            shows({"11": 5000}, when=at(25, 2, 20)),
            shows({"11": 5003}, when=at(25, 2, 50)),
            shows({"11": 5005}, when=at(25, 2, 10)),
            shows({"11": 5009}, when=at(25, 2, 40)),
        ],
        9,
        orders="every",
    ),
    "repeated hour, one selection sells": Probe(
        [
            shows({"11": 5000, "12": 9}, when=at(25, 2, 20)),
            shows({"11": 5003, "12": 9}, when=at(25, 2, 50)),
            shows({"11": 5003, "12": 10}, when=at(25, 2, 10)),
            shows({"11": 5003, "12": 12}, when=at(25, 2, 40)),
            shows({"11": 5013, "12": 20}, when=at(26, 9)),
        ],
        24,
        orders="every",
    ),
    "repeated hour, nothing sold between": Probe(
        [
            shows({"11": 5000}, when=at(25, 2, 50)),
            shows({"11": 5000}, when=at(25, 2, 10)),
            shows({"11": 5004}, when=at(25, 2, 40)),
        ],
        4,
        orders="every",
    ),
    "back by ten minutes": Probe(
        [
            shows({"11": 5000}, when=at(20, 12)),
            shows({"11": 5010}, when=at(21, 12)),
            shows({"11": 5011}, when=at(21, 11, 52)),
            shows({"11": 5020}, when=at(22, 12)),
        ],
        20,
        orders="every",
        wrong_clocks=1,
    ),
    "back by three hours": Probe(
        [
            shows({"11": 5000}, when=at(20, 12)),
            shows({"11": 5010}, when=at(21, 12)),
            shows({"11": 5011}, when=at(21, 9, 5)),
            shows({"11": 5014}, when=at(21, 11)),
            shows({"11": 5020}, when=at(22, 12)),
        ],
        20,
        orders="every",
    ),
    "back by a day": Probe(
        [
            shows({"11": 5000}, when=at(19, 12)),
            shows({"11": 5010}, when=at(21, 12)),
            shows({"11": 5012}, when=at(20, 13)),
            shows({"11": 5020}, when=at(22, 12)),
        ],
        20,
        orders="every",
        wrong_clocks=1,
    ),
    "back by a day, a slow machine": Probe(
        [
            shows({"11": 50}, when=at(19, 12)),
            shows({"11": 53}, when=at(21, 12)),
            shows({"11": 54}, when=at(20, 13)),
            shows({"11": 57}, when=at(22, 12)),
        ],
        7,
    ),
    "ahead by a month, then right": Probe(
        [
            shows({"11": 5000}, when=at(1, 12)),
            shows({"11": 5010}, when=at(8, 12)),
            shows({"11": 5020}, when=at(15, 12, month=11)),
            shows({"11": 5030}, when=at(22, 12)),
            shows({"11": 5040}, when=at(29, 12)),
        ],
        40,
        orders="every",
        wrong_clocks=1,
    ),
    "ahead beyond today, then right": Probe(
        [
            shows({"11": 5000}, when=at(1, 12)),
            shows({"11": 5010}, when=at(8, 12)),
            shows({"11": 5020}, when=at(15, 12, month=4, year=2027)),
            shows({"11": 5030}, when=at(22, 12)),
            shows({"11": 5040}, when=at(29, 12)),
        ],
        40,
        orders="every",
        wrong_clocks=1,
    ),
    "ahead from the first, then right": Probe(
        [
            shows({"11": 5000}, when=at(15, 12, month=11)),
            shows({"11": 5010}, when=at(8, 12)),
            shows({"11": 5020}, when=at(15, 12)),
        ],
        20,
        wrong_clocks=1,
    ),
    "spring not switched": Probe(
        [
            shows({"11": 5000}, when=at(28, 12, month=3)),
            shows({"11": 5010}, when=at(29, 2, 30, month=3)),
            shows({"11": 5012}, when=at(29, 3, 15, month=3)),
            shows({"11": 5020}, when=at(30, 12, month=3)),
        ],
        20,
        orders="every",
        wrong_clocks=1,
    ),
    "spring, read at both sides": Probe(
        [
            shows({"11": 5000}, when=at(29, 1, 59, month=3)),
            shows({"11": 5001}, when=at(29, 2, 1, month=3)),
            shows({"11": 5002}, when=at(29, 2, 59, month=3)),
            shows({"11": 5003}, when=at(29, 3, 1, month=3)),
        ],
        3,
        orders="every",
    ),
    "a year behind": Probe(
        [
            shows({"11": 5000}, when=at(1, 12)),
            shows({"11": 5010}, when=at(8, 12)),
            shows({"11": 5020}, when=at(15, 12, year=2025)),
            shows({"11": 5030}, when=at(22, 12)),
        ],
        30,
        orders="every",
        wrong_clocks=1,
    ),
    "a year behind at last": Probe(
        [
            shows({"11": 5000}, when=at(1, 12)),
            shows({"11": 5010}, when=at(8, 12)),
            shows({"11": 5020}, when=at(15, 12, year=2025)),
        ],
        20,
        wrong_clocks=1,
    ),
    "ten years behind": Probe(
        [
            shows({"11": 5000}, when=at(1, 12)),
            shows({"11": 5010}, when=at(8, 12)),
            shows({"11": 5020}, when=at(1, 0, month=1, year=2010)),
            shows({"11": 5030}, when=at(22, 12)),
        ],
        30,
        orders="every",
        wrong_clocks=1,
    ),
    "always ten years behind": Probe(
        [shows({"11": 5000 + 10 * day}, when=at(day, 12, year=2016)) for day in (1, 8, 15, 22)],
        210,
        orders="every",
    ),
    "two in one minute": Probe(
        [
            shows({"11": 5000}, when=at(24, 12)),
            shows({"11": 5001}, when=at(24, 12)),
            shows({"11": 5003}, when=at(24, 12)),
        ],
        3,
        orders="every",
    ),
}
