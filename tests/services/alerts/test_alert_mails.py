"""Mails of alerts: sent once, to whom a rule names, when they are at work."""

import smtplib
import ssl
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

import clock
from errors import Conflict, Unavailable
from records import company
from server.job_worker import JobWorker
from services.alerts import smtp
from services.system import touched
from settings import SettingsError, load
from tests.kit.factories import (
    make_device,
    make_machine,
    make_planogram,
    make_route,
    make_service_order,
    make_stocked_device,
    send_audit,
)
from tests.kit.mailbox import Mailbox, serving

RULES = "/api/alert-rules"
ANNA, MAX, DORA = "anna@vending.example", "max@vending.example", "dora@vending.example"


@pytest.fixture(autouse=True)
def addresses(admin, manager, driver, engine):
    with engine.writing() as db:
        for person, address in ((admin, ANNA), (manager, MAX), (driver, DORA)):
            db.execute(
                "UPDATE users SET email = :email WHERE id = :id",
                {"email": address, "id": person.id},
            )


def switch(person, kind="sold_out", **changes):
    items = person.get(RULES).json["items"]
    rule = next(each for each in items if each["kind"] == kind)
    body = {"version": rule["version"], **changes}
    assert person.patch(f"{RULES}/{rule['id']}", json=body).status == 200


def sold_out(manager, **more):
    device = make_device(manager, rows=1, columns=1, **more)
    make_planogram(manager, device["cabinets"][0]["id"], quantity=0, selections=["A1"])
    return device


def test_an_alert_reaches_those_whom_its_rule_names(manager, mailbox, work):
    switch(manager, email="at_once", roles=["manager"])
    device = sold_out(manager, asset="T-1000")
    work(mailbox)
    (mail,) = mailbox.mails
    assert (mail["To"], mail["From"]) == (MAX, "cvd@vending.example")
    assert mail["Subject"].startswith("T-1000: A1 ")
    plain = mail.get_body(("plain",)).get_content()
    assert f"/#/devices/{device['id']}" in plain
    assert "is sold out" in mail.get_body(("html",)).get_content()


def test_a_mail_of_a_fault_leads_to_the_tickets_of_its_machine(manager, mailbox, work):
    switch(manager, kind="fault", email="at_once", roles=["manager"])
    device = make_stocked_device(manager)
    machine = make_machine(device, serial="F-1000")
    at = clock.to_datetime(clock.now()).replace(tzinfo=None) - timedelta(hours=20)
    machine.fault("EBJ", at, active=True)
    assert send_audit(manager, machine.audit(at), device_id=device["id"]).status == 201
    work(mailbox)
    (mail,) = mailbox.mails
    plain = mail.get_body(("plain",)).get_content()
    assert f"/#/devices/{device['id']}?tab=tickets" in plain


def test_it_comes_once_however_often_somebody_looks(manager, mailbox, work):
    switch(manager, email="at_once", roles=["manager"])
    sold_out(manager)
    for _ in range(3):
        work(mailbox)
    assert len(mailbox.mails) == 1


def test_many_alerts_are_one_mail_to_each(manager, mailbox, work):
    switch(manager, email="at_once", roles=["admin", "manager"])
    for _ in range(5):
        sold_out(manager)
    work(mailbox)
    assert sorted(mail["To"] for mail in mailbox.mails) == [ANNA, MAX]
    assert all(subject.startswith("5 alerts") for subject in mailbox.subjects)


def test_a_driver_hears_of_the_own_route_alone(manager, driver, other_driver, mailbox, work):
    switch(manager, email="at_once", roles=["driver"])
    sold_out(manager, asset="OWN", route_id=make_route(manager, driver=driver)["id"])
    sold_out(manager, asset="OTHER", route_id=make_route(manager, driver=other_driver)["id"])
    sold_out(manager, asset="NOBODYS")
    work(mailbox)
    (mail,) = mailbox.mails
    assert mail["To"] == DORA
    assert mail["Subject"].startswith("OWN: ")


