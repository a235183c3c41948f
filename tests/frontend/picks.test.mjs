import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Picks } from "../../frontend/words/picks.js";

const ROWS = [1, 2, 3, 4, 5].map((id) => ({ id }));
/** @type {Picks<{id: number}>} */
let picks;

beforeEach(() => {
  picks = new Picks(
    ({ id }) => id,
    ({ id }) => id !== 3,
  );
});

const picked = () => picks.of(ROWS).map(({ id }) => id);

test("a row is selected and let go", () => {
  picks.pick(ROWS, 1, true, false);
  assert.deepEqual(picked(), [2]);
  assert.equal(picks.has({ id: 2 }), true);
  picks.pick(ROWS, 1, false, false);
  assert.deepEqual(picked(), []);
});

test("a range goes from the row before to this one, either way, and leaves out what may not be", () => {
  picks.pick(ROWS, 1, true, false);
  picks.pick(ROWS, 4, true, true);
  assert.deepEqual(picked(), [2, 4, 5]);
  picks.pick(ROWS, 0, false, true);
  assert.deepEqual(picked(), []);
});

test("a range without a row before is one row", () => {
  picks.pick(ROWS, 3, true, true);
  assert.deepEqual(picked(), [4]);
});

test("all are selected when those are that may be", () => {
  assert.equal(picks.hasAll(ROWS), false);
  picks.choose(ROWS);
  assert.deepEqual(picked(), [1, 2, 4, 5]);
  assert.equal(picks.hasAll(ROWS), true);
  picks.drop(5);
  assert.equal(picks.hasAll(ROWS), false);
  assert.equal(picks.size, 3);
  picks.clear();
  assert.equal(picks.size, 0);
});

test("all that match are selected, until one of them is let go", () => {
  picks.chooseAll(ROWS.slice(0, 2));
  assert.equal(picks.isAll, true);
  assert.equal(picks.has({ id: 5 }), true, "also what is loaded later");
  assert.equal(picks.has({ id: 3 }), false, "but for what may not be");
  picks.pick(ROWS, 0, false, false);
  assert.equal(picks.isAll, false);
  assert.deepEqual(picked(), [2, 4, 5]);
  picks.chooseAll(ROWS);
  picks.clear();
  assert.deepEqual(picked(), []);
});
