"""A small fleet that was really worked with, through the API: rows as CVD writes them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pyotp
from flask import Flask

import auth
import clock
import db
from app import create_app
from server.job_worker import JobWorker
from services.alerts import alert_beat
from services.books import device_counts
from services.reads import rereading
from services.reads.inbox import Inbox
from services.start import setup_service
from services.system import settings_service, touched
from services.upkeep import removal_job
from settings import PROJECT, Settings
from tests.kit.authenticator import enrol
from tests.kit.factories import (
    make_device,
    make_dex_read,
    make_location,
    make_machine,
    make_planogram,
    make_product,
    make_route,
    make_service_order,
    make_ticket,
    make_visit,
    send_audit,
)
from tests.kit.fake_provider import FakeProvider, sign_in_by
from tests.kit.people import PASSWORD, Person, make_tokens, sign_up
from tests.kit.photos import photo_bytes
from tests.kit.sound import make_others


def live(url: str) -> None:
    """Leave something in every table of a migrated database."""
    settings = Settings(database_url=url, company="Äpfel & Söhne", time_zone="Europe/Berlin")
    with closing(FakeProvider()) as provider, closing(db.open_engine(url)) as engine:
        app = create_app(replace(settings, **provider.settings))
        with engine.writing() as writer:
            settings_service.ensure(writer, settings)
        setup_service.setup_link_token(engine)
        admin = sign_up(app, engine, "anna", "admin")
        driver = sign_up(app, engine, "dora", "driver")
        visitor = Person(app)
        _work(admin, driver, visitor)
        others = make_others(admin, {"user_id": driver.id})
        assert admin.post(f"/api/webhooks/{others['webhook_id']}/test").status == 200
        _look_their_way(admin, others["saved_view_id"])
        schedule = admin.get("/api/schedules").json["items"][0]
        assert admin.post(f"/api/schedules/{schedule['id']}/run").status == 200
        sign_in_by(provider, engine, driver)
        _read_again(engine)
        _send_many(engine, admin)
        _bring_in(engine, admin)
        _write(admin)
        _let_go(app, engine, admin)
        _be_told(engine, settings)
        app.extensions["cvd"]["engine"].close()


def _look_their_way(admin: Person, view_id: int) -> None:
    """A view in the rail, which its list opens with."""
    assert admin.put(f"/api/saved-views/{view_id}/pin", json={"pinned": True}).status == 200
    list_name = admin.get(f"/api/saved-views/{view_id}").json["list_name"]
    body = {"list_name": list_name, "columns": None, "default_view_id": view_id}
    assert admin.put("/api/list-layout", json=body).status == 200


def _send_many(engine: db.Engine, admin: Person) -> None:
    """A batch that waits for its job, and a folder that is watched and is not there."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for number in range(51):
            archive.writestr(f"{number}.dex", "no audit")
    form = {"file": (BytesIO(made.getvalue()), "night.zip")}
    assert admin.post("/api/dex-batches", data=form).status == 202
    Inbox(PROJECT / "nowhere", 30, 1).look(engine)


def _be_told(engine: db.Engine, settings: Settings) -> None:
    """An alert with the mail that tells of it, and what nobody looked at since."""
    with engine.writing() as writer:
        writer.execute("UPDATE users SET email = 'anna@vending.example' WHERE username = 'anna'")
        writer.execute("UPDATE alert_rules SET email = 'at_once' WHERE kind = 'fault'")
        writer.execute(
            """
            UPDATE device_metrics SET fault_count = 1,
                faults = '[{"code": "EA", "meaning": "Coin event"}]'
            WHERE archived_at IS NULL
            """
        )
        device_counts.count(writer)
        rows = list(writer.query("SELECT device_id FROM device_metrics"))
        touched.note(writer, "device", *[row["device_id"] for row in rows])
    sending = replace(settings, smtp_url="smtp://127.0.0.1:1", mail_from="cvd@vending.example")
    alert_beat.beat(engine, sending)
    with engine.writing() as writer:
        touched.note(writer, "backup", touched.THE_BACKUP)


def _bring_in(engine: db.Engine, admin: Person) -> None:
    """A list of products that was imported, and one of sales that reads say already."""
    _import(engine, admin, b"Produkt;Preis\nApfelschorle;1,80\n")
    devices = admin.get("/api/devices").json["items"]
    (asset,) = [each["asset"] for each in devices if each["last_read_at"]]
    day = clock.now()[:10]
    sold = f"Automat;Datum;Produkt;Menge;Betrag\n{asset};{day};Apfelschorle;2;3,60\n"
    _import(engine, admin, sold.encode())


def _import(engine: db.Engine, admin: Person, content: bytes) -> None:
    form = {"file": (BytesIO(content), "waren.csv")}
    path = f"/api/imports/{admin.post('/api/imports', data=form).json['id']}"
    worker = JobWorker(engine, "worker")
    for state in ("ready", "done"):
        while (found := admin.get(path).json)["state"] != state:
            assert worker.run_one()
        if state == "ready":
            assert admin.post(f"{path}/run", json={"version": found["version"]}).status == 200


