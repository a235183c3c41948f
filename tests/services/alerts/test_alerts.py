"""Alerts: opened by what is so, seen to by people, resolved by themselves."""

import random
from datetime import UTC, datetime, timedelta

import pytest

import clock
from auth import console
from jobs import enqueue
from services.alerts import device_causes
from services.books import device_counts
from services.system import touched
from tests.kit.factories import (
    make_device,
    make_dex_read,
    make_machine,
    make_planogram,
    make_route,
    make_service_order,
    make_stocked_device,
    make_visit,
    send_audit,
)

PATH = "/api/alerts"
NOW = datetime.now(UTC).replace(microsecond=0)


def alerts(person, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return person.get(f"{PATH}?{query}").json["items"]


def kinds(person, **asked):
    return sorted(alert["kind"] for alert in alerts(person, **asked))


def cabinet_of(device):
    return device["cabinets"][0]["id"]


def switch(person, kind, **changes):
    """Change the rule that there is of a kind."""
    (rule,) = [
        each for each in person.get("/api/alert-rules").json["items"] if each["kind"] == kind
    ]
    changed = person.patch(
        f"/api/alert-rules/{rule['id']}", json={"version": rule["version"], **changes}
    )
    assert changed.status == 200, changed.text
    return changed.json


def archive(person, device):
    now = person.get(f"/api/devices/{device['id']}").json
    body = {"version": now["version"], "archived": True}
    assert person.patch(f"/api/devices/{device['id']}", json=body).status == 200


def day_ago(days):
    return clock.later(clock.now(), days=-days)[:10]


def set_zone(engine, zone):
    with engine.writing() as db:
        db.execute("UPDATE settings SET time_zone = :zone", {"zone": zone})


def sold_out_device(manager, **more):
    device = make_device(manager, rows=1, columns=2, **more)
    make_planogram(manager, cabinet_of(device), quantity=0, selections=["A1", "A2"])
    return device


@pytest.fixture
def device(manager):
    return sold_out_device(manager, asset="T-1000")


def touch(engine, noun, noun_id):
    with engine.writing() as db:
        touched.note(db, noun, noun_id)


def test_a_slot_that_is_empty_opens_an_alert_of_its_own(manager, viewer, device, work):
    work()
    found = alerts(viewer)
    assert [alert["kind"] for alert in found] == ["sold_out", "sold_out"]
    assert {alert["device_id"] for alert in found} == {device["id"]}
    assert all(alert["detail"].endswith(" is sold out") for alert in found)
    assert viewer.get(f"{PATH}/summary").json["open"] == 2
    assert viewer.get(f"{PATH}/{found[0]['id']}").json == found[0]


def failing_at(monkeypatch, device_id):
    """As if a mistake of the program showed at one device alone."""
    causes = device_causes.causes

    def fail(db, device_ids, least):
        if device_id in device_ids:
            raise ZeroDivisionError
        return causes(db, device_ids, least)

    monkeypatch.setattr(device_causes, "causes", fail)


def test_a_device_at_which_looking_fails_is_named_and_holds_up_no_other(
    manager, engine, work, monkeypatch, caplog
):
    broken, whole = (sold_out_device(manager) for _ in range(2))
    with monkeypatch.context() as patch:
        failing_at(patch, broken["id"])
        work()
    assert {each["device_id"] for each in alerts(manager)} == {whole["id"]}
    (failed,) = manager.get(f"{PATH}/summary").json["failed"]
    assert (failed["noun"], failed["name"]) == ("device", broken["asset"])
    assert f"failed at device {broken['id']}" in caplog.text
    # The next round looks there again.
    with engine.writing() as writer:
        enqueue(writer, console(), "alerts.sweep", {})
    work()
    assert {each["device_id"] for each in alerts(manager)} == {broken["id"], whole["id"]}
    assert manager.get(f"{PATH}/summary").json["failed"] == []


def test_it_is_one_alert_however_often_somebody_looks(manager, engine, device, work):
    for _ in range(3):
        touch(engine, "device", device["id"])
        work()
    assert len(alerts(manager)) == 2


def test_a_visit_resolves_it_and_emptied_again_it_is_a_new_one(manager, device, work):
    work()
    first = {alert["id"] for alert in alerts(manager)}
    make_planogram(manager, cabinet_of(device), quantity=5, selections=["A1", "A2"])
    work()
    assert alerts(manager) == []
    resolved = alerts(manager, state="resolved")
    assert {alert["id"] for alert in resolved} == first
    assert all(alert["resolved_at"] for alert in resolved)
    make_planogram(manager, cabinet_of(device), quantity=0, selections=["A1", "A2"])
    work()
    assert first.isdisjoint(alert["id"] for alert in alerts(manager))


def test_the_other_slot_of_a_selection_keeps_it_from_being_sold_out(manager, work):
    device = make_device(manager, rows=1, columns=2)
    planogram = make_planogram(
        manager, cabinet_of(device), quantity=0, selections=["A1", "A1"], products=[
            manager.post("/api/products", json={"name": "Cola", "price_cents": 150}).json["id"]
        ] * 2,
    )  # fmt: skip
    slots = [
        {"id": slot["id"], "quantity": quantity}
        for slot, quantity in zip(planogram["slots"], (0, 4), strict=True)
    ]
    answer = manager.put(
        f"/api/cabinets/{cabinet_of(device)}/planogram",
        json={"version": planogram["version"], "slots": slots},
    )
    assert answer.status == 200, answer.text
    work()
    assert alerts(manager) == []


def test_an_archived_machine_needs_nobody(admin, manager, device, work):
    work()
    archive(admin, device)
    work()
    assert alerts(manager) == []


def test_an_alert_that_is_acknowledged_stays_until_it_is_over(manager, device, work, engine):
    work()
    alert = alerts(manager)[0]
    seen = manager.post(f"{PATH}/{alert['id']}/acknowledgement").json
    assert (seen["state"], seen["acknowledged_by_name"]) == ("acknowledged", "max")
    touch(engine, "device", device["id"])
    work()
    assert [each["id"] for each in alerts(manager, state="acknowledged")] == [alert["id"]]
    assert manager.get(f"{PATH}/summary").json["open"] == 1
    again = manager.delete(f"{PATH}/{alert['id']}/acknowledgement").json
    assert (again["state"], again["acknowledged_at"]) == ("open", None)


def test_an_alert_rests_until_its_time_has_come(manager, admin, device, work, monkeypatch):
    work()
    alert = alerts(manager)[0]
    until = clock.later(clock.now(), hours=4)
    rests = manager.post(f"{PATH}/{alert['id']}/snooze", json={"until": until}).json
    assert (rests["state"], rests["snoozed_until"]) == ("snoozed", until)
    assert manager.get(f"{PATH}/summary").json["open"] == 1
    later = clock.later(until, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    switch(manager, "silent", threshold=50)
    work()
    assert alert["id"] in [each["id"] for each in alerts(manager)]


@pytest.mark.parametrize("hours", [-1, 24 * 91])
def test_nobody_rests_until_yesterday_or_for_ever(manager, device, work, hours):
    work()
    until = clock.later(clock.now(), hours=hours)
    refused = manager.post(f"{PATH}/{alerts(manager)[0]['id']}/snooze", json={"until": until})
    assert refused.status == 422


def test_somebody_of_the_office_sees_to_it(manager, viewer, driver, device, work):
    work()
    path = f"{PATH}/{alerts(manager)[0]['id']}/assignment"
    assert manager.post(path, json={"user_id": manager.id}).json["assigned_to_name"] == "max"
    assert len(alerts(manager, mine="true")) == 1
    assert alerts(viewer, mine="true") == []
    assert manager.post(path, json={"user_id": driver.id}).status == 422
    assert manager.post(path, json={"user_id": 999_999}).status == 422
    assert manager.post(path, json={"user_id": None}).json["assigned_to"] is None


def test_what_is_over_is_seen_to_by_nobody(admin, manager, device, work):
    work()
    alert = alerts(manager)[0]
    archive(admin, device)
    work()
    assert manager.post(f"{PATH}/{alert['id']}/acknowledgement").status == 409


def test_the_audit_log_tells_who_saw_it(manager, admin, device, work):
    work()
    alert = alerts(manager)[0]
    manager.post(f"{PATH}/{alert['id']}/acknowledgement")
    (entry,) = admin.get("/api/audit-entries?noun=alert").json["items"]
    assert (entry["action"], entry["noun_id"]) == ("alert.acknowledged", alert["id"])


def test_the_dearest_comes_first(manager, engine, work):
    first, second = sold_out_device(manager, asset="A"), sold_out_device(manager, asset="B")
    with engine.writing() as db:
        db.execute(
            "UPDATE slots SET units_per_day = 4.0, units_per_day_basis = 'visits' "
            "WHERE device_id = :id",
            {"id": second["id"]},
        )
    work()
    found = alerts(manager)
    assert [alert["asset"] for alert in found] == ["B", "B", "A", "A"]
    assert [alert["lost_cents_per_day"] for alert in found] == [600, 600, 0, 0]
    assert manager.get(f"{PATH}/summary").json["lost_cents_per_day"] == 1200
    newest = alerts(manager, sort="-opened_at", limit=1)
    assert len(newest) == 1
    assert {alert["asset"] for alert in alerts(manager, device_id=first["id"])} == {"A"}


def test_a_machine_that_reports_no_more_puts_its_mean_sales_at_stake(manager, work):
    device = make_device(manager, asset="S-1", rows=1, columns=3)
    make_planogram(manager, cabinet_of(device), quantity=None, selections=["A1", "A2", "A3"])
    machine = make_machine(device)
    make_dex_read(manager, machine, at=NOW - timedelta(days=8), device_id=device["id"])
    machine.sell("A1", 8)
    make_dex_read(manager, machine, at=NOW - timedelta(days=4), device_id=device["id"])
    work()
    assert kinds(manager) == ["silent"]
    (alert,) = alerts(manager)
    assert alert["lost_cents_per_day"] == 300
    assert alert["since"] is not None
    make_dex_read(manager, machine, at=NOW, device_id=device["id"])
    work()
    assert alerts(manager, kind="silent") == []


def test_a_damaged_audit_waits_until_somebody_decides(manager, work):
    device = make_stocked_device(manager, asset="M-7", rows=1, columns=3)
    content = make_machine(device).audit(NOW.replace(tzinfo=None))
    broken = content.replace(b"*A1*", b"*A1X*", 1)
    read = send_audit(manager, broken, device_id=device["id"])
    work()
    if read.json["status"] != "damaged":
        pytest.fail("the audit was to be damaged")
    (alert,) = alerts(manager, kind="damaged_read")
    assert (alert["noun"], alert["noun_id"]) == ("dex_read", read.json["id"])
    assert manager.post(f"/api/dex-reads/{read.json['id']}/acceptance").status == 200
    work()
    assert alerts(manager, kind="damaged_read") == []


def test_an_order_of_yesterday_is_late_until_it_is_done(manager, driver, engine, work):
    order = make_service_order(manager, driver=driver)
    yesterday = clock.later(clock.now(), days=-2)[:10]
    with engine.writing() as db:
        db.execute(
            "UPDATE service_orders SET scheduled_on = :day, service_on = :day WHERE id = :id",
            {"day": yesterday, "id": order["id"]},
        )
    touch(engine, "service_order", order["id"])
    work()
    (alert,) = alerts(manager, kind="late_order")
    assert alert["detail"] == f"Order {order['id']} is late"
    make_visit(driver, manager.get(f"/api/service-orders/{order['id']}").json)
    work()
    assert alerts(manager, kind="late_order") == []


def test_what_runs_out_before_the_next_visit_is_told_of(manager, engine, work):
    switch(manager, "runs_out", switched_on=True, threshold=3)
    route = make_route(manager)
    device = make_device(manager, asset="R-1", rows=1, columns=1, route_id=route["id"])
    make_planogram(manager, cabinet_of(device), quantity=4, selections=["A1"])

    def sells(rate):
        with engine.writing() as db:
            db.execute(
                "UPDATE slots SET units_per_day = :rate, units_per_day_basis = 'visits' "
                "WHERE device_id = :id",
                {"rate": rate, "id": device["id"]},
            )
            db.execute(
                "UPDATE device_metrics SET days_of_inventory = :days WHERE device_id = :id",
                {"days": 4 / rate, "id": device["id"]},
            )
            device_counts.count(db)
        touch(engine, "device", device["id"])
        work()

    sells(1.0)
    assert kinds(manager) == []
    sells(2.0)
    (alert,) = alerts(manager)
    assert alert["detail"] == "1 selection runs out and no visit is planned"
    assert alert["lost_cents_per_day"] == 300
    # Who comes tomorrow is there in time.
    tomorrow = clock.later(clock.now(), days=1)[:10]
    order = make_service_order(
        manager, route_id=route["id"], cabinet_ids=[cabinet_of(device)], scheduled_on=tomorrow
    )
    work()
    assert alerts(manager) == []
    cancelled = manager.post(
        f"/api/service-orders/{order['id']}/cancellation", json={"reason": "van broke down"}
    )
    assert cancelled.status == 200, cancelled.text
    work()
    assert kinds(manager) == ["runs_out"]


def test_a_price_that_is_not_the_machines_costs_what_it_sells(manager, work):
    device = make_device(manager, asset="P-1", rows=1, columns=3)
    make_planogram(
        manager, cabinet_of(device), quantity=9, selections=["A1", "A2", "A3"], price_cents=200
    )
    make_dex_read(manager, make_machine(device), at=NOW, device_id=device["id"])
    work()
    (alert,) = alerts(manager, kind="price_differs")
    assert alert["detail"] == "3 prices are not the machine's"


def test_faults_are_told_apart_by_what_they_threaten(manager, engine, work):
    device = make_stocked_device(manager, asset="F-1")
    with engine.writing() as db:
        db.execute(
            """
            UPDATE device_metrics SET fault_count = 2, faults = :faults WHERE device_id = :id
            """,
            {
                "id": device["id"],
                "faults": '[{"code": "EA", "meaning": "Coin event"},'
                ' {"code": "EJJ", "meaning": "Not cooling"}]',
            },
        )
        device_counts.count(db)
    touch(engine, "device", device["id"])
    work()
    assert kinds(manager) == ["climate_or_door", "fault"]


def test_whatever_the_order_of_arrival_the_same_alerts_stand(manager, engine, work):
    """Looked at after every step or once at the end, in any order, it ends the same."""
    states = []
    for seed in range(3):
        chosen = random.Random(seed)
        device = make_device(manager, asset=f"O-{seed}", rows=1, columns=3)
        make_planogram(manager, cabinet_of(device), quantity=3, selections=["A1", "A2", "A3"])
        machine = make_machine(device)
        audits = []
        for days, units in ((9, 0), (6, 2), (3, 1)):
            for _ in range(units):
                machine.sell("A1", 1)
            audits.append(machine.audit((NOW - timedelta(days=days)).replace(tzinfo=None)))
        chosen.shuffle(audits)
        for audit in audits:
            assert send_audit(manager, audit, device_id=device["id"]).status == 201
            if seed % 2:
                work()
        work()
        states.append(
            sorted(
                (a["kind"], a["detail"].split()[0]) for a in alerts(manager, device_id=device["id"])
            )
        )
    assert states[0] == states[1] == states[2]
    assert ("silent", "No") in states[0]


def test_who_is_killed_in_between_leaves_it_to_the_next(manager, engine, device, work):
    """A worker that dies before its commit has taken nothing."""

    class Killed(BaseException):
        pass

    def looks_and_is_killed():
        with engine.writing() as db:
            assert touched.take(db, touched.next_few(db, 9))
            raise Killed

    with pytest.raises(Killed):
        looks_and_is_killed()
    work()
    assert len(alerts(manager)) == 2


def test_what_a_late_order_costs_is_counted_once(manager, engine, work):
    """It waits with what its machines lose, and these have alerts of their own."""
    route = make_route(manager)
    device = sold_out_device(manager, route_id=route["id"])
    order = make_service_order(
        manager, route_id=route["id"], cabinet_ids=[cabinet_of(device)], scheduled_on=day_ago(2)
    )
    with engine.writing() as db:
        db.execute("UPDATE slots SET units_per_day = 2.0, units_per_day_basis = 'visits'")
        db.execute("UPDATE device_metrics SET lost_cents_per_day = 600")
    touch(engine, "service_order", order["id"])
    touch(engine, "device", device["id"])
    work()
    lost = {alert["kind"]: alert["lost_cents_per_day"] for alert in alerts(manager)}
    assert lost == {"late_order": 600, "sold_out": 300}
    assert manager.get(f"{PATH}/summary").json == {
        "open": 3,
        "more": False,
        "lost_cents_per_day": 600,
        "failed": [],
    }


def test_an_order_that_is_late_no_longer_in_another_time_zone_is_resolved(
    manager, engine, work, monkeypatch
):
    order = make_service_order(manager, scheduled_on=clock.now()[:10])
    evening = f"{clock.later(clock.now(), days=1)[:10]}T06:00:00Z"
    set_zone(engine, "UTC")
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: evening)
        touch(engine, "service_order", order["id"])
        work()
    assert kinds(manager, kind="late_order") == ["late_order"]
    set_zone(engine, "Pacific/Pago_Pago")
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: evening)
        with engine.writing() as db:
            enqueue(db, console(), "alerts.sweep", {})
        work()
        work()
    assert kinds(manager, kind="late_order") == []


def test_a_damaged_audit_that_is_given_to_a_machine_is_an_alert_of_that_machine(manager, work):
    device = make_stocked_device(manager, asset="M-8", rows=1, columns=3)
    content = make_machine(asset="Z-9", serial="ZX77").audit(NOW.replace(tzinfo=None))
    broken = content.replace(b"*A1*", b"*A1X*", 1)
    read = send_audit(manager, broken).json
    assert (read["status"], read["device_id"]) == ("damaged", None)
    work()
    assert [each["asset"] for each in alerts(manager, kind="damaged_read")] == [None]
    given = manager.post(
        f"/api/dex-reads/{read['id']}/assignment", json={"device_id": device["id"]}
    )
    assert given.status == 200, given.text
    work()
    assert [each["asset"] for each in alerts(manager, kind="damaged_read")] == ["M-8"]
