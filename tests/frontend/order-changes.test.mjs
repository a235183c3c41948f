import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { configure } from "../../frontend/words/format.js";
import { differences, merged } from "../../frontend/words/order-changes.js";

beforeEach(() => configure({ locale: "en-US", time_zone: "UTC" }));

const stop = (cabinet_id, more = {}) => ({
  cabinet_id,
  device_id: cabinet_id,
  asset: `T-${cabinet_id}`,
  position: 1,
  visits: [],
  skip: null,
  ...more,
});
const order = (ids, more = {}) => ({
  scheduled_on: "2026-01-05",
  driver_id: 7,
  driver_name: "Rosa",
  notes: "",
  units: 10,
  cabinets: ids.map((id) => (typeof id === "number" ? stop(id) : id)),
  ...more,
});
const visited = (id) => stop(id, { visits: [{ reversed_at: null }] });

test("a stop that somebody else added stays in an order rearranged from an older one", () => {
  assert.deepEqual(merged(order([1, 2]), order([1, 2, 3]), [2, 1]), [2, 1, 3]);
});

test("a stop that somebody else took out does not come back", () => {
  assert.deepEqual(merged(order([1, 2, 3]), order([1, 3]), [3, 2, 1]), [3, 1]);
});

test("a stop that is added goes in, and one that is taken out goes", () => {
  assert.deepEqual(merged(order([1, 2]), order([1, 2]), [2, 1, 9]), [2, 1, 9]);
  assert.deepEqual(merged(order([1, 2]), order([1, 2]), [2]), [2]);
});

test("a stop that was visited meanwhile cannot be taken out", () => {
  assert.deepEqual(merged(order([1, 2]), order([1, visited(2)]), [1]), [1, 2]);
});

test("what somebody else changed is told in sentences", () => {
  const now = order([2, 3], {
    scheduled_on: "2026-01-06",
    driver_id: null,
    driver_name: null,
    notes: "Ring twice",
    units: 12,
  });
  assert.deepEqual(differences(order([1, 2]), now), [
    "The date is Jan 6, 2026, it was Jan 5, 2026.",
    "The driver is nobody, it was Rosa.",
    "The notes say “Ring twice”.",
    "Added: T-3.",
    "Taken out: T-1.",
    "It loads 12 units, it was 10.",
  ]);
  assert.deepEqual(differences(now, order([2, 3])).slice(1, 2), [
    "The driver is Rosa, it was nobody.",
  ]);
});

test("a stop that is done since then is told, one that was done before is not", () => {
  assert.deepEqual(differences(order([visited(1), 2]), order([visited(1), visited(2)])), [
    "Visited or skipped: T-2.",
  ]);
});

test("where no word of it changed, its stops did", () => {
  assert.deepEqual(differences(order([1, 2]), order([2, 1])), [
    "Its stops were moved or loaded anew.",
  ]);
});
