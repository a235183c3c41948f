"""Two fleets that are alike: one is changed row by row, the other at once, and they stay alike."""

import pytest

from tests.kit.factories import (
    make_device,
    make_device_type,
    make_dex_read,
    make_location,
    make_machine,
    make_planogram,
    make_product,
    make_route,
)

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("standing_clock")]

# What is kept of a device, with nothing in it that tells one fleet from the other.
KEPT = {
    "devices": """
        SELECT route_id, location_id, device_type_id, archived_at, version
        FROM devices WHERE id = :device_id
    """,
    "assignments": """
        SELECT from_at, route_id, location_id FROM device_assignments
        WHERE device_id = :device_id ORDER BY from_at
    """,
    "figures": """
        SELECT sold_out_slots, low_slots, unknown_slots, days_of_inventory,
               product_level_percent, units_to_par, units_per_day, estimated_slots,
               lost_cents_per_day, price_difference_count, last_read_at, archived_at
        FROM device_metrics WHERE device_id = :device_id
    """,
    "cabinets": "SELECT version FROM cabinets WHERE device_id = :device_id ORDER BY position",
    "slots": """
        SELECT position, label, selection, product_id, capacity, par_level, price_cents, quantity,
               sells_out_at, units_per_day, units_per_day_basis, known_at, estimated_quantity
        FROM slots WHERE device_id = :device_id ORDER BY position
    """,
    "changes": """
        SELECT s.position, c.username, c.changed_at, c.changes FROM planogram_changes c
        JOIN slots s ON s.id = c.slot_id WHERE s.device_id = :device_id ORDER BY s.position, c.id
    """,
    "arrangements": """
        SELECT s.position, a.from_at, a.product_id, a.selection, a.capacity
        FROM slot_arrangements a
        JOIN slots s ON s.id = a.slot_id WHERE s.device_id = :device_id ORDER BY s.position, a.id
    """,
    "facts": """
        SELECT s.position, f.kind, f.occurred_at, f.counted FROM slot_facts f
        JOIN slots s ON s.id = f.slot_id WHERE s.device_id = :device_id ORDER BY s.position, f.id
    """,
    "moves": """
        SELECT s.position, m.product_id, m.reason, m.quantity, m.balance, m.occurred_at
        FROM stock_moves m
        JOIN slots s ON s.id = m.slot_id WHERE s.device_id = :device_id ORDER BY s.position, m.id
    """,
    "sales": """
        SELECT selection, product_id, units, amount_cents FROM sales
        WHERE device_id = :device_id ORDER BY selection
    """,
}


class Fleets:
    """Two machines each; what both hold is the same."""

    def __init__(self, person, engine):
        self.person = person
        self.engine = engine
        self.south, self.north = make_route(person), make_route(person)
        self.place = make_location(person, kind="workplace")
        self.type, self.other = make_device_type(person), make_device_type(person)
        self.tea = make_product(person, name="Tea", price_cents=120)
        products = [make_product(person, price_cents=cents)["id"] for cents in (150, 180, 210)]
        self.products = products
        self.by_hand = [self._machine(f"HAND-{n}") for n in range(2)]
        self.at_once = [self._machine(f"ONCE-{n}") for n in range(2)]

    def _machine(self, asset):
        device = make_device(
            self.person,
            asset=asset,
            device_type_id=self.type["id"],
            route_id=self.south["id"],
            rows=1,
            columns=3,
        )
        make_planogram(self.person, device["cabinets"][0]["id"], products=self.products)
        machine = make_machine(self.person.get(f"/api/devices/{device['id']}").json)
        make_dex_read(self.person, machine)
        return device

    def change(self, kind, **more):
        """Change the second fleet at once; the answer."""
        body = {
            "change": {"kind": kind, **more},
            "selection": {"ids": [each["id"] for each in self.at_once]},
        }
        answer = self.person.post("/api/mass-changes", json=body)
        assert answer.status == 201, answer.text
        return answer.json

    def undo(self, change):
        answer = self.person.post(f"/api/mass-changes/{change['id']}/undo")
        assert answer.status == 200, answer.text

    def each(self, **changes):
        """Change the devices of the first fleet one by one."""
        for device in self.by_hand:
            path = f"/api/devices/{device['id']}"
            version = self.person.get(path).json["version"]
            answer = self.person.patch(path, json={"version": version, **changes})
            assert answer.status == 200, answer.text

    def each_slot(self, wanted):
        """Change every slot of the first fleet to what `wanted(slot)` says."""
        for device in self.by_hand:
            path = f"/api/cabinets/{device['cabinets'][0]['id']}/planogram"
            planogram = self.person.get(path).json
            slots = [{"id": slot["id"], **wanted(slot)} for slot in planogram["slots"]]
            body = {"version": planogram["version"], "slots": slots}
            answer = self.person.put(path, json=body)
            assert answer.status == 200, answer.text

    def kept(self, devices):
        with self.engine.reading() as db:
            return [
                {
                    name: list(db.query(sql, {"device_id": device["id"]}))
                    for name, sql in KEPT.items()
                }
                for device in devices
            ]

    def check_alike(self):
        hand, once = self.kept(self.by_hand), self.kept(self.at_once)
        for one, other in zip(hand, once, strict=True):
            for name in KEPT:
                assert other[name] == one[name], name


