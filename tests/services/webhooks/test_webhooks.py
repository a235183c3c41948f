"""Webhooks: other programs are told of what happens, signed, in order, and seen to be."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

import auth
import clock
import contract
from db import Engine, scalar
from services.alerts import alert_beat
from services.catalogue import product_service
from services.people import signing_key_service
from services.webhooks import (
    delivery_rows,
    event_types,
    outbox,
    webhook_retention,
    webhook_sender,
)
from services.webhooks.webhook_calls import Outcome
from settings import Settings
from tests.kit.factories import (
    make_device,
    make_dex_read,
    make_machine,
    make_planogram,
    make_product,
    make_route,
    make_service_order,
    make_stocked_device,
    make_visit,
)
from tests.kit.moving_clock import MovingClock
from tests.kit.people import Person
from tests.kit.receiver import LOOPBACK, Receiver

URL = "https://erp.example/hooks/cvd"
SOME = ["product.changed", "device.changed"]
DAYS_TRIED = 3


@pytest.fixture
def settings(database_url: str) -> Settings:
    # Nobody has to sign in again while days pass.
    return Settings(
        database_url=database_url,
        webhook_networks=(LOOPBACK,),
        session_idle_minutes=43_200,
        session_absolute_hours=8_760,
    )


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> MovingClock:
    moving = MovingClock(clock.to_datetime(clock.now()))
    monkeypatch.setattr(clock, "now", moving.now)
    return moving


def let_pass(time: MovingClock, **how: float) -> None:
    time.reach(clock.to_datetime(clock.now()) + timedelta(**how))


def make_webhook(admin: Person, url: str = URL, **given: Any) -> Any:
    answer = admin.post("/api/webhooks", json={"url": url, "events": SOME, **given})
    assert answer.status == 201, answer.text
    return answer.json


def shown(admin: Person, webhook: Any) -> Any:
    return admin.get(f"/api/webhooks/{webhook['id']}").json


def deliveries(admin: Person, webhook: Any, query: str = "") -> Any:
    return admin.get(f"/api/webhooks/{webhook['id']}/deliveries{query}").json["items"]


def told_types(admin: Person, webhook: Any) -> list[str]:
    """What it was told of, in order."""
    return [each["type"] for each in reversed(deliveries(admin, webhook, "?limit=200"))]


def stocked(admin: Person, driver: Person) -> Any:
    """A machine with something in it, on the route of the driver."""
    return make_stocked_device(admin, route_id=make_route(admin, driver=driver)["id"])


def mass_change(admin: Person, kind: str, ids: list[int], **change: Any) -> Any:
    body = {"change": {"kind": kind, **change}, "selection": {"ids": ids}}
    answer = admin.post("/api/mass-changes", json=body)
    assert answer.status == 201, answer.text
    return answer.json


def told_data(admin: Person, webhook: Any) -> list[Any]:
    """What it was told, in order."""
    told = reversed(deliveries(admin, webhook, "?limit=200"))
    return [orjson.loads(each["body"])["data"] for each in told]


def deliver(engine: Engine, worker: str = "first") -> None:
    """Send what is due, as a worker does when it looks."""
    sender = webhook_sender._Sender(engine, worker, threading.Event(), [LOOPBACK])
    while delivery_rows.due(engine):
        sender.look()
        sender.wait()


def program_of(admin: Person) -> Person:
    """A program that may set up webhooks and read products."""
    return admin.with_key(["webhooks:read", "webhooks:write", "catalogue:read"])


def test_every_type_of_event_says_which_scopes_open_it() -> None:
    known = set(contract.current().scopes_of("admin"))
    for event_type in contract.current().document["webhooks"]:
        if event_type != event_types.TEST:
            assert set(event_types.opened_by(event_type)) & known, event_type
    assert not event_types.is_readable("nothing.known", known)


def test_a_key_has_a_webhook_told_only_of_what_it_may_read(admin: Person) -> None:
    program = program_of(admin)
    refused = program.post("/api/webhooks", json={"url": URL, "events": SOME})
    assert refused.status == 403
    assert "told of device.changed: it needs the scope fleet:read" in refused.json["detail"]
    given = {"url": URL, "events": ["product.changed"]}
    made = program.post("/api/webhooks", json=given)
    assert made.status == 201, made.text
    more = {"version": made.json["version"], "events": SOME}
    assert program.patch(f"/api/webhooks/{made.json['id']}", json=more).status == 403
    assert shown(admin, made.json)["events"] == ["product.changed"]


def test_a_key_is_shown_no_new_secret_of_a_webhook_that_is_told_of_more(admin: Person) -> None:
    program = program_of(admin)
    given = {"url": URL, "events": SOME}
    others = admin.post("/api/webhooks", json=given).json
    refused = program.post(f"/api/webhooks/{others['id']}/secret")
    assert refused.status == 403, refused.text
    assert shown(admin, others)["version"] == others["version"]
    own = program.post("/api/webhooks", json={**given, "events": ["product.changed"]}).json
    assert program.post(f"/api/webhooks/{own['id']}/secret").status == 200


def test_a_key_leads_no_webhook_elsewhere_that_is_told_of_more_than_it_may_read(
    admin: Person,
) -> None:
    webhook = make_webhook(admin)
    program = program_of(admin)
    path = f"/api/webhooks/{webhook['id']}"
    elsewhere = {"version": 1, "url": f"{URL}/2", "events": ["product.changed"]}
    assert program.patch(path, json=elsewhere).status == 403
    assert shown(admin, webhook)["url"] == URL
    assert program.patch(path, json={"version": 1, "disabled": True}).status == 200


def test_a_key_reads_and_replays_no_delivery_of_what_it_may_not_read(
    admin: Person,
) -> None:
    webhook = make_webhook(admin)
    make_device(admin)
    make_product(admin)
    program = program_of(admin)
    assert {each["type"] for each in deliveries(admin, webhook)} == set(SOME)
    assert {each["type"] for each in deliveries(program, webhook)} == {"product.changed"}
    of_device = next(e for e in deliveries(admin, webhook) if e["type"] == "device.changed")
    assert program.get(f"/api/webhook-deliveries/{of_device['id']}").status == 403
    assert program.post(f"/api/webhook-deliveries/{of_device['id']}/replay").status == 403
    since = {"since": "2020-01-01T00:00:00Z"}
    replayed = program.post(f"/api/webhooks/{webhook['id']}/replay", json=since)
    assert replayed.json["count"] == len(deliveries(program, webhook))


def test_a_receiver_is_told_of_a_change_and_can_verify_who_says_it(
    admin: Person, engine: Engine, receiver: Receiver
) -> None:
    webhook = make_webhook(admin, receiver.url, detail="full")
    product = make_product(admin, name="Cola", price_cents=250)
    deliver(engine)
    [got] = receiver.got
    event = Webhook(webhook["secret"]).verify(got.body, got.headers)
    assert got.path == "/hook?from=cvd"
    assert (event["type"], event["id"]) == ("product.changed", got.headers["webhook-id"])
    assert (event["data"]["product_id"], event["data"]["name"]) == (product["id"], "Cola")
    [delivery] = deliveries(admin, webhook)
    assert (delivery["state"], delivery["status"], delivery["attempts"]) == ("delivered", 204, 1)
    assert delivery["body"].encode() == got.body
    assert shown(admin, webhook)["waiting"] == 0


def test_a_body_that_was_changed_on_the_way_is_not_verified(
    admin: Person, engine: Engine, receiver: Receiver
) -> None:
    webhook = make_webhook(admin, receiver.url)
    make_product(admin)
    deliver(engine)
    [got] = receiver.got
    with pytest.raises(WebhookVerificationError):
        Webhook(webhook["secret"]).verify(got.body + b" ", got.headers)


def test_who_sees_references_is_told_no_names_and_amounts(
    admin: Person, engine: Engine, receiver: Receiver
) -> None:
    make_webhook(admin, receiver.url)
    product = make_product(admin, name="Cola", price_cents=250)
    deliver(engine)
    assert receiver.events[0]["data"] == {
        "product_id": product["id"],
        "archived_at": None,
        "version": 1,
    }


def test_nothing_is_written_for_what_nobody_wants(admin: Person, engine: Engine) -> None:
    make_product(admin)
    make_webhook(admin, events=["device.changed"])
    make_product(admin)
    with engine.reading() as db:
        assert scalar(db, "SELECT count(*) FROM webhook_deliveries") == 0


def test_of_many_at_once_each_is_told_in_the_order_of_the_audit_log(
    admin: Person, engine: Engine
) -> None:
    webhook = make_webhook(admin)

    def create() -> None:
        for _ in range(12):
            with engine.writing() as db:
                product_service.create_product(db, auth.console(), name="Cola")

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = [orjson.loads(each["body"])["data"] for each in deliveries(admin, webhook, "?limit=200")]
    with engine.reading() as db:
        rows = db.query("SELECT noun_id FROM audit_entries WHERE noun = 'product' ORDER BY id DESC")
        logged = [row["noun_id"] for row in rows]
    assert [each["product_id"] for each in told] == logged
    assert len(logged) == 48


def test_a_change_that_is_refused_is_told_to_nobody(admin: Person) -> None:
    webhook = make_webhook(admin)
    make_product(admin, sku="A1")
    refused = admin.post("/api/products", json={"name": "Other", "sku": "A1"})
    assert refused.status == 409
    assert len(deliveries(admin, webhook)) == 1


def test_an_event_of_two_webhooks_has_one_id(
    admin: Person, engine: Engine, receiver: Receiver
) -> None:
    make_webhook(admin, receiver.url)
    make_webhook(admin, receiver.url, detail="full")
    make_product(admin)
    deliver(engine)
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


def test_the_work_of_a_day_is_told_in_its_order(admin: Person, driver: Person) -> None:
    every = [each["type"] for each in event_types.all_types() if each["type"] != "webhook.test"]
    device = stocked(admin, driver)
    webhook = make_webhook(admin, events=every)
    read = make_dex_read(admin, make_machine(device), device_id=device["id"])
    order = make_service_order(
        admin,
        route_id=device["route_id"],
        cabinet_ids=[device["cabinets"][0]["id"]],
        driver=driver,
    )
    visit = make_visit(admin, order)
    admin.post(f"/api/visits/{visit['id']}/reversal", json={"reason": "mistyped"})
    make_dex_read(admin, make_machine(serial="STRANGER", asset=""))
    assert told_types(admin, webhook) == [
        # Its serial is known from its first audit on.
        "device.changed",
        "dex_read.booked",
        "service_order.created",
        "service_order.changed",
        "visit.recorded",
        "service_order.changed",
        "visit.reversed",
        "dex_read.held",
    ]
    assert f'"dex_read_id":{read["id"]}' in deliveries(admin, webhook)[-2]["body"]


def test_a_visit_without_an_order_is_an_order_that_is_new_and_a_visit(
    admin: Person, driver: Person
) -> None:
    device = stocked(admin, driver)
    webhook = make_webhook(
        admin, events=["service_order.created", "service_order.changed", "visit.recorded"]
    )
    cabinet_id = device["cabinets"][0]["id"]
    answer = driver.post("/api/visits", json={"cabinet_id": cabinet_id, "fills": []})
    assert answer.status == 201, answer.text
    assert told_types(admin, webhook) == ["service_order.created", "visit.recorded"]
    assert '"status":"completed"' in deliveries(admin, webhook)[1]["body"]


def test_a_mass_change_tells_of_each_device_as_it_is_afterwards_and_so_does_its_undo(
    admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "AT_ONCE", 2)
    north = make_route(admin, name="North")["id"]
    ids = [make_device(admin)["id"] for _ in range(5)]
    webhook = make_webhook(admin, events=["device.changed"], detail="full")
    done = mass_change(admin, "device_route", ids, route_id=north)
    told = told_data(admin, webhook)
    assert [(each["device_id"], each["route_name"]) for each in told] == [
        (device_id, "North") for device_id in ids
    ]
    assert admin.post(f"/api/mass-changes/{done['id']}/undo").status == 200
    told = told_data(admin, webhook)[len(ids) :]
    assert [(each["device_id"], each["route_name"]) for each in told] == [
        (device_id, None) for device_id in ids
    ]


def test_a_mass_change_of_products_tells_their_new_categories(admin: Person) -> None:
    ids = [make_product(admin)["id"] for _ in range(3)]
    webhook = make_webhook(admin, detail="full")
    mass_change(admin, "product_category", ids, category="Water")
    told = told_data(admin, webhook)
    assert [(each["product_id"], each["category"]) for each in told] == [
        (product_id, "Water") for product_id in ids
    ]


def test_of_thousands_that_are_changed_together_many_are_asked_for_at_once(
    admin: Person, engine: Engine, statements: list[str]
) -> None:
    ids = [make_product(admin)["id"] for _ in range(40)]
    make_webhook(admin)
    asked = []
    for some in (ids[:8], ids):
        del statements[:]
        with engine.writing() as db:
            product_service._tell(db, some)
        asked.append(len(statements))
    few, many = asked
    assert many <= few + 3


def test_an_alert_is_told_when_it_opens_and_when_it_is_over(
    admin: Person, engine: Engine, settings: Settings
) -> None:
    webhook = make_webhook(
        admin, events=["alert.opened", "alert.resolved"], detail="full", description="ERP"
    )
    device = make_device(admin, asset="T-1000", rows=1, columns=1)
    cabinet_id = device["cabinets"][0]["id"]
    make_planogram(admin, cabinet_id, quantity=0, selections=["A1"])
    alert_beat.beat(engine, settings)
    [opened] = told_data(admin, webhook)
    assert (opened["kind"], opened["device_id"]) == ("sold_out", device["id"])
    assert opened["sentence"].startswith("T-1000: ")
    assert opened["resolved_at"] is None
    make_planogram(admin, cabinet_id, quantity=5, selections=["A1"])
    alert_beat.beat(engine, settings)
    resolved = told_data(admin, webhook)[-1]
    assert told_types(admin, webhook) == ["alert.opened", "alert.resolved"]
    assert resolved["alert_id"] == opened["alert_id"]
    assert resolved["resolved_at"] is not None


def test_a_serial_that_an_audit_taught_is_told(admin: Person) -> None:
    device = make_device(admin)
    read = make_dex_read(admin, make_machine(serial="STRANGER", asset=""))
    webhook = make_webhook(admin, events=["device.changed"], detail="full")
    answer = admin.post(f"/api/dex-reads/{read['id']}/assignment", json={"device_id": device["id"]})
    assert answer.status == 200, answer.text
    assert [each["serial"] for each in told_data(admin, webhook)] == ["STRANGER"]


def test_examples_of_the_contract_are_what_a_receiver_gets(admin: Person) -> None:
    for each in admin.get("/api/webhook-event-types").json["items"]:
        assert each["references"].items() <= each["full"].items(), each["type"]
        assert each["full"].keys() == event_types._shape(each["type"])["properties"].keys()


def test_what_fails_is_tried_again_later_and_nothing_overtakes_it(
    admin: Person, engine: Engine, receiver: Receiver, time: MovingClock
) -> None:
    webhook = make_webhook(admin, receiver.url)
    receiver.status = 500
    receiver.answer = b"out of order"
    products = [make_product(admin)["id"] for _ in range(3)]
    deliver(engine)
    assert len(receiver.got) == 1
    now = shown(admin, webhook)
    assert (now["state"], now["problem"], now["waiting"]) == ("retrying", "It answered 500.", 3)
    assert deliveries(admin, webhook)[-1]["answer"] == "out of order"
    receiver.status = 200
    let_pass(time, seconds=4)
    deliver(engine)
    assert len(receiver.got) == 1
    let_pass(time, seconds=1)
    deliver(engine)
    assert [each["data"]["product_id"] for each in receiver.events] == [products[0], *products]
    assert len(receiver.first_ids()) == 3
    assert shown(admin, webhook)["state"] == "active"


def test_a_receiver_that_is_away_for_an_hour_gets_everything_once_and_in_order(
    admin: Person, engine: Engine, time: MovingClock
) -> None:
    gone = Receiver()
    gone.close()
    webhook = make_webhook(admin, gone.url)
    products = [make_product(admin)["id"] for _ in range(5)]
    for _ in range(12):
        deliver(engine)
        let_pass(time, minutes=5)
    products += [make_product(admin)["id"] for _ in range(2)]
    back = Receiver(gone.port)
    for _ in range(12):
        deliver(engine)
        let_pass(time, minutes=5)
    back.close()
    assert [each["data"]["product_id"] for each in back.events] == products
    assert shown(admin, webhook)["state"] == "active"


def test_after_three_days_a_webhook_is_paused_told_on_today_and_loses_nothing(
    admin: Person, engine: Engine, receiver: Receiver, time: MovingClock
) -> None:
    webhook = make_webhook(admin, receiver.url, description="ERP")
    receiver.status = 503
    first = make_product(admin)
    for _ in range(24 * (DAYS_TRIED + 1)):
        deliver(engine)
        let_pass(time, hours=1)
    second = make_product(admin)
    deliver(engine)
    now = shown(admin, webhook)
    assert (now["state"], now["waiting"], now["failed"]) == ("paused", 1, 1)
    assert now["problem"] == "The receiver took nothing for three days. It answered 503."
    assert len(receiver.got) == len(delivery_rows.WAITS_S) + 1
    [told] = admin.get("/api/dashboard").json["attention"]["webhooks"]["items"]
    assert (told["id"], told["description"]) == (webhook["id"], "ERP")
    receiver.status = 204
    receiver.got.clear()
    assert admin.post(f"/api/webhooks/{webhook['id']}/resumption").json["state"] == "active"
    deliver(engine)
    got = [each["data"]["product_id"] for each in receiver.events]
    assert got == [first["id"], second["id"]]
    assert admin.get("/api/dashboard").json["attention"]["webhooks"]["count"] == 0


def test_a_receiver_that_answers_gone_is_not_asked_again(
    admin: Person, engine: Engine, receiver: Receiver, time: MovingClock
) -> None:
    webhook = make_webhook(admin, receiver.url)
    receiver.status = 410
    make_product(admin)
    make_product(admin)
    deliver(engine)
    let_pass(time, days=1)
    make_product(admin)
    deliver(engine)
    now = shown(admin, webhook)
    assert (len(receiver.got), now["state"], now["failed"]) == (1, "disabled", 2)
    assert now["problem"] == "The receiver wants no more: it answered 410."


def test_a_receiver_that_asks_for_more_time_gets_it(
    admin: Person, engine: Engine, receiver: Receiver, time: MovingClock
) -> None:
    webhook = make_webhook(admin, receiver.url)
    receiver.status, receiver.headers = 429, {"Retry-After": "600"}
    make_product(admin)
    deliver(engine)
    assert shown(admin, webhook)["next_at"] == clock.later(clock.now(), seconds=600)


def test_a_redirect_is_not_followed(admin: Person, engine: Engine, receiver: Receiver) -> None:
    elsewhere = Receiver()
    webhook = make_webhook(admin, receiver.url)
    receiver.status, receiver.headers = 302, {"Location": elsewhere.url}
    make_product(admin)
    deliver(engine)
    elsewhere.close()
    assert (len(receiver.got), elsewhere.got) == (1, [])
    assert "leads elsewhere" in shown(admin, webhook)["problem"]


def test_a_slow_receiver_holds_no_other_up(
    admin: Person, engine: Engine, receiver: Receiver
) -> None:
    slow, goes_on = Receiver(), threading.Event()
    slow.wait = lambda _: goes_on.wait(60)
    make_webhook(admin, slow.url)
    make_webhook(admin, receiver.url)
    for _ in range(3):
        make_product(admin)
    stopping = threading.Event()
    thread = threading.Thread(
        target=webhook_sender.run, args=(engine, "one", stopping), kwargs={"allowed": [LOOPBACK]}
    )
    thread.start()
    receiver.wait_for(3)
    assert slow.got == []
    goes_on.set()
    slow.wait_for(3)
    stopping.set()
    thread.join()
    slow.close()


def test_of_two_workers_one_delivers(admin: Person, engine: Engine, receiver: Receiver) -> None:
    make_webhook(admin, receiver.url)
    make_product(admin)
    [found] = delivery_rows.due(engine)
    with engine.writing() as db:
        assert delivery_rows.take(db, found, "first") is not None
    with engine.writing() as db:
        assert delivery_rows.take(db, found, "second") is None
    deliver(engine, "second")
    assert receiver.got == []


def test_what_a_dead_worker_held_is_delivered_by_another(
    admin: Person, engine: Engine, receiver: Receiver, time: MovingClock
) -> None:
    make_webhook(admin, receiver.url)
    make_product(admin)
    [found] = delivery_rows.due(engine)
    with engine.writing() as db:
        assert delivery_rows.take(db, found, "first") is not None
    let_pass(time, seconds=delivery_rows.LEASE_S + 1)
    deliver(engine, "second")
    assert len(receiver.got) == 1


def test_who_lost_its_webhook_writes_nothing_any_more(
    admin: Person, engine: Engine, receiver: Receiver, time: MovingClock
) -> None:
    webhook = make_webhook(admin, receiver.url)
    make_product(admin)
    [found] = delivery_rows.due(engine)
    with engine.writing() as db:
        sent = delivery_rows.take(db, found, "first")
    assert sent is not None
    let_pass(time, seconds=delivery_rows.LEASE_S + 1)
    deliver(engine, "second")
    outcome = Outcome(500, 1, "", "It answered 500.")
    with engine.writing() as db:
        assert delivery_rows.settle(db, sent, outcome, goes_on=True) is None
    assert deliveries(admin, webhook)[0]["state"] == "delivered"


def test_a_webhook_whose_holder_goes_on_is_not_taken_from_it(
    admin: Person, engine: Engine, time: MovingClock
) -> None:
    make_webhook(admin)
    make_product(admin)
    make_product(admin)
    [found] = delivery_rows.due(engine)
    with engine.writing() as db:
        sent = delivery_rows.take(db, found, "first")
    assert sent is not None
    let_pass(time, seconds=delivery_rows.LEASE_S + 1)
    [found] = delivery_rows.due(engine)
    with engine.writing() as db:
        outcome = Outcome(204, 1, "", None)
        assert delivery_rows.settle(db, sent, outcome, goes_on=True) is not None
    with engine.writing() as db:
        assert delivery_rows.take(db, found, "second") is None


def test_for_a_day_a_new_secret_and_the_one_before_both_sign(
    admin: Person, engine: Engine, receiver: Receiver, time: MovingClock
) -> None:
    webhook = make_webhook(admin, receiver.url)
    again = admin.post(f"/api/webhooks/{webhook['id']}/secret").json
    assert again["secret"] != webhook["secret"]
    make_product(admin)
    deliver(engine)
    [got] = receiver.got
    for secret in (webhook["secret"], again["secret"]):
        Webhook(secret).verify(got.body, got.headers)
    let_pass(time, hours=25)
    make_product(admin)
    deliver(engine)
    assert len(receiver.got[-1].headers["webhook-signature"].split()) == 1
    assert shown(admin, webhook)["secret_before_until"] is None


def test_the_secret_is_shown_once_and_lies_sealed(admin: Person, engine: Engine) -> None:
    webhook = make_webhook(admin)
    assert "secret" not in shown(admin, webhook)
    with engine.reading() as db:
        row = scalar(db, "SELECT sealed_secret FROM webhooks")
    assert webhook["secret"].removeprefix("whsec_")[:20] not in row
    log = admin.get("/api/audit-entries?action=webhook.created").text
    assert webhook["secret"] not in log


def test_a_webhook_whose_secret_cannot_be_read_says_what_to_do(
    admin: Person, engine: Engine, receiver: Receiver
) -> None:
    webhook = make_webhook(admin, receiver.url)
    make_product(admin)
    engine.audit.secret.path.unlink()
    deliver(engine)
    assert receiver.got == []
    assert "then give the webhook a new secret." in shown(admin, webhook)["problem"]


def test_a_webhook_whose_key_was_lost_signs_at_once_with_a_new_secret(
    admin: Person, engine: Engine, receiver: Receiver
) -> None:
    webhook = make_webhook(admin, receiver.url)
    engine.audit.secret.path.unlink()
    with engine.writing() as db:
        signing_key_service.begin(db, auth.console(), is_sealed_anew=True)
    again = admin.post(f"/api/webhooks/{webhook['id']}/secret").json
    assert again["secret_before_until"] is None
    make_product(admin)
    deliver(engine)
    [got] = receiver.got
    Webhook(again["secret"]).verify(got.body, got.headers)


def test_a_test_is_delivered_and_hurries_what_waits_before_it(
    admin: Person, engine: Engine, receiver: Receiver
) -> None:
    webhook = make_webhook(admin, receiver.url)
    receiver.status = 500
    make_product(admin)
    deliver(engine)
    receiver.status = 204
    delivery = admin.post(f"/api/webhooks/{webhook['id']}/test").json
    assert (delivery["type"], delivery["state"]) == ("webhook.test", "waiting")
    deliver(engine)
    assert [each["type"] for each in receiver.events][1:] == ["product.changed", "webhook.test"]


def test_one_delivery_is_replayed_with_the_id_that_it_had(
    admin: Person, engine: Engine, receiver: Receiver
) -> None:
    webhook = make_webhook(admin, receiver.url)
    make_product(admin)
    deliver(engine)
    [delivery] = deliveries(admin, webhook)
    again = admin.post(f"/api/webhook-deliveries/{delivery['id']}/replay").json
    assert (again["state"], again["attempts"]) == ("waiting", 0)
    deliver(engine)
    first, second = receiver.got
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)


def test_everything_since_a_time_is_replayed_in_order(
    admin: Person, engine: Engine, receiver: Receiver, time: MovingClock
) -> None:
    webhook = make_webhook(admin, receiver.url)
    make_product(admin)
    let_pass(time, hours=1)
    since = clock.now()
    later = [make_product(admin)["id"] for _ in range(3)]
    deliver(engine)
    receiver.got.clear()
    answer = admin.post(f"/api/webhooks/{webhook['id']}/replay", json={"since": since})
    assert answer.json == {"count": 3, "more": False}
    deliver(engine)
    assert [each["data"]["product_id"] for each in receiver.events] == later


def test_a_webhook_that_is_off_is_told_nothing_and_can_be_switched_on(
    admin: Person, engine: Engine, receiver: Receiver
) -> None:
    webhook = make_webhook(admin, receiver.url)
    make_product(admin)
    off = admin.patch(f"/api/webhooks/{webhook['id']}", json={"version": 1, "disabled": True})
    assert (off.json["state"], off.json["failed"]) == ("disabled", 1)
    make_product(admin)
    for path in ("test", "replay"):
        answer = admin.post(
            f"/api/webhooks/{webhook['id']}/{path}",
            json={"since": clock.now()} if path == "replay" else None,
        )
        assert (answer.status, "switch it on first" in answer.json["detail"]) == (409, True)
    on = admin.patch(f"/api/webhooks/{webhook['id']}", json={"version": 2, "disabled": False})
    assert on.json["state"] == "active"
    product = make_product(admin)
    deliver(engine)
    assert [each["data"]["product_id"] for each in receiver.events] == [product["id"]]


def test_a_paused_webhook_is_resumed_before_anything_else_so_that_what_failed_is_sent(
    admin: Person, engine: Engine, receiver: Receiver, time: MovingClock
) -> None:
    webhook = make_webhook(admin, receiver.url)
    receiver.status = 500
    product = make_product(admin)
    for _ in range(24 * (DAYS_TRIED + 1)):
        deliver(engine)
        let_pass(time, hours=1)
    [delivery] = deliveries(admin, webhook)
    for path, body in (
        (f"/api/webhooks/{webhook['id']}/replay", {"since": delivery["occurred_at"]}),
        (f"/api/webhook-deliveries/{delivery['id']}/replay", None),
        (f"/api/webhooks/{webhook['id']}/test", None),
    ):
        answer = admin.post(path, json=body)
        assert (answer.status, "resume it first" in answer.json["detail"]) == (409, True)
    on = admin.patch(f"/api/webhooks/{webhook['id']}", json={"version": 1, "disabled": False})
    assert on.json["state"] == "paused"
    receiver.status = 204
    receiver.got.clear()
    admin.post(f"/api/webhooks/{webhook['id']}/resumption")
    deliver(engine)
    assert [each["data"]["product_id"] for each in receiver.events] == [product["id"]]


def test_a_webhook_is_changed_by_who_knows_what_holds_now(admin: Person) -> None:
    webhook = make_webhook(admin)
    change = {"version": 1, "description": "ERP", "events": ["alert.opened"]}
    changed = admin.patch(f"/api/webhooks/{webhook['id']}", json=change).json
    assert (changed["description"], changed["events"]) == ("ERP", ["alert.opened"])
    stale = admin.patch(f"/api/webhooks/{webhook['id']}", json=change)
    assert (stale.status, stale.json["current"]) == (409, changed)


def test_a_removed_webhook_is_gone_with_its_deliveries(admin: Person, engine: Engine) -> None:
    webhook = make_webhook(admin)
    make_product(admin)
    assert admin.delete(f"/api/webhooks/{webhook['id']}").status == 204
    assert admin.get(f"/api/webhooks/{webhook['id']}").status == 404
    assert admin.get(f"/api/webhooks/{webhook['id']}/deliveries").status == 404
    make_product(admin)
    with engine.reading() as db:
        assert scalar(db, "SELECT count(*) FROM webhook_deliveries") == 0


def test_there_are_twenty_webhooks_at_most(admin: Person) -> None:
    for _ in range(20):
        make_webhook(admin)
    answer = admin.post("/api/webhooks", json={"url": URL, "events": SOME})
    assert (answer.status, "remove one first" in answer.json["detail"]) == (409, True)


def test_only_administrators_see_webhooks(manager: Person, viewer: Person) -> None:
    for person in (manager, viewer):
        assert person.get("/api/webhooks").status == 403


def test_no_name_of_a_person_is_sent(
    admin: Person, driver: Person, engine: Engine, receiver: Receiver
) -> None:
    every = [each["type"] for each in event_types.all_types() if each["type"] != "webhook.test"]
    make_webhook(admin, receiver.url, events=every, detail="full")
    device = stocked(admin, driver)
    cabinet_ids = [device["cabinets"][0]["id"]]
    make_visit(
        driver,
        make_service_order(
            admin, route_id=device["route_id"], cabinet_ids=cabinet_ids, driver=driver
        ),
    )
    make_device(admin)
    deliver(engine)
    assert len(receiver.got) > 3
    for got in receiver.got:
        assert b"dora" not in got.body
        assert b"anna" not in got.body


def test_deliveries_past_their_time_go(admin: Person, engine: Engine, time: MovingClock) -> None:
    webhook = make_webhook(admin)
    make_product(admin)
    let_pass(time, days=9)
    make_product(admin)
    before = clock.later(clock.now(), days=-8)
    with engine.writing() as db:
        assert webhook_retention.count(db, before, 10) == 1
        assert webhook_retention.remove(db, before, 10) == 1
    assert len(deliveries(admin, webhook)) == 1
