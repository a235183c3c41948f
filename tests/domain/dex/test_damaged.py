"""Whatever the bytes: Audits or a DexError, soon, and nothing else."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import dex
from domain.dex import fields, layout
from domain.dex.selection import MOST_SELECTIONS
from tests.kit.audits import local
from tests.kit.machine import Machine, Quirks


def a_busy_machine(**quirks) -> bytes:
    machine = Machine(
        selections={f"{row}{n}": 125 for row in "ABC" for n in range(1, 9)}, quirks=Quirks(**quirks)
    )
    machine.sell_some(300)
    machine.fault("ELB_A1", local("2026-01-30 07:00"))
    return machine.audit(local("2026-01-31 08:00"))


WHOLE = a_busy_machine()
SOON_S = 0.2
RECORD_IDS = [
    *("DXS", "ST", "SE", "G85", "DXE", "LS", "ID1", "ID4", "ID5", "VA1", "CA2", "CA3", "CA15"),
    *("CA17", "DA1", "DA2", "PA1", "PA2", "PA3", "PA4", "PA5", "PA7", "EA1", "EA2", "EA3", "EA7"),
    "MA5",
]
DAMAGE = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "insert", "swap", "repeat"]),
        st.integers(0, len(WHOLE)),
        st.integers(0, len(WHOLE)),
        st.binary(min_size=1, max_size=12)
        | st.sampled_from([b"*", b"\r", b"\n", b"\r\nDXS*", b"\r\nST*", b"4294967295", b"PA1*A1*"]),
    ),
    max_size=8,
)


def damaged(data: bytes, damage: list[tuple[str, int, int, bytes]]) -> bytes:
    for how, at, to, what in damage:
        low, high = sorted((at % (len(data) + 1), to % (len(data) + 1)))
        match how:
            case "flip":
                data = data[:low] + what + data[low + len(what) :]
            case "cut":
                data = data[:low] + data[high:] if high - low < 400 else data[:high]
            case "insert":
                data = data[:low] + what + data[low:]
            case "swap":
                data = data[high:] + data[low:high] + data[:low]
            case _:
                data += data[low:high]
        data = data[:20_000]
    return data


def parsed(data: bytes) -> tuple[list[dex.Audit], dex.DexError | None]:
    try:
        return dex.parse(data), None
    except dex.DexError as refused:
        return [], refused


def read_everything(data: bytes) -> None:
    """Parse, and use what a page would use, so that a lazy fault shows as well."""
    audits, refused = parsed(data)
    if refused:
        assert 1 <= refused.line <= data.count(b"\n") + data.count(b"\r") + 1
        assert refused.reason.endswith(".")
    assert bool(audits) is not bool(refused)
    for audit in audits:
        layout.detect([each.selection for each in audit.selections])
        for record in audit.records:
            fields.describe(record)
        counts = [each.count_init for each in audit.selections]
        assert all(count is None or 0 <= count <= 2**53 for count in counts)
        assert all(check.meaning for check in audit.checks)
        str(audit).encode()


@settings(max_examples=300, deadline=None)
@given(damage=DAMAGE)
def test_a_damaged_audit_is_read_or_refused(damage):
    read_everything(damaged(WHOLE, damage))


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(data):
    read_everything(data)


@settings(max_examples=200, deadline=None)
@given(
    lines=st.lists(
        st.tuples(
            st.sampled_from(RECORD_IDS),
            st.lists(
                st.sampled_from(["", " ", "0", "1", "A1", "100", "65535", "4294967295", "20260131"])
                | st.text(max_size=6),
                max_size=12,
            ),
        ),
        max_size=30,
    )
)
def test_any_records_in_any_order_are_read_or_refused(lines):
    text = "\n".join("*".join([record_id, *values]) for record_id, values in lines)
    read_everything(text.encode(errors="replace"))


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(WHOLE) - 1), bit=st.integers(0, 7))
def test_one_flipped_bit_is_never_a_valid_audit(at, bit):
    """Inside what G85 covers; a line end may change into another kind of line end."""
    covered = WHOLE.index(b"ST*") <= at < WHOLE.index(b"G85*")
    assert [audit.crc for audit in dex.parse(WHOLE)] == ["valid"]
    flipped = bytearray(WHOLE)
    flipped[at] ^= 1 << bit
    if covered and WHOLE[at] not in b"\r\n":
        assert all(audit.crc != "valid" for audit in dex.parse(bytes(flipped)))


def test_every_beginning_of_an_audit_is_read_or_refused():
    for end in range(0, len(WHOLE), 7):
        read_everything(WHOLE[:end])


@pytest.mark.parametrize(
    "unit",
    [
        b"PA1*A1*100\n",
        b"PA2*1*1*1*1\n",
        b"ST*1*1\n",
        b"DXS*1\n",
        b"ID1*1\n",
        b"SE*1\nID1*1\n",
        b"CA17*1*5*7\n",
        b"EA2*EGS*1*1\n",
        b"PA7*A1*CA*0*1*1*1*1*1\n",
        b"MA5*SEL1*1,2,3\n",
        b"\r",
        b"\n",
        b"*",
        b" ",
        b"a\n",
        b"G85*",
        b"\nG85",
        b"\n ST",
    ],
)
def test_time_grows_with_the_bytes_and_not_faster(unit):
    head = b"PA1*A1*100\nVA1*1*1*1*1\n"

    def seconds(size: int, enough: float = 0) -> float:
        """The least of three, because a collection of garbage may fall into one."""
        data = head + unit * (size // len(unit))
        least = float("inf")
        for _ in range(3):
            start = time.process_time()
            parsed(data)
            least = min(least, time.process_time() - start)
            if least < enough:
                break
        return least

    large = seconds(480_000, enough=SOON_S)
    # Eight times the bytes: linear is 8, quadratic 64.
    assert large < SOON_S or large / seconds(60_000) < 32


def test_an_audit_has_as_many_selections_as_a_machine_may_have_and_no_more():
    blocks = [b"PA1*%d*100\nPA2*1*100\n" % n for n in range(MOST_SELECTIONS + 1)]
    (audit,) = dex.parse(b"VA1*1*1*1*1\n" + b"".join(blocks[:-1]))
    assert len(audit.selections) == MOST_SELECTIONS
    assert layout.detect([each.selection for each in audit.selections]).rows > 0
    with pytest.raises(dex.DexError, match="2000 selections") as caught:
        dex.parse(b"VA1*1*1*1*1\n" + b"".join(blocks))
    assert caught.value.line == 2 * MOST_SELECTIONS + 2
