"""Many more machines of the field than the cases: each kind in a table, in any order of arrival.

What is right is what a careful accountant would say: the units and money that were sold,
or that the audit waits with a true sentence.
"""

import itertools
import random
from dataclasses import replace

import pytest

from tests.api.field_probes import SUM, Probe, at, said, shows, sold_from_slots, told
from tests.state.books_checks import check_stock

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

TWO = "PA1*01*150"
PAYMENTS = {
    "several price lists": Probe(
        [
            shows(
                {"01": [TWO, "PA7*01*CA*0*150*10*1500*0*0", "PA7*01*CA*1*120*5*600*0*0"]},
                (2100, 15),
            ),
            shows(
                {"01": [TWO, "PA7*01*CA*0*150*13*1950*0*0", "PA7*01*CA*1*120*9*1080*0*0"]},
                (3030, 22),
            ),
        ],
        7,
        930,
    ),
    "a card's first sale": Probe(
        [
            shows({"01": [TWO, "PA7*01*CA*0*150*10*1500*0*0"]}, (1500, 10)),
            shows(
                {"01": [TWO, "PA7*01*CA*0*150*12*1800*0*0", "PA7*01*DA*0*150*3*450*0*0"]},
                (2250, 15),
            ),
        ],
        5,
        750,
    ),
    "tokens without money": Probe(
        [
            shows(
                {"01": [TWO, "PA7*01*CA*0*150*10*1500*0*0", "PA7*01*TA*0*0*4*0*0*0"]}, (1500, 14)
            ),
            shows(
                {"01": [TWO, "PA7*01*CA*0*150*12*1800*0*0", "PA7*01*TA*0*0*7*0*0*0"]}, (1800, 19)
            ),
        ],
        5,
        300,
    ),
    "tokens that VA1 leaves out": Probe(
        [
            shows(
                {"01": [TWO, "PA7*01*CA*0*150*10*1500*0*0", "PA7*01*TA*0*0*4*0*0*0"]}, (1500, 10)
            ),
            shows(
                {"01": [TWO, "PA7*01*CA*0*150*12*1800*0*0", "PA7*01*TA*0*0*7*0*0*0"]}, (1800, 12)
            ),
        ],
        5,
        300,
    ),
    "PA2 zero": Probe(
        [
            shows({"01": [TWO, "PA2*0*0*0*0", "PA7*01*CA*0*150*10*1500*0*0"]}, (1500, 10)),
            shows({"01": [TWO, "PA2*0*0*0*0", "PA7*01*CA*0*150*13*1950*0*0"]}, (1950, 13)),
        ],
        3,
        450,
    ),
    "PA2 constant, VA1 as PA7": Probe(
        [
            shows({"01": [TWO, "PA2*500*75000*0*0", "PA7*01*CA*0*150*10*1500*0*0"]}, (1500, 10)),
            shows({"01": [TWO, "PA2*500*75000*0*0", "PA7*01*CA*0*150*13*1950*0*0"]}, (1950, 13)),
        ],
        3,
        450,
    ),
    "PA2 constant since it stopped": Probe(
        [
            shows(
                {"01": [TWO, "PA2*500*75000*0*0", "PA7*01*CA*0*150*10*1500*0*0"]}, (900000, 6000)
            ),
            shows(
                {"01": [TWO, "PA2*500*75000*0*0", "PA7*01*CA*0*150*13*1950*0*0"]}, (900450, 6003)
            ),
        ],
        0,
        says="The machine's total rose by 3 units, 3 units more than the selections say.",
        unbooked=3,
    ),
    "PA2 constant and equal at first": Probe(
        [
            shows({"01": [TWO, "PA2*10*1500*0*0", "PA7*01*CA*0*150*10*1500*0*0"]}, (1500, 10)),
            shows({"01": [TWO, "PA2*10*1500*0*0", "PA7*01*CA*0*150*13*1950*0*0"]}, (1950, 13)),
            shows({"01": [TWO, "PA2*10*1500*0*0", "PA7*01*CA*0*150*15*2250*0*0"]}, (2250, 15)),
        ],
        5,
        750,
    ),
    "PA2 for some selections": Probe(
        [
            shows(
                {
                    "01": [TWO, "PA2*20*3000*0*0"],
                    "02": ["PA1*02*100", "PA7*02*CA*0*100*10*1000*0*0"],
                },
                (4000, 30),
            ),
            shows(
                {
                    "01": [TWO, "PA2*24*3600*0*0"],
                    "02": ["PA1*02*100", "PA7*02*CA*0*100*13*1300*0*0"],
                },
                (4900, 37),
            ),
        ],
        7,
        900,
    ),
    "PA2 zero for some selections": Probe(
        [
            shows(
                {
                    "01": [TWO, "PA2*20*3000*0*0", "PA7*01*CA*0*150*20*3000*0*0"],
                    "02": ["PA1*02*100", "PA2*0*0*0*0", "PA7*02*CA*0*100*10*1000*0*0"],
                },
                (4000, 30),
            ),
            shows(
                {
                    "01": [TWO, "PA2*24*3600*0*0", "PA7*01*CA*0*150*24*3600*0*0"],
                    "02": ["PA1*02*100", "PA2*0*0*0*0", "PA7*02*CA*0*100*13*1300*0*0"],
                },
                (4900, 37),
            ),
        ],
        7,
        900,
    ),
    "no price in PA1": Probe(
        [
            shows({"01": ["PA1*01", "PA7*01*CA*0*150*10*1500*0*0"]}, (1500, 10)),
            shows({"01": ["PA1*01", "PA7*01*CA*0*150*13*1950*0*0"]}, (1950, 13)),
        ],
        3,
        450,
    ),
    "no PA1 at all": Probe(
        [
            shows({"01": ["PA7*01*CA*0*150*10*1500*0*0"]}, (1500, 10)),
            shows({"01": ["PA7*01*CA*0*150*13*1950*0*0"]}, (1950, 13)),
        ],
        3,
        450,
    ),
    "no VA1": Probe(
        [
            shows({"01": [TWO, "PA7*01*CA*0*150*10*1500*0*0"]}, None),
            shows({"01": [TWO, "PA7*01*CA*0*150*13*1950*0*0"]}, None),
        ],
        3,
        450,
    ),
    "no VA1, PA2 zero": Probe(
        [
            shows({"01": [TWO, "PA2*0*0*0*0", "PA7*01*CA*0*150*10*1500*0*0"]}, None),
            shows({"01": [TWO, "PA2*0*0*0*0", "PA7*01*CA*0*150*13*1950*0*0"]}, None),
        ],
        3,
        450,
    ),
    "without value": Probe(
        [
            shows({"01": [TWO, "PA7*01*CA*0*150*10", "PA7*01*DB*0*150*1"]}, (1650, 11)),
            shows({"01": [TWO, "PA7*01*CA*0*150*12", "PA7*01*DB*0*150*3"]}, (2250, 15)),
        ],
        4,
        600,
    ),
    "all after all PA1": Probe(
        [
            shows(
                {
                    "01": [TWO],
                    "02": ["PA1*02*100"],
                    "x": ["PA7*01*CA*0*150*10*1500*0*0", "PA7*02*CA*0*100*7*700*0*0"],
                },
                (2200, 17),
            ),
            shows(
                {
                    "01": [TWO],
                    "02": ["PA1*02*100"],
                    "x": ["PA7*01*CA*0*150*12*1800*0*0", "PA7*02*CA*0*100*8*800*0*0"],
                },
                (2600, 20),
            ),
        ],
        3,
        400,
    ),
}

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


