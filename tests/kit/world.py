"""A corner of the world: one of every noun, and a sound request to every operation on it.

Both follow from the contract (tests/kit/sound.py) where nothing else is said here: a noun
that is made by itself needs no line, one that hangs on others does.
"""

import io
import zipfile
from datetime import datetime

import clock
import contract
from tests.kit.authenticator import Authenticator, enrol, sign_in_alone
from tests.kit.factories import (
    make_cabinet_type,
    make_device,
    make_device_type,
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
from tests.kit.people import PASSWORD, make_key, make_tokens
from tests.kit.photos import photo_bytes
from tests.kit.sound import make_others, sound_body

AT = datetime(2026, 1, 30, 8, 0)  # noqa: DTZ001  # a machine knows no zone
OPERATIONS = {operation.name: operation for operation in contract.current().operations}
WEBHOOK = {"url": "https://erp.example/", "events": ["product.changed"]}
NEW_USER = {"username": "intruder", "password": PASSWORD}
QUERIES = {
    "alert_rule_service.preview_alert_rule": "?kind=fault",
    "sale_service.list_sales": "?group_by=device&from=2026-01-01&to=2026-01-31",
    "dex_batch_service.list_dex_batch_files": "?dex_batch_id={dex_batch_id}",
    "file_service.list_files": "?noun=device&noun_id={device_id}",
    "availability_service.list_availability": "?from=2026-01-01&to=2026-01-31",
    "import_service.list_import_rows": "?import_id={import_id}",
    "import_service.get_import_template": "?kind=products",
    "calendar_service.list_calendar_orders": "?from=2026-01-01&to=2026-01-31",
    "recurring_day_service.list_recurring_days": "?from=2026-01-01&to=2026-01-31",
    "comparison_service.get_comparison": "?device_ids={device_id}&from=2026-01-01&to=2026-01-31",
    "search_service.search": "?q=machine",
    "list_layout_service.get_list_layout": "?list_name=devices",
    "sale_service.get_coverage": "?from=2026-01-01&to=2026-01-31",
    "count_difference_service.list_count_differences": "?from=2026-01-01&to=2026-01-31",
    "label_service.list_labels": "?noun=device",
    "count_difference_service.get_shrinkage": "?group_by=device&from=2026-01-01&to=2026-01-31",
}


def corner(admin, driver):
    """A route with a stocked device that reported, an order begun, and what belongs to it."""
    route = make_route(admin, driver=driver)
    location = make_location(admin)
    device = make_device(admin, route_id=route["id"], location_id=location["id"], cabinets=3)
    product = make_product(admin)
    planograms = [
        make_planogram(admin, cabinet["id"], products=[product["id"]] * 6)
        for cabinet in device["cabinets"]
    ]
    first = admin.get(f"/api/cabinets/{device['cabinets'][0]['id']}/planogram").json
    read = make_dex_read(admin, make_machine(device), device_id=device["id"])
    order = make_service_order(
        admin,
        route_id=route["id"],
        cabinet_ids=[cabinet["id"] for cabinet in device["cabinets"]],
        driver=driver,
    )
    visit = make_visit(admin, order)
    unassigned = make_dex_read(admin, make_machine(serial=f"SPARE{route['id']}", asset=""))
    other = other_user(admin, route["id"])
    guest = {"username": f"guest{route['id']}", "password": PASSWORD, "role": "viewer"}
    assert admin.post("/api/users", json=guest).status == 201
    ids = {
        **of_account(admin, other),
        "product_id": product["id"],
        "location_id": location["id"],
        "route_id": route["id"],
        "device_id": device["id"],
        "device_type_id": make_device_type(admin)["id"],
        "cabinet_type_id": make_cabinet_type(admin)["id"],
        "cabinet_id": device["cabinets"][1]["id"],
        "slot_id": planograms[1]["slots"][0]["id"],
        "dex_read_id": unassigned["id"],
        "booked_read_id": read["id"],
        "service_order_id": order["id"],
        "visit_id": visit["id"],
        "skip_id": skipped(admin, order),
        "quarantined_file_id": quarantined(admin, route["id"]),
        "job_id": job(admin),
        "schedule_id": schedule(admin),
        "slot_change_id": slot_change(admin, product["id"], first),
        "mass_change_id": mass_change(admin),
        "planned_change_id": planned_change(admin, product["id"]),
        "ticket_id": ticket(admin, device["id"]),
        "file_id": photo(admin, device["id"]),
        "import_id": admin.post("/api/imports", data=spreadsheet()).json["id"],
        "dex_batch_id": batch(admin, route["id"]),
        **told(admin),
        "alert_id": alert(admin, device["id"]),
        "alert_rule_id": alert_rule(admin, device["id"]),
        "recurring_visit_id": recurring_visit(admin, route["id"]),
    }
    return ids | make_others(admin, ids)


def alert(admin, device_id):
    """One of the device that no worker looks at."""
    planted = """
        INSERT INTO alerts (kind, cause, noun, noun_id, device_id, alert_rule_id, detail, state,
            opened_at)
        SELECT 'fault', :cause, 'device', :device_id, :device_id, min(id), 'Coin event', 'open',
            '2026-01-31T08:00:00Z'
        FROM alert_rules
        RETURNING id
    """
    with admin.client.application.extensions["cvd"]["engine"].writing() as db:
        asked = {"cause": f"planted:{device_id}", "device_id": device_id}
        return db.execute(planted, asked).fetchone()[0]


def alert_rule(admin, number):
    body = {"name": f"Faults {number}", "kind": "fault"}
    return admin.post("/api/alert-rules", json=body).json["id"]


def weekly(route_id):
    """A visit of every Friday, in years in which no test makes orders."""
    return {"name": "Weekly", "route_id": route_id, "weekdays": "5", "starts_on": "2040-01-01"}


def recurring_visit(admin, route_id):
    return admin.post("/api/recurring-visits", json=weekly(route_id)).json["id"]


def ticket(admin, device_id):
    """That a device is down."""
    since = "2026-02-01T08:00:00Z"
    return make_ticket(admin, device_id=device_id, down_since=since)["id"]


def skipped(admin, order):
    """The skip of the last stop of an order."""
    cabinet_id = order["cabinets"][-1]["cabinet_id"]
    body = {"cabinet_ids": [cabinet_id], "reason": "closed"}
    answer = admin.post(f"/api/service-orders/{order['id']}/skips", json=body)
    return answer.json["cabinets"][-1]["skip"]["id"]


def schedule(admin):
    return admin.get("/api/schedules").json["items"][0]["id"]


def job(admin):
    """A new one, which an administrator asked for: while one waits, that would be it."""
    run = f"/api/schedules/{schedule(admin)}/run"
    admin.post(f"/api/jobs/{admin.post(run).json['id']}/cancellation")
    return admin.post(run).json["id"]


def slot_change(admin, product_id, planogram):
    """A price of one slot, changed from the page of its product."""
    change = {
        "kind": "price",
        "device_id": planogram["device_id"],
        "slot_ids": [planogram["slots"][1]["id"]],
        "price_cents": 175,
    }
    return admin.post(f"/api/products/{product_id}/slot-changes", json=change).json["id"]


def mass_change(admin):
    """A product of its own that went to a category, as many would."""
    change = {"kind": "product_category", "category": "Seasonal"}
    selection = {"ids": [make_product(admin)["id"]]}
    return admin.post("/api/mass-changes", json={"change": change, "selection": selection}).json[
        "id"
    ]


def planned_change(admin, product_id):
    """A list price of a product from a later day on."""
    body = {
        "change": {"kind": "product_price", "price": {"set_cents": 210}},
        "selection": {"ids": [product_id]},
        "from_on": clock.later(clock.now(), days=30)[:10],
    }
    return admin.post("/api/planned-changes", json=body).json["id"]


def other_user(admin, number):
    user = {"username": f"somebody{number}", "password": PASSWORD, "role": "viewer"}
    return admin.post("/api/users", json=user).json


def of_account(admin, user):
    """What a user has: they are signed in once, and have a key, and a program with tokens."""
    person = admin.elsewhere()
    sign_in = {"username": user["username"], "password": PASSWORD}
    assert person.post("/api/auth/login", json=sign_in).status == 200
    session = person.get("/api/sessions").json["items"][0]
    key = make_key(person, ["fleet:read"])
    return {
        "user_id": user["id"],
        "session_id": session["id"],
        "api_key_id": key["id"],
        "passkey_id": enrol(person)[1]["passkey"]["id"],
        "export_id": export(person),
        "saved_view_id": saved_view(person),
        **of_program(person),
    }


def saved_view(person):
    """A view that nobody else has."""
    body = {"list_name": "devices", "name": "Own", "params": {"q": "T-1"}}
    return person.post("/api/saved-views", json=body).json["id"]


def export(person):
    """A file of a list that waits to be made; None for who may not see the list."""
    body = sound_body(OPERATIONS["export_service.create_export"])
    return person.post("/api/exports", json=body).json.get("id")


def of_program(person):
    """What a program of this person has: a key, a refresh token, and the family of that."""
    made = make_tokens(person, ["fleet:read"])
    (family,) = person.get("/api/token-families").json["items"]
    return {
        "token_family_id": family["id"],
        "api_key": made["api_key"],
        "refresh_token": made["refresh_token"],
    }


def possessions(person):
    """What is this person's alone: a session elsewhere, keys, a passkey, an export, a view."""
    device, made = enrol(person)
    assert sign_in_alone(person.elsewhere(), device).status == 200
    (other,) = [e for e in person.get("/api/sessions").json["items"] if not e["is_this"]]
    export_id = export(person)
    own = {} if export_id is None else {"export_id": export_id}
    return own | {
        "session_id": other["id"],
        "api_key_id": make_key(person, ["fleet:read"])["id"],
        "passkey_id": made["passkey"]["id"],
        "saved_view_id": saved_view(person),
        **of_program(person),
    }


def quarantined(admin, number):
    send_audit(admin, f"no audit {number}".encode(), filename="notes.txt")
    return admin.get("/api/quarantined-files").json["items"][0]["id"]


def told(admin):
    """A webhook, and a delivery that waits for it."""
    webhook_id = admin.post("/api/webhooks", json=WEBHOOK).json["id"]
    delivery = admin.post(f"/api/webhooks/{webhook_id}/test").json
    return {"webhook_id": webhook_id, "webhook_delivery_id": delivery["id"]}


def photo(admin, device_id):
    """A photo of the device."""
    return admin.post("/api/files", data=photo_form(device_id)).json["id"]


def batch(admin, number):
    """So many files that a job decides about them."""
    form = batch_form([(f"{each}.txt", f"no audit {number}") for each in range(51)])
    return admin.post("/api/dex-batches", data=form).json["id"]


def spreadsheet():
    """A list of products, to be imported."""
    return {"file": (io.BytesIO(b"Product\nCola\n"), "products.csv")}


def batch_form(files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return {"file": (io.BytesIO(made.getvalue()), "night.zip")}


def ask(person, name, ids):
    """The answer to a sound request to the operation, about what has these ids."""
    operation = OPERATIONS[name]
    if name == "passkey_sign_in_service.create_session":
        # Without a challenge, so that it is over whoever asks.
        person.client.delete_cookie("cvd_passkey")
    method, path = operation.method.upper(), operation.path.format(**ids)
    if operation.body is not None and operation.body.media_type == contract.MULTIPART:
        form = photo_form(ids["device_id"]) if operation.body.most_bytes else upload(ids)
        if name == "import_service.create_import":
            form = spreadsheet()
        if name == "dex_batch_service.create_dex_batch":
            form = batch_form([("a.dex", make_machine(serial=f"B{ids['device_id']}").audit(AT))])
        return person.ask(method, path, data=form)
    return person.ask(
        method, path + QUERIES.get(name, "").format(**ids), json=body_of(operation, ids)
    )


def body_of(operation, ids):
    """What the operation is sent about these ids: None where it takes nothing."""
    return stated_bodies(ids).get(operation.name) or sound_body(operation)


def stated_bodies(ids):
    """What operations are sent that name others, or that must be sent something in particular.

    It is of a sound shape, so that a refusal is one of access.
    """
    return {
        "setup_service.create_setup": {"token": "x", **NEW_USER},
        "session_service.create_session": {
            "username": f"guest{ids['route_id']}",
            "password": PASSWORD,
        },
        "saved_view_service.create_saved_view": {"list_name": "devices", "name": "Another"},
        "list_layout_service.set_list_layout": {
            "list_name": "devices",
            "columns": ["asset"],
            "default_view_id": None,
        },
        "session_service.update_me": {"version": 1, "display_name": "Somebody else"},
        "alert_service.snooze_alert": {"until": clock.later(clock.now(), days=1)},
        "alert_service.assign_alert": {"user_id": None},
        "recurring_visit_service.create_recurring_visit": weekly(ids["route_id"]),
        "recurring_visit_service.update_recurring_visit": {"version": 1, "name": "Fridays"},
        "recurring_day_service.update_recurring_day": {
            "day": "2040-01-06",
            "moved_to": None,
            "left_out": True,
        },
        "alert_rule_service.create_alert_rule": {"name": "Faults", "kind": "fault"},
        "alert_rule_service.update_alert_rule": {"version": 1, "name": "Other faults"},
        "settings_service.update_settings": {"version": 1, "company": "Others"},
        "second_factor_service.create_second_factor": {"current_password": PASSWORD},
        "second_factor_service.confirm_second_factor": {"code": "000000"},
        "second_factor_service.delete_second_factor": {"current_password": PASSWORD},
        "second_factor_service.create_recovery_codes": {"current_password": PASSWORD},
        "passkey_sign_in_service.create_session": {
            "passkey": Authenticator(handle="AAAA").signed({"challenge": "AAAA"})
        },
        "passkey_service.create_challenge": {"current_password": PASSWORD},
        "passkey_service.delete_passkey": {"current_password": PASSWORD},
        "passkey_service.update_passkey": {"version": 1, "name": "Old phone"},
        "api_key_service.create_api_key": {
            "name": "Gateway",
            "scopes": ["fleet:read"],
            "days": 30,
            "current_password": PASSWORD,
        },
        "token_service.create_tokens": {"api_key": ids["api_key"]},
        "token_service.refresh_tokens": {"refresh_token": ids["refresh_token"]},
        "token_service.revoke_tokens": {"refresh_token": ids["refresh_token"]},
        "user_service.create_user": {**NEW_USER, "role": "admin"},
        "user_service.update_user": {"version": 1, "disabled": True},
        "erasure_service.erase_user": {"version": 1, "current_password": PASSWORD},
        "webhook_service.create_webhook": WEBHOOK,
        "webhook_service.update_webhook": {"version": 1, "description": "ERP"},
        "retention_service.update_retention": {"version": 1, "job_days": 90},
        "session_service.change_password": {
            "current_password": PASSWORD,
            "new_password": f"{PASSWORD} 2",
        },
        "product_service.update_product": {"version": 1, "price_cents": 1},
        "mass_change_service.create_mass_change_preview": {
            "change": {"kind": "product_category", "category": "Others"},
            "selection": {"ids": [ids["product_id"]]},
        },
        "mass_change_service.create_mass_change": {
            "change": {"kind": "product_category", "category": "Others"},
            "selection": {"ids": [ids["product_id"]]},
        },
        "planned_change_service.create_planned_change": {
            "change": {"kind": "product_price", "price": {"set_cents": 199}},
            "selection": {"ids": [ids["product_id"]]},
            "from_on": clock.later(clock.now(), days=30)[:10],
        },
        "slot_change_service.create_slot_change_preview": {
            "kind": "sell_out",
            "slot_ids": [ids["slot_id"]],
        },
        "slot_change_service.create_slot_change": {
            "kind": "price",
            "device_id": ids["device_id"],
            "slot_ids": [ids["slot_id"]],
            "price_cents": 165,
        },
        "device_type_service.update_device_type": {"version": 1, "max_cabinets": 1},
        "cabinet_type_service.update_cabinet_type": {
            "version": 1,
            "name": f"Intruder {ids['cabinet_type_id']}",
        },
        "device_service.create_device": {
            "asset": "Intruder",
            "device_type_id": ids["device_type_id"],
        },
        "device_service.update_device": {"version": 1, "name": "Intruder"},
        "device_service.create_cabinet": {"cabinet_type_id": ids["cabinet_type_id"]},
        "planogram_service.update_planogram": {
            "version": 2,
            "slots": [{"id": ids["slot_id"], "price_cents": 1}],
        },
        "planogram_service.create_planogram_proposal": {"dex_read_id": ids["booked_read_id"]},
        "dex_read_service.assign_dex_read": {"device_id": ids["device_id"]},
        "schedule_service.update_schedule": {"version": 1, "switched_on": True},
        "installation_service.create_installation": {
            "asset": f"New {ids['route_id']}",
            "stock": "unknown",
            "cabinets": [{"rows": 1, "columns": 1, "slots": []}],
        },
        "service_order_service.create_service_order_preview": {"cabinet_ids": [ids["cabinet_id"]]},
        "service_order_service.create_service_order": {
            "route_id": ids["route_id"],
            "cabinet_ids": [ids["cabinet_id"]],
        },
        "service_order_service.assign_service_order": {"driver_id": None},
        "visit_service.create_visit": {
            "cabinet_id": ids["cabinet_id"],
            "fills": [{"slot_id": ids["slot_id"], "added": 1}],
        },
        "service_order_service.update_service_order": {"version": 3, "notes": "Intruder"},
        "skip_service.create_skip": {"cabinet_ids": [ids["cabinet_id"]], "reason": "no_time"},
        "ticket_service.create_ticket": {
            "kind": "task",
            "text": "Intruder",
            "device_id": ids["device_id"],
        },
        "ticket_service.update_ticket": {"version": 1, "status": "done"},
        "visit_service.create_unplanned_visit": {
            "cabinet_id": ids["cabinet_id"],
            "fills": [{"slot_id": ids["slot_id"], "added": 1}],
        },
    }


def photo_form(device_id):
    """A photo of its own for each device."""
    content = photo_bytes(width=16 + device_id % 1000)
    return {"noun": "device", "noun_id": str(device_id), "file": (io.BytesIO(content), "a.png")}


def upload(ids):
    audit = make_machine(serial=f"F{ids['device_id']}").audit(AT)
    return {"file": (io.BytesIO(audit), "a.dex"), "device_id": str(ids["device_id"])}
