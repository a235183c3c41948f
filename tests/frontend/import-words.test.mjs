import assert from "node:assert/strict";
import { test } from "node:test";
import {
  listed,
  nounWords,
  readingWords,
  soldWords,
  summary,
  toImport,
} from "../../frontend/words/import-words.js";

const NONE = { creates: 0, changes: 0, same: 0, repeated: 0, wrong: 0 };
/** @param {object} more */
const told = (more) =>
  summary(
    /** @type {any} */ ({
      state: "ready",
      problem: null,
      row_count: 3,
      counts: NONE,
      nouns: {},
      ...more,
    }),
  );

test("words are put in a row", () => {
  assert.equal(listed([]), "");
  assert.equal(listed(["a"]), "a");
  assert.equal(listed(["a", "b", "c"]), "a, b and c");
});

test("what is created is told by its nouns", () => {
  assert.equal(nounWords({ product: 2, device: 1 }), "2 products and 1 machine");
  assert.equal(nounWords({ packet: 2 }), "2 packets");
});

test("a preview says what its rows do, and what is new", () => {
  const counts = { ...NONE, creates: 2, wrong: 1 };
  assert.equal(told({ counts }), "3 rows: 2 create something and 1 is wrong.");
  assert.equal(
    told({ counts, nouns: { user: 2 } }),
    "3 rows: 2 create something and 1 is wrong. New: 2 users.",
  );
  assert.equal(toImport({ ...counts, changes: 3 }), 5);
});

test("how a file is read is told in a line", () => {
  const none = { header_row: null, sheet: null, delimiter: null, decimal_sign: null };
  const found = /** @type {any} */ ({ ...none, encoding: null });
  assert.equal(readingWords(found, undefined), "");
  assert.equal(
    readingWords(
      { ...found, header_row: 2, delimiter: ";", decimal_sign: ",", encoding: "utf-8" },
      "Products",
    ),
    "Products · names of columns in row 2 · semicolon · 1,50 · UTF-8",
  );
  assert.equal(readingWords({ ...found, date_order: "month" }, "Sales"), "Sales · 1/31/2026");
  assert.equal(
    readingWords({ ...found, sheet: "Fleet", delimiter: "?" }, "Users"),
    "Users · Fleet",
  );
});

test("what an import has become is told, and why it has not", () => {
  assert.equal(told({ problem: "No." }), "No.");
  assert.match(told({ state: "reading" }), /being read/);
  assert.match(told({ state: "importing" }), /imported, or nothing/);
  assert.match(told({ state: "taking_back" }), /taken back, or nothing/);
  assert.match(told({ state: "taken_back" }), /as it was before/);
  const counts = { ...NONE, changes: 3 };
  assert.equal(told({ state: "done", counts }), "3 rows: 3 change something.");
  assert.equal(
    told({ state: "done", counts, nouns: { route: 1 } }),
    "3 rows: 3 change something. Created: 1 route.",
  );
});

test("past sales that a file brought are told, and apart those that are not counted", () => {
  const none = { units: 0, amount_cents: 0, devices: 0, first_on: null, last_on: null };
  const some = {
    units: 3,
    amount_cents: 450,
    devices: 1,
    first_on: "2026-01-02",
    last_on: "2026-01-06",
  };
  assert.deepEqual(soldWords({ counted: none, held: none }), []);
  const [counted, ...others] = soldWords({ counted: some, held: none });
  assert.match(counted, /^In your sales: 3 units for .*4\.50.* of 1 machine, .*2026/);
  assert.deepEqual(others, []);
  const [held] = soldWords({ counted: none, held: some });
  assert.match(held, /^Held, not counted: 3 units .* reads say what was sold\.$/);
  assert.equal(
    nounWords({ sold_unit: 2, held_unit: 1 }),
    "2 units sold and 1 unit held, not counted",
  );
});
