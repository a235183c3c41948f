"""The DEX pages: audits dropped, worded, decided, shown, and machines made of them."""

import itertools
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.fleet import noon
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_device, make_machine, make_planogram, make_product, send_audit
from tests.kit.machine import Machine

numbers = itertools.count(1)


@pytest.fixture
def device(office):
    """2 x 3 slots of products whose quantity nobody knows."""
    made = make_device(office, asset=f"DX-{next(numbers)}")
    as_of = "2020-01-01T00:00:00Z"
    make_planogram(office, made["cabinets"][0]["id"], quantity=None, as_of=as_of)
    return made


@pytest.fixture
def machine(device):
    return make_machine(device, serial=f"DXS{device['id']}")


@pytest.fixture
def stranger():
    """A machine nobody knows, which names one of its products."""
    number = next(numbers)
    made = Machine(
        serial=f"ST{number}", asset=f"ST-{number}", selections={"A1": 150, "A2": 180, "B2": 200}
    )
    made.sell_some(30)
    return made


@pytest.fixture
def open_dex(sign_in):
    def opened(part="manager", path="/dex", **options):
        page = sign_in(part, path, **options)
        return page, shown(page)

    return opened


def upload(frame, *files):
    """Choose files: (name, bytes) each."""
    frame.locator("#drop input[type=file]").set_input_files(
        [
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
            for name, content in files
        ]
    )


def quantities(person, device):
    planogram = person.get(f"/api/cabinets/{device['cabinets'][0]['id']}/planogram").json
    return [slot["quantity"] for slot in planogram["slots"]]


def test_many_files_end_as_a_sentence_each(open_dex, machine, stranger):
    first = machine.audit(noon(2))
    machine.sell("A1", 4)
    second = machine.audit(noon(1))
    page, frame = open_dex()
    upload(frame, ("first.dex", first))
    expect(frame.get_by_text("its first audit. Its counters stand at 0 units")).to_be_visible()
    upload(
        frame,
        ("second.dex", second),
        ("again.dex", first),
        ("who.dex", stranger.audit(noon(1))),
        ("page.html", b"<html></html>"),
    )
    expect(frame.get_by_text(re.compile(r"4 units, \$6\.00 since "))).to_be_visible()
    expect(frame.get_by_text("known already, first received")).to_be_visible()
    expect(frame.get_by_text(f"no device has serial {stranger.serial}")).to_be_visible()
    expect(frame.get_by_text(re.compile(r"Refused\. Line 1: .* kept among the"))).to_be_visible()
    expect(frame.get_by_text("4 files taken in, 1 not.")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "dex-uploads")


def test_files_may_be_dropped_anywhere(open_dex, machine):
    content = machine.audit(noon(1)).decode()
    _, frame = open_dex()
    expect(frame.locator("#reads tbody tr:not(.spacer)").first).to_be_visible()
    frame.locator("#reads").evaluate(
        """(table, content) => {
            const data = new DataTransfer();
            data.items.add(new File([content], "dropped.dex"));
            const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true });
            table.dispatchEvent(drop);
        }""",
        content,
    )
    expect(frame.locator("#queue").get_by_text("dropped.dex")).to_be_visible()
    expect(frame.locator("#queue").get_by_text("its first audit")).to_be_visible()


def test_a_first_audit_asks_what_was_in_the_slots(open_dex, office, device, machine):
    page, frame = open_dex()
    upload(frame, ("first.dex", machine.audit(noon(1))))
    question = frame.get_by_role("group", name="Stock at the time of this audit")
    expect(question).to_contain_text("How much was in the 6 slots")
    screenshot(page, "dex-first-audit")
    question.get_by_role("button", name="At par").click()
    expect(question.get_by_text("6 slots counted as of this audit")).to_be_visible()
    assert quantities(office, device) == [8] * 6


