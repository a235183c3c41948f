"""Boards that answer zeros once, in all registers or in some."""

from tests.services.reads.field_probes import Probe, shows

ZEROS = {
    "at second": Probe([shows({"11": 1000}), shows({"11": 0}), shows({"11": 1010})], 10),
    "at last": Probe([shows({"11": 1000}), shows({"11": 1010}), shows({"11": 0})], 10),
    "three in a row": Probe(
        [
            shows({"11": 1000}),
            *[shows({"11": 0})] * 3,
            shows({"11": 1010}),
            shows({"11": 1015}),
        ],
        15,
    ),
    "twice apart": Probe([shows({"11": each}) for each in (1000, 0, 1010, 0, 1020)], 20),
    "only PA2": Probe([shows({"11": 1000}), shows({"11": 0}, 1010), shows({"11": 1020})], 20),
    "only PA2, twice": Probe(
        [
            shows({"11": 1000, "12": 300}),
            shows({"11": 0, "12": 0}, 1310),
            shows({"11": 0, "12": 0}, 1320),
            shows({"11": 1020, "12": 310}),
        ],
        30,
    ),
    "only VA1, twice": Probe(
        [shows({"11": 1000}), shows({"11": 1010}, 0), shows({"11": 1015}, 0), shows({"11": 1020})],
        20,
    ),
    "one selection at last": Probe(
        [shows({"11": 1000, "12": 50}), shows({"11": 0, "12": 55}, 1060)],
        5,
        says="5 units more than the selections say",
        unbooked=5,
    ),
    "one of three, then back": Probe(
        [
            shows({"11": 1000, "12": 50, "13": 70}),
            shows({"11": 1003, "12": 0, "13": 72}, 1127),
            shows({"11": 1005, "12": 54, "13": 73}),
        ],
        12,
    ),
    "money only": Probe(
        [
            shows({"11": (1000, 100000)}, 1000),
            shows({"11": (1010, 0)}, (0, 1010)),
            shows({"11": (1020, 102000)}, 1020),
        ],
        20,
    ),
    "money of PA2 only": Probe(
        [
            shows({"11": (1000, 100000)}, 1000),
            shows({"11": (1010, 0)}, 1010),
            shows({"11": (1020, 102000)}, 1020),
        ],
        20,
    ),
    "count only": Probe(
        [
            shows({"11": (1000, 100000)}, 1000),
            shows({"11": (0, 101000)}, (101000, 0)),
            shows({"11": (1020, 102000)}, 1020),
        ],
        20,
    ),
    "counts of PA2 only": Probe(
        [
            shows({"11": (1000, 100000)}, 1000),
            shows({"11": (0, 101000)}, 1010),
            shows({"11": (1020, 102000)}, 1020),
        ],
        20,
    ),
    "VA1 money only": Probe(
        [shows({"11": 1000}), shows({"11": 1010}, (0, 1010)), shows({"11": 1020})], 20
    ),
    "then a new board with more selections": Probe(
        [
            shows({"11": 1000, "12": 500}),
            shows({"11": 0, "12": 0}),
            shows({"11": 5, "12": 3, "13": 4}),
        ],
        12,
    ),
    "then a new board, which goes on": Probe(
        [
            shows({"11": 1000, "12": 500}),
            shows({"11": 1004, "12": 500}),
            shows({"11": 0, "12": 0}),
            shows({"11": 5, "12": 3}),
            shows({"11": 9, "12": 6}),
        ],
        4 + 8 + 7,
    ),
    "a slow machine": Probe([shows({"11": each}) for each in (40, 42, 0, 43)], 3),
    "payments too": Probe(
        [
            shows({"11": 1000}, more=["CA2*60000*600*0*0", "DA2*40000*400*0*0"]),
            shows({"11": 0}, more=["CA2*0*0*0*0", "DA2*0*0*0*0"]),
            shows({"11": 1010}, more=["CA2*60500*605*0*0", "DA2*40500*405*0*0"]),
        ],
        10,
    ),
    "empty fields": Probe(
        [
            shows({"11": 1000}),
            shows({"11": ["PA1*11*100", "PA2****"]}, ("", "", "", "")),
            shows({"11": 1010}),
        ],
        10,
    ),
}
