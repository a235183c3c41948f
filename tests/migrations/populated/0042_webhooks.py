"""Rows of 0042.webhooks."""

from tests.migrations.moments import AT, LATER

EVENT = {"webhook_id": 1, "occurred_at": AT, "next_at": AT}
ROWS = [
    ("webhooks", {"id": 1, "url": "https://erp.example/cvd", "description": "Ä 50%",
                  "events": "dex_read.booked visit.recorded", "detail": "full",
                  "sealed_secret": "c2VhbGVk", "created_at": AT}),
    ("webhooks", {"id": 2, "url": "http://10.0.0.5/", "description": "", "events": "device.changed",
                  "detail": "references", "sealed_secret": "c2VhbGVk",
                  "sealed_secret_before": "YmVmb3Jl", "before_until": LATER, "created_at": AT,
                  "paused_at": LATER, "problem": "It did not answer for 3 days.", "worker": "a",
                  "lease": "b", "leased_until": LATER, "version": 3}),
    ("webhook_deliveries", {"id": 1, "event_id": "evt_1", "type": "webhook.test",
                            "data": '{"webhook_id":1}', **EVENT}),
    ("webhook_deliveries", {"id": 2, "event_id": "evt_2", "type": "visit.recorded",
                            "data": '{"visit_id":1}', **EVENT, "state": "delivered",
                            "attempts": 2, "last_at": AT, "status": 204, "duration_ms": 40,
                            "answer": ""}),
    ("webhook_deliveries", {"id": 3, "event_id": "evt_2", "type": "visit.recorded",
                            "data": '{"visit_id":1}', **EVENT, "webhook_id": 2, "state": "failed",
                            "attempts": 15, "last_at": LATER, "problem": "no connection"}),
]  # fmt: skip
