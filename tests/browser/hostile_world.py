"""A small operation in which every text that somebody may write is hostile.

    world = make_hostile_world(app, engine)
    world.written          which fields of the contract were written: {(operation, pointer)}
    world.ids              the ids of what was made, by the names that addresses use

Bodies are given without their texts: those are filled in from the contract, so a
field that is new there is written without anybody thinking of it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

import clock
import contract
from db import Engine
from domain.dex import writer
from server.job_worker import JobWorker
from services.start import setup_service
from services.transfer.import_service import READ
from tests.browser.fleet import ZONE, noon
from tests.browser.hostile_text import FILE, PAYLOADS, Field, Payloads, resolved, text_fields
from tests.kit.authenticator import Authenticator, begin
from tests.kit.factories import send_audit
from tests.kit.people import PASSWORD, Answer, Person
from tests.kit.photos import photo_bytes

OPERATIONS = {operation.name: operation for operation in contract.current().operations}
# What a noun may need beside texts, whichever it is.
NEEDED = {"price_cents": 150, "max_cabinets": 3, "rows": 2, "columns": 3}
# Once a way to add links to the trail above a page.
TRAIL = next(text for text in PAYLOADS if "|" in text)
# Devices with all that happens at one; of the catalogue there is one row for each payload.
DEVICES = 3


@dataclass
class World:
    """Who asks, what was made, and what was written where."""

    person: Person
    texts: Payloads = field(default_factory=Payloads)
    file_names: Payloads = field(default_factory=Payloads)
    written: set[Field] = field(default_factory=set)
    ids: dict[str, list[int]] = field(default_factory=dict)

    def send(self, name: str, body: Any = None, *, refused: int = 0, **path: int) -> Any:
        """What the operation answers to the body with all its texts filled in."""
        operation = OPERATIONS[name]
        assert operation.body is not None
        found: set[Field] = set()
        filled = self._filled(name, operation.body.schema, body or {}, "", found)
        answer: Answer = self.person.ask(
            operation.method.upper(), operation.path.format(**path), json=filled
        )
        assert answer.status == refused or answer.status < 300, (name, answer.text, filled)
        self.written |= found
        return answer.json

    def audit(self, content: bytes) -> Any:
        """What the upload of an audit answers, whatever that is; its name is hostile too."""
        self.written.add(("dex_read_service.create_dex_read", FILE))
        return send_audit(self.person, content, filename=self.file_name()).json

    def upload(self, name: str, content: bytes, **form: str) -> Any:
        """What the operation answers to a file whose name is hostile too."""
        file = (io.BytesIO(content), self.file_name())
        answer = self.person.post(OPERATIONS[name].path, data={"file": file, **form})
        assert answer.status < 300, answer.text
        self.written.add((name, FILE))
        return answer.json

    def file_name(self) -> str:
        """A hostile one that a form can carry."""
        return next(
            text
            for text in (self.file_names.for_schema({"type": "string"}) for _ in PAYLOADS)
            if not set(text) & set("/\\\u202e")
        )

    def text(self, most: int = 30) -> str:
        """Any hostile text."""
        return self.texts.for_schema({"type": "string", "maxLength": most})

    def _filled(
        self, name: str, stated: Mapping[str, Any], value: Any, place: str, found: set[Field]
    ) -> Any:
        """`value`, and the texts that the schema has room for."""
        schema = resolved(stated)
        if isinstance(value, list):
            return [
                self._filled(name, schema["items"], each, f"{place}/*", found) for each in value
            ]
        if not isinstance(value, dict):
            if (name, place) in text_fields():
                found.add((name, place))
            return value
        if "oneOf" in schema:
            schema = _chosen(schema, value)
        if "properties" not in schema:  # quantities by selection, what is asked by its name
            found |= text_fields().keys() & {(name, f"{place}/"), (name, f"{place}/*")}
            return value
        whole = dict(value)
        for key, part in schema["properties"].items():
            inner = f"{place}/{key}"
            if key in whole:
                whole[key] = self._filled(name, part, whole[key], inner, found)
            elif (name, inner) in text_fields():
                whole[key] = self.texts.for_schema(resolved(part))
                found.add((name, inner))
        return whole


def _chosen(schema: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of the shapes that a value may have, the one that it has."""
    shapes = [resolved(each) for each in schema["oneOf"]]
    fitting = [
        each
        for each in shapes
        if value.keys() <= each.get("properties", {}).keys()
        and value.get("kind") in (None, each["properties"].get("kind", {}).get("const"))
    ]
    return fitting[0] if value and fitting else schema


