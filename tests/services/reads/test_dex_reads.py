"""DEX reads: audits taken in, assigned, accepted, installed; and what was refused."""

import io
import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.reads import quarantine_service
from tests.kit.factories import (
    make_device,
    make_location,
    make_machine,
    make_planogram,
    make_product,
    make_route,
    send_audit,
)
from tests.kit.machine import Machine, Quirks

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

MORNING = datetime.fromisoformat("2026-10-05T09:00")
DAY = timedelta(days=1)
UTC_MORNING = "2026-10-05T07:00:00Z"  # the operator is in Berlin

MOST_BYTES = 200_000


@pytest.fixture
def settings(settings):
    """A smaller limit than usual, so that reaching it is quick."""
    return replace(settings, max_upload_bytes=MOST_BYTES)


@pytest.fixture
def device(manager):
    """A1 to B3, each its own product, 10 of 12 counted at the first morning."""
    made = make_device(manager, asset="T-7")
    make_planogram(
        manager, made["cabinets"][0]["id"], capacity=12, quantity=10, as_of="2026-10-05T06:00:00Z"
    )
    return made


@pytest.fixture
def machine(device):
    return make_machine(device)


@pytest.fixture
def stranger():
    return Machine(serial="ZX77", asset="Z-9", selections={"A1": 150, "A2": 180, "B1": 200})


def broken(content):
    """The same audit, changed on its way where no sale depends on it: its checksum is wrong."""
    changed = content.replace(b"*USD", b"*EUR", 1)
    assert changed != content
    return changed


def slots(person, device):
    return person.get(f"/api/cabinets/{device['cabinets'][0]['id']}/planogram").json["slots"]


def quantities(person, device):
    return {slot["selection"]: slot["quantity"] for slot in slots(person, device)}


def sales(person, first="2026-10-01", last="2026-10-31"):
    answer = person.get(f"/api/sales?group_by=selection&from={first}&to={last}").json
    return {item["key"]: item["units"] for item in answer["items"]}, answer["total"]


def assign(person, read, device):
    return person.post(f"/api/dex-reads/{read['id']}/assignment", json={"device_id": device["id"]})


def accept(person, read):
    return person.post(f"/api/dex-reads/{read['id']}/acceptance", json={})


# Taking in


def test_it_works(manager, device, machine):
    first = send_audit(manager, machine.audit(MORNING))
    assert first.status == 201
    assert (first.json["status"], first.json["device_id"]) == ("baseline", device["id"])
    assert (first.json["read_at"], first.json["clock"]) == (UTC_MORNING, "id5")
    assert first.json["crc"] == "valid"
    machine.sell("A1", 3)
    machine.sell("B1" if "B1" in machine.selections else "A2", 2)
    second = send_audit(manager, machine.audit(MORNING + DAY)).json
    assert (second["status"], second["units"], second["amount_cents"]) == ("booked", 5, 750)
    assert quantities(manager, device)["A1"] == 7
    total = sales(manager)[1]
    assert (total["units"], total["amount_cents"]) == (5, 750)


@pytest.mark.both
def test_a_driver_may_send_and_only_the_office_may_look(driver, viewer, machine):
    sent = send_audit(driver, machine.audit(MORNING))
    assert sent.status == 201
    assert driver.get("/api/dex-reads").status == 403
    assert viewer.get(f"/api/dex-reads/{sent.json['id']}").status == 200
    assert send_audit(viewer, machine.audit(MORNING + DAY)).status == 403


def test_an_upload_under_an_idempotency_key_is_answered_again(manager, machine):
    content = machine.audit(MORNING)

    def send(body):
        return manager.post(
            "/api/dex-reads",
            data={"file": (io.BytesIO(body), "a.dex")},
            headers={"Idempotency-Key": "k1"},
        )

    assert (send(content).status, send(content).status) == (201, 201)
    assert send(machine.audit(MORNING + DAY)).status == 409


