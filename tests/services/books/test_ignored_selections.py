"""Ignored selections: what a machine gives for nothing is proposed, left out, and brought back."""

from datetime import datetime, timedelta

import pytest

from tests.kit.factories import make_device, make_machine, make_planogram, make_product, send_audit

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

MORNING = datetime.fromisoformat("2026-10-05T09:00")
DAY = timedelta(days=1)


@pytest.fixture
def device(manager):
    """A1 to A3, of which A1 alone sells a product; 10 of 12 counted at the first morning."""
    made = make_device(manager, asset="T-7", rows=1, columns=3)
    make_planogram(
        manager,
        made["cabinets"][0]["id"],
        products=[make_product(manager)["id"]],
        capacity=12,
        quantity=10,
        as_of="2026-10-05T06:00:00Z",
    )
    return made


@pytest.fixture
def machine(device):
    """It counts cups that nobody brought as free units of A2."""
    return make_machine(device, selections={"A1": 150, "A2": 0, "A3": 200})


@pytest.fixture
def read(manager, machine):
    """The second of two reads: 3 units of A1, and 40 of A2 for nothing."""
    send_audit(manager, machine.audit(MORNING))
    machine.sell("A1", 3)
    machine.sell("A2", 40)
    return send_audit(manager, machine.audit(MORNING + DAY)).json


def slots(person, device):
    return person.get(f"/api/cabinets/{device['cabinets'][0]['id']}/planogram").json["slots"]


def arrange(person, device, number, as_of=None, **named):
    path = f"/api/cabinets/{device['cabinets'][0]['id']}/planogram"
    planogram = person.get(path).json
    slot = {"id": planogram["slots"][number]["id"], **named}
    body = {"version": planogram["version"], "slots": [slot]}
    return person.put(path, json=body if as_of is None else {**body, "as_of": as_of})


def change(person, device, codes):
    """The answer to a PATCH of the device as it stands now."""
    version = person.get(f"/api/devices/{device['id']}").json["version"]
    body = {"version": version, "ignored_selections": codes}
    return person.patch(f"/api/devices/{device['id']}", json=body)


def ignore(person, device, *codes):
    answer = change(person, device, list(codes))
    assert answer.status == 200, answer.text
    return answer.json


def sales(person):
    """Units by selection, and the total."""
    answer = person.get("/api/sales?group_by=selection&from=2026-10-01&to=2026-10-31").json
    total = {name: answer["total"][name] for name in ("units", "amount_cents")}
    return {item["key"]: item["units"] for item in answer["items"]}, total


def detail(person, read):
    return person.get(f"/api/dex-reads/{read['id']}").json


def lines(person, read):
    return {each["selection"]: each for each in detail(person, read)["selections"]}


def refusals(answer):
    assert answer.status == 422, answer.text
    return [(error["pointer"], error["message"]) for error in answer.json["errors"]]


def test_a_device_ignores_nothing_at_first(manager, viewer, device):
    assert device["ignored_selections"] == []
    assert viewer.get("/api/devices").json["items"][0]["ignored_selections"] == []


@pytest.mark.both
def test_they_are_shown_sorted_and_once(manager, viewer, device):
    changed = ignore(manager, device, "B2", "A2", "B2")
    assert changed["ignored_selections"] == ["A2", "B2"]
    assert changed["version"] == device["version"] + 1
    assert viewer.get(f"/api/devices/{device['id']}").json == changed
    assert viewer.get("/api/devices").json["items"] == [changed]


@pytest.mark.both
def test_what_is_ignored_is_in_no_sales(manager, device, read):
    assert sales(manager) == ({"A1": 3, "A2": 40}, {"units": 43, "amount_cents": 450})
    ignore(manager, device, "A2")
    assert sales(manager) == ({"A1": 3}, {"units": 3, "amount_cents": 450})
    assert detail(manager, read)["units"] == 3
    assert slots(manager, device)[0]["quantity"] == 7


def test_taking_it_off_the_list_brings_its_sales_back(manager, device, read):
    before = sales(manager), detail(manager, read), slots(manager, device)
    ignore(manager, device, "A2")
    ignore(manager, device)
    assert (sales(manager), detail(manager, read), slots(manager, device)) == before


def test_its_next_audit_books_nothing_of_it_either(manager, device, machine, read):
    ignore(manager, device, "A2")
    machine.sell("A2", 25)
    machine.sell("A3", 1)
    later = send_audit(manager, machine.audit(MORNING + 2 * DAY)).json
    assert (later["units"], later["amount_cents"]) == (1, 200)
    ignore(manager, device)
    assert sales(manager)[0] == {"A1": 3, "A2": 65, "A3": 1}


def test_an_audit_proposes_what_counts_but_costs_nothing(viewer, read):
    found = lines(viewer, read)
    assert [code for code, each in found.items() if each["ignorable"]] == ["A2"]
    assert not any(each["ignored"] for each in found.values())
    assert found["A2"]["units"] == 40
    assert detail(viewer, read)["warnings"] == read["warnings"]
    (warning,) = read["warnings"]
    assert warning.endswith("may be ignored: A2.")


