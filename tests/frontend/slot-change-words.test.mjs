import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { configure } from "../../frontend/words/format.js";
import { changeWords, MOVE_REASONS } from "../../frontend/words/slot-change-words.js";

beforeEach(() => configure({ locale: "en-US", time_zone: "UTC", currency: "USD" }));

const change = (field, from, to) => changeWords({ field, from, to });

test("a change of a slot says what it was and what it is", () => {
  assert.equal(change("par_level", 8, 10), "Par 8 → 10");
  assert.equal(change("price_cents", 150, 175), "Price $1.50 → $1.75");
  assert.equal(change("selection", null, "12"), "Selection none → 12");
  assert.equal(change("sells_out_at", null, "now"), "sells_out_at none → now");
});

test("a product is told as another one or as none, a count without what it was", () => {
  assert.equal(change("product_id", 1, 2), "another product");
  assert.equal(change("product_id", 1, null), "emptied");
  assert.equal(change("quantity", 3, 5), "counted 5");
});

test("stock moves for a reason that people know", () => {
  assert.equal(MOVE_REASONS.planogram, MOVE_REASONS.count);
});