def test_the_same_bytes_twice_are_one_read(manager, device, machine):
    machine.audit(MORNING - DAY)
    content = machine.audit(MORNING)
    first, second = (send_audit(manager, content, filename=name) for name in ("a.dex", "b.dex"))
    assert (first.status, second.status) == (201, 200)
    assert second.json["id"] == first.json["id"]
    assert second.json["filename"] == "a.dex"
    assert second.json["last_seen_at"] >= first.json["received_at"]
    assert len(manager.get("/api/dex-reads").json["items"]) == 1


def test_the_device_is_found_by_serial_before_asset(manager):
    by_serial = make_device(manager, asset="S-1", serial="SN42")
    make_device(manager, asset="A-1")
    content = Machine(serial="SN42", asset="A-1").audit(MORNING)
    assert send_audit(manager, content).json["device_id"] == by_serial["id"]


def test_an_archived_device_is_not_found(admin, device, machine):
    assert admin.delete(f"/api/devices/{device['id']}").status == 204
    assert send_audit(admin, machine.audit(MORNING)).json["status"] == "unassigned"


def test_two_audits_in_one_file_are_two_reads_and_the_newest_is_answered(manager, machine):
    first = machine.audit(MORNING)
    machine.sell("A1", 4)
    second = machine.audit(MORNING + DAY)
    answer = send_audit(manager, second + first)
    assert answer.status == 201
    assert (answer.json["units"], answer.json["status"]) == (4, "booked")
    assert len(manager.get("/api/dex-reads").json["items"]) == 2
    assert send_audit(manager, second + first).status == 200
    raw = manager.get(f"/api/dex-reads/{answer.json['id']}/raw")
    assert raw.body.strip() == second.strip()


def test_the_raw_bytes_come_back_as_a_download(viewer, manager, machine):
    content = machine.audit(MORNING)
    read = send_audit(manager, content, filename="../e vil.dex").json
    raw = viewer.get(f"/api/dex-reads/{read['id']}/raw")
    assert raw.body == content
    assert raw.headers["Content-Disposition"].startswith("attachment")
    assert raw.headers["X-Content-Type-Options"] == "nosniff"
    assert "/" not in read["filename"]


def test_a_clock_in_the_future_is_not_trusted(manager, device, machine):
    machine.quirks = Quirks(clock_is_ahead=timedelta(days=4000))
    read = send_audit(manager, machine.audit(MORNING)).json
    assert read["clock"] == "receipt"
    assert any("clock" in warning for warning in read["warnings"])


def test_an_audit_without_selections_is_kept_and_books_nothing(manager, device):
    silent = b"ID1*SN1*****T-7\r\nVA1*1000*10*0*0\r\n"
    read = send_audit(manager, silent)
    assert read.status == 201
    assert manager.get(f"/api/dex-reads/{read.json['id']}").json["selections"] == []


@pytest.mark.both
def test_a_rising_counter_of_a_new_selection_is_a_baseline_of_its_own(manager, device, machine):
    send_audit(manager, machine.audit(MORNING))
    wider = make_machine(device, selections={"A1": 150, "A2": 150, "A3": 150, "B1": 200})
    wider.sell("B1", 7)
    wider.sell("A1", 2)
    read = send_audit(manager, wider.audit(MORNING + DAY)).json
    assert read["units"] == 2


# Any order


