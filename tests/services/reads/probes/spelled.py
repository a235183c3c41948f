"""Slots and audits that spell a selection otherwise."""

from dataclasses import replace

from tests.services.reads.field_probes import Probe, shows


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
