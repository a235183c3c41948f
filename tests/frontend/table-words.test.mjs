import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { configure } from "../../frontend/words/format.js";
import { countWords } from "../../frontend/words/row-count.js";
import { scrolledTo, windowOf } from "../../frontend/words/row-window.js";
import { directionOf, sortAfter, sortsOf } from "../../frontend/words/sorts.js";
import { keyList, stepOf } from "../../frontend/words/table-keys.js";

beforeEach(() => configure({ locale: "en-US", time_zone: "UTC" }));

test("a column is sorted up, down, or not at all", () => {
  assert.equal(directionOf({ sort: "name" }, "name"), "ascending");
  assert.equal(directionOf({ sort: "name" }, "-name"), "descending");
  assert.equal(directionOf({ sort: "name" }, "asset"), null);
  assert.equal(directionOf({ sort: "need", order: "descending" }, "need"), "descending");
});

test("pressing a heading turns the order round, and figures begin with the largest", () => {
  assert.equal(sortAfter({ sort: "name" }, ""), "name");
  assert.equal(sortAfter({ sort: "name" }, "name"), "-name");
  assert.equal(sortAfter({ sort: "name" }, "-name"), "name");
  assert.equal(sortAfter({ sort: "units", number: true }, "name"), "-units");
  assert.equal(sortAfter({ sort: "units", number: true }, "-units"), "units");
  assert.equal(sortAfter({ sort: "need", order: "descending" }, "need"), "need");
  assert.equal(sortAfter({ order: "descending" }, ""), "");
  assert.equal(sortAfter({}, "name"), "");
});

test("a phone chooses among the orders that the contract knows", () => {
  assert.deepEqual(sortsOf({ sort: "name" }), [
    ["name", "↑"],
    ["-name", "↓"],
  ]);
  assert.deepEqual(sortsOf({ sort: "need", order: "descending" }), [["need", "↓"]]);
  assert.deepEqual(sortsOf({ sort: "level", order: "ascending" }), [["level", "↑"]]);
  assert.deepEqual(sortsOf({ order: "ascending" }), [["", "↑"]]);
});

test("rows are counted as far as their number is known", () => {
  const rows = (more) => countWords({ loaded: 100, hasMore: true, ...more }, "device");
  assert.equal(rows({ hasMore: false }), "100 devices");
  assert.equal(rows({}), "First 100 devices");
  assert.equal(rows({ total: { count: 99, more: false } }), "First 100 devices");
  assert.equal(rows({ total: { count: 250, more: false } }), "1–100 of 250 devices");
  assert.equal(rows({ total: { count: 250, more: true } }), "1–100 of more than 250 devices");
  assert.equal(countWords({ loaded: 2, hasMore: false }, "entry", "entries"), "2 entries");
});

test("a list that scrolls holds what is seen and a little around it", () => {
  const view = { rows: 1000, rowHeight: 36, scrollTop: 3600, height: 720, scrolls: true };
  assert.deepEqual(windowOf(view), { first: 88, last: 132, isNearEnd: false });
  assert.deepEqual(windowOf({ ...view, scrollTop: 0 }), { first: 0, last: 32, isNearEnd: false });
  assert.equal(windowOf({ ...view, rows: 150 }).isNearEnd, true);
  assert.deepEqual(windowOf({ ...view, rows: 5 }), { first: 0, last: 5, isNearEnd: true });
});

test("a list that does not scroll holds all of its rows and asks for no more", () => {
  const view = { rows: 300, rowHeight: 36, scrollTop: 0, height: 0, scrolls: false };
  assert.deepEqual(windowOf(view), { first: 0, last: 300, isNearEnd: false });
});

test("a list is scrolled only as far as the row needs to be seen", () => {
  const view = { rowHeight: 30, scrollTop: 300, height: 120 };
  assert.equal(scrolledTo(2, view), 60);
  assert.equal(scrolledTo(11, view), 300);
  assert.equal(scrolledTo(20, view), 510);
});

test("the keys of a table go by rows, by pages, and to either end", () => {
  assert.deepEqual(
    ["j", "ArrowUp", "PageDown", "PageUp", "Home", "End"].map((key) => stepOf(key, 9)),
    [1, -1, 9, -9, -Infinity, Infinity],
  );
  assert.equal(stepOf("Enter", 9), undefined);
  assert.equal(stepOf("toString", 9), undefined);
});

test("only the keys that do something are listed", () => {
  const all = keyList({ isOnly: true, opens: true, picks: true });
  assert.equal(all.heading, "Rows");
  assert.deepEqual(
    all.keys.map(([key]) => key),
    ["j", "k", "Enter", "x", "Shift ↓", "Esc"],
  );
  const few = keyList({ isOnly: false, opens: false, picks: false });
  assert.equal(few.heading, "Rows of the table that has the focus");
  assert.equal(few.keys.length, 2);
});