@pytest.mark.both
def test_any_order_of_arrival_books_the_same(manager):
    """Four audits, a late one among them, in every order: the same sales and stock."""
    ends = set()
    for number, order in enumerate(itertools.permutations(range(4))):
        if number % 5:
            continue
        device = make_device(manager, asset=f"P-{number}")
        make_planogram(
            manager,
            device["cabinets"][0]["id"],
            capacity=20,
            quantity=15,
            as_of="2026-10-05T06:00:00Z",
        )
        machine = make_machine(device, serial=f"PS{number}", seed=1)
        audits = []
        for day in range(4):
            machine.sell("A1", day)
            machine.sell("A2", 2)
            audits.append(machine.audit(MORNING + day * DAY))
        for index in order:
            assert send_audit(manager, audits[index]).status == 201
        reads = manager.get(f"/api/dex-reads?device_id={device['id']}").json["items"]
        by_time = sorted(reads, key=lambda read: read["read_at"])
        ends.add(
            (
                tuple((read["status"], read["units"], read["amount_cents"]) for read in by_time),
                tuple(quantities(manager, device).values()),
            )
        )
    assert len(ends) == 1
    ((reads, stock),) = ends
    assert [units for _, units, _ in reads] == [0, 3, 4, 5]
    assert [status for status, _, _ in reads] == ["baseline", "booked", "booked", "booked"]
    assert stock[:3] == (9, 9, 15)


def test_a_late_read_splits_its_interval_and_the_total_stays(manager, device, machine):
    audits = [machine.audit(MORNING)]
    for day in (1, 2):
        machine.sell("A1", 2 * day)
        audits.append(machine.audit(MORNING + day * DAY))
    send_audit(manager, audits[0])
    last = send_audit(manager, audits[2]).json
    assert last["units"] == 6
    middle = send_audit(manager, audits[1]).json
    assert middle["units"] == 2
    assert manager.get(f"/api/dex-reads/{last['id']}").json["units"] == 4
    assert sales(manager)[1]["units"] == 6
    assert quantities(manager, device)["A1"] == 4


# Assigning


def test_an_unknown_machine_waits_for_its_device(manager, device, stranger):
    read = send_audit(manager, stranger.audit(MORNING)).json
    assert (read["status"], read["device_id"], read["units"]) == ("unassigned", None, 0)
    assert (read["serial"], read["reported_asset"]) == ("ZX77", "Z-9")
    stranger.sell("A1", 5)
    later = send_audit(manager, stranger.audit(MORNING + DAY)).json
    assert later["status"] == "unassigned"
    assert assign(manager, read, device).json["status"] == "baseline"
    booked = assign(manager, later, device).json
    assert (booked["status"], booked["units"]) == ("booked", 5)
    assert quantities(manager, device)["A1"] == 5


def three_audits(person, stranger):
    """Of an unknown machine, the newest sent first; it sold 5 and then 2."""
    audits = [stranger.audit(MORNING)]
    for number, sold in enumerate((5, 2), start=1):
        stranger.sell("A1", sold)
        audits.append(stranger.audit(MORNING + number * DAY))
    return [send_audit(person, audit).json for audit in reversed(audits)]


@pytest.mark.both
def test_the_other_audits_of_a_machine_go_with_one_when_asked(admin, manager, device, stranger):
    newest, middle, oldest = three_audits(manager, stranger)
    foreign = send_audit(manager, make_machine(serial="OTHER").audit(MORNING)).json
    path = f"/api/dex-reads/{middle['id']}"
    assert manager.get(path).json["others"] == 2
    answer = manager.post(
        f"{path}/assignment", json={"device_id": device["id"], "with_others": True}
    )
    assert (answer.json["status"], answer.json["units"], answer.json["others"]) == ("booked", 5, 0)
    found = {read["id"]: read for read in manager.get("/api/dex-reads").json["items"]}
    assert (found[oldest["id"]]["status"], found[newest["id"]]["units"]) == ("baseline", 2)
    assert found[foreign["id"]]["status"] == "unassigned"
    assert quantities(manager, device)["A1"] == 3
    entries = admin.get("/api/audit-entries?noun=dex_read").json["items"]
    assigned = {entry["noun_id"] for entry in entries if entry["action"] == "dex_read.assigned"}
    assert assigned == {newest["id"], middle["id"], oldest["id"]}


def test_the_other_audits_stay_when_nobody_asks(manager, device, stranger):
    newest, *others = three_audits(manager, stranger)
    assign(manager, newest, device)
    for read in others:
        assert manager.get(f"/api/dex-reads/{read['id']}").json["status"] == "unassigned"


