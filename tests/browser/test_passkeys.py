"""Passkeys from the profile to the sign-in page, with a device that Chromium plays."""

import re
import time

import pytest
from playwright.sync_api import expect

import auth
from tests.browser.live_server import serving
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.people import COOKIE, PASSWORD, sign_up

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def local(engine, app, database_url, open_browser, tmp_path):
    """Somebody of a role with a device, at a server without a fleet that is reached by a name."""
    with serving(database_url, tmp_path / "output.txt") as server:
        address = server.address.replace("127.0.0.1", "localhost")

        def signed_in(role):
            person = sign_up(app, engine, f"lone-{role}", role)
            if role != "admin":
                # Without one, there would be nothing but the setup.
                sign_up(app, engine, "anna", "admin")
            assert person.id is not None
            with engine.writing() as db:
                token = auth.open_session(db, person.id)
            context = open_browser(address)
            context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
            page = context.new_page()
            return person, page, plug_in(page)

        yield signed_in


def plug_in(page):
    """A device that says yes to whatever it is asked; answers how to look at and change it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    added = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return devtools, {"authenticatorId": added["authenticatorId"]}


def late(route):
    """Answer so late that whoever else would send somebody to sign in is quicker."""
    time.sleep(0.5)
    route.continue_()


def make_passkey(page, name):
    """Make one on the profile that is shown; leaves the recovery codes open, where there are."""
    frame = shown(page)
    frame.get_by_role("button", name="New passkey").press("Enter")
    dialog = frame.get_by_role("dialog", name="New passkey")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Present password").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").press("Enter")


def with_passkey(page, name):
    """Their profile, on which they made one and have put the recovery codes away."""
    page.goto("/#/profile")
    make_passkey(page, name)
    frame = shown(page)
    expect(frame.get_by_role("dialog", name="Keep these recovery codes")).to_be_visible()
    page.keyboard.press("Escape")
    return frame


def type_password(page, username):
    page.get_by_label("Username").fill(username)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_made_signs_in_alone_and_after_the_password_and_is_removed(local):
    _, page, _ = local("viewer")
    page.goto("/#/profile")
    frame = shown(page)
    expect(frame.get_by_text("Sign in by the fingerprint")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "profile-no-passkey")
    make_passkey(page, "Vera's phone")
    codes = frame.get_by_role("dialog", name="Keep these recovery codes").get_by_role("listitem")
    expect(codes).to_have_count(10)
    page.keyboard.press("Escape")
    passkeys = frame.get_by_role("list", name="Passkeys")
    expect(passkeys.get_by_role("listitem")).to_have_count(1)
    expect(passkeys).to_contain_text("Not used yet")
    expect(frame.get_by_text("10 recovery codes left")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "profile-passkey")
    frame.get_by_role("button", name="Sign out", exact=True).first.click()
    page.wait_for_url("**/pages/login.html")

    alone = page.get_by_role("button", name="Sign in with a passkey")
    expect(alone).to_be_visible()
    check_accessibility(page)
    screenshot(page, "sign-in-passkey")
    alone.press("Enter")
    page.wait_for_url("**/#/today")
    page.goto("/#/profile")
    expect(passkeys).to_contain_text("Last used")
    frame.get_by_role("button", name="Sign out", exact=True).first.click()
    page.wait_for_url("**/pages/login.html")

    type_password(page, "lone-viewer")
    second = page.get_by_role("button", name="Use your passkey")
    expect(second).to_be_focused()
    expect(page.get_by_label("Code", exact=True)).to_be_visible()
    check_accessibility(page)
    screenshot(page, "sign-in-passkey-second")
    second.press("Enter")
    page.wait_for_url("**/#/today")

    page.goto("/#/profile")
    frame.get_by_role("button", name="Actions for Vera's phone").press("Enter")
    frame.get_by_role("menuitem", name="Rename").press("Enter")
    frame.get_by_role("dialog").get_by_label("Name").fill("Old phone")
    frame.get_by_role("button", name="Save changes").press("Enter")
    expect(passkeys).to_contain_text("Old phone")
    frame.get_by_role("button", name="Actions for Old phone").press("Enter")
    frame.get_by_role("menuitem", name="Remove").press("Enter")
    dialog = frame.get_by_role("dialog", name="Remove Old phone")
    dialog.get_by_label("Present password").fill(PASSWORD)
    screenshot(page, "profile-passkey-remove")
    check_accessibility(page)
    dialog.get_by_role("button", name="Remove passkey").press("Enter")
    expect(passkeys).to_have_count(0)
    expect(frame.get_by_text("Only your password is asked")).to_be_visible()


def test_where_the_device_says_no_it_is_said_and_a_recovery_code_signs_in(local):
    _, page, (devtools, device) = local("viewer")
    page.goto("/#/profile")
    frame = shown(page)
    make_passkey(page, "Key on the ring")
    recovery = frame.get_by_role("dialog", name="Keep these").get_by_role("listitem").first
    code = recovery.inner_text()
    page.keyboard.press("Escape")
    frame.get_by_role("button", name="Sign out", exact=True).first.click()
    page.wait_for_url("**/pages/login.html")
    devtools.send("WebAuthn.setUserVerified", {**device, "isUserVerified": False})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("No passkey was used")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "sign-in-passkey-refused")
    type_password(page, "lone-viewer")
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_label("Code", exact=True).press("Enter")
    page.wait_for_url("**/#/today")


def test_a_role_that_needs_a_second_factor_goes_on_with_a_passkey(local):
    person, page, _ = local("admin")
    rules = {"version": 1, "second_factor_roles": ["admin"]}
    assert person.put("/api/sign-in-rules", json=rules).status == 200
    page.goto("/#/devices")
    frame = shown(page)
    expect(frame.get_by_text("Your role needs one. Set it up to go on.")).to_be_visible()
    expect(frame.get_by_role("button", name="New passkey")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "profile-passkey-due")
    make_passkey(page, "Office computer")
    expect(frame.get_by_role("dialog", name="Keep these recovery codes")).to_be_visible()
    page.keyboard.press("Escape")
    # The shell begins anew by itself, and goes where one begins.
    expect(page).to_have_url(re.compile("#/today$"))
    page.goto("/#/devices")
    expect(frame.get_by_role("heading", name="Devices", exact=True)).to_be_visible()


def test_an_administrator_sees_who_has_which_and_resets_them(local, engine):
    _, page, _ = local("admin")
    frame = with_passkey(page, "Office computer")
    with engine.writing() as db:
        db.execute(
            "INSERT INTO identities (user_id, issuer, subject, linked_at, last_used_at) "
            "SELECT id, 'https://a.example', 's', created_at, created_at FROM users"
        )
    page.goto("/#/users")
    row = frame.get_by_role("row", name=re.compile("lone-admin"))
    expect(row).to_contain_text("1 passkey, Provider")
    check_accessibility(page)
    screenshot(page, "users-passkeys")
    row.get_by_role("button", name="Actions for lone-admin").press("Enter")
    frame.get_by_role("menuitem", name="How they get in").press("Enter")
    dialog = frame.get_by_role("dialog", name="How lone-admin gets in")
    expect(dialog).to_contain_text("Office computer")
    expect(dialog).to_contain_text("The company's provider signs them in")
    check_accessibility(page)
    screenshot(page, "users-access-passkeys")


def test_at_an_ip_address_it_is_said_that_none_can_be_made_there(alone):
    _, page = alone("viewer")
    page.goto("/#/profile")
    frame = shown(page)
    expect(
        frame.get_by_text("127.0.0.1 is an IP address: open CVD at http://local")
    ).to_be_visible()
    expect(frame.get_by_role("button", name="New passkey")).to_be_hidden()
    expect(frame.get_by_role("button", name="Set it up")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "profile-passkeys-not-here")


def test_a_session_that_ended_goes_on_by_a_passkey_where_it_was(local, engine):
    person, page, _ = local("manager")
    frame = with_passkey(page, "Office computer")
    with engine.writing() as db:
        auth.end_sessions(db, person.id)
        db.execute("UPDATE passkeys SET sign_count = 1000")
    frame.get_by_role("button", name="Edit").press("Enter")
    dialog = frame.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Max Power")
    dialog.get_by_role("button", name="Save changes").press("Enter")
    again = page.get_by_role("dialog", name="Sign in again")
    expect(again).to_be_visible()
    check_accessibility(page)
    screenshot(page, "sign-in-again-passkey")
    again.get_by_role("button", name="Sign in with a passkey").press("Enter")
    expect(again).to_contain_text("it may have been copied")
    with engine.writing() as db:
        db.execute("UPDATE passkeys SET sign_count = 0")
    again.get_by_role("button", name="Sign in with a passkey").press("Enter")
    expect(again).to_be_hidden()
    expect(frame.get_by_text("Max Power")).to_be_visible()


def test_somebody_else_who_signs_in_again_goes_on_as_themselves_without_what_waited(
    local, engine, app
):
    """A computer of two: what one of them was about to save is not saved by the other."""
    person, page, _ = local("manager")
    other = sign_up(app, engine, "mia", "manager")
    assert other.id is not None
    page.goto("/#/profile")
    frame = shown(page)
    frame.get_by_role("button", name="Edit").press("Enter")
    with engine.writing() as db:
        auth.end_sessions(db, person.id)
        token = auth.open_session(db, other.id)
    dialog = frame.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Max Power")
    dialog.get_by_role("button", name="Save changes").press("Enter")
    again = page.get_by_role("dialog", name="Sign in again")
    expect(again).to_be_visible()
    me = other.get("/api/auth/me").json
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": page.url}])
    signed_in = "(form, detail) => form.dispatchEvent(new CustomEvent('signed-in', {detail}))"
    again.locator("cvd-sign-in").evaluate(signed_in, me)
    expect(again).to_be_hidden()
    expect(shown(page).get_by_text("mia", exact=True).first).to_be_visible()
    assert other.get("/api/auth/me").json["display_name"] == "mia"


def test_who_is_signed_out_comes_back_to_the_page_of_the_link(local, engine):
    person, page, _ = local("manager")
    with engine.writing() as db:
        auth.end_sessions(db, person.id)
    page.route("**/api/setup", late)
    page.goto("/#/devices?q=M00")
    page.wait_for_url("**/pages/login.html?*")
    type_password(page, "lone-manager")
    page.wait_for_url("**/#/devices?q=M00")
    expect(shown(page).get_by_role("heading", name="Devices", exact=True)).to_be_visible()
