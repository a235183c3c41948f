"""Many more machines of the field than the cases: each kind in a table, in any order of arrival.

What is right is what a careful accountant would say: the units and money that were sold,
or that the audit waits with a true sentence.
"""

import itertools
import random
from dataclasses import replace

import pytest

from tests.services.reads.field_probes import said, sold_from_slots, told
from tests.services.reads.probes.boards import BOARDS
from tests.services.reads.probes.clocks import CLOCKS
from tests.services.reads.probes.combos import COMBOS
from tests.services.reads.probes.grown import GROWN
from tests.services.reads.probes.mixed import MIXED
from tests.services.reads.probes.money import MONEY
from tests.services.reads.probes.payments import PAYMENTS
from tests.services.reads.probes.rarer import RARER
from tests.services.reads.probes.renames import RENAMES
from tests.services.reads.probes.resets import RESETS
from tests.services.reads.probes.shifted import SHIFTED
from tests.services.reads.probes.spelled import SPELLED
from tests.services.reads.probes.wraps import WRAPS
from tests.services.reads.probes.zeros import ZEROS
from tests.state.books_checks import check_stock

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
        "rarer": RARER,
    }.items()
    for name, probe in table.items()
}


# What is right for a kind of machine does not hang on the database.
SPARED = pytest.mark.spared("every tenth shows that the database answers as the other does")
NAMES = [
    pytest.param(name, marks=[SPARED] if number % 10 else [], id=name)
    for number, name in enumerate(EVERY)
]


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


def orders_on(engine_name, probe, name):
    """On PostgreSQL the first and the last: any order, at random, is test_any_order.py's there."""
    every = orders(probe, name)
    return every if engine_name == "sqlite" else list(dict.fromkeys([every[0], every[-1]]))


@pytest.fixture
def settings(settings, request):
    return replace(settings, currency=EVERY[request.getfixturevalue("name")].currency)


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


def test_what_was_sold_is_booked_in_any_order_and_leaves_the_slots(
    admin, engine, engine_name, name, settings
):
    probe = EVERY[name]
    for order in orders_on(engine_name, probe, name):
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
