import assert from "node:assert/strict";
import { test } from "node:test";
import { changedWords } from "../../frontend/words/conflict-words.js";

const WORDED = [
  ["name", "Name"],
  ["latitude", "Latitude"],
  ["driver_id", "Driver", (_, { driver_name }) => driver_name ?? "nobody"],
];
const route = { name: "North", latitude: 1.5, driver_id: 1, driver_name: "Dora" };

test("what somebody else changed is told, and nothing else", () => {
  assert.equal(changedWords(route, { ...route }, WORDED), "");
  const now = { ...route, name: "South", driver_id: null, driver_name: null };
  assert.equal(changedWords(route, now, WORDED), "Name is now South. Driver is now nobody.");
});

test("a value that was taken away is empty, and a zero is none of these", () => {
  assert.equal(changedWords(route, { ...route, name: "" }, WORDED), "Name is now empty.");
  assert.equal(changedWords(route, { ...route, latitude: null }, WORDED), "Latitude is now empty.");
  assert.equal(changedWords(route, { ...route, latitude: 0 }, WORDED), "Latitude is now 0.");
});
