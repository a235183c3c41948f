"""Users: who may sign in, one-time passwords, and what is done to whom."""

import re

import pyotp
from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.people import PASSWORD


def create_user(page, name, username, role="Driver"):
    """Create through the page; answers the one-time password that it shows."""
    frame = shown(page)
    frame.get_by_role("button", name="New user").click()
    dialog = frame.get_by_role("dialog", name="New user")
    dialog.locator("[name=display_name]").fill(name)
    dialog.locator("[name=username]").fill(username)
    dialog.get_by_label(role).check()
    dialog.get_by_role("button", name="Create user").click()
    expect(frame.get_by_role("dialog", name=f"{name} can sign in")).to_be_visible()
    return frame.locator("#one-time-password").inner_text()


def test_a_new_driver_signs_in_once_and_then_chooses_a_password(sign_in, open_browser, server):
    page = sign_in("admin", "/users")
    password = create_user(page, "Kim Park", "kim")
    check_accessibility(page)

    phone = open_browser(server.address, phone=True).new_page()
    phone.goto("/")
    phone.get_by_label("Username").fill("kim")
    phone.get_by_role("textbox", name="Password").fill(password)
    phone.get_by_role("button", name="Show what is typed").click()
    expect(phone.get_by_role("textbox", name="Password")).to_have_attribute("type", "text")
    check_accessibility(phone)
    screenshot(phone, "sign-in-shown")
    phone.get_by_role("button", name="Sign in").click()
    frame = shown(phone)
    expect(frame.get_by_text("You signed in with a one-time password")).to_be_visible()
    phone.goto("/#/service-orders")
    expect(frame.get_by_role("heading", name="Profile")).to_be_visible()
    check_accessibility(phone)
    screenshot(phone, "profile-one-time-password")

    expect(frame.get_by_label("Present password")).to_be_hidden()
    frame.get_by_role("textbox", name="New password").fill("password1234")
    frame.get_by_role("button", name="Change password").click()
    expect(frame.get_by_text("is among the most used passwords")).to_be_visible()
    screenshot(phone, "profile-common-password")
    frame.get_by_role("textbox", name="New password").fill("paper moon lake 9")
    frame.get_by_role("button", name="Change password").click()
    phone.wait_for_url("**/#/service-orders")
    expect(frame.get_by_role("heading", name="Service orders")).to_be_visible()


def test_another_email_of_ones_own_asks_for_the_password(sign_in):
    page = sign_in("viewer", "/profile")
    frame = shown(page)
    frame.get_by_role("button", name="Edit").click()
    dialog = frame.get_by_role("dialog")
    expect(dialog.get_by_label("Present password")).to_be_hidden()
    dialog.get_by_label("Email").fill("vera.new@example.com")
    dialog.get_by_role("button", name="Save changes").click()
    expect(dialog.get_by_text("must be your present password")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "profile-email")
    dialog.get_by_label("Present password").fill(PASSWORD)
    dialog.get_by_role("button", name="Save changes").click()
    expect(frame.get_by_text("vera.new@example.com")).to_be_visible()


def test_the_audit_log_says_what_cannot_be_shown(sign_in):
    page = sign_in("admin", "/audit-log")
    frame = shown(page)
    frame.get_by_role("button", name="Verify").click()
    expect(frame.get_by_role("status").get_by_text("read:")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "audit-log-verified")


def test_a_user_is_disabled_and_the_undo_enables_again(sign_in):
    page = sign_in("admin", "/users")
    create_user(page, "Lee Stone", "lee", role="Viewer")
    page.keyboard.press("Escape")
    frame = shown(page)
    row = frame.get_by_role("row", name=re.compile("Lee Stone"))
    row.get_by_role("button", name="Actions for Lee Stone").click()
    frame.get_by_role("menuitem", name="Disable").click()
    expect(row).to_contain_text("Disabled")
    screenshot(page, "users")
    check_accessibility(page)
    page.get_by_role("button", name="Undo").click()
    expect(row).not_to_contain_text("Disabled")