def test_the_digest_comes_in_the_morning(manager, mailbox, work, monkeypatch):
    switch(manager, email="digest", roles=["manager"])
    sold_out(manager)
    work(mailbox)
    assert mailbox.mails == []
    tomorrow = clock.later(clock.now(), days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    work(mailbox)
    assert len([mail for mail in mailbox.mails if mail["Subject"].startswith("Today: ")]) == 1


def test_nobody_is_told_of_what_is_over_already(manager, mailbox, work, monkeypatch):
    switch(manager, email="digest", roles=["manager"])
    device = sold_out(manager)
    work(mailbox)
    make_planogram(manager, device["cabinets"][0]["id"], quantity=4, selections=["A1"])
    work(mailbox)
    tomorrow = clock.later(clock.now(), days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    work(mailbox)
    assert [subject for subject in mailbox.subjects if "sold out" in subject] == []


def test_a_mail_server_that_is_away_gets_it_once_when_it_is_back(
    manager, admin, mailbox, work, monkeypatch
):
    switch(manager, email="at_once", roles=["manager"])
    sold_out(manager)
    mailbox.answer = "451 Try again later"
    work(mailbox)
    assert mailbox.mails == []
    (job,) = admin.get("/api/jobs?kind=alerts.mail").json["items"]
    assert job["state"] == "queued"
    assert "451" in job["problem"]["detail"]
    mailbox.answer = "250 OK"
    later = clock.later(clock.now(), hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    work(mailbox)
    work(mailbox)
    assert len([mail for mail in mailbox.mails if "sold out" in mail["Subject"]]) == 1


def test_a_mail_that_is_refused_for_good_is_a_failed_job(manager, admin, mailbox, work):
    switch(manager, email="at_once", roles=["manager"])
    sold_out(manager)
    mailbox.answer = "550 No such person"
    work(mailbox)
    (job,) = admin.get("/api/jobs?kind=alerts.mail").json["items"]
    assert (job["state"], "550" in job["problem"]["detail"]) == ("failed", True)


def test_who_dies_after_sending_sends_the_same_mail_again(
    manager, engine, mailbox, settings, work, monkeypatch
):
    """At least once, and by its Message-ID the same: nothing else can be had of SMTP."""
    switch(manager, email="at_once", roles=["manager"])
    sold_out(manager)

    class Killed(BaseException):
        pass

    def sent_and_killed(*given):
        deliver(*given)
        raise Killed

    deliver = smtp.deliver
    monkeypatch.setattr(smtp, "deliver", sent_and_killed)
    with pytest.raises(Killed):
        work(mailbox)
    monkeypatch.setattr(smtp, "deliver", deliver)
    successor = JobWorker(engine, "first")
    successor._leave()
    while successor.run_one():
        pass
    first, second = mailbox.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_bytes() == second.as_bytes()


def test_what_somebody_typed_breaks_neither_header_nor_page(manager, mailbox, work):
    switch(manager, email="at_once", roles=["manager"])
    product = manager.post(
        "/api/products", json={"name": "<script>Ä\u2028Bcc: x", "price_cents": 100}
    ).json
    device = make_device(manager, asset="M<1>", rows=1, columns=1)
    make_planogram(
        manager, device["cabinets"][0]["id"], quantity=0, selections=["A1"],
        products=[product["id"]],
    )  # fmt: skip
    work(mailbox)
    (mail,) = mailbox.mails
    assert mail["Bcc"] is None
    assert "<script>" not in mail.get_body(("html",)).get_content()


def test_without_a_mail_server_nobody_waits_for_mails(manager, admin, mailbox, work):
    switch(manager, email="at_once", roles=["manager"])
    sold_out(manager)
    work()
    work(mailbox)
    assert mailbox.mails == []
    assert len(manager.get("/api/alerts").json["items"]) == 1


def test_where_no_mail_server_is_set_a_test_says_what_to_set(manager):
    assert manager.get("/api/mail-server").json == {"host": None, "mail_from": None, "to": MAX}
    refused = manager.post("/api/mail-server/test")
    assert refused.status == 409
    assert "CVD_SMTP_URL" in refused.json["detail"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"CVD_SMTP_URL": "http://mail.example"}, "must be smtp://USER:PASSWORD@HOST:PORT"),
        ({"CVD_SMTP_URL": "smtp://user@mail.example"}, "must have a user and a password"),
        ({"CVD_SMTP_URL": "smtp://user:12#3@mail.example"}, "%23"),
        ({"CVD_SMTP_URL": "smtp://mail.example"}, "needs CVD_MAIL_FROM"),
        ({"CVD_MAIL_FROM": "nobody"}, "must be an address"),
    ],
)
def test_a_mail_server_that_cannot_be_is_told_at_the_start(given, says):
    with pytest.raises(SettingsError) as refused:
        load(given, dotenv=None)
    assert says in str(refused.value)