def since_reset(one, two, total):
    """Selections of 50 and 60 cents that only count since the last reset."""
    return shows(
        {
            "02": ["PA1*02*50", f"PA2*0*0*{one}*{one * 50}"],
            "03": ["PA1*03*60", f"PA2*0*0*{two}*{two * 60}"],
        },
        total,
    )


RESETS = {
    "at every read": Probe(
        [
            since_reset(84, 78, (175735, 3264, 8880, 162)),
            since_reset(80, 110, (186335, 3454, 10600, 190)),
            since_reset(50, 50, (191835, 3554, 5500, 100)),
        ],
        290,
        16100,
    ),
    "at some reads": Probe(
        [
            since_reset(84, 78, (175735, 3264, 8880, 162)),
            since_reset(90, 80, (176155, 3272, 9300, 170)),
            since_reset(10, 10, (177255, 3292, 1100, 20)),
            since_reset(15, 11, (177565, 3298, 1410, 26)),
        ],
        34,
        420 + 1100 + 310,
    ),
    "never": Probe(
        [
            since_reset(84, 78, (175735, 3264, 8880, 162)),
            since_reset(90, 80, (176155, 3272, 9300, 170)),
            since_reset(94, 90, (176955, 3286, 10100, 184)),
        ],
        22,
        1220,
    ),
    "nothing sold": Probe(
        [
            since_reset(84, 78, (175735, 3264, 8880, 162)),
            since_reset(0, 0, (175735, 3264, 0, 0)),
            since_reset(4, 5, (176235, 3273, 500, 9)),
        ],
        9,
        500,
    ),
    "one selection more since the reset than before": Probe(
        [
            since_reset(4, 78, (175735, 3264, 4880, 82)),
            since_reset(6, 10, (176635, 3280, 900, 16)),
        ],
        16,
        900,
    ),
    "without VA1 since initialisation": Probe(
        [
            since_reset(84, 78, ("", "", 8880, 162)),
            since_reset(80, 110, ("", "", 10600, 190)),
        ],
        0,
        says="since the last reset",
    ),
    "without VA1": Probe(
        [since_reset(84, 78, None), since_reset(80, 110, None)],
        190,
        10600,
        says="no total of the machine tells since when",
    ),
    "money of VA1 only": Probe(
        [
            since_reset(84, 78, (175735, "", 8880, "")),
            since_reset(80, 110, (186335, "", 10600, "")),
        ],
        190,
        10600,
    ),
    "with CA2 only": Probe(
        [
            shows({"02": ["PA1*02*50", "PA2*0*0*84*4200"]}, None, more=["CA2*175735*3264*4200*84"]),
            shows({"02": ["PA1*02*50", "PA2*0*0*80*4000"]}, None, more=["CA2*179735*3344*4000*80"]),
        ],
        80,
        4000,
    ),
    "fields left empty": Probe(
        [
            shows({"02": ["PA1*02*50", "PA2***84*4200"]}, (175735, 3264, 4200, 84)),
            shows({"02": ["PA1*02*50", "PA2***80*4000"]}, (179735, 3344, 4000, 80)),
        ],
        80,
        4000,
    ),
    "the second pair runs on": Probe(
        [
            shows({"02": ["PA1*02*50", "PA2*0*0*1000*50000"]}, (50000, 1000, 4200, 84)),
            shows({"02": ["PA1*02*50", "PA2*0*0*1080*54000"]}, (54000, 1080, 4000, 80)),
        ],
        80,
        4000,
    ),
    "the second pair runs on and equals both at first": Probe(
        [
            shows({"02": ["PA1*02*50", "PA2*0*0*1000*50000"]}, (50000, 1000, 50000, 1000)),
            shows({"02": ["PA1*02*50", "PA2*0*0*1080*54000"]}, (54000, 1080, 4000, 80)),
        ],
        80,
        4000,
    ),
    "a read between is missing": Probe(
        [
            since_reset(84, 78, (175735, 3264, 8880, 162)),
            since_reset(50, 50, (191835, 3554, 5500, 100)),
        ],
        0,
        says="290 units more than the selections say",
        unbooked=290,
    ),
    "init stands still": Probe(
        [
            shows({"02": ["PA1*02*50", "PA2*700*35000*84*4200"]}, (175735, 3264, 4200, 84)),
            shows({"02": ["PA1*02*50", "PA2*700*35000*80*4000"]}, (179735, 3344, 4000, 80)),
        ],
        80,
        4000,
    ),
}

