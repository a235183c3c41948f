"""The same in machines with a history and many selections."""

from tests.services.reads.field_probes import Probe, at, shows


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