def test_audits_that_state_no_serial_are_not_taken_for_one_machines(manager):
    for number in range(2):
        machine = make_machine(serial="", asset="")
        machine.sell("A1", number)
        read = send_audit(manager, machine.audit(MORNING)).json
    assert (read["serial"], read["status"]) == (None, "unassigned")
    assert manager.get(f"/api/dex-reads/{read['id']}").json["others"] == 0


def test_assigning_teaches_the_device_its_serial(manager, device, stranger):
    assign(manager, send_audit(manager, stranger.audit(MORNING)).json, device)
    assert manager.get(f"/api/devices/{device['id']}").json["serial"] == "ZX77"
    assert send_audit(manager, stranger.audit(MORNING + DAY)).json["device_id"] == device["id"]


def test_the_same_bytes_with_a_device_assign_it(manager, device, stranger):
    content = stranger.audit(MORNING)
    read = send_audit(manager, content).json
    again = send_audit(manager, content, device_id=device["id"])
    assert again.status == 200
    assert (again.json["id"], again.json["device_id"]) == (read["id"], device["id"])


def test_an_assigned_read_stays_where_it_is(manager, device, machine):
    read = send_audit(manager, machine.audit(MORNING)).json
    other = make_device(manager)
    refused = assign(manager, read, other)
    assert refused.status == 409
    assert refused.json["current"]["device_id"] == device["id"]
    content = manager.get(f"/api/dex-reads/{read['id']}/raw").body
    assert send_audit(manager, content, device_id=other["id"]).status == 409


@pytest.mark.both
def test_a_driver_cannot_send_for_a_device_of_another_route(
    manager, driver, other_driver, stranger
):
    theirs = make_device(manager, route_id=make_route(manager, driver=other_driver)["id"])
    assert send_audit(driver, stranger.audit(MORNING), device_id=theirs["id"]).status == 404
    assert manager.get("/api/dex-reads").json["items"] == []


@pytest.mark.parametrize("device_id", [0, "x", 10**17])
def test_a_device_that_is_no_id_is_refused(manager, stranger, device_id):
    refused = send_audit(manager, stranger.audit(MORNING), device_id=device_id)
    assert refused.status == 422
    assert refused.pointers == ["/device_id"]


def test_a_device_that_does_not_exist_cannot_be_assigned(manager, stranger):
    read = send_audit(manager, stranger.audit(MORNING)).json
    assert assign(manager, read, {"id": 999}).status == 422


# Damaged and held


def test_a_damaged_audit_books_nothing_until_it_is_accepted(manager, device, machine):
    send_audit(manager, machine.audit(MORNING))
    machine.sell("A2", 3)
    read = send_audit(manager, broken(machine.audit(MORNING + DAY))).json
    assert (read["status"], read["crc"], read["units"]) == ("damaged", "invalid", 0)
    assert read["device_id"] == device["id"]
    assert sales(manager)[1]["units"] == 0
    accepted = accept(manager, read)
    assert accepted.status == 200
    assert (accepted.json["status"], accepted.json["units"]) == ("booked", 3)
    assert accepted.json["accepted_at"] is not None
    assert accept(manager, read).status == 409


def test_a_damaged_audit_of_an_unknown_machine_is_assigned_then_accepted(manager, device, stranger):
    read = send_audit(manager, broken(stranger.audit(MORNING))).json
    assert (read["status"], read["device_id"]) == ("damaged", None)
    assert accept(manager, read).status == 409
    assigned = assign(manager, read, device).json
    assert (assigned["status"], assigned["device_id"]) == ("damaged", device["id"])
    assert accept(manager, read).json["status"] == "baseline"


def test_a_falling_counter_is_a_new_epoch_and_never_negative(manager, device, machine):
    machine.sell("A1", 40)
    send_audit(manager, machine.audit(MORNING))
    machine.swap_board()
    machine.sell("A1", 3)
    read = send_audit(manager, machine.audit(MORNING + DAY)).json
    assert read["units"] == 3
    assert any("anew" in warning for warning in read["warnings"])


