"""Selections that get other names."""

from tests.services.reads.field_probes import Probe, shows

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
