import assert from "node:assert/strict";
import { test } from "node:test";
import { placesIn } from "../../frontend/pages/reads/installation-places.js";

const place = (row, column) => ({ row, column });

test("a selection has its own place where it fits", () => {
  assert.deepEqual(placesIn([place(2, 1), place(1, 2)], 2, 2), [place(2, 1), place(1, 2)]);
});

test("one whose place is taken or unknown goes to the next free one, row by row", () => {
  const wanted = [place(1, 1), place(1, 1), place(null, null), place(9, 1), place(1, 9)];
  const found = [place(1, 1), place(1, 2), place(1, 3), place(2, 1), place(2, 2)];
  assert.deepEqual(placesIn(wanted, 2, 3), found);
});

test("who comes late with a place of its own has it before who has none", () => {
  assert.deepEqual(placesIn([place(0, 0), place(1, 1)], 1, 2), [place(1, 2), place(1, 1)]);
});

test("where there is no room it has no place", () => {
  assert.deepEqual(placesIn([place(1, 1), place(1, 2)], 1, 1), [place(1, 1), place(0, 0)]);
});