BOARDS = {
    "some above": Probe(
        [
            shows({"11": 1000, "12": 5}),
            shows({"11": 1010, "12": 5}),
            shows({"11": 7, "12": 9}),
            shows({"11": 9, "12": 12}),
        ],
        10 + 16 + 5,
    ),
    "most above": Probe(
        [
            shows({"11": 1000, "12": 5, "13": 2, "14": 1}),
            shows({"11": 7, "12": 9, "13": 8, "14": 6}),
        ],
        30,
    ),
    "all above, VA1 fell": Probe(
        [shows({"11": 2, "12": 3}, 1000), shows({"11": 7, "12": 9}, 16)],
        16,
    ),
    "new selections": Probe(
        [
            shows({"11": 1000, "12": 400}),
            shows({"11": 1010, "12": 405}),
            shows({"11": 7, "12": 9, "13": 4, "14": 1}),
        ],
        15 + 21,
    ),
    "only new selections": Probe(
        [
            shows({"11": 1000, "12": 400}),
            shows({"11": 1010, "12": 405}),
            shows({"21": 7, "22": 9}),
        ],
        15 + 16,
    ),
    "fewer selections": Probe(
        [
            shows({"11": 1000, "12": 400, "13": 90}),
            shows({"11": 1010, "12": 405, "13": 90}),
            shows({"11": 7}),
            shows({"11": 17}),
        ],
        15 + 7 + 10,
    ),
    "fewer, one comes later": Probe(
        [
            shows({"11": 1000, "12": 400}),
            shows({"11": 7}),
            shows({"11": 17, "12": 3}),
        ],
        7 + 13,
    ),
    "without VA1": Probe(
        [
            shows({"11": 1000, "12": 500, "13": 3}, None),
            shows({"11": 1010, "12": 505, "13": 3}, None),
            shows({"11": 7, "12": 4, "13": 9}, None),
        ],
        35,
    ),
    "without VA1, one selection": Probe(
        [shows({"11": 1000}, None), shows({"11": 1010}, None), shows({"11": 7}, None)],
        17,
    ),
    "VA1 money only": Probe(
        [
            shows({"11": 1000, "12": 5}, (100500, "")),
            shows({"11": 1010, "12": 5}, (101500, "")),
            shows({"11": 7, "12": 9}, (1600, "")),
        ],
        26,
    ),
    "payments only": Probe(
        [
            shows({"11": 1000, "12": 5}, None, more=["CA2*100500*1005*0*0"]),
            shows({"11": 1010, "12": 5}, None, more=["CA2*101500*1015*0*0"]),
            shows({"11": 7, "12": 9}, None, more=["CA2*1600*16*0*0"]),
        ],
        26,
    ),
    "the old one back after one": Probe(
        [
            shows({"11": 1000, "12": 800}),
            shows({"11": 1010, "12": 805}),
            shows({"11": 7, "12": 4}),
            shows({"11": 1022, "12": 807}),
        ],
        15 + 11 + 14,
    ),
    "the old one back after several": Probe(
        [
            shows({"11": 1000, "12": 800}),
            shows({"11": 1010, "12": 805}),
            shows({"11": 7, "12": 4}),
            shows({"11": 17, "12": 9}),
            shows({"11": 27, "12": 11}),
            shows({"11": 1022, "12": 807}),
            shows({"11": 1032, "12": 809}),
        ],
        15 + 11 + 15 + 12 + 14 + 12,
    ),
    "the old one back as it was": Probe(
        [
            shows({"11": 1000, "12": 800}),
            shows({"11": 1010, "12": 805}),
            shows({"11": 7, "12": 4}),
            shows({"11": 1010, "12": 805}),
        ],
        15 + 11,
    ),
    "a second exchange": Probe(
        [
            shows({"11": 1000, "12": 800}),
            shows({"11": 1010, "12": 805}),
            shows({"11": 27, "12": 24}),
            shows({"11": 37, "12": 30}),
            shows({"11": 5, "12": 3}),
            shows({"11": 9, "12": 33}),
        ],
        15 + 51 + 16 + 8 + 34,
    ),
    "a used board, with far higher counters": Probe(
        [
            shows({"11": 1000, "12": 800}),
            shows({"11": 1010, "12": 805}),
            shows({"11": 41000, "12": 38000}),
            shows({"11": 41010, "12": 38005}),
        ],
        15 + 0 + 15,
        held=1,
        unbooked=77185,
    ),
    "a used board, with lower counters": Probe(
        [
            shows({"11": 5000, "12": 8000}),
            shows({"11": 5010, "12": 8005}),
            shows({"11": 3000, "12": 4000}),
            shows({"11": 3010, "12": 4005}),
        ],
        15 + 0 + 15,
        held=1,
        unbooked=7000,
    ),
    "initialised on purpose": Probe(
        [shows({"11": 1000}), shows({"11": 1010}), shows({"11": 2}), shows({"11": 12})],
        10 + 2 + 10,
    ),
    "VA1 is initialised alone": Probe(
        [
            shows({"11": 1000, "12": 800}),
            shows({"11": 1010, "12": 805}),
            shows({"11": 1015, "12": 810}, 10),
            shows({"11": 1020, "12": 815}, 20),
        ],
        35,
    ),
    "selections are initialised alone": Probe(
        [
            shows({"11": 1000, "12": 800}),
            shows({"11": 1010, "12": 805}),
            shows({"11": 5, "12": 6}, 1826),
            shows({"11": 10, "12": 12}, 1837),
        ],
        15 + 11 + 11,
    ),
}

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
        [
            shows({"11": 5300}, when=at(15, 9, year=2025)),
            shows({"11": 5000}, when=at(1, 9)),
        ],
        5000,
        says="Counters began anew",
    ),
}