def test_the_only_administrator_is_told_what_cannot_be(sign_in):
    page = sign_in("admin", "/users?role=admin", alone=True)
    frame = shown(page)
    frame.get_by_role("row", name=re.compile(r"\(you\)")).get_by_text("anna").first.click()
    dialog = frame.get_by_role("dialog")
    expect(dialog).to_contain_text("The only administrator can be neither disabled")
    dialog.get_by_label("Viewer").check()
    dialog.get_by_role("button", name="Save changes").click()
    expect(dialog.get_by_role("alert")).to_contain_text("only administrator left")


def test_a_manager_finds_no_users_page(sign_in):
    page = sign_in("manager", "/users")
    expect(page.get_by_text("Users is not for your role")).to_be_visible()
    expect(page.get_by_role("link", name="Users")).to_have_count(0)


def test_a_person_sees_where_they_are_signed_in_and_ends_the_rest(sign_in, open_browser, server):
    page = sign_in("viewer", "/profile")
    frame = shown(page)
    phone = open_browser(server.address, phone=True).new_page()
    phone.goto("/pages/login.html")
    phone.get_by_label("Username").fill("vera")
    phone.get_by_role("textbox", name="Password").fill(PASSWORD)
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.locator("iframe.is-shown")).to_be_visible()

    page.reload()
    places = frame.get_by_role("list", name="Sessions")
    expect(places.get_by_role("listitem").nth(1)).to_be_visible()
    expect(places).to_contain_text("This one")
    check_accessibility(page)
    screenshot(page, "profile-sessions")
    frame.get_by_role("button", name="Sign out everywhere else").press("Enter")
    expect(places.get_by_role("listitem")).to_have_count(1)
    expect(frame.get_by_role("button", name="Sign out everywhere else")).to_be_hidden()
    phone.reload()
    expect(phone.get_by_label("Username")).to_be_visible()


def test_an_administrator_sees_how_somebody_gets_in(sign_in):
    page = sign_in("admin", "/users")
    frame = shown(page)
    frame.get_by_role("button", name="Actions for vera").click()
    frame.get_by_role("menuitem", name="How they get in").click()
    dialog = frame.get_by_role("dialog", name="How vera gets in")
    expect(dialog.get_by_role("listitem").first).to_be_visible()
    check_accessibility(page)
    screenshot(page, "users-access")


def test_a_key_is_made_shown_once_and_revoked(sign_in, server):
    page = sign_in("manager", "/profile")
    frame = shown(page)
    frame.get_by_role("button", name="New key").press("Enter")
    dialog = frame.get_by_role("dialog", name="New API key")
    dialog.get_by_label("Name").fill("Gateway of the depot")
    dialog.get_by_label("Present password").fill(PASSWORD)
    dialog.get_by_role("button", name="Make key").click()
    expect(dialog.get_by_text("Choose at least one thing")).to_be_visible()
    dialog.get_by_label("Send audits, nothing else").press("Space")
    check_accessibility(page)
    screenshot(page, "profile-new-key")
    dialog.get_by_role("button", name="Make key").click()
    key = frame.locator("#key")
    expect(key).to_have_text(re.compile("^cvd_[A-Za-z0-9]{40}$"))
    program = {"Authorization": f"Bearer {key.inner_text()}"}
    check_accessibility(page)
    screenshot(page, "profile-key-shown")
    page.keyboard.press("Escape")

    keys = frame.get_by_role("list", name="API keys")
    expect(keys).to_contain_text("Never used")
    asked = page.request.get(f"{server.address}/api/devices", headers=program)
    assert asked.status == 403
    screenshot(page, "profile-keys")
    check_accessibility(page)
    frame.get_by_role("button", name="Revoke Gateway of the depot").press("Enter")
    frame.get_by_role("button", name="Revoke key").press("Enter")
    expect(keys).to_have_count(0)
    asked = page.request.get(f"{server.address}/api/devices", headers=program)
    assert asked.status == 401


def begin_tokens(page, server):
    """The access token of a program of who is signed in there."""
    wanted = {
        "name": "Warehouse robot",
        "scopes": ["fleet:read", "people:read"],
        "days": 30,
        "current_password": PASSWORD,
    }
    key = page.request.post(f"{server.address}/api/api-keys", data=wanted).json()["key"]
    begun = page.request.post(f"{server.address}/api/tokens", data={"api_key": key})
    return begun.json()["access_token"]