@pytest.fixture
def fleets(admin, engine):
    made = Fleets(admin, engine)
    made.check_alike()
    return made


def test_a_route_a_location_and_a_type_are_as_by_hand(fleets):
    fleets.change("device_route", route_id=fleets.north["id"])
    fleets.each(route_id=fleets.north["id"])
    fleets.check_alike()
    done = fleets.change("device_location", location_id=fleets.place["id"])
    fleets.each(location_id=fleets.place["id"])
    fleets.check_alike()
    fleets.undo(done)
    fleets.each(location_id=None)
    fleets.change("device_type", device_type_id=fleets.other["id"])
    fleets.each(device_type_id=fleets.other["id"])
    fleets.check_alike()


def test_archived_and_taken_back_is_as_by_hand(fleets):
    done = fleets.change("device_archived", archived=True)
    fleets.each(archived=True)
    fleets.check_alike()
    fleets.undo(done)
    fleets.each(archived=False)
    fleets.check_alike()


def test_prices_and_par_levels_are_as_by_hand(fleets):
    done = fleets.change("slot_price", price={"add_cents": 30})
    fleets.each_slot(lambda slot: {"price_cents": slot["price_cents"] + 30})
    fleets.check_alike()
    fleets.change("slot_par", amount={"set": 3})
    fleets.each_slot(lambda _: {"par_level": 3})
    fleets.check_alike()
    assert done["changed_rows"] == 6


def test_capacity_and_its_undo_are_as_by_hand(fleets):
    done = fleets.change("slot_capacity", amount={"set": 12})
    fleets.each_slot(lambda _: {"capacity": 12})
    fleets.check_alike()
    fleets.undo(done)
    fleets.each_slot(lambda _: {"capacity": 10})
    fleets.check_alike()


def test_a_planogram_that_is_copied_is_as_by_hand(fleets):
    like = make_device(fleets.person, rows=1, columns=3)
    tea = fleets.tea["id"]
    make_planogram(fleets.person, like["cabinets"][0]["id"], products=[tea] * 3, par_level=6)
    fleets.change("slot_layout", device_id=like["id"])
    fleets.each_slot(lambda _: {"product_id": tea, "par_level": 6})
    fleets.check_alike()


def test_a_product_that_is_replaced_is_as_by_hand(fleets):
    old = fleets.products[0]
    fleets.change("slot_product", product_id=old, replacement_id=fleets.tea["id"])
    fleets.each_slot(
        lambda slot: {
            "product_id": fleets.tea["id"] if slot["product_id"] == old else slot["product_id"]
        }
    )
    fleets.check_alike()