@pytest.mark.both
def test_what_is_ignored_keeps_its_odometers_and_is_proposed_no_more(manager, device, read):
    ignore(manager, device, "A2")
    line = lines(manager, read)["A2"]
    assert (line["ignored"], line["ignorable"]) == (True, False)
    assert (line["count_init"], line["units"], line["amount_cents"]) == (40, None, None)
    assert detail(manager, read)["warnings"] == []


def test_the_next_audit_does_not_propose_it_again(manager, device, machine, read):
    ignore(manager, device, "A2")
    assert send_audit(manager, machine.audit(MORNING + 2 * DAY)).json["warnings"] == []
    ignore(manager, device)
    assert len(detail(manager, read)["warnings"]) == 1


@pytest.mark.both
def test_an_audit_of_no_device_proposes_nothing(manager):
    machine = make_machine(serial="ZX77", asset="Z-9", selections={"A1": 150, "A2": 0})
    machine.sell("A2", 5)
    read = send_audit(manager, machine.audit(MORNING)).json
    assert not any(line["ignorable"] for line in lines(manager, read).values())


def test_what_a_slot_sells_is_neither_proposed_nor_ignored(manager, device, machine, read):
    product = make_product(manager, name="Free tea")
    arrange(manager, device, 1, product_id=product["id"], capacity=10)
    assert not lines(manager, read)["A2"]["ignorable"]
    assert refusals(change(manager, device, ["C9", "A2"])) == [
        ("/ignored_selections/1", "A2 sells Free tea from slot A2, so it cannot be ignored")
    ]
    assert sales(manager)[0] == {"A1": 3, "A2": 40}


def test_a_slot_of_an_ignored_selection_takes_no_product(manager, device, read):
    ignore(manager, device, "A2")
    product = make_product(manager)["id"]
    (refusal,) = refusals(arrange(manager, device, 1, product_id=product, capacity=10))
    assert refusal[0] == "/slots/0/product_id"
    assert "ignores selection A2" in refusal[1]
    (refusal,) = refusals(arrange(manager, device, 0, selection="A2"))
    assert refusal[0] == "/slots/0/selection"
    ignore(manager, device)
    assert arrange(manager, device, 1, product_id=product, capacity=10).status == 200


@pytest.mark.both
def test_an_ignored_selection_finds_no_slot_in_a_proposal(manager, device, read):
    path = f"/api/cabinets/{device['cabinets'][0]['id']}/planogram/proposal"
    ignore(manager, device, "A3")
    proposed = manager.post(path, json={"dex_read_id": read["id"]}).json
    assert [slot["selection"] for slot in proposed["slots"]] == ["A1"]
    assert proposed["unplaced"] == []


def test_what_a_slot_once_sold_by_it_comes_and_goes_with_it(manager, device, machine, read):
    """It is ignored since ever, not since today."""
    product = make_product(manager)["id"]
    filled = {"product_id": product, "capacity": 10, "quantity": 10}
    arrange(manager, device, 2, as_of="2026-10-05T06:00:00Z", **filled)
    machine.sell("A3", 4)
    send_audit(manager, machine.audit(MORNING + 2 * DAY))
    assert slots(manager, device)[2]["quantity"] == 6
    arrange(manager, device, 2, product_id=None)
    ignore(manager, device, "A3")
    assert "A3" not in sales(manager)[0]
    ignore(manager, device)
    assert sales(manager)[0]["A3"] == 4


def test_a_figure_that_cannot_be_is_held_only_while_it_counts(manager, device, machine, read):
    machine.sell("A2", 900_000)
    held = send_audit(manager, machine.audit(MORNING + 2 * DAY)).json
    assert "Selection A2 shows 900,000 units" in held["held_reason"]
    ignore(manager, device, "A2")
    assert detail(manager, held)["held_reason"] is None
    ignore(manager, device)
    assert detail(manager, held)["held_reason"] == held["held_reason"]


def test_a_change_is_refused_to_whoever_saw_another_version(manager, device):
    ignore(manager, device, "A2")
    body = {"version": device["version"], "ignored_selections": []}
    answer = manager.patch(f"/api/devices/{device['id']}", json=body)
    assert answer.status == 409
    assert answer.json["current"]["ignored_selections"] == ["A2"]


@pytest.mark.parametrize("person", ["driver", "viewer"])
def test_only_the_office_decides_it(request, device, person):
    body = {"version": device["version"], "ignored_selections": ["A2"]}
    path = f"/api/devices/{device['id']}"
    assert request.getfixturevalue(person).patch(path, json=body).status == 403


@pytest.mark.parametrize("codes", [[""], ["A" * 21], [1], "A2", None, ["A1"] * 201])
def test_only_codes_of_selections_are_taken(manager, device, codes):
    answer = change(manager, device, codes)
    assert answer.status == 422
    assert answer.json["errors"][0]["pointer"].startswith("/ignored_selections")


def test_the_audit_log_says_who_ignored_what(admin, manager, device, read):
    ignore(manager, device, "A2")
    entry = admin.get("/api/audit-entries?noun=device").json["items"][0]
    assert (entry["action"], entry["username"]) == ("device.updated", "max")
    assert entry["changes"] == [{"field": "ignored_selections", "from": [], "to": ["A2"]}]