def test_the_tokens_of_a_program_are_seen_and_ended(sign_in, open_browser, server):
    page = sign_in("driver", "/profile")
    program = {"Authorization": f"Bearer {begin_tokens(page, server)}"}
    devices = f"{server.address}/api/devices"
    assert page.request.get(devices, headers=program).status == 200
    page.reload()
    frame = shown(page)
    tokens = frame.get_by_role("list", name="Programs with tokens")
    expect(tokens).to_contain_text("Warehouse robot")
    tokens.scroll_into_view_if_needed()
    check_accessibility(page)
    screenshot(page, "profile-tokens")

    above = sign_in("admin", "/users")
    above_frame = shown(above)
    above_frame.get_by_role("button", name="Actions for dora").click()
    above_frame.get_by_role("menuitem", name="How they get in").click()
    dialog = above_frame.get_by_role("dialog", name="How dora gets in")
    expect(dialog.get_by_role("list", name="Programs with tokens")).to_be_visible()
    check_accessibility(above)
    screenshot(above, "users-tokens")
    above.close()

    frame.get_by_role("button", name="End the tokens of Warehouse robot").press("Enter")
    expect(page.get_by_text("Ended the tokens of")).to_be_visible()
    expect(tokens).to_have_count(0)
    assert page.request.get(devices, headers=program).status == 401


def test_a_second_factor_is_set_up_asked_for_and_reset(sign_in, open_browser, server):
    page = sign_in("admin", "/users")
    one_time = create_user(page, "Sam Reed", "sam", role="Viewer")
    page.keyboard.press("Escape")
    visitor = open_browser(server.address, phone=True).new_page()

    def sign_in_by_hand(password):
        visitor.goto("/pages/login.html")
        visitor.get_by_label("Username").fill("sam")
        visitor.get_by_role("textbox", name="Password").fill(password)
        visitor.get_by_role("button", name="Sign in").click()

    sign_in_by_hand(one_time)
    frame = shown(visitor)
    frame.get_by_role("textbox", name="New password").fill("paper moon lake 9")
    frame.get_by_role("button", name="Change password").click()
    visitor.wait_for_url(re.compile("#/(?!profile)"))
    visitor.goto("/#/profile")
    frame.get_by_role("button", name="Set it up").press("Enter")
    frame.get_by_role("dialog").get_by_label("Present password").fill("paper moon lake 9")
    frame.get_by_role("button", name="Go on").press("Enter")
    secret = frame.locator("#secret").inner_text()
    check_accessibility(visitor)
    screenshot(visitor, "second-factor-setup")
    frame.get_by_label("Code that the app shows now").fill("000000")
    frame.get_by_role("button", name="Turn it on").press("Enter")
    expect(frame.get_by_text("That code does not fit")).to_be_visible()
    frame.get_by_label("Code that the app shows now").fill(pyotp.TOTP(secret).now())
    frame.get_by_role("button", name="Turn it on").press("Enter")
    codes = frame.get_by_role("dialog", name="Keep these recovery codes").get_by_role("listitem")
    expect(codes).to_have_count(10)
    recovery = codes.first.inner_text()
    check_accessibility(visitor)
    screenshot(visitor, "second-factor-codes")
    visitor.keyboard.press("Escape")
    expect(frame.get_by_text("10 recovery codes left")).to_be_visible()
    screenshot(visitor, "second-factor-on")
    frame.get_by_role("button", name="Sign out", exact=True).first.click()
    visitor.wait_for_url("**/pages/login.html")

    sign_in_by_hand("paper moon lake 9")
    code = visitor.get_by_label("Code", exact=True)
    expect(code).to_be_focused()
    check_accessibility(visitor)
    screenshot(visitor, "sign-in-code")
    code.fill("000000")
    code.press("Enter")
    expect(visitor.get_by_text("The code is wrong")).to_be_visible()
    code.fill(recovery)
    code.press("Enter")
    expect(visitor.locator("iframe.is-shown")).to_be_visible()

    page.reload()
    frame = shown(page)
    frame.get_by_role("button", name="Actions for Sam Reed").click()
    frame.get_by_role("menuitem", name="How they get in").click()
    check_accessibility(page)
    screenshot(page, "users-access-factor")
    frame.get_by_role("button", name="Reset", exact=True).press("Enter")
    frame.get_by_role("button", name="Reset second factor").press("Enter")
    expect(page.get_by_text("Reset the second factor of")).to_be_visible()
    sign_in_by_hand("paper moon lake 9")
    expect(visitor.locator("iframe.is-shown")).to_be_visible()


