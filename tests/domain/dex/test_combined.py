"""Combination machines: several audits in one file that are one machine."""

from __future__ import annotations

import pytest

from domain import dex
from domain.dex import writer


def part(
    codes: dict[str, tuple[int, int]],
    *,
    serial: str = "COMBO9",
    model: str = "",
    clock: str | None = "20261110*0900",
    more: tuple[str, ...] = (),
) -> bytes:
    """An audit; `codes` are price and units by selection."""
    sold = [(price * units, units) for price, units in codes.values()]
    return writer.seal(
        [
            f"ID1*{serial}*{model}",
            *([f"ID5*{clock}"] if clock else []),
            f"VA1*{sum(v for v, _ in sold)}*{sum(u for _, u in sold)}*0*0",
            *more,
            *(
                line
                for code, (price, units) in codes.items()
                for line in (f"PA1*{code}*{price}", f"PA2*{units}*{price * units}*0*0")
            ),
        ],
        communication_id="N",
    )


def units(audit: dex.Audit) -> dict[str, int | None]:
    return {each.selection: each.count_init for each in audit.selections}


MASTER = {"1": (100, 100), "2": (100, 20)}
SLAVE = {"1": (150, 50)}


def test_master_and_slave_are_one_audit_whose_codes_are_kept_apart():
    more = ("CA2*900*9*0*0", "DA2*100*1*0*0", "CA3*0*0*0*0*900*700*200*0", "CA15*50")
    data = part(MASTER, model="MASTER", more=more) + part(SLAVE, model="SLAVE", more=more)
    (audit,) = dex.parse(data)
    assert units(audit) == {"1": 100, "2": 20, "2:1": 50}
    assert [each.part for each in audit.selections] == [1, 1, 2]
    assert (audit.paid.count_init, audit.paid.value_init_cents) == (170, 19500)
    assert (audit.cash.sales.count_init, audit.cash.expected_box_init_cents) == (18, 1400)
    assert audit.cash.tube_value_cents == 100
    assert [(each.device, each.totals.count_init) for each in audit.cashless] == [("DA", 2)]
    assert (audit.crc, audit.raw) == ("valid", data)
    assert "2 audits of the machine COMBO9 are one read" in audit.warnings[0]
    assert "as in 2:1" in audit.warnings[0]


def test_what_is_kept_of_it_reads_the_same_again():
    other = part({"1": (100, 7)}, serial="OTHER")
    data = part(MASTER, model="M") + other + part(SLAVE, model="S")
    combined, alone = dex.parse(data)
    assert (units(combined), units(alone)) == ({"1": 100, "2": 20, "2:1": 50}, {"1": 7})
    (again,) = dex.parse(combined.raw)
    assert (again.selections, again.paid) == (combined.selections, combined.paid)


def test_parts_without_a_model_are_told_by_counters_that_fall_at_one_time():
    (audit,) = dex.parse(
        part(MASTER) + part({"1": (100, 50), "2": (100, 3)}, clock="20261110*0903")
    )
    assert units(audit) == {"1": 100, "2": 20, "2:1": 50, "2:2": 3}


def test_parts_are_told_by_prices_where_the_counters_of_the_second_are_higher():
    (audit,) = dex.parse(part(SLAVE) + part(MASTER))
    assert units(audit) == {"1": 50, "2:1": 100, "2:2": 20}


def test_parts_with_codes_of_their_own_keep_them():
    (audit,) = dex.parse(part(MASTER, model="A") + part({"41": (150, 50)}, model="B"))
    assert units(audit) == {"1": 100, "2": 20, "41": 50}
    assert [each.part for each in audit.selections] == [1, 1, 2]


def test_three_parts_are_one():
    data = b"".join(part({"1": (100, 10 * n)}, model=f"P{n}") for n in (1, 2, 3))
    (audit,) = dex.parse(data)
    assert units(audit) == {"1": 10, "2:1": 20, "3:1": 30}


def test_a_part_without_a_name_in_the_same_envelope_belongs_to_it():
    master = part(MASTER).replace(b"DXE*1*1\r\n", b"")
    slave = part({"1": (100, 150)}, serial="", clock=None)
    slave = slave[slave.index(b"ST*") :].replace(b"ID1**\r\n", b"")
    (audit,) = dex.parse(master + slave)
    assert units(audit) == {"1": 100, "2": 20, "2:1": 150}


@pytest.mark.parametrize("clock", ["20261117*0900", "20261110*0911", None])
def test_one_machine_read_twice_stays_two_audits(clock):
    later = {"1": (100, 112), "2": (100, 25)}
    first = part(MASTER, clock="20261110*0900" if clock else None)
    assert [units(each)["1"] for each in dex.parse(first + part(later, clock=clock))] == [100, 112]


def test_one_machine_read_twice_at_once_stays_two_audits():
    for codes in (MASTER, {"1": (100, 101), "2": (100, 22)}):
        assert len(dex.parse(part(MASTER) + part(codes, clock="20261110*0902"))) == 2


def test_two_readings_of_a_combination_are_two():
    later = "20261117*0900"
    data = part(MASTER) + part(SLAVE)
    data += part({"1": (100, 112), "2": (100, 20)}, clock=later)
    data += part({"1": (150, 57)}, clock=later)
    assert [units(each)["2:1"] for each in dex.parse(data)] == [50, 57]


def test_audits_that_name_no_machine_stay_apart():
    assert len(dex.parse(part(MASTER, serial="") + part(SLAVE, serial=""))) == 2


def test_what_cannot_be_told_apart_is_refused_with_the_machine():
    higher = {"1": (100, 900), "2": (100, 800)}
    for data in (
        part(MASTER) + part(higher),
        part(higher, clock=None) + part(MASTER, clock=None),
    ):
        with pytest.raises(dex.DexError, match="machine COMBO9 cannot be told apart"):
            dex.parse(data)


def test_a_damaged_part_makes_the_whole_damaged_and_is_named():
    data = part(MASTER, model="M") + part(SLAVE, model="S").replace(b"PA2*50", b"PA2*51")
    (audit,) = dex.parse(data)
    assert audit.crc == "invalid"
    crc = next(each for each in audit.checks if each.name == "crc")
    assert (crc.passed, crc.meaning[:8]) == (False, "Part 2: ")


def test_the_pair_of_a_device_is_used_for_every_part():
    data = part(MASTER, model="M") + part(SLAVE, model="S")
    (audit,) = dex.parse(data, "second")
    assert units(audit) == {"1": 0, "2": 0, "2:1": 0}


def test_the_second_pair_is_used_for_a_combination_that_proves_it():
    def swapped(model: str, since: int) -> bytes:
        return writer.seal(
            [
                f"ID1*C*{model}",
                f"VA1*{since * 100}*{since}*300*3",
                "PA1*1*100",
                f"PA2*3*300*{since}*{since * 100}",
            ]
        )

    (audit,) = dex.parse(swapped("M", 50) + swapped("S", 70))
    assert (audit.counters_pair, audit.counters_proved) == ("second", True)
    assert units(audit) == {"1": 50, "2:1": 70}
