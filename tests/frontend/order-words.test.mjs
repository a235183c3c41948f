import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { configure, localDate } from "../../frontend/words/format.js";
import * as orders from "../../frontend/words/order-words.js";

beforeEach(() => configure({ locale: "en-US", time_zone: "UTC" }));

const stop = (more = {}) => ({
  cabinet_id: 1,
  device_id: 1,
  asset: "T-1",
  position: 1,
  device_name: "T-1",
  location_name: null,
  address: null,
  latitude: null,
  longitude: null,
  visits: [],
  skip: null,
  items: [],
  ...more,
});
const visited = { visits: [{ id: 1, reversed_at: null }] };
const reversed = { visits: [{ id: 1, reversed_at: "2026-01-31T08:00:00Z" }] };

test("an order is told by its state", () => {
  assert.equal(orders.stateWord("in_progress"), "In progress");
  assert.deepEqual(orders.statusWords("completed"), ["ok", "Completed"]);
  assert.equal(orders.STATUS_CHOICES.length, 4);
  const open = ["planned", "in_progress", "completed", "cancelled"].map((status) =>
    orders.isOpen({ status }),
  );
  assert.deepEqual(open, [true, true, false, false]);
});

test("an order may be without a route", () => {
  assert.equal(orders.routeOf({ route_name: "North" }), "North");
  assert.equal(orders.routeOf({ route_name: null }), "No route");
});

test("a stop names its cabinet where its machine has several", () => {
  const [one, other] = [stop(), stop({ cabinet_id: 2, position: 2 })];
  assert.equal(orders.stopName(one, { cabinets: [one] }), "T-1");
  assert.equal(orders.stopName(one, { cabinets: [one, other] }), "T-1, cabinet 1");
  assert.equal(orders.stopName(other, { cabinets: [other] }), "T-1, cabinet 2");
});

test("a stop is where its place is, else as its machine is called", () => {
  assert.equal(
    orders.placeOf(stop({ location_name: "City hospital", address: "4 Quay street" })),
    "City hospital, 4 Quay street",
  );
  assert.equal(orders.placeOf(stop({ device_name: "Lobby" })), "Lobby");
  assert.equal(orders.placeOf(stop()), "");
  assert.equal(orders.nameAt(stop({ device_name: "Lobby", location_name: "Hospital" })), "Lobby");
  assert.equal(orders.nameAt(stop({ device_name: "Lobby" })), "");
  assert.equal(orders.nameAt(stop({ location_name: "Hospital" })), "");
});

test("a stop of an order has an address of its own", () => {
  assert.equal(orders.visitAddress({ id: 3 }, { cabinet_id: 5 }), "/service-orders/3/visits/5");
});

test("a map opens at the point, else by the address, else not at all", () => {
  const at = stop({ latitude: 47.3, longitude: 8.5, location_name: "Zoo" });
  assert.equal(
    orders.mapOf(at, "Firefox"),
    "https://www.openstreetmap.org/?mlat=47.3&mlon=8.5#map=17/47.3/8.5",
  );
  assert.equal(orders.mapOf(at, "Android"), "geo:47.3,8.5?q=47.3%2C8.5(Zoo)");
  assert.equal(
    orders.mapOf({ ...at, location_name: null }, "Android"),
    "geo:47.3,8.5?q=47.3%2C8.5()",
  );
  assert.equal(orders.mapOf(stop({ address: "Quay 4" }), "Android"), "geo:0,0?q=Quay%204");
  assert.equal(
    orders.mapOf(stop({ address: "Quay 4" }), "Firefox"),
    "https://www.openstreetmap.org/search?query=Quay%204",
  );
  assert.equal(orders.mapOf(stop({ location_name: "Zoo" }), "Firefox"), null);
});

test("a stop is done once it was visited or skipped, and to do again once that was reversed", () => {
  assert.equal(orders.isDone(stop()), false);
  assert.equal(orders.isDone(stop(visited)), true);
  assert.equal(orders.isDone(stop(reversed)), false);
  assert.equal(orders.isDone(stop({ skip: { reason: "closed" } })), true);
  assert.equal(orders.visitOf(stop(visited)).id, 1);
});

test("the next stop is the next that is to do, round to the first", () => {
  const cabinets = [stop(), stop({ cabinet_id: 2, ...visited }), stop({ cabinet_id: 3 })];
  assert.equal(orders.nextStop({ cabinets }).cabinet_id, 1);
  assert.equal(orders.nextStop({ cabinets }, 1).cabinet_id, 3);
  assert.equal(orders.nextStop({ cabinets }, 3).cabinet_id, 1);
  assert.equal(orders.nextStop({ cabinets: [stop(visited)] }, 1), undefined);
});

test("an order is of today, of a day, or without one", () => {
  assert.equal(orders.ofDay(null), "without a day");
  assert.equal(orders.ofDay(localDate()), "of today");
  assert.equal(orders.ofDay("2020-01-31"), "of Jan 31, 2020");
});

test("an order counts its stops, and says what it is where that is not the usual", () => {
  const counts = { cabinets: 10, cabinets_visited: 8, cabinets_skipped: 0 };
  assert.equal(orders.visitedWords(counts), "8 of 10");
  assert.equal(orders.visitedWords({ ...counts, cabinets_skipped: 2 }), "8 of 10, 2 skipped");
  assert.equal(orders.kindWords({ purpose: "fill", origin: "planned" }), "");
  assert.equal(orders.kindWords({ purpose: "count", origin: "driver" }), "count, unplanned");
});

test("a pick list is by category, in cases and singles", () => {
  const items = [
    { category: "Drinks", quantity: 3 },
    { category: "Snacks", quantity: 4 },
    { category: "Drinks", quantity: 5 },
  ];
  const groups = orders.byCategory(items).map(([name, of]) => [name, of.length]);
  assert.deepEqual(groups, [
    ["Drinks", 2],
    ["Snacks", 1],
  ]);
  assert.equal(orders.plannedUnits({ items }), 12);
  assert.equal(orders.casesOf({ quantity: 27, case_size: 12 }), "2 cases + 3");
  assert.equal(orders.casesOf({ quantity: 12, case_size: 12 }), "1 case");
  assert.equal(orders.casesOf({ quantity: 11, case_size: 12 }), "");
  assert.equal(orders.casesOf({ quantity: 5, case_size: 1 }), "");
});

test("an order takes a visit in at its stop and leaves the others as they are", () => {
  const [one, other] = [stop({ skip: { id: 4 } }), stop({ cabinet_id: 2 })];
  const order = { id: 0, status: "planned", cabinets: [one, other] };
  const visit = {
    id: 9,
    finished_at: "2026-01-31T08:00:00Z",
    service_order_id: 7,
    service_order_status: "in_progress",
  };
  const after = orders.withVisit(order, one, visit);
  assert.deepEqual([after.id, after.status], [7, "in_progress"]);
  assert.deepEqual(after.cabinets, [
    { ...one, skip: null, visited_at: visit.finished_at, visits: [visit] },
    other,
  ]);
});
