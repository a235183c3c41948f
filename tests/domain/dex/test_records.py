"""What a file may look like from outside and still be read."""

from __future__ import annotations

import pytest

from domain import dex
from domain.dex import records
from tests.kit.audits import SALES, local, only, text
from tests.kit.machine import Machine, Quirks

MOMENT = local("2026-01-31 08:00")

FIRST = ("DXS*1*VA", "ST*001*0001", "ID1*ONE", *SALES, "SE*6*0001", "DXE*1*1")
SECOND = ("DXS*1*VA", "ST*001*0002", "ID1*TWO", *SALES, "SE*6*0002", "DXE*1*1")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do(newline):
    (audit,) = dex.parse(text(*FIRST, newline=newline))
    assert (audit.serial, audit.selections[0].count_init) == ("ONE", 10)
    assert [each.line for each in audit.records] == list(range(1, 9))


def test_line_numbers_count_blank_lines_as_well():
    (audit,) = dex.parse(b"\r\n\nhello\r\rVA1*1*1*1*1\r\n")
    assert audit.records[0].line == 5


def test_text_before_the_audit_is_passed_over_in_silence():
    audit = only("Connected to VendLink 2.1", "> read", *FIRST)
    assert audit.serial == "ONE"
    assert audit.warnings == ()


def test_text_inside_the_audit_is_reported():
    audit = only(*FIRST[:4], "*** modem: carrier lost", *FIRST[4:])
    assert audit.warnings == ("1 lines are not DEX records and were left out.",)


def test_a_record_before_the_envelope_belongs_to_the_audit_it_opens():
    audit = only("MC5*SiLine*List10", *FIRST)
    assert audit.records[0].id == "MC5"


def test_two_audits_in_one_file_are_two_and_each_keeps_its_bytes():
    data = b"noise\n" + text(*FIRST) + b"between\n" + text(*SECOND)
    one, two = dex.parse(data)
    assert (one.serial, two.serial) == ("ONE", "TWO")
    assert (one.transaction_number, two.transaction_number) == ("0001", "0002")
    assert one.raw + two.raw == data
    assert two.raw == text(*SECOND)


def test_two_audits_are_told_apart_without_their_envelope():
    assert [each.serial for each in dex.parse(text(*FIRST[1:-1], *SECOND[1:-1]))] == ["ONE", "TWO"]


def test_two_audits_are_told_apart_by_their_end_when_nothing_opens_them():
    assert len(dex.parse(text(*FIRST[2:], *SECOND[2:]))) == 2


def test_an_audit_without_sales_beside_one_with_sales_is_left_out():
    empty = ("DXS*1*VA", "ST*001*0001", "ID1*NONE", "SE*3*0001", "DXE*1*1")
    assert [each.serial for each in dex.parse(text(*empty, *SECOND))] == ["TWO"]


def test_identity_may_come_last():
    audit = only("ST*001*0001", *SALES, "ID1*LAST*MODEL*****6*1", "ID5*20260131*0800")
    assert (audit.serial, audit.model, audit.level, audit.revision) == ("LAST", "MODEL", "6", "1")
    assert audit.clock is not None


def test_trailing_spaces_and_empty_fields_are_nothing():
    audit = only("ID1*  S1  *** *  *  ", "VA1* *10 ** ", "PA1*A1 *100 *Cola   Zero  *", "PA2*10 *")
    assert (audit.serial, audit.location, audit.asset) == ("S1", None, None)
    (a1,) = audit.selections
    assert (a1.selection, a1.price_cents, a1.product_name) == ("A1", 100, "Cola Zero")
    assert (a1.count_init, a1.value_init_cents, a1.count_rst) == (10, None, None)
    assert audit.records[0].fields[0] == "  S1  "


@pytest.mark.parametrize("zeros", ["0", "000000"])
def test_an_asset_number_of_zeros_was_never_given(zeros):
    assert only(f"ID1*{zeros}*M****{zeros}", *SALES).asset is None