def test_a_first_audit_takes_a_count(open_dex, office, device, machine):
    _, frame = open_dex()
    upload(frame, ("first.dex", machine.audit(noon(1))))
    question = frame.get_by_role("group", name="Stock at the time of this audit")
    question.get_by_role("button", name="Counted…").click()
    question.get_by_role("spinbutton").nth(1).fill("3")
    question.get_by_role("button", name="Save the count").click()
    expect(question.get_by_text("1 slot counted as of this audit")).to_be_visible()
    assert quantities(office, device) == [None, 3, None, None, None, None]


def test_the_page_of_a_first_audit_asks_what_was_in_the_slots(open_dex, office, device, machine):
    machine.sell("A1", 12)
    read = send_audit(office, machine.audit(noon(2))).json
    machine.sell("A1", 3)
    send_audit(office, machine.audit(noon(1)))
    page, frame = open_dex(path=f"/dex/{read['id']}")
    expect(frame.get_by_text("Its counters stand at 12 units, $18.00 in all")).to_be_visible()
    question = frame.get_by_role("group", name="Stock at the time of this audit")
    expect(question).to_contain_text("How much was in the 6 slots")
    check_accessibility(page)
    screenshot(page, "dex-read-first")
    question.get_by_role("button", name="Full").click()
    expect(question.get_by_text("6 slots counted as of this audit")).to_be_visible()
    assert quantities(office, device) == [7] + [10] * 5
    page.reload()
    expect(frame.get_by_text("Its counters stand at 12 units")).to_be_visible()
    expect(question).to_have_count(0)


def test_a_count_that_is_being_entered_outlives_a_refresh(open_dex, office, machine):
    read = send_audit(office, machine.audit(noon(1))).json
    page, frame = open_dex(path=f"/dex/{read['id']}")
    question = frame.get_by_role("group", name="Stock at the time of this audit")
    question.get_by_role("button", name="Counted…").click()
    question.get_by_role("spinbutton").nth(1).fill("3")
    page.goto("/#/dex")
    with page.expect_response(f"**/api/dex-reads/{read['id']}"):
        upload(frame, ("second.dex", machine.audit(noon(0))))
    page.go_back()
    expect(question.get_by_role("spinbutton").nth(1)).to_have_value("3")


def test_only_who_may_save_a_planogram_is_asked(open_dex, office, machine):
    read = send_audit(office, machine.audit(noon(1))).json
    _, frame = open_dex("viewer", f"/dex/{read['id']}")
    expect(frame.get_by_text("Its counters stand at")).to_be_visible()
    expect(frame.get_by_role("group", name="Stock at the time of this audit")).to_have_count(0)


def test_an_unknown_audit_is_assigned_where_it_lies(open_dex, office, device, stranger):
    _, frame = open_dex()
    upload(frame, ("who.dex", stranger.audit(noon(1))))
    frame.get_by_role("button", name="Assign to a device").click()
    dialog = frame.get_by_role("dialog", name="Whose audit is this?")
    dialog.get_by_role("combobox").fill(device["asset"])
    frame.get_by_role("option", name=device["asset"]).click()
    dialog.get_by_role("button", name="Assign and book").click()
    expect(frame.locator("#queue")).to_contain_text("its first audit")
    read = office.get(f"/api/dex-reads?device_id={device['id']}").json["items"][0]
    assert read["status"] == "baseline"


