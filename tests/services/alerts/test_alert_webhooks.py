"""Other programs are told of alerts: that one opened, and that it is over."""

import orjson

from tests.kit.factories import make_device, make_planogram


def told(admin, webhook):
    found = admin.get(f"/api/webhooks/{webhook['id']}/deliveries?limit=200").json["items"]
    return [orjson.loads(each["body"]) for each in reversed(found)]


def make_webhook(admin, **given):
    body = {
        "url": "https://erp.example/hooks/cvd",
        "events": ["alert.opened", "alert.resolved"],
        **given,
    }
    answer = admin.post("/api/webhooks", json=body)
    assert answer.status == 201, answer.text
    return answer.json


def test_a_webhook_is_told_that_an_alert_opened_and_that_it_is_over(admin, manager, work):
    webhook = make_webhook(admin, detail="full")
    device = make_device(manager, asset="T-1000", rows=1, columns=1)
    cabinet_id = device["cabinets"][0]["id"]
    make_planogram(manager, cabinet_id, quantity=0, selections=["A1"])
    for _ in range(2):
        work()
    (alert,) = manager.get("/api/alerts").json["items"]
    (opened,) = told(admin, webhook)
    assert opened["type"] == "alert.opened"
    assert opened["data"]["alert_id"] == alert["id"]
    assert opened["data"]["device_id"] == device["id"]
    assert opened["data"]["sentence"] == f"T-1000: {alert['detail']}"
    assert opened["data"]["resolved_at"] is None
    make_planogram(manager, cabinet_id, quantity=5, selections=["A1"])
    work()
    _, resolved = told(admin, webhook)
    assert (resolved["type"], resolved["data"]["alert_id"]) == ("alert.resolved", alert["id"])
    assert resolved["data"]["resolved_at"] is not None


def test_who_is_told_of_other_things_is_not_told_of_alerts(admin, manager, work):
    webhook = make_webhook(admin, events=["product.changed"])
    device = make_device(manager, rows=1, columns=1)
    make_planogram(manager, device["cabinets"][0]["id"], quantity=0, selections=["A1"])
    work()
    assert {each["type"] for each in told(admin, webhook)} == {"product.changed"}
