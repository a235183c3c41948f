"""Many audits at once on the DEX page, and the page that says where audits come from."""

import io
import itertools
import zipfile
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.fleet import noon
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_machine, make_stocked_device, send_audit

numbers = itertools.count(1)


@pytest.fixture
def machine(office):
    device = make_stocked_device(office, asset=f"SB-{next(numbers)}")
    return make_machine(device, serial=f"SBS{device['id']}")


def audits(machine, count):
    made = []
    for number in range(count):
        machine.sell_some(1)
        made.append(machine.audit(noon(9) + timedelta(hours=number)))
    return made


def choose(frame, files):
    frame.locator("#drop input[type=file]").set_input_files(
        [
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
            for name, content in files
        ]
    )


def zipped(files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return made.getvalue()


def test_more_than_a_handful_of_files_go_as_one_batch_and_list_what_needs_a_look(sign_in, machine):
    page = sign_in("manager", "/dex")
    frame = shown(page)
    files = [(f"{n}.dex", content) for n, content in enumerate(audits(machine, 11))]
    choose(frame, [*files, ("notes.txt", b"no audit")])
    batch = frame.get_by_role("region", name="12 files.zip")
    summary = batch.get_by_role("status").last
    expect(summary).to_have_text("12 files: 10 booked, 1 first of their machine, 1 refused.")
    expect(batch.get_by_text("notes.txt")).to_be_visible()
    expect(batch.get_by_role("link", name="Refused files")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "dex-batch")


def test_a_zip_of_many_is_followed_as_a_job_until_it_is_booked(sign_in, machine):
    page = sign_in("manager", "/dex")
    frame = shown(page)
    # So many that the page asks for them before all are decided about.
    files = [(f"{n}.dex", content) for n, content in enumerate(audits(machine, 180))]
    choose(frame, [("night.zip", zipped([*files, ("notes.txt", b"no audit")]))])
    batch = frame.get_by_role("region", name="night.zip")
    expect(batch.locator("cvd-job")).to_be_visible()
    expect(batch.get_by_text("181 files: 179 booked")).to_be_visible(timeout=30_000)
    screenshot(page, "dex-batch-job")
    page.reload()
    frame = shown(page)
    expect(frame.get_by_text("181 files: 179 booked")).to_be_visible()
    frame.get_by_role("button", name="Close").click()
    expect(frame.get_by_role("region", name="night.zip")).to_be_hidden()


def test_what_is_no_zip_is_refused_with_its_reason(sign_in):
    page = sign_in("manager", "/dex")
    frame = shown(page)
    choose(frame, [("night.zip", b"no zip at all")])
    expect(frame.get_by_text("Nothing of it was taken in.")).to_be_visible()


def test_the_sources_say_who_sends_and_how_to_connect_a_gateway(sign_in, office, machine):
    send_audit(office, audits(machine, 1)[0])
    send_audit(office, b"no audit", filename="notes.txt")
    page = sign_in("manager", "/sources")
    frame = shown(page)
    expect(frame.get_by_text("notes.txt: Line 1").first).to_be_visible()
    expect(frame.get_by_text("/api/dex-batches")).to_be_visible()
    expect(frame.get_by_text("No folder is watched.")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "sources")