def test_the_other_audits_of_its_machine_go_along(open_dex, office, device, stranger):
    older = stranger.audit(noon(2))
    stranger.sell("A1", 4)
    page, frame = open_dex()
    upload(frame, ("newer.dex", stranger.audit(noon(1))), ("older.dex", older))
    expect(frame.get_by_role("button", name="Assign to a device")).to_have_count(2)
    frame.get_by_role("button", name="Assign to a device").first.click()
    dialog = frame.get_by_role("dialog", name="Whose audit is this?")
    expect(
        dialog.get_by_label(f"Also book the other audit of serial {stranger.serial}")
    ).to_be_checked()
    check_accessibility(page)
    screenshot(page, "dex-assign")
    dialog.get_by_role("combobox").fill(device["asset"])
    frame.get_by_role("option", name=device["asset"]).click()
    dialog.get_by_role("button", name="Assign and book").click()
    expect(frame.get_by_role("button", name="Assign to a device")).to_have_count(0)
    expect(frame.locator("#queue")).to_contain_text("its first audit")
    reads = office.get(f"/api/dex-reads?device_id={device['id']}").json["items"]
    assert sorted((read["status"], read["units"]) for read in reads) == [
        ("baseline", 0),
        ("booked", 4),
    ]


def test_a_damaged_audit_is_booked_once_it_is_accepted(open_dex, office, device, machine):
    send_audit(office, machine.audit(noon(2)))
    machine.sell("A2", 3)
    damaged = machine.audit(noon(1)).replace(b"*USD", b"*EUR", 1)
    _, frame = open_dex()
    upload(frame, ("damaged.dex", damaged))
    expect(frame.get_by_text("its checksum does not match")).to_be_visible()
    frame.get_by_role("button", name="Accept and book").click()
    expect(frame.get_by_text(re.compile(r"3 units, \$4\.50 since "))).to_be_visible()


def test_large_counters_are_shown_whole_on_any_screen(open_dex, office, device, machine):
    machine.sell("A1", 8_000)
    read = send_audit(office, machine.audit(noon(1))).json
    page, frame = open_dex("viewer", f"/dex/{read['id']}")
    figure = frame.get_by_role("cell", name="$12,000.00")
    expect(figure).to_be_visible()
    assert figure.evaluate("cell => cell.scrollWidth <= cell.clientWidth")
    page.set_viewport_size({"width": 390, "height": 844})
    assert frame.locator("html").evaluate("html => html.scrollWidth") == 390


def test_one_audit_reads_in_words(open_dex, office, device, machine):
    send_audit(office, machine.audit(noon(3)))
    machine.sell("A1", 7)
    machine.sell("A3", 2)
    machine.fault("EJB", noon(2) + timedelta(hours=2), active=True)
    read = send_audit(office, machine.audit(noon(1))).json
    page, frame = open_dex("viewer", f"/dex/{read['id']}")
    expect(frame.get_by_text("It sold 9 units for $13.50")).to_be_visible()
    screenshot(page, "dex-read")
    expect(frame.get_by_role("row", name=re.compile("^A1 .* 7 ")).first).to_be_visible()
    expect(frame.locator(".timeline .fault")).to_be_visible()
    expect(frame.get_by_text("The file arrived exactly as the machine sent it.")).to_be_visible()
    field = frame.locator(".raw [data-tip]").first
    field.focus()
    page.keyboard.press("ArrowDown")
    expect(frame.get_by_role("tooltip")).to_be_visible()
    for action in ("Accept and book", "Assign to a device"):
        expect(frame.get_by_role("button", name=action)).to_have_count(0)
    check_accessibility(page)


@pytest.fixture
def cup_counter(office, device):
    """A read of a machine that gave 3 units for money, and cups for nothing by C1 and C2."""
    prices = {"A1": 150, "C1": 0, "C2": 0}
    machine = make_machine(device, serial=f"DXS{device['id']}", selections=prices)
    send_audit(office, machine.audit(noon(2)))
    machine.sell("A1", 3)
    machine.sell("C1", 40)
    machine.sell("C2", 2)
    return send_audit(office, machine.audit(noon(1))).json