def make_hostile_world(app: Flask, engine: Engine) -> World:
    """The world, in a database that nobody set up yet."""
    world = World(Person(app))
    token = setup_service.setup_link_token(engine)
    user = {"username": "anna", "password": PASSWORD}
    world.ids["user_id"] = [
        world.send("setup_service.create_setup", {"token": token, **user})["id"]
    ]
    world.send("session_service.create_session", {"password": PASSWORD}, refused=401)
    world.send("settings_service.update_settings", {"version": 2})
    world.send("session_service.update_me", {"version": 1, "current_password": PASSWORD})
    for number in range(len(PAYLOADS)):
        _make_catalogue(world, number)
    for number in range(DEVICES):
        _make_device(world, number)
    _make_strangers(world)
    _make_programs(app, world)
    _make_passkeys(world)
    _ask_for_exports(world)
    _change_many(world)
    _make_webhook(world)
    _make_alert_rules(world)
    _make_recurring_visit(world)
    _save_views(world)
    _send_imports(world, engine)
    return world


def _plain_nouns() -> Iterator[tuple[str, dict[str, int]]]:
    """Nouns that are made of texts and of what `NEEDED` gives, with what each needs of it."""
    for name, operation in OPERATIONS.items():
        noun = name.partition("_service.create_")[2]
        if f"{noun}_service.update_{noun}" not in OPERATIONS or operation.body is None:
            continue
        if operation.body.files:
            continue
        needed = set(operation.body.schema.get("required", []))
        texts = {key for key in needed if (name, f"/{key}") in text_fields()}
        if needed and needed <= texts | NEEDED.keys():
            yield noun, {key: NEEDED[key] for key in needed - texts}


def _make_catalogue(world: World, number: int) -> None:
    for noun, more in _plain_nouns():
        made = world.send(f"{noun}_service.create_{noun}", more)
        if number % 2:
            change = {f"{noun}_id": made["id"]}
            world.send(f"{noun}_service.update_{noun}", {"version": made["version"]}, **change)
        world.ids.setdefault(f"{noun}_id", []).append(made["id"])
    user = {"username": f"user{number}", "password": PASSWORD, "role": "driver"}
    made = world.send("user_service.create_user", user)
    world.ids["user_id"].append(made["id"])
    world.send("user_service.update_user", {"version": made["version"]}, user_id=made["id"])


def _make_device(world: World, number: int) -> None:
    ids = {name: several[number] for name, several in world.ids.items() if number < len(several)}
    driver = world.ids["user_id"][number + 1]
    route = world.person.get(f"/api/routes/{ids['route_id']}").json
    world.send(
        "route_service.update_route",
        {"version": route["version"], "driver_id": driver},
        route_id=route["id"],
    )
    device = world.send(
        "device_service.create_device",
        {
            "device_type_id": ids["device_type_id"],
            "location_id": ids["location_id"],
            "route_id": ids["route_id"],
            "cabinets": [{"cabinet_type_id": ids["cabinet_type_id"]}],
        },
    )
    device = world.send(
        "device_service.update_device",
        {
            "version": device["version"],
            "ignored_selections": [world.text(20)],
            "linked_selections": [{"formerly": world.text(20), "selection": world.text(20)}],
            **({} if number else {"asset": TRAIL}),
        },
        device_id=device["id"],
    )
    world.ids.setdefault("device_id", []).append(device["id"])
    cabinet_id = device["cabinets"][0]["id"]
    world.ids.setdefault("cabinet_id", []).append(cabinet_id)
    planogram = _stock(world, cabinet_id, first_product=3 * number)
    _write(world, device["id"])
    _report(world, device, [slot["selection"] for slot in planogram["slots"]])
    _serve(world, route["id"], driver, planogram)


