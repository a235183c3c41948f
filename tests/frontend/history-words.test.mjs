import assert from "node:assert/strict";
import { test } from "node:test";

import { happenedWords } from "../../frontend/words/history-words.js";

const words = (kind, more) => happenedWords({ kind, text: "", status: null, changes: [], ...more });
const move = (field, from, to) => words("move", { changes: [{ field, from, to }] });

test("a move says from where to where", () => {
  assert.equal(move("location", null, "Hospital"), "to Hospital");
  assert.equal(move("location", "School", "Hospital"), "to Hospital, before School");
  assert.equal(move("route", null, "North"), "onto route North");
  assert.equal(move("location", "School", null), "away from its location");
  assert.equal(move("route", "North", null), "off its route");
});

test("a visit says its notes, and that it was taken back", () => {
  assert.equal(words("visit", { text: "Ring twice" }), "Ring twice");
  assert.equal(words("visit", { status: "reversed" }), "taken back");
  assert.equal(words("visit", { text: "" }), "without a note");
});

test("a ticket says its first line, and whether it is done", () => {
  assert.equal(words("ticket", { text: "Dark\nAgain", status: "open" }), "Dark");
  assert.equal(words("ticket", { text: "Dark", status: "done" }), "Dark, done");
  assert.equal(words("faults", { text: "Jammed" }), "Jammed");
});