RENAMES = {
    "one, nothing else sells": Probe(
        [shows({"101": 100}), shows({"A1": 110})],
        0,
        says="link the two, and its 10 units",
        unbooked=10,
    ),
    "one of three": Probe(
        [
            shows({"101": 100, "102": 500, "103": 900}),
            shows({"A1": 110, "102": 505, "103": 903}),
            shows({"A1": 115, "102": 506, "103": 904}),
        ],
        8 + 7,
        says="Selection 101 is gone and A1 is new",
        unbooked=10,
    ),
    "several with sales": Probe(
        [
            shows({"101": 100, "102": 500, "103": 900}),
            shows({"A1": 110, "A2": 505, "103": 903}),
            shows({"A1": 115, "A2": 506, "103": 904}),
        ],
        3 + 7,
        says="Selection 102 is gone and A2 is new",
        unbooked=15,
    ),
    "all": Probe(
        [
            shows({"101": 100, "102": 500, "103": 900}),
            shows({"A1": 110, "A2": 505, "A3": 903}),
            shows({"A1": 120, "A2": 510, "A3": 909}),
        ],
        21,
        says="18 units more than the selections say",
        unbooked=18,
    ),
    "and back again": Probe(
        [
            shows({"101": 100, "102": 500}),
            shows({"A1": 110, "102": 503}),
            shows({"101": 117, "102": 507}),
        ],
        3 + 17 + 4,
    ),
    "swapped names": Probe(
        [
            shows({"101": 100, "102": 500}),
            shows({"101": 510, "102": 104}),
            shows({"101": 515, "102": 106}),
        ],
        7,
        held=1,
        unbooked=514,
    ),
    "without VA1": Probe(
        [
            shows({"101": 100, "102": 500}, None),
            shows({"A1": 110, "102": 503}, None),
            shows({"A1": 115, "102": 506}, None),
        ],
        3 + 8,
    ),
    "a new selection beside, from zero": Probe(
        [
            shows({"101": 100, "102": 500}),
            shows({"101": 104, "102": 503, "103": 6}),
            shows({"101": 105, "102": 506, "103": 8}),
        ],
        7 + 6,
        says="6 units more than the selections say",
        unbooked=6,
    ),
}