def test_a_role_that_needs_a_second_factor_sets_it_up_before_anything_else(alone):
    _, page = alone("admin")
    page.goto("/#/settings")
    frame = shown(page)
    needed = frame.get_by_role("group", name="A second factor is needed by")
    needed.get_by_label("Administrator").press("Space")
    expect(page.get_by_text("Saved who needs a second factor")).to_be_visible()
    screenshot(page, "settings-sign-in")
    check_accessibility(page)
    page.goto("/#/devices")
    page.reload()
    expect(frame.get_by_text("Your role needs one. Set it up to go on.")).to_be_visible()
    expect(frame.get_by_role("heading", name="Password", exact=True)).to_be_hidden()
    screenshot(page, "profile-second-factor-due")
    check_accessibility(page)
    frame.get_by_role("button", name="Set it up").press("Enter")
    frame.get_by_role("dialog").get_by_label("Present password").fill(PASSWORD)
    frame.get_by_role("button", name="Go on").press("Enter")
    secret = frame.locator("#secret").inner_text()
    frame.get_by_label("Code that the app shows now").fill(pyotp.TOTP(secret).now())
    frame.get_by_role("button", name="Turn it on").press("Enter")
    expect(frame.get_by_role("dialog", name="Keep these recovery codes")).to_be_visible()
    page.keyboard.press("Escape")
    # The shell begins anew by itself, and goes where one begins.
    expect(page).to_have_url(re.compile("#/today$"))
    page.goto("/#/devices")
    expect(frame.get_by_role("heading", name="Devices", exact=True)).to_be_visible()


def test_somebody_is_erased_once_their_name_is_typed(sign_in):
    page = sign_in("admin", "/users")
    create_user(page, "Olga Orlova", "olga")
    page.keyboard.press("Escape")
    frame = shown(page)
    row = frame.get_by_role("row").filter(has_text="Olga Orlova")
    row.get_by_role("button", name="Actions").click()
    screenshot(page, "users-actions")
    frame.get_by_role("menuitem", name="Erase…").click()
    dialog = frame.get_by_role("dialog", name="Erase Olga Orlova")
    expect(dialog.get_by_text("This cannot be undone.")).to_be_visible()
    former = re.search(r"Former user \d+", dialog.inner_text())
    assert former is not None
    expect(dialog.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Olga")
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Erase for good").click()
    expect(dialog.get_by_text("is not Olga Orlova")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "users-erase")
    dialog.get_by_label("Name").fill("Olga Orlova")
    dialog.get_by_label("Your password").fill("another one")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("is not your password")).to_be_visible()
    dialog.get_by_label("Your password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(frame.get_by_role("dialog", name="Olga Orlova is erased")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "users-erased")
    page.keyboard.press("Escape")
    row = frame.get_by_role("row").filter(has_text=former[0])
    expect(row).to_contain_text("Erased")
    expect(frame.get_by_text("Olga Orlova")).to_have_count(0)
    expect(row.get_by_role("button", name="Actions")).to_have_count(0)
    row.get_by_text(former[0], exact=True).click()
    dialog = frame.get_by_role("dialog", name=former[0])
    expect(dialog.get_by_text("This person was erased")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "users-former")


def test_nobody_is_offered_to_erase_themselves(sign_in):
    page = sign_in("admin", "/users")
    row = shown(page).get_by_role("row").filter(has_text="(you)")
    row.get_by_role("button", name="Actions").click()
    expect(shown(page).get_by_role("menuitem", name="Edit")).to_be_visible()
    expect(shown(page).get_by_role("menuitem", name="Erase…")).to_have_count(0)