def _write(admin: Person) -> None:
    """A ticket with its thread, a change of several products at once, and a recurring visit."""
    location = make_location(admin)
    ticket = make_ticket(admin, location_id=location["id"])
    entries = f"/api/tickets/{ticket['id']}/entries"
    assert admin.post(entries, json={"text": "The lid is loose"}).status == 201
    body = {
        "change": {"kind": "product_category", "category": "Seasonal"},
        "selection": {"ids": [make_product(admin)["id"] for _ in range(2)]},
    }
    assert admin.post("/api/mass-changes", json=body).status == 201
    device = admin.get("/api/devices").json["items"][0]
    weekly = {
        "name": "Hospital",
        "route_id": device["route_id"],
        "device_ids": [device["id"]],
        "weekdays": "5",
        "starts_on": "2040-01-01",
    }
    made = admin.post("/api/recurring-visits", json=weekly)
    assert made.status == 201, made.text
    day = {"day": "2040-01-06", "moved_to": "2040-01-09", "left_out": False}
    assert admin.put(f"/api/recurring-visits/{made.json['id']}/days", json=day).status == 200
    planned = {
        "change": {"kind": "product_price", "price": {"set_cents": 210}},
        "selection": body["selection"],
        "from_on": clock.later(clock.now(), days=30)[:10],
    }
    assert admin.post("/api/planned-changes", json=planned).status == 201


def _let_go(app: Flask, engine: db.Engine, admin: Person) -> None:
    """Somebody who is erased, and a removal that broke off before it could tell of it."""
    former = sign_up(app, engine, "former", "viewer")
    assert former.post("/api/auth/logout").status == 204
    version = admin.get(f"/api/users/{former.id}").json["version"]
    body = {"version": version, "current_password": PASSWORD}
    job_id = admin.post(f"/api/users/{former.id}/erasure", json=body).json["job_id"]
    worker = JobWorker(engine, "worker")
    while admin.get(f"/api/jobs/{job_id}").json["state"] != "done":
        assert worker.run_one()
    with engine.writing() as writer:
        removal_job._note(writer, "job_days", 3)


def _read_again(engine: db.Engine) -> None:
    """As after an upgrade whose rules book something else."""
    with engine.writing() as writer:
        writer.execute("UPDATE devices SET books_rules = 0")
        writer.execute("UPDATE sales SET units = units + 1 WHERE units > 0")
    assert list(rereading.reread_all(engine, auth.console(), on_device=lambda _: None))


def _set_up_second_factor(person: Person) -> None:
    begun = person.post("/api/second-factor", json={"current_password": PASSWORD}).json
    code = {"code": pyotp.TOTP(begun["secret"]).now()}
    assert person.post("/api/second-factor/confirmation", json=code).status == 200


def _work(admin: Person, driver: Person, visitor: Person) -> None:
    begin = clock.to_datetime(clock.later(clock.now(), days=-6))
    key = {"Idempotency-Key": "once"}
    assert admin.post("/api/products", json={"name": "Nüsse 50 %"}, headers=key).status == 201
    wrong = {"username": "anna", "password": "not the one"}
    assert visitor.post("/api/auth/login", json=wrong).status == 401
    make_tokens(admin, ["fleet:read"])
    _set_up_second_factor(admin)
    enrol(driver)
    products = [make_product(admin, name=f"Ware {n}", cost_cents=60)["id"] for n in range(3)]
    route = make_route(admin, driver=driver)
    device = make_device(
        admin,
        rows=1,
        columns=3,
        route_id=route["id"],
        location_id=make_location(admin, kind="factory", latitude=52.5, longitude=-0.25)["id"],
    )
    cabinet_id = device["cabinets"][0]["id"]
    make_planogram(admin, cabinet_id, products=products, as_of=clock.to_text(begin))
    machine = make_machine(device)
    for day in (1, 2):
        make_dex_read(admin, machine, at=begin + timedelta(days=day), device_id=device["id"])
        machine.sell_some(7)
    _serve(admin, driver, route["id"], device)
    make_dex_read(admin, machine, at=begin + timedelta(days=5), device_id=device["id"])
    make_dex_read(admin, make_machine(serial="", asset=""))
    assert send_audit(admin, b"no audit\x00\xff", filename="n.txt").status == 422


def _serve(admin: Person, driver: Person, route_id: int, device: Any) -> None:
    """An order that could not be done, was carried out, taken back and carried out again.

    A count differs. The product of that slot is then sold out.
    """
    device_id, cabinet_id = device["id"], device["cabinets"][0]["id"]
    order = make_service_order(
        admin, route_id=route_id, cabinet_ids=[cabinet_id], driver=driver, notes="Schlüssel"
    )
    skip = {"cabinet_ids": [cabinet_id], "reason": "closed"}
    assert driver.post(f"/api/service-orders/{order['id']}/skips", json=skip).status == 200
    visit = make_visit(driver, order, notes="Tür klemmt")
    reversal = {"reason": "Wrong machine"}
    assert admin.post(f"/api/visits/{visit['id']}/reversal", json=reversal).status == 200
    (slot, *_) = admin.get(f"/api/cabinets/{cabinet_id}/planogram").json["slots"]
    found = {"slot_id": slot["id"], "counted": 0, "added": 1}
    priced = {"slot_id": slot["id"], "price_cents": 175, "outcome": "done"}
    again = make_visit(driver, order, fills=[found], price_answers=[priced])
    assert again["service_order_status"] == "completed"
    assert admin.post(f"/api/visits/{again['id']}/count-acknowledgement").status == 200
    change = {"device_id": device_id, "kind": "sell_out", "slot_ids": [slot["id"]]}
    path = f"/api/products/{slot['product_id']}/slot-changes"
    assert admin.post(path, json=change).status == 201
    form = {"noun": "device", "noun_id": str(device_id), "file": (BytesIO(photo_bytes()), "a.png")}
    assert driver.post("/api/files", data=form).status == 201