def test_names_in_an_old_code_page_and_control_characters_do_no_harm():
    (audit,) = dex.parse(b"\x02VA1*1*1*1*1\x03\nPA1*1*100*Caf\xe9\x00\nPA2*1*1*1*1\n")
    assert audit.selections[0].product_name == "Café"


def test_a_byte_order_mark_is_passed_over():
    assert dex.parse(b"\xef\xbb\xbf" + text(*FIRST))[0].communication_id == "1"


def test_loops_and_makers_own_records_are_kept_raw():
    audit = only("LS*0100", *SALES, "LE*0100", "MA5*TEMP*44*6", "XY9*anything")
    assert [each.id for each in audit.records] == ["LS", "VA1", "PA1", "PA2", "LE", "MA5", "XY9"]


def test_an_audit_of_totals_alone_is_read_and_says_it_books_no_sales():
    audit = only("VA1*1000*10*0*0")
    assert audit.selections == ()
    assert (audit.total_count_init, audit.total_value_init_cents) == (10, 1000)
    assert audit.warnings == ("The audit names no selections, so it books no sales.",)


def test_selections_alone_are_read_without_totals():
    audit = only("PA1*A1*100", "PA2*10*1000")
    assert audit.paid == dex.Totals()
    assert audit.total_count_init == 10


@pytest.mark.parametrize("lost", [("ST",), ("SE",), ("G85",), ("ST", "SE", "G85"), ("DXS", "DXE")])
def test_missing_marks_change_nothing_of_what_was_counted(lost):
    machine = Machine(quirks=Quirks(without=lost))
    machine.sell("A1", units=3)
    (audit,) = dex.parse(machine.audit(MOMENT))
    assert audit.total_count_init == 3


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"", 1, "The file is empty."),
        (b" \r\n\r\n ", 1, "The file is empty."),
        (b"Dear Sir,\nplease find enclosed\n", 1, "No line of this file is a DEX record."),
        (bytes(range(256)) * 4, 1, "No line of this file is a DEX record."),
        (b"va1*1*1\n", 1, "No line of this file is a DEX record."),
        (
            text("DXS*1*VA", "ST*001*0001", "ID1*X", "SE*3*1"),
            4,
            "The audit has no PA or VA record, so it says nothing about sales.",
        ),
        (text("ID1*X", "VA1**", "PA1*"), 2, "The VA1 record has no readable number."),
        (text("ID1*X", "", "PA2*x*y"), 3, "The PA2 record has no readable number."),
    ],
)
def test_a_file_that_says_nothing_about_sales_is_refused_with_line_and_reason(data, line, reason):
    with pytest.raises(dex.DexError) as caught:
        dex.parse(data)
    assert (caught.value.line, caught.value.reason) == (line, reason)
    assert str(caught.value) == f"line {line}: {reason}"


def test_a_file_too_large_or_too_long_is_refused_before_it_costs_anything():
    with pytest.raises(dex.DexError, match="larger than 8 MB"):
        dex.parse(b"VA1*1*1*1*1\n" + b"x" * records.MAX_BYTES)
    with pytest.raises(dex.DexError, match="more than 50000 lines") as caught:
        dex.parse(b"VA1*1*1*1*1\n" * (records.MAX_LINES + 1))
    assert caught.value.line == records.MAX_LINES + 1


def test_a_file_of_endless_audits_is_refused():
    assert len(dex.parse(text(*FIRST) * records.MAX_AUDITS)) == records.MAX_AUDITS
    with pytest.raises(dex.DexError, match="more than 200 audits"):
        dex.parse(text(*FIRST) * (records.MAX_AUDITS + 1))


def test_an_endless_line_is_no_record():
    audit = only(*SALES, "MA5*" + "x" * records.MAX_LINE)
    assert audit.warnings == ("1 lines are not DEX records and were left out.",)
