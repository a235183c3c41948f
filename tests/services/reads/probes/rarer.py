"""What is rarer: clocks wrong for several reads, half machines that say zero, unset registers."""

from tests.services.reads.field_probes import Probe, at, counted, shows
from tests.services.reads.probes.combos import combo, slave

RARER = {
    "repeated hour, four reads": Probe(
        counted(
            (5000, at(24, 12)),
            (5004, at(25, 2, 10)),
            (5009, at(25, 2, 50)),
            (5010, at(25, 2, 5)),
            (5013, at(25, 2, 40)),
            (5030, at(25, 12)),
        ),
        30,
        orders="every",
    ),
    "repeated hour, four reads, a young machine": Probe(
        counted(
            (10, at(24, 12)),
            (14, at(25, 2, 10)),
            (19, at(25, 2, 50)),
            (20, at(25, 2, 5)),
            (23, at(25, 2, 40)),
            (40, at(25, 12)),
        ),
        30,
        orders="every",
    ),
    "back by a day, several reads": Probe(
        counted(
            (5000, at(19, 12)),
            (5010, at(21, 12)),
            (5012, at(20, 13)),
            (5015, at(20, 20)),
            (5018, at(21, 8)),
            (5030, at(22, 12)),
        ),
        30,
        orders="every",
    ),
    "back by three hours, several reads": Probe(
        [
            shows({"11": n, "12": n - 4000}, when=w)
            for n, w in [
                (5000, at(20, 12)),
                (5010, at(21, 12)),
                (5012, at(21, 9, 30)),
                (5015, at(21, 10, 30)),
                (5018, at(21, 11, 30)),
                (5030, at(21, 12, 30)),
            ]
        ],
        60,
        orders="every",
    ),
    "a year ahead once": Probe(
        counted(
            (5000, at(1, 12, year=2025)),
            (5010, at(8, 12, year=2025)),
            (5020, at(15, 12, year=2026)),
            (5030, at(22, 12, year=2025)),
            (5040, at(29, 12, year=2025)),
        ),
        40,
        orders="every",
        wrong_clocks=1,
        from_slots=0,
    ),
    "two reads a year behind": Probe(
        counted(
            (5000, at(1, 12)),
            (5010, at(8, 12)),
            (5020, at(15, 12, year=2025)),
            (5030, at(22, 12, year=2025)),
            (5040, at(29, 12)),
        ),
        40,
        orders="every",
    ),
    "month behind": Probe(
        counted(
            (5000, at(1, 12)),
            (5010, at(8, 12)),
            (5020, at(15, 12, month=9)),
            (5030, at(22, 12)),
            (5040, at(29, 12)),
        ),
        40,
        orders="every",
        wrong_clocks=1,
    ),
    "one money of several zero": Probe(
        [
            shows({"11": (1000, 100000), "12": 50}, 1050),
            shows({"11": (1010, 0), "12": 55}, 1065),
            shows({"11": (1020, 102000), "12": 56}, 1076),
        ],
        26,
    ),
    "money zero at last": Probe([shows({"11": 1000}), shows({"11": (1010, 0)}, 1010)], 10),
    "money zero at first": Probe([shows({"11": (1000, 0)}, 1000), shows({"11": 1010}, 1010)], 10),
    "no PA2 once": Probe(
        [shows({"11": 1000}), shows({"11": ["PA1*11*100"]}, 1010), shows({"11": 1020})], 20
    ),
    "no selections once": Probe([shows({"11": 1000}), shows({}, 1010), shows({"11": 1020})], 20),
    "a slave that says zero, its total not": Probe(
        [
            combo({"1": 100}, slave({"1": 50})),
            combo({"1": 100}, slave({"1": 0})),
            combo({"1": 112}, slave({"1": 57})),
        ],
        19,
        2250,
    ),
    "a slave that says zero": Probe(
        [
            combo({"1": 100}, slave({"1": 50})),
            combo({"1": 106}, slave({"1": 0}, 0)),
            combo({"1": 112}, slave({"1": 57})),
        ],
        19,
        2250,
    ),
    "4294967295": Probe(
        [
            shows({"11": 1000, "12": 7}),
            shows({"11": (4294967295, 4294967295), "12": 9}, 1019),
            shows({"11": 1020, "12": 9}),
        ],
        22,
    ),
    "65535 unset": Probe(
        [
            shows({"11": 1000, "12": (65535, 0)}, 1000),
            shows({"11": 1010, "12": (65535, 0)}, 1010),
            shows({"11": 1020, "12": (65535, 0)}, 1020),
        ],
        20,
    ),
    "price change": Probe(
        [
            shows({"11": (1000, 100000)}, (100000, 1000)),
            shows({"11": (1010, 101200)}, (101200, 1010), price=120),
        ],
        10,
        1200,
    ),
    "discounts": Probe(
        [
            shows({"11": (1000, 100000)}, (100000, 1000)),
            shows({"11": (1010, 100700)}, (100700, 1010)),
        ],
        10,
        700,
    ),
}