def _change_many(world: World) -> None:
    """What is refused for its digest, and what is done, to products of hostile names."""
    change = {"kind": "product_category"}
    by_filter = {"change": change, "selection": {"filter": {}}}
    world.send("mass_change_service.create_mass_change_preview", by_filter)
    world.send("mass_change_service.create_mass_change", by_filter, refused=409)
    body = {
        "change": {**change, "category": world.text()},
        "selection": {"ids": world.ids["product_id"][:3]},
    }
    assert world.person.post("/api/mass-changes", json=body).status == 201
    listed = {"kind": "product_price", "price": {"set_cents": 175}}
    day = clock.later(clock.now(), days=30)[:10]
    planned = {"change": listed, "selection": {"filter": {}}, "from_on": day}
    # Nothing is called so and is in such a category.
    world.send("planned_change_service.create_planned_change", planned, refused=422)
    first, second = world.ids["product_id"][:2]
    replaced = {"kind": "slot_product", "product_id": first, "replacement_id": second}
    body = {"change": replaced, "selection": {"ids": world.ids["device_id"][:1]}, "from_on": day}
    # One is to come, one was taken back.
    for _ in range(2):
        made = world.person.post("/api/planned-changes", json=body)
        assert made.status == 201, made.text
    ended = f"/api/planned-changes/{made.json['id']}/cancellation"
    assert world.person.post(ended).status == 200


def _write(world: World, device_id: int) -> None:
    """A ticket with its thread, and a note."""
    made = world.send("ticket_service.create_ticket", {"kind": "fault", "device_id": device_id})
    path = {"ticket_id": made["id"]}
    world.send("ticket_entry_service.create_ticket_entry", {}, **path)
    world.send("ticket_service.update_ticket", {"version": made["version"]}, **path)
    world.send("ticket_service.create_ticket", {"kind": "note", "device_id": device_id})
    world.ids.setdefault("ticket_id", []).append(made["id"])


def _stock(world: World, cabinet_id: int, *, first_product: int) -> Any:
    planogram = world.person.get(f"/api/cabinets/{cabinet_id}/planogram").json
    as_of = noon(9).replace(tzinfo=ZONE).astimezone(UTC)
    slots = [
        {
            "id": slot["id"],
            "product_id": world.ids["product_id"][first_product + at % 3],
            "capacity": 20,
            "par_level": 15,
            "price_cents": 150,
            "quantity": 12,
        }
        for at, slot in enumerate(planogram["slots"])
    ]
    changes = {
        "version": planogram["version"],
        "slots": slots,
        "as_of": f"{as_of:%Y-%m-%dT%H:%M:%SZ}",
    }
    return world.send("planogram_service.update_planogram", changes, cabinet_id=cabinet_id)


def _report(world: World, device: Any, selections: list[str]) -> None:
    """Four audits that are booked, one that is held, one that is damaged."""
    reads = world.ids.setdefault("dex_read_id", [])
    for sold, days_ago in ((0, 8), (2, 6), (5, 4), (7, 2), (90_000, 1)):
        audit = hostile_audit(
            world, device["asset"], device["serial"], selections, sold, noon(days_ago)
        )
        reads.append(world.audit(audit)["id"])
    reads.append(world.audit(audit.replace(b"*90000*", b"*90001*", 1))["id"])


def _serve(world: World, route_id: int, driver: int, planogram: Any) -> None:
    """An order of each end, a visit that was reversed and one that stands, an order to do."""
    for end in ("cancelled", "reversed", "visited", "skipped", "to do"):
        order = world.send(
            "service_order_service.create_service_order",
            {
                "route_id": route_id,
                "cabinet_ids": [planogram["cabinet_id"]],
                "driver_id": driver,
            },
        )
        path = {"service_order_id": order["id"]}
        if end == "cancelled":
            world.send("service_order_service.cancel_service_order", **path)
        elif end == "skipped":
            body = {"cabinet_ids": [planogram["cabinet_id"]], "reason": "other"}
            world.send("skip_service.create_skip", body, **path)
        elif end == "to do":
            body = {"version": order["version"]}
            world.send("service_order_service.update_service_order", body, **path)
        else:
            fills = [
                {"slot_id": slot["id"], "added": 1, "removed": 1, "counted": 9}
                for slot in planogram["slots"][:3]
            ]
            said = {"outcome": "not_done", "reason": "other"}
            answers = [
                {"slot_id": slot["id"], "price_cents": 175, **said}
                for slot in planogram["slots"][:3]
            ]
            body = {
                "cabinet_id": planogram["cabinet_id"],
                "fills": fills,
                "price_answers": answers,
            }
            if end == "visited":
                world.send("visit_service.create_unplanned_visit", body)
            visit = world.send("visit_service.create_visit", body, **path)
            world.ids.setdefault("visit_id", []).append(visit["id"])
            if end == "reversed":
                world.send("visit_service.reverse_visit", visit_id=visit["id"])
                world.send("service_order_service.cancel_service_order", **path)
        world.ids.setdefault("service_order_id", []).append(order["id"])