@pytest.mark.both
def test_an_implausible_figure_is_held_until_accepted(manager, device, machine):
    send_audit(manager, machine.audit(MORNING))
    machine.sell("A1", 5)
    send_audit(manager, machine.audit(MORNING + DAY))
    machine.sell("A1", 5_000)
    held = send_audit(manager, machine.audit(MORNING + 2 * DAY)).json
    assert held["units"] == 0
    assert "5,000" in held["held_reason"]
    assert held["held_reason"] in held["warnings"]
    (waiting,) = manager.get("/api/dex-reads?held=true").json["items"]
    assert waiting["id"] == held["id"]
    shown = manager.get(f"/api/dex-reads/{held['id']}").json
    assert {each["units"] for each in shown["selections"]} == {None}
    assert sales(manager)[1]["units"] == 5
    assert accept(manager, held).json["units"] == 5_000
    assert manager.get("/api/dex-reads?held=true").json["items"] == []
    assert sales(manager)[1]["units"] == 5_005


def test_what_comes_after_a_held_audit_is_booked(manager, device, machine):
    send_audit(manager, machine.audit(MORNING))
    machine.sell("A1", 5_000)
    send_audit(manager, machine.audit(MORNING + DAY))
    machine.sell("A1", 2)
    assert send_audit(manager, machine.audit(MORNING + 2 * DAY)).json["units"] == 2


# Reading one


def test_one_audit_is_shown_in_words(viewer, manager, device, machine):
    first = send_audit(manager, machine.audit(MORNING)).json
    machine.sell("A1", 3, cashless=False)
    machine.fault("EJB", MORNING + timedelta(hours=5), active=True)
    read = send_audit(manager, machine.audit(MORNING + DAY)).json
    shown = viewer.get(f"/api/dex-reads/{read['id']}").json
    assert (shown["previous_read_id"], shown["previous_read_at"]) == (first["id"], UTC_MORNING)
    a1 = next(each for each in shown["selections"] if each["selection"] == "A1")
    assert (a1["units"], a1["amount_cents"], a1["count_init"], a1["row"], a1["column"]) == (
        3,
        450,
        3,
        1,
        1,
    )
    assert a1["product_name"] == slots(manager, device)[0]["product_name"]
    assert shown["layout"]["pattern"] == "letters"
    assert {check["name"] for check in shown["checks"]} >= {"crc", "paid_count_by_selection"}
    assert any(event["severity"] == "fault" and event["active"] for event in shown["events"])
    assert shown["records"][0]["line"] == 1
    named = next(record for record in shown["records"] if record["id"] == "PA1")
    assert [field["name"] for field in named["fields"][:2]] == ["selection", "price"]


def test_a_file_of_endless_fields_is_shown_as_far_as_a_page_can(manager):
    wide = b"".join(b"PA1*%d%s\n" % (number, b"*" * 4000) for number in range(30))
    read = send_audit(manager, b"VA1*1*1*1*1\n" + wide).json
    shown = manager.get(f"/api/dex-reads/{read['id']}").json
    assert len(shown["records"]) == 10
    assert shown["records_omitted"] == 21


@pytest.mark.both
def test_reads_are_filtered_by_device_and_status(manager, device, machine, stranger):
    booked = send_audit(manager, machine.audit(MORNING)).json
    send_audit(manager, stranger.audit(MORNING))
    of_device = manager.get(f"/api/dex-reads?device_id={device['id']}").json["items"]
    assert [read["id"] for read in of_device] == [booked["id"]]
    (unassigned,) = manager.get("/api/dex-reads?status=unassigned").json["items"]
    assert unassigned["serial"] == "ZX77"


# A new machine from its audit


