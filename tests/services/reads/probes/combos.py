"""Masters and slaves in one file."""

from tests.services.reads.field_probes import SUM, Probe, at, shows


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