def _make_strangers(world: World) -> None:
    """Audits of machines nobody knew: one was installed, one waits; and files that were refused."""
    world.ids["unassigned"] = []
    for number in range(2):
        selections = [world.text(20) for _ in range(4)]
        audit = hostile_audit(world, world.text(), world.text(), selections, 3, noon(1))
        read = world.audit(audit)
        if number:
            world.ids["unassigned"].append(read["id"])
            continue
        slots = [
            {"selection": code, "product": {"price_cents": 100}, "capacity": 9, "par_level": 5}
            for code in selections
        ]
        world.send(
            "installation_service.create_installation",
            {
                "route_id": world.ids["route_id"][DEVICES],
                "cabinets": [{"rows": 2, "columns": 2, "slots": slots}],
                "stock": dict.fromkeys(selections, 4),
            },
            dex_read_id=read["id"],
        )
    for payload in PAYLOADS[:5]:
        world.audit(payload.encode())
        world.audit(f"VA1*{payload}\nPA2*{payload}".encode())


def _make_programs(app: Flask, world: World) -> None:
    """A key that sends and has tokens, a batch with names of its own, and a photo."""
    key = world.send(
        "api_key_service.create_api_key",
        {"scopes": ["dex:push"], "days": 30, "current_password": PASSWORD},
    )
    Person(app).post("/api/tokens", json={"api_key": key["key"]})
    send_audit(Person(app, key=key["key"]), PAYLOADS[0].encode(), filename=world.file_name())
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        for payload in PAYLOADS[:5]:
            archive.writestr(f"{world.file_name()}.dex", payload)
    world.upload("dex_batch_service.create_dex_batch", zipped.getvalue())
    device = {"noun": "device", "noun_id": str(world.ids["device_id"][0])}
    world.upload("file_service.create_file", photo_bytes(), **device)


def _make_passkeys(world: World) -> None:
    """Two, of which one was renamed."""
    for is_renamed in (False, True):
        made = Authenticator().made(begin(world.person))
        del made["name"]
        passkey = world.send("passkey_service.create_passkey", made)["passkey"]
        if is_renamed:
            world.send("passkey_service.update_passkey", {"version": 1}, passkey_id=passkey["id"])


def _make_recurring_visit(world: World) -> None:
    """A visit of every Friday, in years in which nobody orders anything."""
    route = {"route_id": world.ids["route_id"][0]}
    weekly: dict[str, Any] = {
        "weekdays": "5",
        "starts_on": "2040-01-01",
        "device_ids": [],
        "driver_id": None,
    }
    made = world.send("recurring_visit_service.create_recurring_visit", {**route, **weekly})
    world.ids["recurring_visit_id"] = [made["id"]] * DEVICES
    body = {"version": made["version"], **route, **weekly}
    path = {"recurring_visit_id": made["id"]}
    world.send("recurring_visit_service.update_recurring_visit", body, **path)


def _make_alert_rules(world: World) -> None:
    """One that tells of this device alone, and one that was changed."""
    device = {"scope": "device", "scope_id": world.ids["device_id"][0]}
    for more in ({"kind": "silent"}, {"kind": "sold_out", **device}):
        rule = world.send("alert_rule_service.create_alert_rule", more)
        body = {"version": rule["version"], "switched_on": True}
        world.send("alert_rule_service.update_alert_rule", body, alert_rule_id=rule["id"])