YEN, FILS, MILLIMES = "ID4*0*392*JPY", "ID4*3*414*KWD", "ID4*3*788*TND"
MONEY = {
    "yen": Probe(
        [shows({"11": n}, price=120, id4=YEN) for n in (10, 20)], 10, 1200, currency="JPY"
    ),
    "yen, one-digit prices": Probe(
        [shows({"11": n}, price=9, id4=YEN) for n in (10, 20)], 10, 90, currency="JPY"
    ),
    "yen that says two decimals": Probe(
        [shows({"11": n}, price=120, id4="ID4*2*392*JPY") for n in (10, 20)],
        10,
        1200,
        currency="JPY",
        says="decimals",
    ),
    "yen without ID4": Probe(
        [shows({"11": n}, price=120, id4="") for n in (10, 20)], 10, 1200, currency="JPY"
    ),
    "won in hundredths": Probe(
        [shows({"11": n}, price=120000, id4="ID4*2*410*KRW") for n in (10, 20)],
        10,
        12000,
        currency="KRW",
    ),
    "fils": Probe(
        [shows({"11": n}, price=150, id4=FILS) for n in (10, 21)], 11, 1650, currency="KWD"
    ),
    "millimes": Probe(
        [shows({"11": n}, price=1500, id4=MILLIMES) for n in (10, 21)], 11, 16500, currency="TND"
    ),
    "dinar in hundredths": Probe(
        [shows({"11": n}, price=15, id4="ID4*2*48*BHD") for n in (10, 21)],
        11,
        1650,
        currency="BHD",
    ),
    "dinar without ID4": Probe(
        [shows({"11": n}, price=150, id4="") for n in (10, 21)], 11, 1650, currency="KWD"
    ),
    "euro without decimals": Probe(
        [shows({"11": n}, price=2, id4="ID4*0*978*EUR") for n in (10, 20)], 10, 2000
    ),
    "euro that says no decimals": Probe(
        [shows({"11": n}, price=150, id4="ID4*0*978*EUR") for n in (10, 20)],
        10,
        1500,
        says="no price would make sense",
    ),
    "euro of tenths": Probe(
        [shows({"11": n}, price=15, id4="ID4*1*978*EUR") for n in (10, 20)], 10, 1500
    ),
    "euro of thousandths": Probe(
        [shows({"11": n}, price=1500, id4="ID4*3*978*EUR") for n in (10, 20)], 10, 1500
    ),
    "euro that says three decimals": Probe(
        [shows({"11": n, "12": 0}, price=125, id4="ID4*3*978*EUR") for n in (10, 20)],
        10,
        1250,
        says="decimals",
    ),
    "euro without ID4": Probe([shows({"11": n}, price=150, id4="") for n in (10, 20)], 10, 1500),
    "ID4 is empty": Probe([shows({"11": n}, price=150, id4="ID4***") for n in (10, 20)], 10, 1500),
    "ID4 is nonsense": Probe(
        [shows({"11": n}, price=150, id4="ID4*9*978*EUR") for n in (10, 20)], 10, 1500
    ),
    "the audit counts in dollars": Probe(
        [shows({"11": n}, price=150, id4="ID4*2*840*USD") for n in (10, 20)],
        10,
        1500,
        says="The audit counts in USD, but the books are kept in EUR.",
    ),
    "ID4 changes between reads": Probe(
        [
            shows({"11": 10}, price=2, id4="ID4*0*978*EUR"),
            shows({"11": 20}, price=200, id4="ID4*2*978*EUR"),
        ],
        10,
        2000,
    ),
}


