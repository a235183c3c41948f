import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { configure } from "../../frontend/words/format.js";
import {
  massLine,
  massValue,
  plannedLine,
  readPercent,
  refusalLine,
} from "../../frontend/words/mass-words.js";
import { allWords } from "../../frontend/words/row-count.js";

beforeEach(() => configure({ locale: "en-US", time_zone: "UTC", currency: "USD" }));

/** Without the marks that keep a name's direction. @param {string} words */
const plain = (words) => words.replace(/[\u2066-\u2069]/g, "");
const line = (kind, noun, target = null, changed_rows = 2) =>
  plain(massLine({ kind, noun, target, changed_rows }));

test("what was done to many rows is said in one line", () => {
  assert.equal(line("device_route", "device", "North", 212), "Moved 212 devices to North");
  assert.equal(line("device_route", "device"), "Took 2 devices off their routes");
  assert.equal(line("device_location", "device", "Lobby"), "Moved 2 devices to Lobby");
  assert.equal(line("device_location", "device"), "Took 2 devices from their locations");
  assert.equal(line("device_type", "device", "Snack"), "Changed the type of 2 devices to Snack");
  assert.equal(line("device_archived", "device", "archived"), "Archived 2 devices");
  assert.equal(line("product_archived", "product", "in use"), "Restored 2 products");
  assert.equal(line("product_category", "product", "Snacks"), "Moved 2 products to Snacks");
  assert.equal(line("product_category", "product"), "Took 2 products out of their categories");
  assert.equal(line("slot_product", "slot", "Tea"), "Put Tea into 2 slots");
  assert.equal(line("slot_layout", "slot", "T-1"), "Copied the planogram of T-1 to 2 slots");
  assert.equal(line("slot_price", "slot", null, 2000), "Changed the price of 2,000 slots");
  assert.equal(line("later", "slot"), "Changed something of 2 slots");
});

test("what is planned is said in one line", () => {
  const said = (change, target = null) => plain(plannedLine({ change, target, selected_rows: 12 }));
  const list = (price) => said({ kind: "product_price", price });
  assert.equal(list({ set_cents: 195 }), "List price of 12 products to $1.95");
  assert.equal(list({ percent: -5 }), "List price of 12 products by −5 %");
  const slots = { kind: "slot_price", price: { add_cents: 10, step_cents: 5 } };
  assert.equal(said(slots), "Prices of slots in 12 devices by +$0.10");
  assert.equal(said({ kind: "slot_product" }, "Tea"), "Tea into slots of 12 devices");
});

test("a value is said by what it is of", () => {
  const said = (field, value) => plain(massValue(field, value));
  assert.equal(said("price_cents", 150), "$1.50");
  assert.equal(said("archived", true), "archived");
  assert.equal(said("archived", false), "in use");
  assert.equal(said("par_level", 8), "8");
  assert.equal(said("route", "North"), "North");
  assert.equal(said("route", null), "–");
  assert.equal(said("driver_id", 5), "Driver 5");
  assert.equal(
    massValue("driver_id", 5, () => "Dora"),
    "Dora",
  );
});

test("why rows are left alone is said with the first of them", () => {
  const few = { reason: "sells nothing", count: 1, names: ["T-1 A1"] };
  assert.equal(plain(refusalLine(few, "slot")), "1 slot: sells nothing (T-1 A1)");
  const many = { ...few, count: 5 };
  assert.equal(plain(refusalLine(many, "slot")), "5 slots: sells nothing (T-1 A1, …)");
});

test("percents are read as people type them", () => {
  assert.deepEqual(readPercent(" 5 % "), { percent: 5 });
  assert.deepEqual(readPercent("−2,5"), { percent: -2.5 });
  assert.ok("wrong" in readPercent("a few"));
});

test("all that match are counted as far as their number is known", () => {
  assert.equal(allWords({ count: 212, more: false }, "device"), "all 212 devices");
  assert.equal(allWords({ count: 10000, more: true }, "device"), "all more than 10,000 devices");
  assert.equal(allWords(undefined, "category", "categories"), "all categories that match");
});
