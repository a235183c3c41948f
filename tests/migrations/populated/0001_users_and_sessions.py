"""Rows of 0001.users-and-sessions."""

from tests.migrations.moments import AT, HASH, LATER

ROWS = [
    ("users", {"id": 1, "username": "ann", "display_name": "Ann", "role": "manager",
               "password_hash": "x", "created_at": AT}),
    ("users", {"id": 2, "username": "bob", "display_name": "Bob ÄÖ 'quoted' 50%", "email": "b@c.d",
               "role": "driver", "password_hash": "x", "created_at": AT, "disabled_at": LATER}),
    ("sessions", {"id": 1, "token_hash": HASH, "user_id": 1, "created_at": AT,
                  "last_seen_at": LATER}),
    ("login_failures", {"subject": "account:bob", "failures": 3, "last_failed_at": AT,
                        "blocked_until": LATER}),
    ("setup_tokens", {"id": 1, "token_hash": HASH, "created_at": AT}),
    ("settings", {"id": 1, "company": "Acme", "currency": "EUR", "time_zone": "Europe/Berlin",
                  "locale": "de-DE"}),
    ("idempotency_keys", {"user_id": 1, "idempotency_key": "k", "operation": "o",
                          "request_hash": HASH, "status": 201, "answer": "{}", "created_at": AT}),
]  # fmt: skip