def test_what_costs_nothing_is_ignored_by_one_button_and_undone_by_another(open_dex, cup_counter):
    page, frame = open_dex(path=f"/dex/{cup_counter['id']}")
    expect(frame.get_by_text("It sold 45 units for $4.50")).to_be_visible()
    expect(frame.get_by_text("may be ignored: C1, C2.")).to_be_visible()
    expect(frame.get_by_role("button", name="Ignore all 2 on this machine")).to_be_visible()
    screenshot(page, "dex-read-proposal")
    check_accessibility(page)
    frame.get_by_role("button", name="Ignore C1 on this machine").click()
    expect(frame.get_by_text("It sold 5 units for $4.50")).to_be_visible()
    expect(frame.get_by_text("may be ignored: C2.")).to_be_visible()
    expect(frame.get_by_role("row", name=re.compile("^C1 Ignored"))).to_be_visible()
    screenshot(page, "dex-read-ignored")
    check_accessibility(page)
    page.get_by_role("button", name="Undo").click()
    expect(frame.get_by_text("It sold 45 units for $4.50")).to_be_visible()
    expect(frame.get_by_role("button", name="Ignore C1 on this machine")).to_be_visible()
    expect(frame.get_by_text("Ignored", exact=True)).to_have_count(0)


def test_a_viewer_reads_what_is_ignored_and_changes_nothing(open_dex, cup_counter):
    _, frame = open_dex("viewer", f"/dex/{cup_counter['id']}")
    expect(frame.get_by_text("may be ignored: C1, C2.")).to_be_visible()
    expect(frame.get_by_role("button", name=re.compile("^Ignore"))).to_have_count(0)


def test_the_device_shows_what_it_ignores_and_can_count_it_again(
    open_dex, office, device, cup_counter
):
    page, frame = open_dex(path=f"/devices/{device['id']}")
    frame.get_by_role("button", name="Edit").click()
    frame.get_by_label("Ignored selections").fill("C2,C1, A1")
    frame.get_by_role("button", name="Save changes").click()
    expect(frame.get_by_text(re.compile("^A1 sells .* so it cannot be ignored"))).to_be_visible()
    frame.get_by_label("Ignored selections").fill("C2,C1")
    screenshot(page, "device-ignored-selections")
    check_accessibility(page)
    frame.get_by_role("button", name="Save changes").click()
    expect(frame.get_by_role("dialog")).to_have_count(0)
    assert office.get(f"/api/dex-reads/{cup_counter['id']}").json["units"] == 3
    frame.get_by_role("button", name="Edit").click()
    expect(frame.get_by_label("Ignored selections")).to_have_value("C1, C2")
    frame.get_by_label("Ignored selections").fill("")
    frame.get_by_role("button", name="Save changes").click()
    expect(frame.get_by_role("dialog")).to_have_count(0)
    assert office.get(f"/api/dex-reads/{cup_counter['id']}").json["units"] == 45


def test_refused_files_are_listed_and_thrown_away(open_dex, office):
    name = f"note-{next(numbers)}.txt"
    send_audit(office, f"not an audit {name}".encode(), filename=name)
    page, frame = open_dex(path="/dex?tab=refused")
    expect(frame.get_by_role("row", name=re.compile(name))).to_be_visible()
    check_accessibility(page)
    frame.get_by_role("button", name=f"Delete {name}").click()
    frame.get_by_role("button", name="Delete file").click()
    expect(frame.get_by_role("row", name=re.compile(name))).to_have_count(0)


def test_audits_are_filtered_in_the_address(open_dex, fleet):
    page, frame = open_dex()
    frame.get_by_label("Status").select_option("unassigned")
    expect(frame.get_by_role("link", name="Z-9")).to_be_visible()
    expect(page).to_have_url(re.compile("status=unassigned"))
    page.reload()
    expect(shown(page).get_by_role("link", name="Z-9")).to_be_visible()
    screenshot(page, "dex")