def installation(stock, *, product=None, asset="Z-9", **more):
    codes = {"A1": (1, 1), "A2": (1, 2), "B1": (2, 1)}
    return {
        "asset": asset,
        "cabinets": [
            {
                "rows": 2,
                "columns": 2,
                "slots": [
                    {
                        "selection": code,
                        "capacity": 9,
                        "par_level": 7,
                        "row": row,
                        "column": column,
                        "price_cents": 200,
                        **(product or {"product": {"name": f"New {code}", "price_cents": 200}}),
                    }
                    for code, (row, column) in codes.items()
                ],
            }
        ],
        "stock": stock,
        **more,
    }


def install(person, read, body):
    return person.post(f"/api/dex-reads/{read['id']}/installation", json=body)


@pytest.mark.parametrize(
    ("stock", "wanted"),
    [
        ("full", {"A1": 9, "A2": 9, "B1": 9}),
        ("par", {"A1": 7, "A2": 7, "B1": 7}),
        ("unknown", {"A1": None, "A2": None, "B1": None}),
        ({"A1": 4, "B1": 0}, {"A1": 4, "A2": None, "B1": 0}),
    ],
)
def test_a_machine_is_installed_with_its_stock(manager, stranger, stock, wanted):
    read = send_audit(manager, stranger.audit(MORNING)).json
    location = make_location(manager)
    route = make_route(manager)
    made = install(
        manager,
        read,
        installation(stock, name="Gym", location_id=location["id"], route_id=route["id"]),
    )
    assert made.status == 201
    device = made.json
    assert (device["asset"], device["name"], device["serial"]) == ("Z-9", "Gym", "ZX77")
    assert (device["location_id"], device["route_id"]) == (location["id"], route["id"])
    assert {k: v for k, v in quantities(manager, device).items() if k in wanted} == wanted
    assert [slot["price_cents"] for slot in slots(manager, device)] == [200, 200, 200, None]
    assert manager.get(f"/api/dex-reads/{read['id']}").json["status"] == "baseline"
    stranger.sell("A1", 3)
    later = send_audit(manager, stranger.audit(MORNING + DAY)).json
    assert (later["status"], later["units"]) == ("booked", 3)
    left = wanted["A1"] - 3 if wanted["A1"] is not None else None
    assert quantities(manager, device)["A1"] == left


@pytest.mark.both
def test_an_installation_takes_the_other_audits_along_when_asked(manager, stranger):
    newest, middle, oldest = three_audits(manager, stranger)
    device = install(manager, oldest, installation("full", with_others=True)).json
    reads = manager.get(f"/api/dex-reads?device_id={device['id']}").json["items"]
    assert {read["id"]: (read["status"], read["units"]) for read in reads} == {
        oldest["id"]: ("baseline", 0),
        middle["id"]: ("booked", 5),
        newest["id"]: ("booked", 2),
    }
    assert quantities(manager, device)["A1"] == 2


def test_products_of_the_installation_are_made_once(manager, stranger):
    known = make_product(manager, name="Cola")
    read = send_audit(manager, stranger.audit(MORNING)).json
    device = install(
        manager,
        read,
        installation("full", product={"product": {"name": "COLA", "price_cents": 999}}),
    ).json
    assert {slot["product_id"] for slot in slots(manager, device)[:3]} == {known["id"]}
    assert len(manager.get("/api/products").json["items"]) == 1


def test_a_slot_may_stay_without_a_product(manager, stranger):
    read = send_audit(manager, stranger.audit(MORNING)).json
    device = install(manager, read, installation("par", product={"product_id": None})).json
    assert {slot["product_id"] for slot in slots(manager, device)} == {None}
    assert {slot["quantity"] for slot in slots(manager, device)} == {0}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"rows": 1, "columns": 1}, "/cabinets/0/slots"),
        ({"slots": [{"selection": "A1", "capacity": 5, "par_level": 9}]}, None),
        (
            {"slots": [{"selection": "A1", "capacity": 5, "par_level": 5, "row": 9, "column": 1}]},
            "/cabinets/0/slots/0/row",
        ),
        (
            {"slots": [{"selection": "A1", "capacity": 5, "par_level": 5, "row": 1}]},
            "/cabinets/0/slots/0",
        ),
    ],
)
def test_an_installation_that_does_not_fit_writes_nothing(manager, stranger, change, pointer):
    read = send_audit(manager, stranger.audit(MORNING)).json
    body = installation("par")
    body["cabinets"][0] |= change
    refused = install(manager, read, body)
    assert refused.status == 422
    if pointer:
        assert pointer in refused.pointers
    else:
        assert refused.pointers == ["/cabinets/0/slots/0/par_level"]
    assert manager.get("/api/devices").json["items"] == []
    assert manager.get("/api/products").json["items"] == []
    assert manager.get(f"/api/dex-reads/{read['id']}").json["status"] == "unassigned"


