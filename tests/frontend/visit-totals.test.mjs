import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { configure } from "../../frontend/words/format.js";
import { leftWords, loadedWords } from "../../frontend/words/visit-totals.js";

beforeEach(() => configure({ locale: "en-US", time_zone: "UTC" }));

const totals = (more) => ({ loaded: 0, planned: 0, left: 0, entered: 0, slots: 4, ...more });

test("what is loaded is told of what was planned, and where it is more", () => {
  assert.equal(loadedWords(totals({ loaded: 12, planned: 20 })), "12 of 20 units");
  assert.equal(loadedWords(totals({ loaded: 23, planned: 20 })), "23 units, 3 more than planned");
  assert.equal(loadedWords(totals({ loaded: 20, planned: 20 })), "20 of 20 units");
  assert.equal(loadedWords(totals({ loaded: 5 })), "5 units loaded");
});

test("the slots that are left are told first, then whether the plan is done", () => {
  assert.equal(leftWords(totals({ left: 1, planned: 9 })), "1 slot left, show the next");
  assert.equal(leftWords(totals({ planned: 9 })), "every planned slot has an entry");
  assert.equal(leftWords(totals({ entered: 3 })), "3 of 4 slots entered");
});
