"""Boards exchanged for new, used and the old ones."""

from tests.services.reads.field_probes import Probe, shows

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