def slave(selections, total=SUM, **more):
    return shows(selections, total, **{"price": 150, "model": "SLAVE", **more})


def combo(selections, *parts, when=None, **more):
    return shows(selections, parts=parts, model="MASTER", when=when, **more)


COMBOS = {
    "equal codes": Probe(
        [combo({"1": 100}, slave({"1": 50})), combo({"1": 112}, slave({"1": 57}))], 19, 2250
    ),
    "other codes": Probe(
        [combo({"1": 100}, slave({"21": 50})), combo({"1": 112}, slave({"21": 57}))], 19, 2250
    ),
    "some codes equal": Probe(
        [
            combo({"1": 100, "2": 7}, slave({"1": 50, "9": 3})),
            combo({"1": 112, "2": 8}, slave({"1": 57, "9": 5})),
        ],
        13 + 9,
        1300 + 1350,
    ),
    "three parts": Probe(
        [
            combo({"1": 100}, slave({"1": 50}), slave({"1": 20}, model="SLAVE2")),
            combo({"1": 112}, slave({"1": 57}), slave({"1": 24}, model="SLAVE2")),
        ],
        23,
        1200 + 11 * 150,
    ),
    "only the slave sells": Probe(
        [combo({"1": 100}, slave({"1": 50})), combo({"1": 100}, slave({"1": 57}))], 7, 1050
    ),
    "only the master sells": Probe(
        [combo({"1": 100}, slave({"1": 50})), combo({"1": 105}, slave({"1": 50}))], 5, 500
    ),
    "a minute apart": Probe(
        [
            combo({"1": 100}, slave({"1": 50}, when=at(1, 9, 1)), when=at(1, 9)),
            combo({"1": 112}, slave({"1": 57}, when=at(8, 9, 1)), when=at(8, 9)),
        ],
        19,
        2250,
    ),
    "the other way round at second": Probe(
        [
            combo({"1": 100}, slave({"1": 50})),
            shows({"1": 57}, price=150, model="SLAVE", parts=[combo({"1": 112})]),
        ],
        0,
        held=1,
        says="they do not add up",
        unbooked=119,
    ),
    "the slave is missing once": Probe(
        [
            combo({"1": 100}, slave({"1": 50})),
            combo({"1": 106}),
            combo({"1": 112}, slave({"1": 57})),
        ],
        19,
        2250,
    ),
    "one model, other prices": Probe(
        [
            combo({"1": 100, "2": 30}, slave({"1": 50, "2": 90}, model="MASTER")),
            combo({"1": 112, "2": 31}, slave({"1": 57, "2": 91}, model="MASTER")),
        ],
        13 + 8,
        1300 + 1200,
    ),
}