def test_a_password_is_never_repeated():
    with pytest.raises(SettingsError) as refused:
        load({"CVD_SMTP_URL": "smtp://user:geheim@mail.example/path"}, dotenv=None)
    assert "geheim" not in str(refused.value)
    good = {"CVD_SMTP_URL": "smtp://user:geheim@mail.example", "CVD_MAIL_FROM": "a@b.example"}
    assert "geheim" not in repr(load(good, dotenv=None))


class TestOfTheServer:
    """The button that sends a mail to see that mails arrive."""

    @pytest.fixture
    def box(self):
        with serving(Mailbox()) as box:
            yield box

    @pytest.fixture
    def settings(self, settings, box):
        return replace(settings, smtp_url=box.url, mail_from="cvd@vending.example")

    def test_a_test_mail_arrives(self, manager, box):
        assert manager.post("/api/mail-server/test").json == {"to": MAX}
        (mail,) = box.mails
        assert mail["Subject"] == "Test of mails from CVD"
        assert "Test Vending" in mail.get_body(("plain",)).get_content()

    def test_a_refusal_is_told_in_the_servers_words(self, manager, box):
        box.answer = "550 Not from here"
        refused = manager.post("/api/mail-server/test")
        assert (refused.status, "Not from here" in refused.json["detail"]) == (409, True)


def sells(engine, device, rate):
    with engine.writing() as db:
        db.execute(
            "UPDATE slots SET units_per_day = :rate, units_per_day_basis = 'visits' "
            "WHERE device_id = :id",
            {"rate": rate, "id": device["id"]},
        )
        touched.note(db, "device", device["id"])


def test_who_wants_to_hear_of_dear_ones_alone_is_told_when_one_becomes_dear(
    manager, admin, engine, mailbox, work, monkeypatch
):
    """The alert stands by another rule already, and was told to the office."""
    switch(manager, email="at_once", roles=["manager"])
    dear = {"name": "Dear", "kind": "sold_out", "threshold": 500, "email": "at_once"}
    assert manager.post(RULES, json={**dear, "roles": ["admin"]}).status == 201
    device = sold_out(manager)
    work(mailbox)
    assert [mail["To"] for mail in mailbox.mails] == [MAX]
    for rate in (4.0, 1.0, 4.0):
        sells(engine, device, rate)
        work(mailbox)
    assert [mail["To"] for mail in mailbox.mails] == [MAX, ANNA]
    assert len(manager.get("/api/alerts").json["items"]) == 1


def test_a_late_order_is_told_to_who_drives_it(
    manager, driver, other_driver, engine, mailbox, work
):
    with engine.writing() as db:
        db.execute(
            "UPDATE users SET email = 'olaf@vending.example' WHERE id = :id",
            {"id": other_driver.id},
        )
    switch(manager, "late_order", email="at_once", roles=["driver"])
    route = make_route(manager, driver=driver)
    device = make_stocked_device(manager, route_id=route["id"])
    make_service_order(
        manager,
        route_id=route["id"],
        cabinet_ids=[device["cabinets"][0]["id"]],
        driver=other_driver,
        scheduled_on=clock.later(clock.now(), days=-3)[:10],
    )
    work(mailbox)
    assert [mail["To"] for mail in mailbox.mails] == ["olaf@vending.example"]


