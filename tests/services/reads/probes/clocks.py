"""Clocks that repeat an hour, are corrected, or are a year off."""

from tests.services.reads.field_probes import Probe, at, counted, shows

CLOCKS = {
    "repeated hour, two reads": Probe(
        counted(
            (5000, at(24, 12)),
            (5010, at(25, 2, 50)),
            (5012, at(25, 2, 10)),
        ),
        12,
        orders="every",
        wrong_clocks=1,
    ),
    "repeated hour, three reads": Probe(
        counted(
            (5000, at(25, 2, 20)),
            (5003, at(25, 2, 50)),
            (5005, at(25, 2, 10)),
            (5009, at(25, 2, 40)),
        ),
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
        counted(
            (5000, at(25, 2, 50)),
            (5000, at(25, 2, 10)),
            (5004, at(25, 2, 40)),
        ),
        4,
        orders="every",
    ),
    "back by ten minutes": Probe(
        counted(
            (5000, at(20, 12)),
            (5010, at(21, 12)),
            (5011, at(21, 11, 52)),
            (5020, at(22, 12)),
        ),
        20,
        orders="every",
        wrong_clocks=1,
    ),
    "back by three hours": Probe(
        counted(
            (5000, at(20, 12)),
            (5010, at(21, 12)),
            (5011, at(21, 9, 5)),
            (5014, at(21, 11)),
            (5020, at(22, 12)),
        ),
        20,
        orders="every",
    ),
    "back by a day": Probe(
        counted(
            (5000, at(19, 12)),
            (5010, at(21, 12)),
            (5012, at(20, 13)),
            (5020, at(22, 12)),
        ),
        20,
        orders="every",
        wrong_clocks=1,
    ),
    "back by a day, a slow machine": Probe(
        counted(
            (50, at(19, 12)),
            (53, at(21, 12)),
            (54, at(20, 13)),
            (57, at(22, 12)),
        ),
        7,
    ),
    "ahead by a month, then right": Probe(
        counted(
            (5000, at(1, 12)),
            (5010, at(8, 12)),
            (5020, at(15, 12, month=11)),
            (5030, at(22, 12)),
            (5040, at(29, 12)),
        ),
        40,
        orders="every",
        wrong_clocks=1,
    ),
    "ahead beyond today, then right": Probe(
        counted(
            (5000, at(1, 12)),
            (5010, at(8, 12)),
            (5020, at(15, 12, month=4, year=2027)),
            (5030, at(22, 12)),
            (5040, at(29, 12)),
        ),
        40,
        orders="every",
        wrong_clocks=1,
    ),
    "ahead from the first, then right": Probe(
        counted(
            (5000, at(15, 12, month=11)),
            (5010, at(8, 12)),
            (5020, at(15, 12)),
        ),
        20,
        wrong_clocks=1,
    ),
    "spring not switched": Probe(
        counted(
            (5000, at(28, 12, month=3)),
            (5010, at(29, 2, 30, month=3)),
            (5012, at(29, 3, 15, month=3)),
            (5020, at(30, 12, month=3)),
        ),
        20,
        orders="every",
        wrong_clocks=1,
    ),
    "spring, read at both sides": Probe(
        counted(
            (5000, at(29, 1, 59, month=3)),
            (5001, at(29, 2, 1, month=3)),
            (5002, at(29, 2, 59, month=3)),
            (5003, at(29, 3, 1, month=3)),
        ),
        3,
        orders="every",
    ),
    "a year behind": Probe(
        counted(
            (5000, at(1, 12)),
            (5010, at(8, 12)),
            (5020, at(15, 12, year=2025)),
            (5030, at(22, 12)),
        ),
        30,
        orders="every",
        wrong_clocks=1,
    ),
    "a year behind at last": Probe(
        counted(
            (5000, at(1, 12)),
            (5010, at(8, 12)),
            (5020, at(15, 12, year=2025)),
        ),
        20,
        wrong_clocks=1,
    ),
    "ten years behind": Probe(
        counted(
            (5000, at(1, 12)),
            (5010, at(8, 12)),
            (5020, at(1, 0, month=1, year=2010)),
            (5030, at(22, 12)),
        ),
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
        counted(
            (5000, at(24, 12)),
            (5001, at(24, 12)),
            (5003, at(24, 12)),
        ),
        3,
        orders="every",
    ),
}