def test_a_count_of_an_unknown_selection_or_beyond_capacity_is_refused(manager, stranger):
    read = send_audit(manager, stranger.audit(MORNING)).json
    refused = install(manager, read, installation({"A1": 10, "Q9": 1}))
    assert sorted(refused.pointers) == ["/stock/A1", "/stock/Q9"]


def test_a_read_is_installed_once_and_an_asset_taken_once(manager, device, stranger):
    read = send_audit(manager, stranger.audit(MORNING)).json
    assert install(manager, read, installation("par", asset="T-7")).status == 409
    assert install(manager, read, installation("par")).status == 201
    assert install(manager, read, installation("par", asset="Z-10")).status == 409
    assert install(manager, {"id": 999}, installation("par")).status == 404


@pytest.mark.both
def test_every_step_is_in_the_audit_log(admin, manager, stranger):
    read = send_audit(manager, stranger.audit(MORNING)).json
    install(manager, read, installation("par"))
    entries = admin.get("/api/audit-entries?limit=200").json["items"]
    actions = {entry["action"] for entry in entries}
    assert actions >= {
        "dex_read.received",
        "dex_read.assigned",
        "device.created",
        "product.created",
        "planogram.changed",
    }


@pytest.mark.both
def test_an_unused_place_of_one_cabinet_leaves_its_selection_to_another(manager, stranger):
    read = send_audit(manager, stranger.audit(MORNING)).json
    body = installation("par")
    slots_there = body["cabinets"][0]["slots"]
    first = {**body["cabinets"][0], "slots": slots_there[:1]}
    second = {**body["cabinets"][0], "slots": slots_there[1:]}
    device = install(manager, read, {**body, "cabinets": [first, second]}).json
    found = [
        slot["selection"]
        for cabinet in device["cabinets"]
        for slot in manager.get(f"/api/cabinets/{cabinet['id']}/planogram").json["slots"]
        if slot["selection"] in ("A1", "A2", "B1")
    ]
    assert found == ["A1", "A2", "B1"]


@pytest.mark.both
def test_a_machine_whose_clock_is_ahead_is_installed_with_its_stock(manager, stranger):
    ahead = datetime.now(ZoneInfo("Europe/Berlin")).replace(tzinfo=None) + timedelta(hours=1)
    read = send_audit(manager, stranger.audit(ahead.replace(microsecond=0))).json
    installed = install(manager, read, installation("par"))
    assert installed.status == 201, installed.text
    assert set(quantities(manager, installed.json).values()) >= {7}


def test_what_is_to_do_with_an_assigned_audit_is_refused_before_its_values(
    manager, device, machine
):
    read = send_audit(manager, machine.audit(MORNING), device_id=device["id"]).json
    for act in ("assignment", "installation"):
        assert manager.post(f"/api/dex-reads/{read['id']}/{act}", json={}).status == 409


@pytest.mark.both
def test_that_a_device_counts_by_its_second_pair_is_in_the_audit_log(admin, manager, device):
    machine = make_machine(device, quirks=Quirks(counters_pair="second"))
    machine.sell_some(30)
    machine.reset()
    machine.sell_some(10)
    send_audit(manager, machine.audit(MORNING), device_id=device["id"])
    path = f"/api/audit-entries?noun=device&noun_id={device['id']}"
    (entry,) = admin.get(f"{path}&action=device.counters_pair_learned").json["items"]
    assert entry["changes"] == [{"field": "counters_pair", "from": None, "to": "second"}]


