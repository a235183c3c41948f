"""Many more machines of the field than the cases: each kind in a table, in any order of arrival.

What is right is what a careful accountant would say: the units and money that were sold,
or that the audit waits with a true sentence.
"""

import random
from dataclasses import replace

import pytest

from tests.api.field_probes import Probe, at, said, shows, sold_from_slots, told
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

EVERY = {
    f"{kind}: {name}": probe
    for kind, table in {"zeros": ZEROS, "payments": PAYMENTS}.items()
    for name, probe in table.items()
}


def orders(probe, name):
    straight = tuple(range(len(probe.audits)))
    if probe.orders == "straight":
        return [straight]
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
        assert sold_from_slots(admin, device) == probe.units, words
        with engine.reading() as db:
            check_stock(db, [device["id"]])