def test_a_driver_sends_and_sees_no_more(open_dex, office, fleet, stranger):
    own = make_device(office, asset="DX-OWN", route_id=fleet.routes["North"]["id"])
    _, frame = open_dex("driver", phone=True)
    upload(
        frame,
        ("mine.dex", make_machine(own, serial="DXOWN").audit(noon(1))),
        ("who.dex", stranger.audit(noon(1))),
    )
    expect(frame.get_by_text("its first audit. Sales follow from the next one.")).to_be_visible()
    expect(frame.get_by_text("it is from none of your machines")).to_be_visible()
    for absent in ("Audits", "Refused files"):
        expect(frame.get_by_role("tab", name=absent)).to_have_count(0)


def test_a_viewer_looks_and_sends_nothing(open_dex):
    _, frame = open_dex("viewer")
    expect(frame.locator("#reads tbody tr:not(.spacer)").first).to_be_visible()
    expect(frame.get_by_role("button", name="Choose files")).to_have_count(0)
    expect(frame.get_by_role("tab", name="Refused files")).to_have_count(0)


def test_a_machine_is_made_of_its_audit(open_dex, office, stranger):
    known = make_product(office, name=f"Known soda {next(numbers)}", price_cents=170)
    stranger.odometers.selections["A1"].product = known["name"].upper()
    stranger.odometers.selections["A2"].product = f"New juice {known['id']}"
    older = send_audit(office, stranger.audit(noon(2))).json
    read = send_audit(office, stranger.audit(noon(1))).json
    page, frame = open_dex(path=f"/dex/{read['id']}/installation")
    expect(frame.get_by_label("Asset number")).to_have_value(stranger.asset)
    expect(frame.get_by_label("Also book the other audit")).to_be_checked()
    expect(frame.get_by_text("2 of 3 slots with a product, 1 new product")).to_be_visible()
    frame.get_by_label("Capacity of all").fill("12")
    frame.get_by_label("Par of all").fill("9")
    frame.get_by_role("button", name="Set for all").click()
    frame.get_by_label("Counted", exact=True).check()
    frame.get_by_label("Counted quantity of A1").fill("14")
    check_accessibility(page)
    frame.get_by_role("button", name="Create machine").click()
    expect(frame.get_by_text("only 12 fit")).to_be_visible()
    screenshot(page, "installation")
    frame.get_by_label("Counted quantity of A1").fill("4")
    frame.get_by_role("button", name="Create machine").click()
    page.wait_for_url(re.compile(r"#/devices/\d+"))
    device = office.get(f"/api/devices?q={stranger.asset}").json["items"][0]
    assert office.get(f"/api/dex-reads/{older['id']}").json["device_id"] == device["id"]
    planogram = office.get(f"/api/cabinets/{device['cabinets'][0]['id']}/planogram").json
    assert [
        (s["product_name"], s["capacity"], s["par_level"], s["quantity"])
        for s in planogram["slots"]
    ] == [
        (known["name"], 12, 9, 4),
        (f"New juice {known['id']}", 12, 9, None),
        (None, 0, 0, 0),
        (None, 12, 9, 0),
    ]


def test_an_asset_that_is_taken_is_said_at_its_field(open_dex, office, fleet, stranger):
    read = send_audit(office, stranger.audit(noon(1))).json
    _, frame = open_dex(path=f"/dex/{read['id']}/installation")
    frame.get_by_label("Asset number").fill("T-1000")
    frame.get_by_role("button", name="Create machine").click()
    expect(frame.get_by_text("There is a device with the asset number T-1000")).to_be_visible()
    assert office.get(f"/api/dex-reads/{read['id']}").json["status"] == "unassigned"


def test_the_state_of_an_audit_says_what_it_means_for_the_books(sign_in, fleet):
    page = sign_in("manager", "/dex", alone=True)
    view = shown(page)
    for word, meaning in (
        ("Booked", "What was sold since the audit before is in sales and stock"),
        ("Unassigned", "Not in the books: nobody said yet whose audit it is"),
    ):
        view.locator("cvd-status").filter(has_text=word).first.hover()
        expect(view.get_by_role("tooltip")).to_have_text(meaning)