SHIFTED = {
    "PA1 alone": Probe(
        [
            shows(
                {"1": ["PA1**1*100", "PA2*10*1000*0*0"], "2": ["PA1**2*50", "PA2*4*200*0*0"]},
                (1200, 14),
            ),
            shows(
                {"1": ["PA1**1*100", "PA2*13*1300*0*0"], "2": ["PA1**2*50", "PA2*6*300*0*0"]},
                (1600, 19),
            ),
        ],
        5,
        400,
        says="their codes were taken from the next one",
    ),
    "both": Probe(
        [
            shows(
                {"1": ["PA1**1*100", "PA2**10*1000*0*0"], "2": ["PA1**2*50", "PA2**4*200*0*0"]},
                (1200, 14),
            ),
            shows(
                {"1": ["PA1**1*100", "PA2**13*1300*0*0"], "2": ["PA1**2*50", "PA2**6*300*0*0"]},
                (1600, 19),
            ),
        ],
        5,
        400,
    ),
    "PA2 alone": Probe(
        [
            shows(
                {"1": ["PA1*1*100", "PA2**10*1000*0*0"], "2": ["PA1*2*50", "PA2**4*200*0*0"]},
                (1200, 14),
            ),
            shows(
                {"1": ["PA1*1*100", "PA2**13*1300*0*0"], "2": ["PA1*2*50", "PA2**6*300*0*0"]},
                (1600, 19),
            ),
        ],
        5,
        400,
        says="counters begin with an empty field (PA2)",
    ),
    "both, without VA1": Probe(
        [
            shows(
                {"1": ["PA1**1*100", "PA2**10*1000*0*0"], "2": ["PA1**2*50", "PA2**4*200*0*0"]},
                None,
            ),
            shows(
                {"1": ["PA1**1*100", "PA2**13*1300*0*0"], "2": ["PA1**2*50", "PA2**6*300*0*0"]},
                None,
            ),
        ],
        5,
        400,
    ),
    "only since reset, as sent": Probe(
        [
            shows(
                {"1": ["PA1**1*5", "PA2***129*0"], "2": ["PA1**2*5", "PA2***118*0"]},
                (0, 12862, 0, 247),
            ),
            shows(
                {"1": ["PA1**1*5", "PA2***9*0"], "2": ["PA1**2*5", "PA2***8*0"]}, (0, 12879, 0, 17)
            ),
        ],
        17,
        0,
    ),
    "with a name": Probe(
        [
            shows({"1": ["PA1**1*100*COLA", "PA2*10*1000*0*0"]}, (1000, 10)),
            shows({"1": ["PA1**1*100*COLA", "PA2*13*1300*0*0"]}, (1300, 13)),
        ],
        3,
    ),
    "with an unused selection": Probe(
        [
            shows({"1": ["PA1**1*100", "PA2*10*1000*0*0"], "2": ["PA1***", "PA2****"]}, (1000, 10)),
            shows({"1": ["PA1**1*100", "PA2*13*1300*0*0"], "2": ["PA1***", "PA2****"]}, (1300, 13)),
        ],
        3,
    ),
    "by letters": Probe(
        [
            shows({"1": ["PA1**A1*100", "PA2*10*1000*0*0"]}, (1000, 10)),
            shows({"1": ["PA1**A1*100", "PA2*13*1300*0*0"]}, (1300, 13)),
        ],
        3,
    ),
}


def spelled(slots, before, now, units, *, from_slots=None, says=""):
    return Probe([shows(before), shows(now)], units, slots=slots, from_slots=from_slots, says=says)


SPELLED = {
    "01 of 1": spelled(["1"], {"01": 100}, {"01": 112}, 12, says="slot A1 sells by 1"),
    "001 of 1": spelled(["1"], {"001": 100}, {"001": 112}, 12),
    "1 of 001": spelled(["001"], {"1": 100}, {"1": 112}, 12),
    "A01 of A1": spelled(["A1"], {"A01": 100}, {"A01": 112}, 12),
    "a1 of A01": spelled(["A01"], {"a1": 100}, {"a1": 112}, 12),
    "010 of 10, beside 1": spelled(["10", "1"], {"010": 9, "001": 7}, {"010": 12, "001": 8}, 4),
    "1 and 01 both there": spelled(["1", "01"], {"1": 9, "01": 7}, {"1": 12, "01": 8}, 4),
    "1 and 01 both there, 001 sells": spelled(
        ["1", "01"], {"001": 9}, {"001": 12}, 3, from_slots=0, says="001"
    ),
    "slot 1, 1 and 01 sell": spelled(["1"], {"1": 9, "01": 7}, {"1": 12, "01": 8}, 4, from_slots=3),
    "slot 001, 1 and 01 sell": spelled(
        ["001"], {"1": 9, "01": 7}, {"1": 12, "01": 8}, 4, from_slots=0, says="01"
    ),
    "100 is not 1": spelled(["1"], {"100": 9}, {"100": 12}, 3, from_slots=0),
    "the spelling changes": replace(
        spelled(["1"], {"01": 9}, {"1": 12}, 0, says="link the two"), unbooked=3
    ),
}

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
        [
            shows({"11": 1000}, when=at(20, 12)),
            shows({"11": 1010}, when=at(21, 12)),
            shows({"11": 0}, when=at(21, 11)),
            shows({"11": 1020}, when=at(22, 12)),
        ],
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


