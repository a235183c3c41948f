"""Several of these at once."""

from tests.services.reads.field_probes import Probe, at, counted, shows
from tests.services.reads.probes.combos import combo, slave
from tests.services.reads.probes.money import YEN
from tests.services.reads.probes.payments import TWO
from tests.services.reads.probes.resets import since_reset

MIXED = {
    "master and slave in files of their own": Probe(
        [
            combo({"1": 100}, when=at(1, 9)),
            slave({"1": 50}, when=at(1, 9, 1)),
            combo({"1": 112}, when=at(8, 9)),
            slave({"1": 57}, when=at(8, 9, 1)),
        ],
        19,
        2250,
        held=1,
        says="a part of this one that is read apart",
        unbooked=50,
    ),
    "yen in euro books": Probe(
        [shows({"11": n}, price=120, id4=YEN) for n in (10, 20)],
        10,
        120000,
        says="The audit counts in JPY",
    ),
    "euro in yen books": Probe(
        [shows({"11": n}, price=150, id4="ID4*2*978*EUR") for n in (10, 20)],
        10,
        15,
        currency="JPY",
        says="EUR",
    ),
    "zeros behind a new board": Probe(
        [shows({"11": n}) for n in (1000, 1010, 7, 0, 12)], 10 + 7 + 5
    ),
    "zeros, and a clock put back": Probe(
        counted(
            (1000, at(20, 12)),
            (1010, at(21, 12)),
            (0, at(21, 11)),
            (1020, at(22, 12)),
        ),
        20,
    ),
    "a wrap behind zeros": Probe(
        [
            shows({"11": (65530, 6553000)}, 65530),
            shows({"11": 0}),
            shows({"11": (4, 6554000)}, 65540),
        ],
        10,
    ),
    "a wrap and a rename": Probe(
        [
            shows({"11": (65530, 6553000), "101": 400}, 65930),
            shows({"11": (4, 6554000), "A1": 405}, 65945),
        ],
        10,
        says="5 units more than the selections say",
        unbooked=5,
    ),
    "payments, and zeros once": Probe(
        [
            shows({"01": [TWO, f"PA7*01*CA*0*150*{n}*{n * 150}*0*0"]}, (n * 150, n))
            for n in (10, 12, 0, 15)
        ],
        5,
        750,
    ),
    "payments, and a new board": Probe(
        [
            shows({"01": [TWO, f"PA7*01*CA*0*150*{n}*{n * 150}*0*0"]}, (n * 150, n))
            for n in (1000, 1012, 4, 9)
        ],
        12 + 4 + 5,
        21 * 150,
    ),
    "since reset, and zeros once": Probe(
        [
            since_reset(84, 78, (175735, 3264, 8880, 162)),
            since_reset(0, 0, (0, 0, 0, 0)),
            since_reset(50, 50, (181235, 3364, 5500, 100)),
        ],
        100,
        5500,
    ),
    "since reset, and a new board": Probe(
        [
            since_reset(84, 78, (175735, 3264, 8880, 162)),
            since_reset(10, 10, (1100, 20, 1100, 20)),
            since_reset(5, 6, (1710, 31, 610, 11)),
        ],
        31,
        1710,
    ),
    "free vends that VA1 leaves out": Probe(
        [
            shows({"1": ["PA1*1*0", "PA2*50*0*0*0"], "2": 100}, 100),
            shows({"1": ["PA1*1*0", "PA2*70*0*0*0"], "2": 105}, 105),
        ],
        25,
        500,
    ),
    "test vends in VA1": Probe(
        [
            shows({"1": 100}, more=["VA2*0*0*0*0"]),
            shows({"1": 110}, 113, more=["VA2*300*3*0*0"]),
        ],
        10,
        says="3 units more than the selections say",
        unbooked=3,
    ),
    "zeros and a rename": Probe(
        [shows({"101": 100}), shows({"101": 0}), shows({"A1": 110})],
        0,
        says="link the two, and its 10 units",
        unbooked=10,
    ),
}