def test_a_driver_who_got_another_route_is_not_told_of_the_old_one(
    manager, driver, mailbox, work, monkeypatch
):
    switch(manager, email="digest", roles=["driver"])
    route = make_route(manager, driver=driver)
    sold_out(manager, route_id=route["id"])
    work(mailbox)
    answer = manager.patch(
        f"/api/routes/{route['id']}", json={"version": route["version"], "driver_id": None}
    )
    assert answer.status == 200, answer.text
    tomorrow = clock.later(clock.now(), days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    work(mailbox)
    assert [mail for mail in mailbox.mails if mail["To"] == DORA] == []


def test_what_comes_up_while_a_mail_is_written_is_told_by_the_next_one(
    manager, engine, mailbox, work, monkeypatch
):
    """Another worker may note it between the reading and the writing of a mail."""
    switch(manager, email="at_once", roles=["manager"])
    work()
    sold_out(manager)
    meanwhile = """
        INSERT INTO alerts (kind, cause, noun, noun_id, alert_rule_id, detail, state, opened_at)
        SELECT 'fault', 'fault:1', 'device', 0, min(id), 'Coin jam', 'open', :now FROM alert_rules
        RETURNING id
    """
    tell = """
        INSERT INTO alert_tellings (alert_id, user_id, how, due_at)
        VALUES (:alert_id, :user_id, 'at_once', :now)
    """

    def name(db):
        monkeypatch.setattr(company, "name", of_company)
        now = clock.now()
        alert_id = db.execute(meanwhile, {"now": now}).fetchone()[0]
        db.execute(tell, {"alert_id": alert_id, "user_id": manager.id, "now": now})
        return of_company(db)

    of_company = company.name
    monkeypatch.setattr(company, "name", name)
    work(mailbox)
    later = clock.later(clock.now(), minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    work(mailbox)
    assert len(mailbox.mails) == 2
    assert "Coin jam" not in str(mailbox.mails[0])
    assert "Coin jam" in str(mailbox.mails[1])


def test_a_digest_and_what_is_told_at_once_are_a_minute_apart(manager, mailbox, work, monkeypatch):
    switch(manager, email="digest", roles=["manager"])
    sold_out(manager)
    work(mailbox)
    switch(manager, email="at_once", roles=["manager"])
    sold_out(manager)
    tomorrow = clock.later(clock.now(), days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    work(mailbox)
    assert len([subject for subject in mailbox.subjects if "sold out" in subject]) == 1
    a_minute_on = clock.later(tomorrow, seconds=61)
    monkeypatch.setattr(clock, "now", lambda: a_minute_on)
    work(mailbox)
    assert len([subject for subject in mailbox.subjects if "sold out" in subject]) == 2


UNKNOWN = ssl.SSLCertVerificationError(1, "certificate verify failed")
UNKNOWN.reason = "CERTIFICATE_VERIFY_FAILED"


@pytest.mark.parametrize(
    ("error", "refusal", "says"),
    [
        (smtplib.SMTPNotSupportedError("SMTP AUTH extension not supported by server."),
         Conflict, "lacks what this mail needs: SMTP AUTH"),
        (ssl.SSLEOFError(8, "EOF occurred in violation of protocol"),
         Unavailable, "it is tried again"),
        (UNKNOWN, Conflict, "No safe connection"),
        (ConnectionRefusedError(), Unavailable, "it is tried again"),
    ],
)  # fmt: skip
def test_what_may_be_better_later_is_tried_again_and_nothing_else(
    settings, monkeypatch, error, refusal, says
):
    def connected(url):
        raise error

    monkeypatch.setattr(smtp, "_connected", connected)
    with pytest.raises(refusal) as refused:
        smtp.deliver(replace(settings, smtp_url="smtp://mail.example"), EmailMessage())
    assert says in refused.value.detail