# Quarantine


@pytest.mark.both
def test_a_refused_file_names_its_line_and_is_kept(manager):
    refused = send_audit(manager, b"hello\nworld\n", filename="note.txt")
    assert refused.status == 422
    assert refused.pointers == ["/file"]
    (kept,) = manager.get("/api/quarantined-files").json["items"]
    assert (kept["filename"], kept["size"]) == ("note.txt", 12)
    assert str(kept["line"]) in refused.json["errors"][0]["message"]
    raw = manager.get(f"/api/quarantined-files/{kept['id']}/raw")
    assert raw.body == b"hello\nworld\n"
    assert manager.delete(f"/api/quarantined-files/{kept['id']}").status == 204
    assert manager.get("/api/quarantined-files").json["items"] == []
    assert manager.delete(f"/api/quarantined-files/{kept['id']}").status == 404
    assert manager.get(f"/api/quarantined-files/{kept['id']}/raw").status == 404


@pytest.mark.parametrize("content", [b"", b"\x00" * 300, b"\xff\xfe*PA1", b"PA1*A1*1" * 9_999])
def test_any_bytes_are_answered_with_a_reason(manager, content):
    refused = send_audit(manager, content)
    assert refused.status in (201, 422)
    if refused.status == 422:
        assert refused.json["errors"][0]["message"]


@pytest.mark.both
def test_what_comes_into_quarantine_and_leaves_it_is_in_the_audit_log(admin, manager, monkeypatch):
    monkeypatch.setattr(quarantine_service, "MOST_FILES", 1)
    for number in range(2):
        send_audit(manager, b"not an audit %d" % number, filename=f"{number}.txt")
    (kept,) = manager.get("/api/quarantined-files").json["items"]
    manager.delete(f"/api/quarantined-files/{kept['id']}")
    entries = admin.get("/api/audit-entries?noun=quarantined_file").json["items"][::-1]
    names = [
        (change["from"] or change["to"])
        for entry in entries
        for change in entry["changes"]
        if change["field"] == "filename"
    ]
    assert [entry["action"].partition(".")[2] for entry in entries] == [
        "received",
        "received",
        "dropped",
        "deleted",
    ]
    assert names == ["0.txt", "1.txt", "0.txt", "1.txt"]


def test_the_same_refused_bytes_are_kept_once(manager):
    for name in ("a.txt", "b.txt"):
        send_audit(manager, b"not an audit", filename=name)
    (kept,) = manager.get("/api/quarantined-files").json["items"]
    assert kept["filename"] == "b.txt"


@pytest.mark.both
def test_quarantine_is_bounded_in_number_and_bytes(manager, monkeypatch):
    monkeypatch.setattr(quarantine_service, "MOST_FILES", 3)
    for number in range(5):
        send_audit(manager, b"not an audit %d" % number, filename=f"{number}.txt")
    kept = manager.get("/api/quarantined-files").json["items"]
    assert [each["filename"] for each in kept] == ["4.txt", "3.txt", "2.txt"]
    monkeypatch.setattr(quarantine_service, "MOST_BYTES", 60)
    send_audit(manager, b"not an audit at all", filename="last.txt")
    kept = manager.get("/api/quarantined-files").json["items"]
    assert kept[0]["filename"] == "last.txt"
    assert len(kept) < 3


def test_only_the_office_sees_refused_files(driver, viewer):
    send_audit(driver, b"not an audit")
    assert driver.get("/api/quarantined-files").status == 403
    assert viewer.get("/api/quarantined-files").status == 403


def test_too_large_a_file_is_refused_and_not_kept(manager):
    assert send_audit(manager, b"x" * (MOST_BYTES + 1)).status == 413
    assert manager.get("/api/quarantined-files").json["items"] == []
