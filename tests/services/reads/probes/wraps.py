"""Registers that run over, of all widths."""

from tests.services.reads.field_probes import Probe, at, counted, shows

WRAPS = {
    "16 bit, count and VA1": Probe(
        [shows({"11": (65530, 100)}, (6553000, 65530)), shows({"11": (4, 1100)}, (6554000, 4))], 10
    ),
    "24 bit money": Probe(
        [
            shows({"11": (167770, 16777000)}, 167770),
            shows({"11": (167780, 784)}, (784, 167780)),
        ],
        10,
    ),
    "32 bit money": Probe(
        [
            shows({"11": (100, 4294967200)}, (4294967200, 100)),
            shows({"11": (110, 904)}, (904, 110)),
        ],
        10,
    ),
    "4 digits, VA1 has more": Probe(
        [
            shows({"11": (9995, 999500), "12": 600}, 10595),
            shows({"11": (5, 1000500), "12": 603}, 10608),
        ],
        13,
    ),
    "5 digits": Probe(
        [shows({"11": (99995, 9999500)}, 99995), shows({"11": (5, 10000500)}, 100005)], 10
    ),
    "6 digits of money": Probe(
        [shows({"11": (9995, 999500)}, 9995), shows({"11": (10005, 500)}, 10005)], 10
    ),
    "7 digits of money, VA1 too": Probe(
        [shows({"11": (99995, 9999500)}, 99995), shows({"11": (100005, 500)}, (500, 100005))], 10
    ),
    "8 digits of money": Probe(
        [
            shows({"11": (999995, 99999500)}, 999995),
            shows({"11": (1000005, 500)}, 1000005),
        ],
        10,
    ),
    "VA1 count alone": Probe(
        [shows({"11": 60000, "12": 5530}), shows({"11": 60006, "12": 5534}, (6554000, 4))], 10
    ),
    "VA1 money alone": Probe(
        [shows({"11": 9995}), shows({"11": 10005}, (500, 10005))],
        10,
    ),
    "two selections at once": Probe(
        [
            shows({"11": (9998, 999800), "12": (9995, 999500), "13": 40}, 20033),
            shows({"11": (6, 1000600), "12": (1, 1000100), "13": 44}, 20051),
        ],
        18,
    ),
    "at different reads": Probe(
        [
            shows({"11": (9998, 999800), "12": (9985, 998500)}, 19983),
            shows({"11": (6, 1000600), "12": (9990, 999000)}, 19996),
            shows({"11": (9, 1000900), "12": (1, 1000100)}, 20010),
        ],
        13 + 14,
    ),
    "exactly to zero": Probe(
        [
            shows({"11": (65530, 6553000)}, 65530),
            shows({"11": (0, 6553600)}, 65536),
            shows({"11": (5, 6554100)}, 65541),
        ],
        11,
    ),
    "without VA1, money runs on": Probe(
        [shows({"11": (65530, 6553000)}, None), shows({"11": (4, 6554000)}, None)], 10
    ),
    "without VA1, several runs on": Probe(
        [
            shows({"11": (65530, 6553000), "12": 500, "13": 40}, None),
            shows({"11": (4, 6554000), "12": 505, "13": 41}, None),
        ],
        16,
    ),
    "with a price that changed": Probe(
        [
            shows({"11": (65530, 6553000)}, (6553000, 65530)),
            shows({"11": (4, 6554200)}, (6554200, 65540), price=120),
        ],
        10,
        1200,
    ),
    "all selections, a busy week": Probe(
        [
            shows({"11": (9900, 990000), "12": (9950, 995000)}, 19850),
            shows({"11": (100, 1010000), "12": (70, 1007000)}, 20170),
        ],
        320,
    ),
    "no wrap: a fall by a few": Probe(
        counted(
            (5300, at(15, 9, year=2025)),
            (5000, at(1, 9)),
        ),
        5000,
        says="Counters began anew",
    ),
}