def _save_views(world: World) -> None:
    """Two of the devices, of which one is in the rail and was changed."""
    for _ in range(2):
        view = world.send(
            "saved_view_service.create_saved_view",
            {"list_name": "devices", "params": {"q": world.text()}},
        )
    body = {"version": 1, "params": {"q": world.text()}}
    world.send("saved_view_service.update_saved_view", body, saved_view_id=view["id"])
    pinned = world.person.put(f"/api/saved-views/{view['id']}/pin", json={"pinned": True})
    assert pinned.status == 200, pinned.text


def _ask_for_exports(world: World) -> None:
    """Of what the list knows not: it says so, and none is made."""
    for made in ("export", "export_preview"):
        query = {world.text(): world.text()}
        body = {"operation": "sale_service.list_sales", "query": query}
        world.send(f"export_service.create_{made}", body, refused=422)


def _make_webhook(world: World) -> None:
    """A webhook that is told of a product with a hostile name."""
    body = {"url": "https://receiver.invalid/", "events": ["product.changed"], "detail": "full"}
    made = world.send("webhook_service.create_webhook", body)
    ids = {"webhook_id": made["id"]}
    # The same one, whichever of the devices is asked about.
    world.ids["webhook_id"] = [made["id"]] * DEVICES
    world.send("webhook_service.update_webhook", {"version": 1}, **ids)
    world.send("product_service.create_product", {"price_cents": 150})


def _send_imports(world: World, engine: Engine) -> None:
    """Two files, of which one was read: its rows, its headers and what is wrong show."""
    lines = ["Product,Category,Price", *(f'"{world.text()}","{world.text()}",x' for _ in range(9))]
    content = "\n".join(line.replace("\r", " ") for line in lines).encode()
    sent = world.upload("import_service.create_import", content)
    worker = JobWorker(engine, "hostile")
    worker._kinds = {READ: contract.current().kinds[READ]}
    assert worker.run_one()
    columns = {world.text(): world.text(), "Product": "name"}
    version = world.person.get(f"/api/imports/{sent['id']}").json["version"]
    body = {"version": version, "columns": columns}
    world.send("import_service.update_import", body, import_id=sent["id"])
    assert worker.run_one()
    world.ids["import_id"] = [sent["id"]]


def hostile_audit(
    world: World, asset: str, serial: str, selections: list[str], sold: int, at: datetime
) -> bytes:
    """An audit whose every text is hostile, of a machine that has sold so many of each."""
    text = world.text
    lines = [
        writer.record("ID1", serial, text(), text(), text(), text(), asset, text(), text()),
        writer.record("ID4", 2, text(), text()),
        writer.record("ID5", f"{at:%Y%m%d}", f"{at:%H%M%S}"),
        *(writer.record(f"{part}1", text(), text(), text()) for part in ("CB", "CA", "BA", "DA")),
        writer.record("VA1", sold * 150 * len(selections), sold * len(selections), 0, 0),
        writer.record("CA3", 0, 0, 0, 0, sold * 100, sold * 100, 0, 0, 0, 0),
        *(writer.record("CA17", text(), 5, 10, 0, 0, text()) for _ in range(2)),
    ]
    for code in selections:
        lines += [
            writer.record("PA1", code, 175, text(), text(), text(), text(), text()),
            writer.record("PA2", sold, sold * 150, sold, sold * 150),
            writer.record("PA5", f"{at:%Y%m%d}", f"{at:%H%M}", 1),
            writer.record("PA7", code, text(), text(), 150, sold, sold * 150, sold, sold * 150),
            writer.record("MA5", f"SEL{code}", text()),
        ]
    for code in (text(), f"EJB_{text()}", f"EGS{text()}", f"OBJ_{text()}"):
        lines += [
            writer.record("EA1", code, f"{at - timedelta(hours=1):%Y%m%d*%H%M}", 5, text(), text()),
            writer.record("EA2", code, 2, 3, text(), 1),
        ]
    lines += [writer.record("EA3", 1, f"{at:%Y%m%d}", f"{at:%H%M}", text(), "", "", text())]
    lines += [writer.record("XX9", text(), text()), text(60)]
    return writer.seal(lines, communication_id=text())