def steady(*reads, others=8, units=3):
    """The reads of a probe beside selections that sell as always, with a history before."""
    found = [
        {**reads[0], **{f"S{i}": 200 + number * units for i in range(others)}}
        for number in range(4)
    ]
    for number, each in enumerate(reads[1:], start=4):
        rest = {f"S{i}": 200 + number * units for i in range(others)}
        found.append({**rest, **each})
    return [shows(each) for each in found]


ZERO = {f"S{i}": 0 for i in range(8)}
GROWN = {
    "zeros": Probe(steady({"11": 500}, {**ZERO, "11": 0}, {"11": 510}), 8 * 3 * 5 + 10),
    "zeros of half the selections": Probe(
        [
            *steady({"11": 500}),
            shows(
                {f"S{i}": 212 if i < 4 else 0 for i in range(8)} | {"11": 503}, 500 + 8 * 212 + 3
            ),
            shows({f"S{i}": 215 for i in range(8)} | {"11": 509}),
        ],
        8 * 15 + 9,
    ),
    "a new board": Probe(
        steady({"11": 500}, {f"S{i}": 2 + i for i in range(8)} | {"11": 4}), 9 * 8 + 44 + 4
    ),
    "a new board with one above": Probe(
        steady({"11": 2}, {f"S{i}": 2 for i in range(8)} | {"11": 4}), 9 * 8 + 16 + 4
    ),
    "one renamed": Probe(
        steady({"11": 500}, {"1A": 506}, {"1A": 509}), 8 * 15 + 3, says="link the two", unbooked=6
    ),
    "one runs over": Probe(
        [
            *steady({"11": 9998})[:4],
            shows({f"S{i}": 212 for i in range(8)} | {"11": (3, 1000300)}, 8 * 212 + 10003),
        ],
        8 * 12 + 5,
    ),
    "clock back an hour": Probe(
        [
            *steady({"11": 500}),
            shows({f"S{i}": 215 for i in range(8)} | {"11": 509}, when=at(25, 2, 50)),
            shows({f"S{i}": 215 for i in range(8)} | {"11": 510}, when=at(25, 2, 10)),
        ],
        8 * 15 + 10,
    ),
}

EVERY = {
    f"{kind}: {name}": probe
    for kind, table in {
        "zeros": ZEROS,
        "payments": PAYMENTS,
        "clocks": CLOCKS,
        "resets": RESETS,
        "boards": BOARDS,
        "wraps": WRAPS,
        "renames": RENAMES,
        "money": MONEY,
        "combos": COMBOS,
        "shifted": SHIFTED,
        "spelled": SPELLED,
        "mixed": MIXED,
        "grown": GROWN,
    }.items()
    for name, probe in table.items()
}


def orders(probe, name):
    straight = tuple(range(len(probe.audits)))
    if probe.orders == "straight":
        return [straight]
    if probe.orders == "every" and len(straight) <= 3:
        return list(itertools.permutations(straight))
    if probe.orders == "every":
        every = list(itertools.permutations(straight))
        return [straight, straight[::-1], *random.Random(name).sample(every, 6)]
    shuffled = tuple(random.Random(name).sample(straight, len(straight)))
    return list(dict.fromkeys([straight, straight[::-1], shuffled]))


@pytest.fixture
def settings(settings, request):
    return replace(settings, currency=EVERY[request.getfixturevalue("name")].currency)


@pytest.fixture(params=EVERY)
def name(request):
    return request.param


def test_what_was_sold_is_booked_in_any_order_and_leaves_the_slots(admin, engine, name, settings):
    probe = EVERY[name]
    for order in orders(probe, name):
        device, reads = told(admin, probe, order)
        words = f"{order}\n{said(reads)}"
        found = sum(each["units"] for each in reads), sum(each["amount_cents"] for each in reads)
        assert found == (probe.units, probe.money), words
        assert sum(each["held_reason"] is not None for each in reads) == probe.held, words
        assert probe.says in words, words
        if probe.wrong_clocks is not None:
            flagged = [each["clock"] for each in reads if each["clock"] != "id5"]
            assert len(flagged) == probe.wrong_clocks, words
        after = admin.get(f"/api/devices/{device['id']}").json
        assert after["unbooked_units"] == probe.unbooked, words
        left = probe.units if probe.from_slots is None else probe.from_slots
        assert sold_from_slots(admin, device) == left, words
        with engine.reading() as db:
            check_stock(db, [device["id"]])
